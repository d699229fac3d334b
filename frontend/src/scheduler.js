// You are the scheduler: at each step the learner chooses which thread goes on. Every position is kept here, so going back
// asks nobody; a move forwards asks the server, which replays the program up to the next choice.

import * as api from "./api.js";
import { button, el, icon } from "./dom.js";
import { Interleaving } from "./interleaving.js";
import { endingLook } from "./outcomes.js";
import { threadTag } from "./threads.js";
import { Tried } from "./tried.js";

const WORDS = {
  begin: "begins", read: "reads", write: "writes", call: "calls", iterate: "takes the next of", acquire: "takes", release: "releases",
  test: "looks at", put: "puts into", get: "takes from", join: "waits for a thread to end", start: "starts a thread", sleep: "sleeps",
  events: "looks for events", wake: "wakes up", print: "prints",
};
const WAITS = { join: "waits for the end of", notify: "waits to be notified", sleep: "sleeps" };

export class Scheduler {
  #program;
  #onStep;
  #toLine;
  #onEnd;
  #onMove;
  #positions = [];
  #at = -1;
  #busy = false;
  #shown = null;
  #schedules = null;
  #tried;

  /**
   * @param {{source: string, stdin?: string}} program
   * @param {{onStep?: Function, toLine?: Function|null, onEnd?: (move: object) => void,
   *   onMove?: () => void, onClose?: (() => void)|null}} options
   *   `onStep` and `toLine` as Interleaving has them; `onEnd` gets sandbox/exploration.py: Move of an execution that has ended;
   *   `onMove` is told of every move, back ones too
   */
  constructor(program, { onStep = () => {}, toLine = null, onEnd = () => {}, onMove = () => {}, onClose = null } = {}) {
    this.#program = { stdin: "", ...program };
    this.#tried = new Tried(this.#program);
    this.#onStep = onStep;
    this.#toLine = toLine;
    this.#onEnd = onEnd;
    this.#onMove = onMove;
    this.title = el("h3", { text: "You are the scheduler", tabindex: "-1" });
    this.said = el("p", { class: "scheduler-said", role: "status" });
    this.failure = el("div", { class: "failure", role: "alert", hidden: true });
    this.choices = el("div", { class: "choices", role: "group", "aria-label": "Who goes next" });
    this.undo = button("Undo", "left", "button-small", () => this.#goTo(this.#at - 1), { "aria-keyshortcuts": "Backspace" });
    this.restart = button("Start again", "reset", "button-small", () => this.#goTo(0));
    this.switches = el("span", { class: "log-count" });
    this.tried = el("span", { class: "log-count", title: "Ways in which its threads can take turns, from the start to the end", hidden: true });
    this.moves = el("ol", { class: "moves" });
    this.history = el("details", { class: "moves-place" }, el("summary", { text: "Your moves" }), this.moves);
    this.place = el("div", { class: "scheduler-trace" });
    this.element = el("section", { class: "scheduler", "aria-label": "You are the scheduler" },
      el("header", { class: "scheduler-head" }, this.title, this.switches, this.tried,
        el("div", { class: "scheduler-tools" }, this.undo, this.restart, onClose ? button("Close", "cross", "button-quiet button-small", onClose) : null)),
      this.said, this.failure, this.choices,
      el("p", { class: "scheduler-note", text: "The keys 1 to 9 choose, Backspace takes back." }),
      this.history, this.place);
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  get source() {
    return this.#program.source;
  }

  /** Asks for the first choice, and puts the focus here. */
  async start({ focus = true } = {}) {
    await this.#ask("", 1, null);
    if (focus) this.title.focus();
  }

  destroy() {
    this.#positions = [];
    this.#shown?.destroy();
    this.#shown = null;
    this.element.remove();
  }

  get #here() {
    return this.#positions[this.#at];
  }

  get #ready() {
    return this.#here?.move.position?.threads.filter(({ state }) => state === "ready") ?? [];
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select")) return;
    if (event.key >= "1" && event.key <= "9") {
      const thread = this.#ready[Number(event.key) - 1];
      if (thread) this.#choose(thread);
    } else if (event.key === "Backspace") this.#goTo(this.#at - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #choose(thread) {
    const { position, trace } = this.#here.move;
    if (!trace.schedule) {
      this.#fail("There are too many switches to write them all down: go back a few steps.");
      return;
    }
    const deviation = thread.tid === position.default ? "" : `${trace.schedule.endsWith(".") ? "" : "-"}${position.step}:${thread.tid}`;
    this.#ask(trace.schedule + deviation, position.step + 1, thread);
  }

  async #ask(schedule, until, chosen) {
    if (this.#busy) return;
    this.#busy = true;
    this.element.setAttribute("aria-busy", "true");
    if (!chosen) this.said.replaceChildren(icon("spinner", "icon spin"), " Finding out where its threads can be switched…");
    try {
      const { move, problem } = await api.move({ ...this.#program, schedule, until });
      this.#fail("");
      if (move) {
        this.#positions.splice(this.#at + 1, Infinity, { move, chosen });
        this.#goTo(this.#at + 1);
        this.#schedules ??= move.schedules;
        if (!move.position) {
          if (this.#schedules !== null) this.#tried.add(move.trace.schedule);
          this.#onEnd(move);
        }
        this.#sayTried();
      } else {
        if (!chosen) this.said.replaceChildren("It cannot be started.");
        this.#fail(problem);
      }
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      if (!chosen) this.said.replaceChildren("It was not started.");
      this.#fail(error.message, () => this.#ask(schedule, until, chosen));
    } finally {
      this.#busy = false;
      this.element.removeAttribute("aria-busy");
    }
  }

  #fail(message, again = null) {
    this.failure.hidden = !message;
    this.failure.replaceChildren(icon("warning"), el("p", { class: "scheduler-problem", text: message }));
    if (again) this.failure.append(button("Try again", "reset", "button-small", again));
  }

  #goTo(at) {
    if (at < 0 || at >= this.#positions.length) return;
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
    const before = focused?.dataset.thread;
    this.#at = at;
    this.#positions.length = at + 1;
    this.#onMove();
    const { move } = this.#here;
    this.#drawChoices(move);
    this.#drawMoves();
    const count = move.trace.preemptions;
    this.switches.textContent = `${count} ${count === 1 ? "interruption" : "interruptions"}`;
    this.switches.title = "How often a thread was interrupted that could have gone on";
    this.undo.disabled = this.restart.disabled = at === 0;
    this.#shown?.destroy();
    this.#shown = new Interleaving(move.trace, { onStep: this.#onStep, toLine: this.#toLine, name: "The interleaving so far", whole: true });
    this.place.replaceChildren(this.#shown.element);
    this.#shown.goToEvent(move.trace.events.length - 1);
    this.#say(move);
    // What had the focus may be gone, or can no longer be pressed.
    if (focused && (!focused.isConnected || focused.disabled))
      (this.choices.querySelector(`button[data-thread="${before}"]`) ?? this.choices.querySelector("button:enabled") ?? this.title).focus({ preventScroll: true });
  }

  // Only where there are few enough to be counted.
  #sayTried() {
    if (this.#schedules === null) return;
    this.tried.hidden = false;
    this.tried.textContent = `${this.#tried.size.toLocaleString("en")} of ${this.#schedules.toLocaleString("en")} schedules tried`;
  }

  #say({ trace, position }) {
    const last = trace.events.length ? this.#shown.trace.sentence(trace.events.length - 1) : "";
    const did = last ? `${this.#shown.trace.nameOf(trace.events.at(-1).tid)}, ${last}. ` : "";
    if (position) {
      this.said.replaceChildren(el("span", { class: "visually-hidden", text: did }), "Who goes next?");
      return;
    }
    const { iconName, tone, label } = endingLook(trace.outcome.kind);
    this.said.replaceChildren(el("strong", { class: `ending tone-${tone}` }, icon(iconName), ` ${label}`), trace.outcome.detail ? ` ${trace.outcome.detail}` : "");
  }

  #drawChoices({ position, trace }) {
    let nth = 0;
    this.choices.replaceChildren(...(position?.threads ?? []).filter(({ state }) => state !== "ended").map((thread) => {
      const ready = thread.state === "ready";
      const where = thread.line ? `line ${thread.line}` : "";
      const parts = [threadTag(thread.name, thread.tid), el("span", { class: "choice-what" }, ...intends(thread)), el("span", { class: "step-line", text: where })];
      if (!ready) return el("p", { class: "choice choice-waits" }, ...parts);
      nth += 1;
      const goesOn = thread.tid === position.running;
      return el("button", {
        type: "button", class: `choice button${goesOn ? " choice-running" : ""}`, dataset: { thread: thread.tid },
        "aria-keyshortcuts": nth <= 9 ? String(nth) : null, title: goesOn || position.free ? null : `Interrupts ${trace.threads[position.running]}`,
        on: { click: () => this.#choose(thread) },
      }, nth <= 9 ? el("kbd", { text: String(nth), "aria-hidden": "true" }) : null, ...parts);
    }));
    this.choices.hidden = !position;
  }

  #drawMoves() {
    this.moves.replaceChildren(...this.#positions.slice(1).map(({ chosen }, nth) =>
      el("li", {}, el("button", { type: "button", class: "move", title: "Back to before this move", "aria-label": `Back to before move ${nth + 1}: ${chosen.name}, ${intends(chosen).map((part) => part.textContent ?? part).join("")}`, on: { click: () => this.#goTo(nth) } },
        threadTag(chosen.name, chosen.tid), el("span", { class: "choice-what" }, ...intends(chosen))))));
    this.history.hidden = this.#positions.length < 2;
  }
}

/** What a thread does next, or waits for. */
function intends({ state, op, what }) {
  const parts = state === "waiting" ? [WAITS[op] ?? "waits for"] : [WORDS[op] ?? "goes on"];
  if (what && op !== "notify") parts.push(" ", el("code", { text: what }));
  return parts;
}
