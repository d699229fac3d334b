// The panes of the workbench, resized by dragging the gap between them or with the arrow keys, and remembered.

import { el } from "./dom.js";

const KEY = "lockstep:panes";
const LEAST = 0.18;
const KEY_STEP = 0.03;

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

/** Puts separators between the panes of a bench. Each moves the share that two neighbours have of their room. */
export function resizablePanes(bench) {
  const shares = remembered();
  const pane = (name) => bench.querySelector(`.pane-${name}`);
  const separators = [];

  const apply = () => {
    for (const [name, share] of Object.entries(shares)) if (Number.isFinite(share)) bench.style.setProperty(`--${name}`, `${share}fr`);
  };
  const keep = () => {
    try {
      localStorage.setItem(KEY, JSON.stringify(shares));
    } catch {
      // Storage is off: the sizes last as long as the page.
    }
  };

  // Which two shares a separator moves depends on how the panes are laid out just now.
  const pairOf = (first) => {
    const [one, other] = first === "task" ? ["task", "code"] : ["code", "results"];
    const [a, b] = [pane(one).getBoundingClientRect(), pane(other).getBoundingClientRect()];
    const stacked = b.top >= a.bottom;
    const rest = first === "task" && pane("results").getBoundingClientRect().left === b.left;
    return {
      names: stacked ? ["code-row", "results-row"] : rest ? ["task-two", "rest"] : [one, other].map((name) => (bench.classList.contains("bench-two") ? `${name}-two` : name)),
      start: stacked ? a.top : a.left,
      room: stacked ? b.bottom - a.top : b.right - a.left,
      share: stacked ? a.height / (a.height + b.height) : a.width / (a.width + b.width),
      stacked,
    };
  };
  const shareOf = (name) => shares[name] ?? Number.parseFloat(getComputedStyle(bench).getPropertyValue(`--${name}`));

  const set = (separator, first, wanted) => {
    const { names: [one, other] } = pairOf(first);
    const share = Math.max(LEAST, Math.min(1 - LEAST, wanted));
    const both = shareOf(one) + shareOf(other);
    shares[one] = both * share;
    shares[other] = both * (1 - share);
    apply();
    separator.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    keep();
  };

  const add = (first, label) => {
    const home = pane(first);
    if (!home) return;
    const separator = el("div", { class: "separator", role: "separator", tabindex: "0", "aria-label": label, "aria-valuemin": String(LEAST * 100), "aria-valuemax": String((1 - LEAST) * 100), "aria-valuenow": "50" });
    const look = () => {
      const { stacked, share } = pairOf(first);
      separator.setAttribute("aria-orientation", stacked ? "horizontal" : "vertical");
      separator.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    };
    separator.addEventListener("pointerdown", (event) => {
      separator.setPointerCapture(event.pointerId);
      event.preventDefault();
      separator.focus({ preventScroll: true });
    });
    separator.addEventListener("pointermove", (event) => {
      if (!separator.hasPointerCapture(event.pointerId)) return;
      const { start, room, stacked } = pairOf(first);
      set(separator, first, ((stacked ? event.clientY : event.clientX) - start) / room);
    });
    separator.addEventListener("keydown", (event) => {
      const delta = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      if (delta === undefined) return;
      event.preventDefault();
      set(separator, first, pairOf(first).share + delta * KEY_STEP);
    });
    separator.addEventListener("focus", look);
    home.append(separator);
    separators.push(look);
  };

  apply();
  if (pane("task")) add("task", "Width of the task");
  add("code", "Size of the editor");
  for (const look of separators) look();
}
