// Small helpers to build elements. Text only ever enters the page as text: nothing here takes markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. `props` holds attributes; `class`, `text`, `dataset` and `on` (event listeners) are understood, and
 * attributes that are null, undefined or false are left out.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** An SVG element with attributes; children may be text. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** An icon of the sprite in templates/icons.html; decoration only, so hidden from screen readers. */
export function icon(name, className = "icon") {
  return svg("svg", { class: className, "aria-hidden": "true" }, svg("use", { href: `#icon-${name}` }));
}

/** A button with an icon and a word. */
export function button(label, iconName, className, onClick, props = {}) {
  return el(
    "button",
    { type: "button", class: `button ${className}`, on: { click: onClick }, ...props },
    icon(iconName),
    el("span", { text: label }),
  );
}

/** A message as nodes: what stands between backticks is code. */
export function withCode(text) {
  return text.split(/`([^`\n]+)`/).map((part, nth) => (nth % 2 ? el("code", { text: part }) : part)).filter((part) => part !== "");
}

/** Seconds in few words: 0.04 s, 1.3 s, 72 s. */
export function seconds(value) {
  if (value === null || value === undefined) return "";
  return value < 1 ? `${value.toFixed(2)} s` : value < 10 ? `${value.toFixed(1)} s` : `${Math.round(value)} s`;
}

/** What the server put into the page with `json_script`. */
export function pageData() {
  return JSON.parse(document.getElementById("page").textContent);
}
