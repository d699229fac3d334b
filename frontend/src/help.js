// Hints, giving up and the explanation. They are forms that work by themselves (templates/parts/help.html); here they
// are sent without leaving the page, so that what runs goes on and the editor keeps its history.

import { inTurn } from "./api.js";
import { highlightAll } from "./highlight.js";

const PARTS = ["challenge-chips", "help"];

/** Takes the parts that may have changed from the same page as the server has it now. */
function take(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of PARTS) {
    const found = fresh.querySelector(`[data-role=${part}]`);
    if (!found) throw new Error(`the page has no ${part}`);
    document.querySelector(`[data-role=${part}]`).replaceWith(document.adoptNode(found));
  }
  const help = document.querySelector("[data-role=help]");
  highlightAll(help);
  return help;
}

async function page(address, options) {
  const response = await fetch(address, { credentials: "same-origin", ...options });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.text();
}

/** After something that the server knows of, such as a solution that was accepted. */
export async function refreshHelp() {
  try {
    take(await page(location.pathname));
  } catch {
    // The next time that the page is loaded it is there.
  }
}

async function send(form) {
  for (const button of form.elements) button.disabled = button.type === "submit";
  try {
    const help = take(await inTurn(() => page(form.action, { method: "POST", body: new FormData(form) })));
    // To what has just appeared, which a screen reader then says.
    const hints = help.querySelectorAll(".hint summary");
    const explanation = form.closest(".give-up") && help.querySelector("#explanation-title");
    (explanation || hints[hints.length - 1] || help.querySelector("h2")).focus();
  } catch {
    // As the browser does it without us: it shows what is wrong.
    form.submit();
  }
}

export function bindHelp() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-role=help] form");
    if (!form) return;
    event.preventDefault();
    send(form);
  });
}
