// One look for each thread, from the output to the interleaving: a colour and a mark, so that two threads are told
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

/** A tag with mark, colour and name. `index` is the look's. */
export function threadTag(name, index) {
  const { colour, mark } = look(index);
  return el(
    "span",
    { class: `thread thread-${colour}`, title: `thread ${name}` },
    icon(`mark-${mark}`, "mark"),
    el("span", { class: "thread-name", text: shortName(name) }),
  );
}

/**
 * Gives the threads of one run their looks: `Thread-3` the third, whichever prints first, so that a thread looks the same
 * in the output, in an interleaving and in the next run; others what is free, in the order in which they appear.
 */
export class Threads {
  #index = new Map();
  #taken = new Set([0]);

  clear() {
    this.#index.clear();
    this.#taken = new Set([0]);
  }

  indexOf(name) {
    if (name === "MainThread") return 0;
    if (!this.#index.has(name)) {
      const number = Number(name.match(/^Thread-(\d{1,4})\b/)?.[1] ?? 0);
      let index = number && !this.#taken.has(number) ? number : 1;
      while (this.#taken.has(index)) index += 1;
      this.#taken.add(index);
      this.#index.set(name, index);
    }
    return this.#index.get(name);
  }

  /** The class that sets a thread's colour. */
  colour(name) {
    return `thread-${look(this.indexOf(name)).colour}`;
  }

  tag(name) {
    return threadTag(name, this.indexOf(name));
  }
}
