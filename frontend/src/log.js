// The output on the page: rows appended once a frame however fast they come, the newest few thousand of them kept in the
// page, everything kept in memory for copying.

import { button, el, icon } from "./dom.js";
import { Lines } from "./lines.js";

const BLOCK = 100;
const BLOCKS_SHOWN = 30;
/** Rows that can be in the page: 3,000. Blocks out of view cost no layout (content-visibility in css/output.css). */
const SHOWN = BLOCK * BLOCKS_SHOWN;
/**
 * Rows made in one frame: as many as this machine makes and lays out in a moment. What is left over comes in the next
 * frames, so that a flood takes the page from nobody for long.
 */
const FEWEST_AT_ONCE = 25;
const MOST_AT_ONCE = 400;
const MOMENT_MS = 10;
const SLOW_FRAME_MS = 24;
const BREATHER_MS = 120;
const NEAR_END_PX = 24;
/** Lines that a search lists. */
const FOUND = 500;

export class OutputLog {
  #threads;
  #lines = new Lines();
  #names = new Map();
  #drawn = 0;
  #dirty = Infinity;
  #scheduled = false;
  #atOnce = 50;
  #following = true;
  #top = 0;
  #notes = new Map();

  /** @param {import("./threads.js").Threads} threads */
  constructor(threads, label = "Output") {
    this.#threads = threads;
    this.body = el("div", { class: "log-body" });
    this.earlier = el("p", { class: "log-note", hidden: true });
    this.scroller = el(
      "div",
      { class: "log-scroller", tabindex: "0", role: "region", "aria-label": label },
      this.earlier,
      this.body,
    );
    this.newest = button("Newest output", "down", "button-small log-newest", () => this.#follow());
    this.newest.hidden = true;
    this.search = el("input", { type: "search", class: "log-search", placeholder: "Search", "aria-label": `Search in ${label.toLowerCase()}`, on: { input: () => this.#find() } });
    this.found = el("div", { class: "log-found", tabindex: "0", role: "region", "aria-label": "Lines found", hidden: true });
    this.copied = el("span", { class: "visually-hidden", role: "status" });
    this.copy = button("Copy", "copy", "button-quiet button-small", () => this.#copyAll());
    this.count = el("span", { class: "log-count" });
    this.element = el(
      "section",
      { class: "log", hidden: true },
      el("header", { class: "log-head" }, el("h3", { text: label }), this.count, this.search, this.copy, this.copied),
      el("div", { class: "log-frame" }, this.scroller, this.found, this.newest),
    );
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
  }

  clear() {
    this.#lines = new Lines();
    this.#names.clear();
    this.#notes.clear();
    this.#drawn = 0;
    this.#dirty = Infinity;
    this.#following = true;
    this.body.replaceChildren();
    this.earlier.hidden = true;
    this.newest.hidden = true;
    this.count.textContent = "";
    this.search.value = "";
    this.#find();
    this.element.hidden = true;
    this.element.classList.remove("log-threaded");
  }

  /** Test names, by index, for the headings between the output of one test and the next. */
  nameTests(tests) {
    for (const { index, name } of tests) this.#names.set(index, name);
  }

  add(piece) {
    if (piece.thread) this.element.classList.add("log-threaded");
    this.#dirty = Math.min(this.#dirty, this.#lines.add(piece));
    this.#schedule();
  }

  /** Says after the output so far that the rest was cut. */
  cut(limitBytes) {
    const at = this.#lines.rows.length;
    this.#notes.set(at, `The rest of the output was cut: ${limitBytes.toLocaleString("en")} bytes are kept.`);
    this.#lines.rows.push({ stream: "note", test: this.#lines.rows.at(-1)?.test ?? null, parts: [], length: 0, open: false, continues: true });
    this.#dirty = Math.min(this.#dirty, at);
    this.#schedule();
  }

  /** Draws what is still waiting, at once as far as one frame bears it. */
  flush() {
    if (this.#dirty === Infinity) return;
    this.#draw();
    if (this.#dirty !== Infinity) this.#schedule();
  }

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // A hidden page gets no frames; its output would pile up undrawn and come in one lump.
    if (document.hidden) setTimeout(() => this.#frame(), BREATHER_MS);
    else requestAnimationFrame(() => this.#frame());
  }

  #frame() {
    this.#scheduled = false;
    const start = performance.now();
    if (this.#dirty !== Infinity) this.#draw();
    const took = performance.now() - start;
    if (took > MOMENT_MS) this.#atOnce = Math.max(FEWEST_AT_ONCE, Math.floor(this.#atOnce / 2));
    else if (this.#dirty !== Infinity) this.#atOnce = Math.min(MOST_AT_ONCE, this.#atOnce * 2);
    // In a flood, leave the page time to answer clicks.
    if (took > SLOW_FRAME_MS) {
      this.#scheduled = true;
      setTimeout(() => this.#frame(), BREATHER_MS);
    } else if (this.#dirty !== Infinity) this.#schedule();
  }

  #draw() {
    const { rows } = this.#lines;
    this.element.hidden = false;
    const start = Math.max(Math.min(this.#dirty, this.#drawn), firstOf(rows.length));
    const end = Math.min(rows.length, start + this.#atOnce);
    // What came meanwhile is more than is ever shown: what is shown already does not join on.
    if (start > this.#drawn) this.body.replaceChildren();
    for (let at = start; at < end; at += 1) this.#drawRow(at);
    this.#drawn = end;
    this.#dirty = end < rows.length ? end : Infinity;
    const firstShown = firstOf(end);
    while (this.body.firstElementChild && Number(this.body.firstElementChild.dataset.from) < firstShown)
      this.body.firstElementChild.remove();
    this.earlier.hidden = firstShown === 0;
    this.earlier.textContent = `${firstShown.toLocaleString("en")} earlier lines are not shown here. Copy takes all of them.`;
    if (this.search.value) this.#find();
    else this.#sayCount();
    if (this.#following) this.#toEnd();
    else this.newest.hidden = false;
  }

  #drawRow(at) {
    const from = Math.floor(at / BLOCK) * BLOCK;
    let block = this.body.lastElementChild;
    if (!block || Number(block.dataset.from) !== from) {
      block = el("div", { class: "log-block", dataset: { from: String(from) } });
      this.body.append(block);
    }
    const node = this.#rowNode(at);
    const old = block.children[at - from];
    if (old) old.replaceWith(node);
    else block.append(node);
  }

  #rowNode(at) {
    if (this.#notes.has(at)) return el("p", { class: "log-note", text: this.#notes.get(at) });
    const row = this.#lines.rows[at];
    const before = this.#lines.rows[at - 1];
    const speaker = row.parts[0]?.thread ?? null;
    const sameSpeaker = before?.stream === row.stream && before.test === row.test && before.parts.at(-1)?.thread === speaker;
    const text = el("span", { class: "log-text" });
    row.parts.forEach((part, nth) => {
      // The first part's thread is named in front of the row; another that wrote into the same line is named inside it.
      if (nth > 0 && part.thread) text.append(this.#threads.tag(part.thread));
      text.append(part.text);
    });
    const node = el("div", { class: `log-row log-${row.stream === "stderr" ? "stderr" : "stdout"}` });
    if (row.test !== null && before?.test !== row.test)
      node.append(el("h4", { class: "log-test", text: this.#names.get(row.test) ?? `Test ${row.test + 1}` }));
    node.append(this.#who(speaker, sameSpeaker));
    if (row.stream === "stderr")
      node.append(el("span", { class: before?.stream === "stderr" ? "log-label log-again" : "log-label", text: "stderr" }));
    node.append(text);
    return node;
  }

  // Who goes on speaking gets a line of its colour: a tag on every row would be noise, and slow in a flood.
  #who(speaker, again) {
    if (!speaker) return el("span", { class: "log-who" });
    if (again) return el("span", { class: `log-who log-who-again ${this.#threads.colour(speaker)}` });
    return el("span", { class: "log-who" }, this.#threads.tag(speaker));
  }

  #sayCount() {
    const { length } = this.#lines.rows;
    this.count.textContent = length ? `${length.toLocaleString("en")} ${length === 1 ? "line" : "lines"}` : "";
  }

  // All the lines kept that hold what is searched for, those no longer in the page among them.
  #find() {
    const wanted = this.search.value.toLowerCase();
    this.found.hidden = wanted === "";
    this.scroller.hidden = wanted !== "";
    if (wanted === "") {
      this.found.replaceChildren();
      this.#sayCount();
      return;
    }
    const shown = [];
    let count = 0;
    this.#lines.rows.forEach(({ parts }, at) => {
      const text = parts.map((part) => part.text).join("");
      if (!text.toLowerCase().includes(wanted)) return;
      count += 1;
      if (shown.length < FOUND) shown.push(el("div", { class: "log-hit" }, el("span", { class: "log-number", text: String(at + 1) }), el("span", { class: "log-text" }, ...marked(text, wanted))));
    });
    if (count > FOUND) shown.push(el("p", { class: "log-note", text: `${(count - FOUND).toLocaleString("en")} more are not listed.` }));
    this.found.replaceChildren(...shown);
    this.count.textContent = `${count.toLocaleString("en")} of ${this.#lines.rows.length.toLocaleString("en")} lines`;
  }

  #scrolled() {
    // Only the reader moves up; the height of rows that come into view may shift the end without anybody scrolling.
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    if (scrollTop + clientHeight >= scrollHeight - NEAR_END_PX) this.#following = true;
    else if (scrollTop < this.#top) this.#following = false;
    this.#top = scrollTop;
    if (this.#following) this.newest.hidden = true;
  }

  #follow() {
    this.#following = true;
    this.newest.hidden = true;
    this.#toEnd();
    this.scroller.focus({ preventScroll: true });
  }

  #toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#top = this.scroller.scrollTop;
  }

  async #copyAll() {
    try {
      await navigator.clipboard.writeText(this.#lines.text());
      this.#say("Copied", "check");
    } catch {
      this.#say("Copying is not allowed here", "cross");
    }
  }

  #say(words, iconName) {
    this.copied.textContent = words;
    this.copy.replaceChildren(icon(iconName), el("span", { text: words }));
    setTimeout(() => {
      this.copied.textContent = "";
      this.copy.replaceChildren(icon("copy"), el("span", { text: "Copy" }));
    }, 1600);
  }
}

// The first row that is shown while so many are there.
const firstOf = (count) => Math.max(0, Math.floor((count - SHOWN) / BLOCK) * BLOCK);

// The text with what was searched for marked in it.
function marked(text, wanted) {
  const parts = [];
  const lower = text.toLowerCase();
  // Where lower case has another length, places do not agree; then nothing is marked.
  if (lower.length !== text.length) return [text];
  let end = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, end)) {
    parts.push(text.slice(end, at), el("mark", { text: text.slice(at, at + wanted.length) }));
    end = at + wanted.length;
  }
  return [...parts, text.slice(end)];
}
