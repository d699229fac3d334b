// One program on two Pythons side by side: with the GIL, and without it.

import { button, el } from "./dom.js";
import { Panel } from "./panel.js";
import { Runner } from "./runner.js";

const PYTHONS = [["With the GIL", ""], ["Without the GIL", "freethreaded"]];

/** Whether this Lockstep has a free-threaded Python. */
export const hasBoth = () => document.body.dataset.freethreaded === "yes";

/**
 * Stands in for another element while it is open.
 *
 * @param {HTMLElement} instead what is hidden meanwhile
 * @param {{onClose?: () => void}} options
 */
export function bothBeside(instead, { onClose = () => {} } = {}) {
  let shown = null;
  let hidden = false;
  let runners = [];
  const close = () => {
    if (!shown) return;
    for (const runner of runners) if (runner.busy) runner.stop();
    shown.remove();
    shown = null;
    instead.hidden = hidden;
  };
  return {
    /** Runs a program on both. */
    open({ source, stdin = "" }) {
      close();
      hidden = instead.hidden;
      const sides = PYTHONS.map(([title, interpreter]) => {
        const panel = new Panel();
        const runner = new Runner(panel);
        return { runner, interpreter, element: el("section", { class: "pair-side", "aria-label": title }, el("h4", { text: title }), panel.element) };
      });
      runners = sides.map(({ runner }) => runner);
      const leave = button("Close", "cross", "button-small", () => { close(); onClose(); });
      shown = el("section", { class: "both", "aria-label": "With and without the GIL" },
        el("header", { class: "both-head" }, el("h3", { text: "With and without the GIL" }), leave),
        el("div", { class: "pair" }, el("div", { class: "pair-sides" }, ...sides.map(({ element }) => element))));
      instead.before(shown);
      instead.hidden = true;
      leave.focus();
      for (const { runner, interpreter } of sides) runner.start({ kind: "run", source, challenge: null, stdin, interpreter });
    },
    close,
  };
}
