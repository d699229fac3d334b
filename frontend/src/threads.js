// One look for each thread, from the output to (later) the timeline: a colour and a mark, so that two threads are told
// apart without seeing colours too. The colours are in css/threads.css, the marks in templates/icons.html.

import { el, icon } from "./dom.js";

const LOOKS = 8;
const MARKS = ["circle", "square", "triangle", "diamond", "cross", "wedge", "bar", "hexagon"];

/** The look of the n-th thread (main is 0): 64 different pairs before one comes again. */
export function look(index) {
  if (index === 0) return { colour: 0, mark: "ring" };
  const nth = index - 1;
  return { colour: 1 + (nth % LOOKS), mark: MARKS[(nth + Math.floor(nth / LOOKS)) % MARKS.length] };
}

const NAME_LENGTH = 14;

/**
 * A thread's name as a tag has room for it: `Thread-3 (work)` is known by its number, and what tells long names apart is
 * mostly at their end.
 */
export function shortName(name) {
  if (name === "MainThread") return "main";
  const short = name.replace(/^(Thread-\d+) \(.*\)$/s, "$1");
  const letters = [...short];
  return letters.length <= NAME_LENGTH ? short : `${letters.slice(0, 5).join("")}…${letters.slice(-8).join("")}`;
}

/** Gives the threads of one run their looks, in the order in which they appear. */
export class Threads {
  #index = new Map();

  clear() {
    this.#index.clear();
  }

  indexOf(name) {
    if (name === "MainThread") return 0;
    if (!this.#index.has(name)) this.#index.set(name, this.#index.size + 1);
    return this.#index.get(name);
  }

  /** The class that sets a thread's colour. */
  colour(name) {
    return `thread-${look(this.indexOf(name)).colour}`;
  }

  /** A tag with mark, colour and name. */
  tag(name) {
    const { mark } = look(this.indexOf(name));
    return el(
      "span",
      { class: `thread ${this.colour(name)}`, title: `thread ${name}` },
      icon(`mark-${mark}`, "mark"),
      el("span", { class: "thread-name", text: shortName(name) }),
    );
  }
}
