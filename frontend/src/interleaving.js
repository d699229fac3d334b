// One execution, step by step: the lanes, what the program's state is at each step, and the same as a table.

import { button, el, icon } from "./dom.js";
import { Lanes } from "./lanes.js";
import { look, threadTag } from "./threads.js";
import { describe, Trace } from "./trace.js";
import { waitGraph } from "./waitgraph.js";

const OUTPUT_SHOWN = 4000;
const LISTED = 12;
/** Steps that two executions side by side show without folding any. */
const ALL_SHOWN = 60;
const TABLE_ROWS = 200;
const KEYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

let serial = 0;

export class Interleaving {
  #trace;
  #rows = [];
  #row = -1;
  #folded = true;
  #unfolded = new Set();
  #onStep;
  #tableShown = 0;

  /**
   * @param {object} execution as sandbox/explorer/report.py:execution_to_json gives it
   * @param {{onStep?: (places: {line: number, colour: number, mark: string, name: string, now: boolean}[]) => void,
   *   toLine?: ((line: number) => void)|null, name?: string, whole?: boolean}} options `onStep` is told where each thread is at each step;
   *   `toLine` shows a line in the editor; `whole` folds no step
   */
  constructor(execution, { onStep = () => {}, toLine = null, name = "Interleaving", whole = false } = {}) {
    this.#trace = new Trace(execution);
    this.#onStep = onStep;
    this.number = (serial += 1);
    const trace = this.#trace;
    this.lanes = new Lanes((row) => this.#choose(row));
    this.slider = el("input", { type: "range", class: "step-slider", min: "0", step: "1", "aria-label": "Step", on: { input: () => this.#to(Number(this.slider.value) - 1) } });
    this.where = el("span", { class: "step-where" });
    const go = (words, iconName, delta) =>
      el("button", { type: "button", class: "button button-quiet button-icon button-small", "aria-label": words, title: words, on: { click: () => this.#move(delta) } }, icon(iconName));
    this.every = el("button", { type: "button", class: "button button-small", "aria-pressed": "false", text: "Every step", on: { click: () => this.#fold(!this.#folded) } });
    this.asTable = el("button", { type: "button", class: "button button-small", "aria-pressed": "false", text: "Table", on: { click: () => this.#showTable(this.table.hidden) } });
    this.copy = button("Copy schedule", "copy", "button-quiet button-small", () => this.#copySchedule());
    this.said = el("span", { class: "visually-hidden", role: "status" });
    this.now = el("p", { class: "step-now" });
    this.state = el("div", { class: "trace-state" });
    this.table = el("div", { class: "table-scroll trace-table", tabindex: "0", role: "region", "aria-label": "Steps as a table", hidden: true });
    const every = trace.matters.size === trace.length;
    this.every.hidden = every;
    this.element = el("section", { class: "trace", "aria-label": name },
      this.#headline(),
      trace.waits?.waits.length ? waitGraph(trace, toLine) : null,
      el("div", { class: "trace-controls" },
        el("div", { class: "step-buttons" }, go("Back to the start", "first", -Infinity), go("One step back", "left", -1), this.slider, go("One step on", "right", 1), go("On to the end", "last", Infinity)),
        this.where,
        el("div", { class: "trace-tools" }, this.every, this.asTable, this.copy, this.said)),
      this.now,
      el("div", { class: "trace-body" }, el("div", { class: "trace-picture" }, this.lanes.element, this.table), this.state),
      trace.dropped ? el("p", { class: "log-note", text: `${trace.dropped.toLocaleString("en")} later steps were not kept.` }) : null);
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.#fold(!whole && !every && trace.length > trace.matters.size + 4);
    this.goToEvent(this.#turn());
  }

  get trace() {
    return this.#trace;
  }

  /** Nothing of it is shown any more. */
  destroy() {
    this.lanes.destroy();
    this.#onStep([]);
    this.element.remove();
  }

  /** Shows every step around an event, or all where they are few. */
  unfoldAt(at) {
    const { length, matters } = this.#trace;
    for (let each = at - 3; each <= at + 3; each += 1) if (each >= 0 && each < length) matters.add(each);
    this.#fold(length > ALL_SHOWN);
  }

  /** Goes to an event, by its index. */
  goToEvent(at) {
    this.#to(this.#rows.findIndex(({ to }) => at < to));
  }

  // Where it goes wrong: where an access meets what another thread changed in between, or else the end.
  #turn() {
    const { apart, events, matters, waits } = this.#trace;
    if (apart.length && !waits) return (apart.find(({ lost }) => lost) ?? apart[0]).next;
    return Math.max(events.findLastIndex((_, at) => matters.has(at)), matters.size ? 0 : events.length - 1);
  }

  #tag(tid) {
    return threadTag(this.#trace.nameOf(tid), tid);
  }

  // What happened, in one sentence.
  #headline() {
    const trace = this.#trace;
    const pair = trace.waits ? null : (trace.apart.find(({ lost }) => lost) ?? trace.apart[0]);
    if (!pair) return null;
    const [seen, between, next] = [pair.look, pair.write, pair.next].map((at) => trace.events[at]);
    trace.apartAt = new Set([pair.look, pair.write, pair.next]);
    const place = el("code", { text: pair.what });
    const sentence = pair.lost
      ? ["An update is lost: ", this.#tag(between.tid), " changed ", place, ` (line ${between.line}) after `, this.#tag(seen.tid), ` had read it (line ${seen.line}), and line ${next.line} writes over that.`]
      : [this.#tag(between.tid), " changed ", place, ` (line ${between.line}) between two moments at which `, this.#tag(seen.tid), ` uses it (line ${seen.line}${seen.line === next.line ? ", twice" : ` and line ${next.line}`}).`];
    return el("p", { class: "trace-headline" }, ...sentence);
  }

  #fold(folded) {
    const at = this.#rows[this.#row]?.from;
    this.#folded = folded;
    this.every.setAttribute("aria-pressed", String(!folded));
    this.#layOut(at);
  }

  #layOut(at) {
    this.#rows = this.#trace.rows(this.#folded, this.#unfolded);
    this.slider.max = String(this.#rows.length);
    this.lanes.show(this.#trace, this.#rows);
    if (at !== undefined) this.goToEvent(at);
  }

  #choose(row) {
    if (this.#rows[row].fold) {
      this.#unfolded.add(this.#rows[row].from);
      this.#layOut(this.#rows[row].from);
    } else this.#to(row);
  }

  #move(delta) {
    this.#to(Math.max(-1, Math.min(this.#rows.length - 1, this.#row + delta)));
  }

  // To the next switch, or the one before.
  #toSwitch(direction) {
    let row = this.#row + direction;
    while (row > 0 && row < this.#rows.length - 1 && !this.#trace.switchAt(this.#rows[row].from)) row += direction;
    this.#to(Math.max(-1, Math.min(this.#rows.length - 1, row)));
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("button, .trace-table, summary")) return;
    const { key } = event;
    if (key in KEYS) this.#move(KEYS[key]);
    else if (key === "Home") this.#move(-Infinity);
    else if (key === "End") this.#move(Infinity);
    else if (key === "PageDown") this.#toSwitch(1);
    else if (key === "PageUp") this.#toSwitch(-1);
    else if (key === "Enter" && this.#rows[this.#row]?.fold) this.#choose(this.#row);
    else return;
    event.preventDefault();
  }

  #to(row) {
    this.#row = row;
    const trace = this.#trace;
    const here = this.#rows[row];
    const count = here ? here.to : 0;
    const state = trace.stateAfter(count);
    const event = here ? trace.events[here.to - 1] : null;
    this.slider.value = String(row + 1);
    this.where.textContent = event ? `Step ${event.step.toLocaleString("en")} of ${(trace.events.at(-1)?.step ?? 0).toLocaleString("en")}` : "Before the first step";
    this.slider.setAttribute("aria-valuetext", this.#spoken(here, event));
    this.#sayNow(here, event);
    this.#drawState(state, count - 1);
    this.lanes.goTo(row);
    this.#markTable();
    this.#onStep(this.#places(state, event));
  }

  #spoken(here, event) {
    if (!event) return "Before the first step";
    if (here.fold) return `${here.to - here.from} steps, folded; Enter shows them`;
    const change = this.#trace.switchAt(here.from);
    const how = change?.reason === "preempted" ? `interrupts ${this.#trace.nameOf(change.from)}, ` : "";
    return `Step ${event.step}, ${this.#trace.nameOf(event.tid)}, ${how}${this.#trace.sentence(here.from)}`;
  }

  #sayNow(here, event) {
    if (!event) {
      this.now.replaceChildren("Nothing has happened yet.");
      return;
    }
    if (here.fold) {
      this.now.replaceChildren(`${here.to - here.from} steps that change nothing for the others.`);
      return;
    }
    const change = this.#trace.switchAt(here.from);
    const parts = [this.#tag(event.tid), " "];
    if (change?.reason === "preempted") parts.push("interrupts ", this.#tag(change.from), " and ");
    for (const { text, code } of describe(event)) parts.push(code ? el("code", { text }) : text, " ");
    if (event.line) parts.push(el("span", { class: "step-line", text: `line ${event.line}` }));
    this.now.replaceChildren(...parts);
  }

  #places(state, event) {
    return [...state.lines].map(([tid, line]) => ({ line, ...look(tid), name: this.#trace.nameOf(tid), now: tid === event?.tid }));
  }

  #drawState(state, at) {
    const parts = [];
    const list = (title, rows) => {
      if (rows.length) parts.push(el("section", { class: "state-block" }, el("h4", { text: title }), el("dl", {}, ...rows.slice(0, LISTED).flat(), rows.length > LISTED ? el("dt", { class: "state-more", text: `and ${rows.length - LISTED} more` }) : null)));
    };
    const newest = (entries) => entries.sort((one, other) => Number(other[1].at === at) - Number(one[1].at === at));
    list("Variables", newest([...state.variables]).map(([name, { value, tid, at: since }]) => [
      el("dt", {}, el("code", { text: name })),
      el("dd", { class: since === at && tid !== null ? "changed" : "" }, el("code", { text: value }), tid === null ? null : this.#tag(tid))]));
    const waiters = new Map();
    for (const [tid, event] of state.waiting) waiters.set(event.what, [...(waiters.get(event.what) ?? []), tid]);
    const locks = [...state.locks].filter(([name, { tid }]) => tid !== null || waiters.has(name));
    list("Locks", locks.map(([name, { tid, line }]) => [
      el("dt", {}, el("code", { text: name })),
      el("dd", {}, ...(tid === null ? ["free"] : [this.#tag(tid), line ? el("span", { class: "step-line", text: `line ${line}` }) : ""]),
        ...(waiters.has(name) ? [el("span", { class: "step-line", text: "wanted by" }), ...waiters.get(name).slice(0, 4).map((each) => this.#tag(each))] : []))]));
    list("Waiting", [...state.waiting].filter(([, { what }]) => !state.locks.has(what)).map(([tid, event]) => [
      el("dt", {}, this.#tag(tid)), el("dd", { text: `${describe(event).map(({ text }) => text).join(" ").replace(/^waits /, "")}${event.line ? `, line ${event.line}` : ""}` })]));
    const printed = state.output.slice(-OUTPUT_SHOWN);
    parts.push(el("section", { class: "state-block" }, el("h4", { text: "Printed so far" }), el("pre", { class: "state-output", text: printed || "nothing" })));
    this.state.replaceChildren(...parts);
  }

  #showTable(on) {
    this.table.hidden = !on;
    this.lanes.element.hidden = on;
    this.asTable.setAttribute("aria-pressed", String(on));
    if (on && this.#tableShown === 0) {
      this.body = el("tbody");
      this.more = button("Show more steps", "down", "button-small", () => this.#tableMore());
      this.table.append(el("table", { class: "table" },
        el("caption", { class: "visually-hidden", text: "Every step of this execution, in order" }),
        el("thead", {}, el("tr", {}, ...["Step", "Thread", "Line", "What it does"].map((text) => el("th", { scope: "col", text })))), this.body), this.more);
      this.#tableMore();
    }
    this.#markTable();
  }

  #tableMore() {
    const trace = this.#trace;
    const until = Math.min(trace.length, this.#tableShown + TABLE_ROWS);
    for (let at = this.#tableShown; at < until; at += 1) {
      const event = trace.events[at];
      const change = trace.switchAt(at);
      const what = el("td");
      if (change?.reason === "preempted") what.append("interrupts ", this.#tag(change.from), ": ");
      for (const { text, code } of describe(event)) what.append(code ? el("code", { text }) : text, " ");
      this.body.append(el("tr", {}, el("td", { class: "number", text: String(event.step) }), el("th", { scope: "row" }, this.#tag(event.tid)),
        el("td", { class: "number", text: event.line ? String(event.line) : "" }), what));
    }
    this.#tableShown = until;
    this.more.hidden = until === trace.length;
  }

  #markTable() {
    if (this.table.hidden) return;
    this.body.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const at = (this.#rows[this.#row]?.to ?? 0) - 1;
    while (at >= this.#tableShown && this.#tableShown < this.#trace.length) this.#tableMore();
    const row = this.body.children[at];
    row?.setAttribute("aria-current", "step");
    row?.scrollIntoView({ block: "nearest" });
  }

  async #copySchedule() {
    let words = "Copied";
    try {
      await navigator.clipboard.writeText(this.#trace.execution.schedule);
    } catch {
      words = "Copying is not allowed here";
    }
    this.said.textContent = words;
    this.copy.querySelector("span").textContent = words;
    this.copy.dataset.said = "";
    setTimeout(() => {
      this.said.textContent = "";
      delete this.copy.dataset.said;
      this.copy.querySelector("span").textContent = "Copy schedule";
    }, 1600);
  }
}

/** Two executions side by side, both at the step at which they part. */
export function sideBySide(one, other, options = {}) {
  const [first, second] = [one, other].map((execution, nth) => new Interleaving(execution, { ...options, onStep: nth ? () => {} : options.onStep, name: nth ? "The other outcome" : "One outcome" }));
  const parts = first.trace.partsFrom(second.trace);
  const column = (interleaving, title, execution) => el("div", { class: "pair-side" }, el("h4", { text: title }), el("pre", { class: "state-output", text: ending(execution) }), interleaving.element);
  const said = el("p", { class: "trace-headline" });
  if (parts === null) said.append("Both went through the same steps: what differs is not under the scheduler's control.");
  else {
    const [left, right] = [first, second].map(({ trace }) => trace.events[parts]);
    said.append(parts === 0 ? "They part at the very first step: " : `They are the same up to step ${first.trace.events[parts - 1]?.step ?? 0}. There `,
      ...(left ? [threadTag(first.trace.nameOf(left.tid), left.tid), ` goes on in the one (line ${left.line})`] : ["the one ends"]), " and ",
      ...(right ? [threadTag(second.trace.nameOf(right.tid), right.tid), ` in the other (line ${right.line}).`] : ["the other ends."]));
    for (const each of [first, second]) {
      const at = Math.min(parts, each.trace.length - 1);
      each.unfoldAt(at);
      each.goToEvent(at);
    }
  }
  return {
    element: el("div", { class: "pair" }, said, el("div", { class: "pair-sides" }, column(first, "One outcome", one), column(second, "The other", other))),
    destroy() {
      first.destroy();
      second.destroy();
    },
  };
}

function ending({ outcome }) {
  if (!outcome) return "";
  const printed = outcome.output ? outcome.output.trimEnd() : "";
  const value = outcome.value ? `returned ${outcome.value}` : "";
  const detail = outcome.kind === "finished" ? "" : [outcome.kind, outcome.detail].filter(Boolean).join(": ");
  return [printed, value, detail].filter(Boolean).join("\n") || "nothing printed";
}
