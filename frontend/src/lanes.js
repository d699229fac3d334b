// The drawing of an interleaving: a lane for each thread, time going down, only the rows in view in the page.
//
// With room for it, an event is a card on its thread's lane. With many threads the lanes draw together, an event is its
// thread's mark, and its words stand in a column at the side that stays in view.

import { el, svg } from "./dom.js";
import { look, shortName } from "./threads.js";
import { shortly } from "./trace.js";

const ROW = 34;
const OVERSCAN = 6;
const GUTTER = 34;
const CARD_GAP = 8;
const CARD_HEIGHT = 25;
/** A lane at least this wide has cards, if what they say fits: it is cut only where a lane has the most. */
const LEAST_LANE = 138;
const MOST_LANE = 210;
const WORDS = 236;
const MOST_WORDS = 340;
const WORDS_GAP = 26;
const MARK = 12;
const NARROWEST_GAP = 14;
const WIDEST_GAP = 30;
const CHAR = 7.05;
const CARD_PADDING = 7;

export class Lanes {
  #trace = null;
  #rows = [];
  #rowOf = [];
  #lanes = [];
  #at = 0;
  #width = 0;
  #laneWidth = LEAST_LANE;
  #drawn = "";
  #onChoose;

  /** @param {(row: number) => void} onChoose a row was clicked */
  constructor(onChoose) {
    this.#onChoose = onChoose;
    this.head = el("div", { class: "lanes-top", "aria-hidden": "true" });
    this.words = svg("svg", { class: "lanes-words", "aria-hidden": "true" });
    this.picture = svg("svg", { class: "lanes-picture", "aria-hidden": "true" });
    this.scroller = el("div", { class: "lanes-scroller", tabindex: "0", role: "group" },
      this.head, el("div", { class: "lanes-both" }, this.words, this.picture));
    this.element = this.scroller;
    this.scroller.addEventListener("scroll", () => this.#draw(), { passive: true });
    this.scroller.addEventListener("click", ({ target }) => {
      const row = target.closest?.("[data-row]")?.dataset.row;
      if (row !== undefined) this.#onChoose(Number(row));
    });
    this.observer = new ResizeObserver(() => {
      const first = this.#width === 0;
      this.#measure();
      // What was gone to before there was any room is brought into view now.
      if (first && this.#trace) this.goTo(this.#at);
    });
    this.observer.observe(this.scroller);
  }

  destroy() {
    this.observer.disconnect();
  }

  /** Shows rows of a trace (see Trace.rows). */
  show(trace, rows) {
    this.#trace = trace;
    this.#rows = rows;
    this.#rowOf = new Array(trace.length);
    const lanes = new Set();
    rows.forEach((row, nth) => {
      for (let at = row.from; at < row.to; at += 1) this.#rowOf[at] = nth;
      if (!row.fold) lanes.add(trace.events[row.from].tid);
    });
    this.#lanes = [...lanes].sort((one, other) => one - other);
    this.#laneWidth = LEAST_LANE;
    for (const { fold, from } of rows) {
      if (this.#laneWidth === MOST_LANE) break;
      if (!fold) this.#laneWidth = Math.min(MOST_LANE, Math.max(this.#laneWidth, cardWidth(trace.events[from]) + CARD_GAP + 6));
    }
    this.scroller.setAttribute("aria-label", `Interleaving of ${trace.names.length} threads. The arrow keys step through it; the table says the same in words.`);
    this.#drawn = "";
    this.#measure(true);
  }

  /** Marks the row that has happened last (-1: nothing yet) and brings it into view. */
  goTo(row) {
    this.#at = row;
    const top = Math.max(0, row) * ROW;
    const room = this.scroller.clientHeight - this.head.offsetHeight;
    if (room > 0 && (top < this.scroller.scrollTop + ROW || top + 2 * ROW > this.scroller.scrollTop + room))
      this.scroller.scrollTop = top - room / 2;
    if (!this.cards && row >= 0 && !this.#rows[row]?.fold) {
      const x = this.#x(this.#trace.events[this.#rows[row].from].tid);
      const seen = this.scroller.clientWidth - this.wordsWidth;
      if (x < this.scroller.scrollLeft + MARK || x > this.scroller.scrollLeft + seen - MARK) this.scroller.scrollLeft = x - seen / 2;
    }
    this.#drawn = "";
    this.#draw();
  }

  #measure(anew = false) {
    const width = this.scroller.clientWidth;
    if (!this.#trace || (!anew && width === this.#width)) return;
    this.#width = width;
    const count = Math.max(1, this.#lanes.length);
    this.cards = (width - GUTTER) / count >= this.#laneWidth;
    this.wordsWidth = this.cards ? GUTTER : Math.max(Math.min(WORDS, width * 0.55), Math.min(MOST_WORDS, width - (count + 0.5) * WORDS_GAP));
    const room = Math.max(0, width - this.wordsWidth - 4);
    this.gap = this.cards ? room / count : Math.max(NARROWEST_GAP, Math.min(WIDEST_GAP, room / (count + 0.5)));
    this.pictureWidth = Math.floor(this.cards ? room : Math.max(room, (count + 0.5) * this.gap));
    const height = this.#rows.length * ROW + 8;
    for (const [node, wide] of [[this.words, this.wordsWidth], [this.picture, this.pictureWidth]]) {
      node.setAttribute("width", wide);
      node.setAttribute("height", height);
    }
    this.#drawHead();
    this.#drawn = "";
    this.#draw();
  }

  #x(tid) {
    return (this.#lanes.indexOf(tid) + 0.5) * this.gap;
  }

  #y(row) {
    return row * ROW + ROW / 2 + 4;
  }

  #drawHead() {
    const head = svg("svg", { width: this.wordsWidth + this.pictureWidth, height: 30, class: "lanes-names" });
    for (const tid of this.#lanes) {
      const { colour, mark } = look(tid);
      const name = shortName(this.#trace.nameOf(tid));
      const x = this.wordsWidth + this.#x(tid);
      const room = Math.floor((this.gap - MARK - 12) / CHAR);
      const said = this.cards ? fit(name, room) : "";
      const wide = said ? MARK + 5 + said.length * CHAR : MARK;
      head.append(svg("g", { class: `thread-${colour}` },
        svg("title", {}, `thread ${this.#trace.nameOf(tid)}`),
        svg("use", { href: `#icon-mark-${mark}`, class: "mark", x: x - wide / 2, y: 9, width: MARK, height: MARK }),
        said ? svg("text", { class: "lanes-name", x: x - wide / 2 + MARK + 5, y: 19 }, said) : null));
    }
    this.head.replaceChildren(head);
  }

  #draw() {
    if (!this.#trace || this.#width === 0) return;
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / ROW) - OVERSCAN);
    const last = Math.min(this.#rows.length - 1, Math.ceil((this.scroller.scrollTop + this.scroller.clientHeight) / ROW) + OVERSCAN);
    const key = `${first}:${last}:${this.#at}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    const behind = svg("g");
    const line = svg("g");
    const front = svg("g");
    const words = svg("g");
    if (this.#at >= first && this.#at <= last) {
      const y = this.#y(this.#at) - ROW / 2;
      behind.append(svg("rect", { class: "lanes-now", x: 0, y, width: this.pictureWidth, height: ROW }));
      words.append(svg("rect", { class: "lanes-now", x: 0, y, width: this.wordsWidth, height: ROW }));
    }
    this.#drawLanes(behind, first, last);
    for (let row = Math.max(0, first); row <= last; row += 1) {
      if (row + 1 < this.#rows.length) this.#drawStretch(line, row);
      if (this.#rows[row].fold) this.#drawFold(front, words, row);
      else this.#drawEvent(front, words, row);
    }
    this.#drawLinks(line, first, last);
    this.picture.replaceChildren(behind, line, front);
    this.words.replaceChildren(words);
  }

  #drawLanes(into, first, last) {
    const trace = this.#trace;
    const top = this.#y(first) - ROW;
    const bottom = this.#y(last) + ROW;
    const end = this.#y(this.#rows.length - 1) + ROW / 2;
    const clip = (from, to) => [Math.max(top, from), Math.min(bottom, to)];
    for (const tid of this.#lanes) {
      const begins = trace.started.has(tid) ? this.#y(this.#rowOf[trace.started.get(tid)] ?? 0) : 0;
      const stops = trace.ended.has(tid) ? this.#y(this.#rowOf[trace.ended.get(tid)]) : end;
      const [y1, y2] = clip(begins, stops);
      const x = this.#x(tid);
      if (y2 > y1) into.append(svg("line", { class: `lane thread-${look(tid).colour}`, x1: x, x2: x, y1, y2 }));
    }
    const inView = (span) => {
      const to = span.to >= trace.length ? this.#rows.length - 1 : this.#rowOf[span.to];
      return { from: this.#rowOf[span.from], to, open: span.to >= trace.length };
    };
    const beside = new Map();
    for (const span of trace.held) {
      const { from, to, open } = inView(span);
      if (!this.#lanes.includes(span.tid) || to < first || from > last || from === to) continue;
      const others = beside.get(span.tid) ?? [];
      let level = 0;
      while (others.some((other) => other.level === level && other.to >= from)) level += 1;
      beside.set(span.tid, [...others, { level, to }]);
      const x = this.cards ? this.#x(span.tid) - this.gap / 2 + 3 + level * 6 : this.#x(span.tid) - 6 - level * 3;
      const [y1, y2] = clip(this.#y(from) - 8, open ? end : this.#y(to) + 8);
      const name = fit(span.what, 40);
      into.append(svg("rect", { class: `held thread-${look(span.tid).colour}`, x, y: y1, width: this.cards ? 4 : 12 + level * 6, height: Math.max(0, y2 - y1), rx: this.cards ? 2 : 6 },
        svg("title", {}, `${trace.nameOf(span.tid)} holds ${name}`)));
    }
    for (const span of trace.waited) {
      const { from, to, open } = inView(span);
      if (!this.#lanes.includes(span.tid) || to < first || from > last || from === to) continue;
      const [y1, y2] = clip(this.#y(from), open ? end : this.#y(to));
      const x = this.#x(span.tid);
      into.append(svg("line", { class: `waiting thread-${look(span.tid).colour}`, x1: x, x2: x, y1, y2 }));
    }
  }

  // Where the processor is, from a row to the next.
  #drawStretch(into, row) {
    const events = this.#trace.events;
    const from = events[this.#rows[row].to - 1];
    const next = this.#rows[row + 1];
    const to = events[next.from];
    const place = (tid) => (this.#lanes.includes(tid) ? this.#x(tid) : null);
    const [x1, x2] = [place(from.tid), place(to.tid)];
    if (x1 === null || x2 === null) return;
    const [y1, y2] = [this.#y(row), this.#y(row + 1)];
    const future = row >= this.#at ? " future" : "";
    if (x1 === x2) {
      into.append(svg("line", { class: `running thread-${look(from.tid).colour}${future}`, x1, x2, y1, y2 }));
      return;
    }
    const middle = (y1 + y2) / 2;
    const preempted = to.preempted ? " preemption" : "";
    into.append(svg("path", { class: `switch${preempted}${future}`, d: `M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}` }));
  }

  #drawFold(front, words, row) {
    const { from, to } = this.#rows[row];
    const tids = new Set();
    for (let at = from; at < to; at += 1) tids.add(this.#trace.events[at].tid);
    const who = tids.size === 1 ? shortName(this.#trace.nameOf([...tids][0])) : `${tids.size} threads`;
    const text = `${(to - from).toLocaleString("en")} steps of ${who}`;
    const y = this.#y(row);
    const future = row > this.#at ? " future" : "";
    const group = svg("g", { class: `fold${future}`, "data-row": row }, svg("title", {}, "Show these steps"));
    if (this.cards) {
      const wide = text.length * 6.6 + 34;
      const x = Math.max(wide / 2 + 2, Math.min(this.pictureWidth - wide / 2 - 2, this.pictureWidth / 2));
      group.append(svg("rect", { x: x - wide / 2, y: y - 10, width: wide, height: 20, rx: 10 }), svg("text", { x, y: y + 4, "text-anchor": "middle" }, `⋯ ${text}`));
      front.append(group);
    } else {
      group.append(svg("rect", { class: "fold-hit", x: 0, y: y - ROW / 2, width: this.wordsWidth, height: ROW }), svg("text", { x: 12, y: y + 4 }, `⋯ ${text}`));
      words.append(group);
    }
  }

  #drawEvent(front, words, row) {
    const trace = this.#trace;
    const at = this.#rows[row].from;
    const event = trace.events[at];
    const { colour, mark } = look(event.tid);
    const y = this.#y(row);
    const x = this.#x(event.tid);
    const state = `${row > this.#at ? " future" : ""}${row === this.#at ? " now" : ""}${trace.apartAt?.has(at) ? " apart" : ""}`;
    const full = `${trace.nameOf(event.tid)}, ${trace.sentence(at)}`;
    if (this.cards) {
      words.append(svg("text", { class: `lanes-step${state}`, x: GUTTER - 9, y: y + 4, "text-anchor": "end" }, String(event.step)));
      front.append(this.#card(row, event, x, y, `thread-${colour}${state}`, full));
      const change = trace.switchAt(at);
      if (change?.reason === "preempted" && this.#lanes.includes(change.from) && row > 0 && !this.#rows[row - 1].fold)
        front.append(this.#interrupted(this.#x(change.from), y, state));
      return;
    }
    const line = event.line ? `${event.line} ` : "";
    const name = shortName(trace.nameOf(event.tid));
    const room = Math.floor((this.wordsWidth - 30) / CHAR);
    const said = fit(`${line}${shortly(event)}`, Math.max(8, room - name.length - 1));
    words.append(svg("g", { class: `words thread-${colour}${state}`, "data-row": row }, svg("title", {}, full),
      svg("rect", { class: "fold-hit", x: 0, y: y - ROW / 2, width: this.wordsWidth, height: ROW }),
      svg("use", { href: `#icon-mark-${mark}`, class: "mark", x: 10, y: y - MARK / 2, width: MARK, height: MARK }),
      svg("text", { x: 28, y: y + 4 }, svg("tspan", { class: "words-name" }, `${name} `), said)));
    front.append(svg("g", { class: `node thread-${colour}${state} op-${event.op}`, "data-row": row }, svg("title", {}, full),
      svg("use", { href: `#icon-mark-${mark}`, class: "mark", x: x - MARK / 2, y: y - MARK / 2, width: MARK, height: MARK })));
  }

  #card(row, event, x, y, look, full) {
    const most = this.gap - CARD_GAP - 6;
    const line = event.line ? String(event.line) : "";
    const said = fit(shortly(event), Math.floor((most - 2 * CARD_PADDING - (line ? (line.length + 1) * CHAR : 0)) / CHAR));
    const chars = said.length + (line ? line.length + 1 : 0);
    const wide = Math.min(most, Math.max(30, chars * CHAR + 2 * CARD_PADDING));
    const text = svg("text", { x: x - (chars * CHAR) / 2, y: y + 4 });
    if (line) text.append(svg("tspan", { class: "card-line" }, `${line} `));
    text.append(said);
    return svg("g", { class: `card ${look} op-${event.op}`, "data-row": row }, svg("title", {}, full),
      svg("rect", { x: x - wide / 2, y: y - CARD_HEIGHT / 2, width: wide, height: CARD_HEIGHT, rx: 6 }), text);
  }

  #interrupted(x, y, state) {
    const wide = 84;
    return svg("g", { class: `interrupted${state}` },
      svg("rect", { x: x - wide / 2, y: y - 9, width: wide, height: 18, rx: 9 }),
      svg("text", { x, y: y + 4, "text-anchor": "middle" }, "interrupted"));
  }

  // The accesses that another's write got between, joined to it; all that a preemption took apart, and the current one's.
  #drawLinks(into, first, last) {
    const trace = this.#trace;
    const now = this.#rows[this.#at];
    const current = now && !now.fold ? trace.between.filter(({ look, write, next }) => [look, write, next].includes(now.from)) : [];
    const drawn = new Set([...trace.apart.slice(0, this.cards ? 40 : 2), ...current]);
    for (const { look, write, next, what } of drawn) {
      for (const [one, other] of [[look, write], [write, next]]) {
        const [from, to] = [this.#rowOf[one], this.#rowOf[other]];
        if (from === undefined || to === undefined || to < first || from > last || from === to) continue;
        if (this.#rows[from].fold || this.#rows[to].fold) continue;
        this.#link(into, one, other, from, to, what);
      }
    }
  }

  #link(into, one, other, from, to, what) {
    const events = this.#trace.events;
    const [x1, x2] = [this.#x(events[one].tid), this.#x(events[other].tid)];
    const [y1, y2] = [this.#y(from), this.#y(to)];
    const side = x2 > x1 ? 1 : -1;
    const bend = this.cards ? Math.min(this.gap * 0.42, 70) : this.gap;
    const future = to > this.#at ? " future" : "";
    into.append(svg("path", { class: `conflict${future}`, d: `M${x1 + side * 12} ${y1}C${x1 + side * bend} ${y1} ${x2 - side * bend} ${y2} ${x2 - side * 12} ${y2}` },
      svg("title", {}, what)));
  }
}

/** What the card of an event takes to say all of it. */
function cardWidth(event) {
  return shortly(event).length * CHAR + (event.line ? (String(event.line).length + 1) * CHAR : 0) + 2 * CARD_PADDING;
}

/** A text that has this many characters of room. */
export function fit(text, room) {
  const letters = [...text.replaceAll("\n", "⏎")];
  return letters.length <= room ? letters.join("") : `${letters.slice(0, Math.max(1, room - 1)).join("")}…`;
}
