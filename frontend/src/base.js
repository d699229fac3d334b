// Runs in <head> on every page, before anything is painted: the theme that was chosen, then the header's two buttons.

const root = document.documentElement;
const KEY = "lockstep:theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

// Storage may be off; then the choice lasts as long as the page.
function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    return;
  }
}

function apply(theme) {
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
}

const current = () => root.dataset.theme ?? (dark.matches ? "dark" : "light");

root.dataset.js = "";
apply(remembered());
window.addEventListener("storage", ({ key, newValue }) => { if (key === KEY) apply(newValue); });

document.addEventListener("DOMContentLoaded", () => {
  const toggle = document.querySelector("[data-role=theme]");
  const name = () => toggle?.setAttribute("aria-label", `Switch to ${current() === "dark" ? "light" : "dark"} colours`);
  name();
  dark.addEventListener("change", name);
  toggle?.addEventListener("click", () => {
    const next = current() === "dark" ? "light" : "dark";
    apply(next);
    remember(next);
    name();
  });

  const menu = document.querySelector("[data-role=menu]");
  const nav = menu && document.getElementById(menu.getAttribute("aria-controls"));
  const show = (open) => {
    menu.setAttribute("aria-expanded", String(open));
    nav.classList.toggle("open", open);
  };
  menu?.addEventListener("click", () => show(menu.getAttribute("aria-expanded") !== "true"));
  nav?.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    show(false);
    menu.focus();
  });
});
