// A program that is only read, with each thread's line marked in it while an interleaving is stepped through.

import { el, icon } from "./dom.js";

/** Puts each line of a (highlighted) code element into an element of its own. Returns them. */
function splitLines(code) {
  const lines = [el("span", { class: "code-line" })];
  const add = (text, className) => {
    text.split("\n").forEach((piece, nth) => {
      if (nth) {
        lines.at(-1).append("\n");
        lines.push(el("span", { class: "code-line" }));
      }
      if (piece) lines.at(-1).append(className ? el("span", { class: className, text: piece }) : piece);
    });
  };
  for (const node of code.childNodes) add(node.textContent, node.className ?? "");
  code.replaceChildren(...lines);
  return lines;
}

/**
 * @param {Element} code
 * @returns {(places: {line: number, colour: number, mark: string, name: string, now: boolean}[]) => void}
 */
export function followIn(code) {
  let lines = null;
  let marked = [];
  return (places) => {
    lines ??= splitLines(code);
    for (const line of marked) {
      line.className = "code-line";
      line.querySelector(".code-marks")?.remove();
    }
    marked = [];
    for (const { line, colour, mark, name, now } of places) {
      const node = lines[line - 1];
      if (!node) continue;
      let marks = node.querySelector(".code-marks");
      if (!marks) {
        marks = el("span", { class: "code-marks", "aria-hidden": "true" });
        node.prepend(marks);
      }
      const shape = icon(`mark-${mark}`, `mark thread-${colour}`);
      shape.append(document.createElementNS("http://www.w3.org/2000/svg", "title"));
      shape.lastChild.textContent = name;
      marks.append(shape);
      if (now) node.className = `code-line code-now thread-${colour}`;
      marked.push(node);
    }
  };
}
