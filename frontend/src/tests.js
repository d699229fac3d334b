// The tests of a submission, one row each: waiting, running, then its verdict with what there is to say about it.

import { el, icon, seconds, withCode } from "./dom.js";
import { verdictLook } from "./verdicts.js";

// What a learner's program is called in its sandbox; frames of other files are shown without a link.
export const OWN_FILE = "main.py";

// ThreadStack.waits_for of the wire schema, in words for one thread and for several.
const DOING = {
  lock: ["waits for a lock", "wait for a lock"],
  join: ["waits for another to end", "wait for another to end"],
  sleep: ["sleeps", "sleep"],
  io: ["waits for input or output", "wait for input or output"],
  process: ["waits for a process", "wait for a process"],
  nothing: ["runs", "run"],
};
const GROUPS_OPEN = 4;
const NAMES_SHOWN = 6;

/**
 * Threads that stand at the same place, together: a hundred callers of one lock are one thing to read. Of a stack that
 * passes through the learner's program only the learner's lines are kept, of another the innermost frame.
 */
function alike(stacks) {
  const groups = new Map();
  for (const { name, waits_for: waitsFor, frames } of stacks) {
    const own = frames.filter(({ file }) => file === OWN_FILE);
    const shown = own.length ? own : frames.slice(-1);
    const key = JSON.stringify([waitsFor, shown]);
    if (!groups.has(key)) groups.set(key, { names: [], waitsFor, frames: shown });
    groups.get(key).names.push(name);
  }
  return [...groups.values()];
}

/** The learner's line at which the first of these threads stands, or null. */
export function waitingLine(stacks) {
  const own = (stacks ?? []).flatMap(({ frames }) => frames.filter(({ file }) => file === OWN_FILE).slice(-1));
  return own[0]?.line ?? null;
}

/** Whether a message says, outside code, which line it speaks of. */
const names = (message, line) => new RegExp(`\\bline ${line}\\b`).test((message ?? "").replace(/`[^`\n]+`/g, ""));

export class TestList {
  #rows = new Map();
  #threads;
  #toLine;
  #onStep;
  #shown = null;

  /**
   * @param {import("./threads.js").Threads} threads
   * @param {((line: number) => void)|null} toLine shows a line in the editor; without it lines are named, not linked
   * @param {(places: object[]) => void} onStep is told where each thread is in the interleaving that is looked at
   */
  constructor(threads, toLine = null, onStep = () => {}) {
    this.#threads = threads;
    this.#toLine = toLine;
    this.#onStep = onStep;
    this.list = el("ol", { class: "tests" });
    this.summary = el("span", { class: "tests-summary" });
    this.element = el(
      "section",
      { class: "tests-section", hidden: true },
      el("header", { class: "log-head" }, el("h3", { text: "Tests" }), this.summary),
      this.list,
    );
  }

  clear() {
    this.#shown?.close();
    this.#shown = null;
    this.#rows.clear();
    this.list.replaceChildren();
    this.summary.textContent = "";
    this.element.hidden = true;
  }

  announce(tests) {
    for (const test of tests) this.#row(test);
    this.#count();
  }

  started(index) {
    const row = this.#rows.get(index);
    if (!row || row.verdict) return;
    row.item.dataset.state = "running";
    row.mark.replaceChildren(icon("spinner", "icon spin"));
    row.state.textContent = "running";
  }

  progress({ test, done, total, unit }) {
    const row = this.#rows.get(test);
    if (!row || row.verdict) return;
    row.progress.replaceChildren(
      el("progress", { value: done, max: total, "aria-label": `${done} of ${total} ${unit}` }),
      el("span", { text: `${done} of ${total} ${unit}` }),
    );
  }

  result(result) {
    const row = this.#row({ index: result.test ?? result.index, name: result.name, visible: result.visible });
    const { icon: iconName, tone } = verdictLook(result.verdict);
    row.verdict = result.verdict;
    row.item.dataset.state = "done";
    row.item.dataset.tone = tone;
    row.mark.replaceChildren(icon(iconName));
    row.state.textContent = result.verdict === "ACCEPTED" ? "passed" : (result.label ?? result.verdict);
    row.time.textContent = seconds(result.seconds);
    row.progress.replaceChildren();
    row.more.replaceChildren(...this.#explain(result));
    row.more.hidden = row.more.childElementCount === 0;
    this.#count();
  }

  #row({ index, name, visible }) {
    this.element.hidden = false;
    const known = this.#rows.get(index);
    if (known) return known;
    const row = {
      verdict: null,
      mark: el("span", { class: "test-mark" }, icon("dot")),
      state: el("span", { class: "test-state", text: "waiting" }),
      time: el("span", { class: "test-time" }),
      progress: el("span", { class: "test-progress" }),
      more: el("div", { class: "test-more", hidden: true }),
    };
    const title = el("span", { class: "test-name" }, el("span", { text: name }));
    if (!visible) title.append(" ", el("span", { class: "chip", text: "hidden", title: "Its input and output are not shown" }));
    const head = el("div", { class: "test-head" }, row.mark, title, row.progress, row.state, row.time);
    row.item = el("li", { class: "test", dataset: { state: "waiting" } }, head, row.more);
    this.#rows.set(index, row);
    this.list.append(row.item);
    return row;
  }

  #count() {
    const rows = [...this.#rows.values()];
    const passed = rows.filter((row) => row.verdict === "ACCEPTED").length;
    this.summary.textContent = `${passed} of ${rows.length} passed`;
  }

  #explain({ verdict, message, detail, line, schedule, stacks, finding }) {
    if (verdict === "ACCEPTED") return [];
    const parts = [];
    if (message) parts.push(el("p", { class: "test-message" }, ...this.#withLine(message, line)));
    if (line && !names(message, line)) parts.push(el("p", {}, this.#lineLink(line)));
    // With the interleaving, only what was expected and what came: the rest of it is that interleaving in text.
    const said = finding?.events.length ? detail.split("\n\n")[0] : detail;
    if (said) parts.push(el("pre", { class: "test-detail", tabindex: "0", role: "region", "aria-label": "Details", text: said }));
    if (finding?.events.length) parts.push(this.#finding(finding));
    else if (stacks?.length) parts.push(this.#stacks(stacks));
    if (schedule && !finding) parts.push(el("p", { class: "test-schedule" }, "Schedule ", el("code", { text: schedule })));
    return parts;
  }

  // The interleaving that broke it: opened at once for the first test that has one, later ones on demand.
  #finding(finding) {
    const place = el("div", { class: "test-finding" });
    const words = finding.other ? "The two interleavings" : "The interleaving";
    const open = el("button", { type: "button", class: "button button-small", "aria-expanded": "false" }, icon("explore"), el("span", { text: words }), icon("fold"));
    const close = () => {
      place.firstElementChild?.remove();
      mine.shown?.destroy();
      mine.shown = null;
      open.setAttribute("aria-expanded", "false");
    };
    const mine = { close, shown: null };
    const show = async () => {
      this.#shown?.close();
      this.#shown = mine;
      open.setAttribute("aria-expanded", "true");
      const drawn = await import("./finding.js").catch(() => null);
      if (this.#shown !== mine) return;
      if (drawn === null) {
        place.replaceChildren(el("p", { class: "failure" }, icon("warning"), "The interleaving could not be loaded. Check the connection and try again."));
        return;
      }
      mine.shown = drawn.showFinding(finding, { toLine: this.#toLine, onStep: this.#onStep });
      place.replaceChildren(mine.shown.element);
    };
    open.addEventListener("click", () => {
      if (this.#shown !== mine) show();
      else {
        close();
        this.#shown = null;
      }
    });
    if (this.#shown === null) show();
    return el("div", { class: "test-trace" }, open, place);
  }

  // The line is a link where the message names it.
  #withLine(message, line) {
    const parts = withCode(message);
    if (!line || !names(message, line)) return parts;
    const place = new RegExp(`\\b(line ${line})\\b`);
    return parts.flatMap((part) => (typeof part === "string" ? part.split(place).map((piece, nth) => (nth % 2 ? this.#lineLink(line) : piece)) : [part]));
  }

  #lineLink(line, text = `line ${line}`) {
    if (!this.#toLine) return el("span", { text });
    return el("button", { type: "button", class: "line-link", text, on: { click: () => this.#toLine(line) } });
  }

  #stacks(stacks) {
    const groups = alike(stacks);
    const list = el("ul", { class: "stack-list" }, ...groups.map((group) => this.#stackGroup(group)));
    return el(
      "details",
      { class: "stacks", open: groups.length <= GROUPS_OPEN },
      el("summary", { text: stacks.length === 1 ? "Where its thread was" : `Where its ${stacks.length} threads were` }),
      list,
    );
  }

  #stackGroup({ names, waitsFor, frames }) {
    const head = el("p", { class: "stack-head" }, ...names.slice(0, NAMES_SHOWN).map((name) => this.#threads.tag(name)));
    const more = names.length - NAMES_SHOWN;
    if (more > 0) head.append(el("span", { text: `and ${more} more` }));
    const doing = frames.at(-1)?.function === "join" ? "join" : waitsFor;
    const [one, several] = DOING[doing] ?? ["", ""];
    if (one) head.append(el("span", { text: names.length > 1 ? several : one }));
    return el("li", { class: "stack" }, head, el("ul", {}, ...frames.map((frame) => this.#frame(frame))));
  }

  #frame({ file, line, function: name, text }) {
    const own = file === OWN_FILE;
    return el(
      "li",
      { class: own ? "frame frame-own" : "frame" },
      own && line ? this.#lineLink(line) : el("span", { text: line ? `${file}, line ${line}` : file }),
      el("span", { text: ` in ${name}` }),
      text ? el("code", { text }) : null,
    );
  }
}
