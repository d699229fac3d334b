// What happened in one execution, made ready to be shown: pure functions over the explorer's JSON, no page.
//
// The explorer records events in order. What is derived here: who was running when and why that changed, which accesses
// got between two of another thread's, how long locks were held and waits lasted, and the state after any event.

/**
 * @typedef {{step: number, tid: number, line: number, function: string, op: string, what: string, value: string,
 *   before: string, preempted: boolean}} Event see sandbox/explorer/trace.py
 * @typedef {{from: number, to: number, tid: number, what: string}} Span of events; `to` is the event that ends it, or the
 *   number of events where nothing does
 * @typedef {{what: string, look: number, write: number, next: number, lost: boolean}} Between a thread's two accesses,
 *   `look` and `next`, and another's write that came between them; `lost`: `next` writes over what it has not seen
 */

const SNAPSHOT_EVERY = 128;
const ACCESSES = new Set(["read", "write", "call", "iterate"]);

export class Trace {
  /** @param {object} execution as sandbox/explorer/report.py:execution_to_json gives it */
  constructor(execution) {
    this.execution = execution;
    /** @type {Event[]} */
    this.events = execution.events ?? [];
    this.names = execution.threads ?? [];
    this.dropped = execution.dropped ?? 0;
    this.waits = execution.waits ?? null;
    this.#nameThreads();
    this.#walk();
    this.#findBetween();
    this.#findMatters();
  }

  get length() {
    return this.events.length;
  }

  nameOf(tid) {
    return this.names[tid] ?? `thread ${tid}`;
  }

  /**
   * Why the processor went to the thread of event `at`: null where it had it already.
   *
   * @returns {{from: number, reason: "preempted"|"waits"|"ended"|"sleeps"|"gave way"}|null}
   */
  switchAt(at) {
    const before = this.events[at - 1];
    const event = this.events[at];
    if (!before || !event || before.tid === event.tid) return null;
    if (event.preempted) return { from: before.tid, reason: "preempted" };
    const reason = { wait: "waits", end: "ended", sleep: "sleeps" }[before.op] ?? "gave way";
    return { from: before.tid, reason };
  }

  /**
   * Everything as it is after the first `count` events.
   *
   * @returns {{variables: Map<string, {value: string, tid: number|null, at: number}>,
   *   locks: Map<string, {tid: number, line: number, depth: number}>, waiting: Map<number, Event>,
   *   lines: Map<number, number>, ended: Set<number>, output: string}}
   */
  stateAfter(count) {
    const nearest = Math.floor(count / SNAPSHOT_EVERY);
    const state = copyState(this.#snapshots[nearest]);
    for (let at = nearest * SNAPSHOT_EVERY; at < count; at += 1) advance(state, this.events[at], at);
    return state;
  }

  /** The learner's sentence about an event, without its thread. */
  sentence(at) {
    const event = this.events[at];
    const where = event.line ? `line ${event.line}: ` : "";
    return where + describe(event).map(({ text }) => text).join(" ");
  }

  #snapshots = [];

  // Two threads may have one name: the n-th start of a name is the n-th thread of that name.
  #nameThreads() {
    const byName = new Map();
    this.names.forEach((name, tid) => byName.set(name, [...(byName.get(name) ?? []), tid]));
    this.started = new Map([[0, 0]]);
    this.events.forEach((event, at) => {
      const tid = event.op === "start" ? byName.get(event.what)?.find((each) => !this.started.has(each)) : event.tid;
      if (tid !== undefined && !this.started.has(tid)) this.started.set(tid, at);
    });
  }

  #walk() {
    this.lanes = [...new Set(this.events.map((event) => event.tid))].sort((a, b) => a - b);
    this.ended = new Map();
    /** @type {Span[]} */
    this.held = [];
    /** @type {Span[]} */
    this.waited = [];
    const open = [];
    const waiting = new Map();
    const state = emptyState();
    this.events.forEach((event, at) => {
      if (at % SNAPSHOT_EVERY === 0) this.#snapshots.push(copyState(state));
      if (waiting.has(event.tid)) {
        waiting.get(event.tid).to = at;
        waiting.delete(event.tid);
      }
      if (event.op === "wait") {
        const span = { from: at, to: this.length, tid: event.tid, what: event.what };
        waiting.set(event.tid, span);
        this.waited.push(span);
      } else if (event.op === "acquire") {
        const own = open.find((span) => span.tid === event.tid && span.what === event.what);
        if (own) own.depth += 1;
        else {
          const span = { from: at, to: this.length, tid: event.tid, what: event.what, depth: 1 };
          open.push(span);
          this.held.push(span);
        }
      } else if (event.op === "release") {
        const found = open.findLast((span) => span.what === event.what && span.tid === event.tid) ??
          open.findLast((span) => span.what === event.what);
        if (found) {
          found.depth -= 1;
          if (found.depth === 0) {
            found.to = at;
            open.splice(open.indexOf(found), 1);
          }
        }
      } else if (event.op === "end") this.ended.set(event.tid, at);
      advance(state, event, at);
    });
    if (this.length % SNAPSHOT_EVERY === 0) this.#snapshots.push(copyState(state));
  }

  // An event names its place as the source writes it. Where a value does not follow from the one before, the same words
  // name several objects, and nothing is claimed about them.
  #findBetween() {
    /** @type {Map<string, number[]>} */
    const accesses = new Map();
    const values = new Map();
    const several = new Set();
    this.events.forEach((event, at) => {
      if (!isAccess(event)) return;
      const place = placeOf(event);
      const seen = event.op === "read" ? event.value : event.before;
      if (values.has(place) && seen && values.get(place) && values.get(place) !== seen) several.add(place);
      values.set(place, event.value);
      accesses.set(place, [...(accesses.get(place) ?? []), at]);
    });
    /** @type {Between[]} */
    this.between = [];
    this.shared = new Set();
    for (const [place, found] of accesses) {
      const tids = new Set(found.map((at) => this.events[at].tid));
      if (tids.size < 2 || several.has(place) || !found.some((at) => isWrite(this.events[at]))) continue;
      this.shared.add(place);
      const last = new Map();
      const write = new Map();
      for (const at of found) {
        const { tid, op } = this.events[at];
        // The last write of another since this thread's last access.
        const other = write.get(tid);
        if (last.has(tid) && other !== undefined)
          this.between.push({
            what: place,
            look: last.get(tid),
            write: other,
            next: at,
            lost: op === "write" && this.events[last.get(tid)].op === "read",
          });
        last.set(tid, at);
        write.delete(tid);
        if (isWrite(this.events[at])) for (const each of tids) if (each !== tid) write.set(each, at);
      }
    }
    this.between.sort((one, other) => one.next - other.next);
  }

  // What is worth a row of its own when everything else is folded.
  #findMatters() {
    const matters = new Set();
    const contended = new Set(this.waited.map((span) => span.what));
    for (const wait of this.waits?.waits ?? []) for (const what of [wait.what, ...wait.holds]) contended.add(what);
    const cycle = new Set(this.waits?.cycle ?? []);
    this.events.forEach((event, at) => {
      if (event.preempted) {
        matters.add(at);
        if (at) matters.add(at - 1);
      }
      const ending = event.what.endsWith(" to end");
      if (event.op === "print" || event.op === "notify" || event.op === "timeout") matters.add(at);
      if (event.op === "wait" && (!ending || cycle.has(event.tid))) matters.add(at);
      if ((event.op === "acquire" || event.op === "release") && contended.has(event.what)) matters.add(at);
    });
    // Of pairs that a preemption took apart, the whole story; where there is none, of the first few pairs.
    const apart = this.between.filter(({ look, next }) => this.#preemptedBetween(look, next));
    for (const { look, write, next } of apart.length ? apart : this.between.slice(0, 3)) for (const at of [look, write, next]) matters.add(at);
    for (const wait of this.waits?.waits ?? []) {
      const last = this.events.findLastIndex((event) => event.tid === wait.tid);
      if (last >= 0 && wait.kind !== "join") matters.add(last);
    }
    // Whatever led to an exception: the last thing that its thread did.
    for (const { tid } of this.execution.lost ?? []) {
      const last = this.events.findLastIndex((event) => event.tid === tid && event.op !== "end");
      if (last >= 0) matters.add(last);
    }
    this.matters = matters;
    this.apart = apart;
  }

  #preemptedBetween(from, to) {
    for (let at = from + 1; at <= to; at += 1) if (this.events[at].preempted) return true;
    return false;
  }

  /**
   * The rows to draw: one for each event, or with `folded` one for each that matters and one for each run of others.
   *
   * @param {Set<number>} unfolded first events of runs that were opened
   * @returns {{from: number, to: number, fold: boolean}[]} events `from` up to but not including `to`
   */
  rows(folded, unfolded = new Set()) {
    const rows = [];
    const one = (at) => rows.push({ from: at, to: at + 1, fold: false });
    let at = 0;
    while (at < this.length) {
      if (!folded || this.matters.has(at)) {
        one(at);
        at += 1;
        continue;
      }
      let to = at;
      while (to < this.length && !this.matters.has(to)) to += 1;
      if (to - at === 1 || unfolded.has(at)) for (let each = at; each < to; each += 1) one(each);
      else rows.push({ from: at, to, fold: true });
      at = to;
    }
    return rows;
  }

  /** The first step at which two executions part: an index of events that holds for both, or null. */
  partsFrom(other) {
    const same = (one, two) => ["tid", "line", "op", "what", "value"].every((name) => one[name] === two[name]);
    const most = Math.max(this.length, other.length);
    for (let at = 0; at < most; at += 1) {
      if (!this.events[at] || !other.events[at] || !same(this.events[at], other.events[at])) return at;
    }
    return null;
  }
}

/** The line where a thread took a lock that it still has, or null. */
export function takenAt(trace, tid, what) {
  const span = trace.held.findLast((each) => each.tid === tid && each.what === what && each.to === trace.length);
  return span ? trace.events[span.from].line || null : null;
}

const isAccess = (event) => ACCESSES.has(event.op);
const isWrite = (event) => event.op === "write" || (event.op === "call" && event.before !== event.value);

/** The variable of an access: of `log.append #2` it is `log #2`. */
function placeOf({ op, what }) {
  return op === "call" ? what.replace(/\.[^.]*?( #\d+)?$/, "$1") : what;
}

function emptyState() {
  return { variables: new Map(), locks: new Map(), waiting: new Map(), lines: new Map(), ended: new Set(), output: "" };
}

function copyState(state) {
  return {
    variables: new Map(state.variables),
    locks: new Map(state.locks),
    waiting: new Map(state.waiting),
    lines: new Map(state.lines),
    ended: new Set(state.ended),
    output: state.output,
  };
}

function advance(state, event, at) {
  state.waiting.delete(event.tid);
  if (event.line) state.lines.set(event.tid, event.line);
  if (isAccess(event) && event.value) {
    const place = placeOf(event);
    const known = state.variables.get(place);
    if (isWrite(event)) state.variables.set(place, { value: event.value, tid: event.tid, at });
    else if (known?.value !== event.value) state.variables.set(place, { value: event.value, tid: null, at });
  }
  if (event.op === "wait") state.waiting.set(event.tid, event);
  else if (event.op === "acquire") {
    const held = state.locks.get(event.what);
    state.locks.set(event.what, held?.tid === event.tid ? { ...held, depth: held.depth + 1 } : { tid: event.tid, line: event.line, depth: 1 });
  } else if (event.op === "release") {
    const held = state.locks.get(event.what);
    if (held && held.depth > 1) state.locks.set(event.what, { ...held, depth: held.depth - 1 });
    else state.locks.set(event.what, { tid: null, line: 0, depth: 0 });
  } else if (event.op === "print") state.output += event.value;
  else if (event.op === "end") {
    state.ended.add(event.tid);
    state.lines.delete(event.tid);
  }
}

/**
 * An event in a few words: parts of text, of which `code` is the program's own.
 *
 * @param {Event} event
 * @returns {{text: string, code?: boolean}[]}
 */
export function describe(event) {
  const word = (text) => ({ text });
  const code = (text) => ({ text, code: true });
  const { op, what, value, before } = event;
  if (op === "read") return value ? [word("reads"), code(what), word("as"), code(value)] : [word("reads"), code(what)];
  if (op === "write")
    return before ? [word("sets"), code(what), word("from"), code(before), word("to"), code(value)] : [word("sets"), code(what), word("to"), code(value)];
  if (op === "call") return value ? [word("calls"), code(what), word("which makes it"), code(value)] : [word("calls"), code(what)];
  if (op === "iterate") return [word("takes the next of"), code(what)];
  if (op === "acquire") return [word("takes"), code(what)];
  if (op === "release") return [word("releases"), code(what)];
  if (op === "wait" && what.endsWith(" to end")) return [word("waits for"), code(what.slice(0, -" to end".length)), word("to end")];
  if (op === "wait") return what === "to be notified" ? [word("waits to be notified")] : [word("waits for"), code(what)];
  if (op === "print") return [word("prints"), code(value.trimEnd() || "an empty line")];
  if (op === "timeout") return [word("has waited long enough: its timeout fires")];
  if (op === "notify") return [word("notifies a waiter")];
  if (op === "start") return [word("starts"), code(what)];
  if (op === "join") return [word("sees the end of"), code(what)];
  if (op === "end") return [word("ends")];
  if (op === "sleep") return [word("sleeps")];
  if (op === "test") return [word("asks whether"), code(what), word("is locked")];
  return [word(`${op}s`), ...(what ? [code(what)] : [])];
}

/** The same as short as a drawing needs it. */
export function shortly(event) {
  const { op, what, value, before } = event;
  if (op === "read") return value ? `${what} is ${value}` : `reads ${what}`;
  if (op === "write") return before ? `${what} = ${before} → ${value}` : `${what} = ${value}`;
  if (op === "call") return value && value !== before ? `${what} → ${value}` : what.replace(/( #\d+)?$/, "()$1");
  if (op === "iterate") return `next of ${what}`;
  if (op === "acquire") return `takes ${what}`;
  if (op === "wait" && what === "to be notified") return "waits for notify";
  if (op === "wait" && what.endsWith(" to end")) return `waits for ${what.slice(0, -" to end".length).replace(/ \(.*\)$/, "")}`;
  if (op === "wait") return `wants ${what}`;
  if (op === "release") return `frees ${what}`;
  if (op === "print") return `prints ${value.trimEnd()}`;
  if (op === "timeout") return "timeout";
  if (op === "start") return `starts ${what.replace(/ \(.*\)$/, "")}`;
  if (op === "join") return `joined ${what.replace(/ \(.*\)$/, "")}`;
  if (op === "test") return `${what}.locked()`;
  return { notify: "notifies", end: "ends", sleep: "sleeps" }[op] ?? `${op} ${what}`.trim();
}
