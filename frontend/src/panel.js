// What a learner sees of one submission: status, verdict, tests, output. Takes the events of the feed (see feed.js) or the
// whole of a submission that has ended.

import { button, el, icon, seconds, withCode } from "./dom.js";
import { OutputLog } from "./log.js";
import { OWN_FILE, TestList, waitingLine } from "./tests.js";
import { Threads } from "./threads.js";
import { verdictLook } from "./verdicts.js";

const TICK_MS = 100;
const TRACEBACK_CHARS = 8000;
const TRACEBACK_LINE = new RegExp(`File "${OWN_FILE.replace(".", "\\.")}", line (\\d+)`, "g");

export class Panel {
  #threads = new Threads();
  #onMarks;
  #started = 0;
  #ticker = 0;
  #marks = [];
  #errors = "";
  #toLine;
  #explains;
  #onStep;
  #explored = null;
  #told = false;

  /**
   * @param {{toLine?: (line: number) => void, onMarks?: (marks: {line: number, message: string}[]) => void,
   *   onStep?: (places: object[]) => void, idle?: string}} options `toLine` shows a line in the editor; `onMarks` is told
   *   the lines that failed, all anew at each change; `onStep` where each thread is in the interleaving that is looked at
   *   (see Interleaving); `explains` has for a verdict the lesson that explains it, {title, url}; `idle` is what is said before anything ran
   */
  constructor({ toLine = null, onMarks = () => {}, onStep = () => {}, explains = {}, idle = "" } = {}) {
    this.#onMarks = onMarks;
    this.#toLine = toLine;
    this.#explains = explains ?? {};
    this.#onStep = onStep;
    /** Gets the trace of a schedule; set by the runner. */
    this.replay = async () => null;
    /** Shares an interleaving of the program that is shown; null where that is not offered. */
    this.share = null;
    this.statusIcon = el("span", { class: "status-icon" });
    this.statusText = el("span", { class: "status-text", text: idle });
    this.verdict = el("div", { class: "verdict", hidden: true });
    this.clock = el("span", { class: "status-clock", "aria-hidden": "true" });
    // State and verdict are announced; the running clock beside them is not, or it would never be quiet.
    this.live = el("div", { class: "status-live", role: "status", "aria-live": "polite" },
      el("p", { class: "status" }, this.statusIcon, this.statusText), this.verdict);
    this.more = el("div", { class: "verdict-more", hidden: true });
    this.ranOn = el("p", { class: "ran-on", hidden: true });
    this.banner = el("p", { class: "banner", hidden: true, role: "alert" });
    this.delay = el("p", { class: "banner banner-delay", hidden: true, role: "status" });
    this.failure = el("div", { class: "failure", hidden: true, role: "alert" });
    this.tests = new TestList(this.#threads, toLine, onStep);
    this.progress = el("div", { class: "explore-progress", hidden: true });
    this.explored = el("div", { class: "explored-place", hidden: true });
    this.log = new OutputLog(this.#threads);
    this.element = el("div", { class: "panel", dataset: { state: "idle" } },
      this.banner, this.delay, this.failure, el("div", { class: "status-row" }, this.live, this.clock),
      this.progress, this.more, this.ranOn, this.explored, this.tests.element, this.log.element);
  }

  /** Clears everything: a submission is being sent. */
  sending() {
    this.#clear();
    this.#status("queued", "spinner", "Sending…");
  }

  attaching() {
    this.#clear();
    this.#status("queued", "spinner", "Loading…");
  }

  stopping() {
    this.#status("running", "spinner", "Stopping…");
  }

  /** The connection to the server is there or not. */
  connected(ok) {
    this.banner.hidden = ok;
    this.banner.textContent = ok ? "" : "Connection lost, reconnecting…";
  }

  /** The submission was not taken, or cannot be shown: nothing ran. */
  failed(message, retry = null) {
    this.#stopClock();
    this.#status("idle", "dot", "Nothing was run.");
    this.failure.replaceChildren(icon("warning"), el("p", { text: message }));
    if (retry) this.failure.append(button("Try again", "reset", "button-small", retry));
    this.failure.hidden = false;
  }

  /** An error beside a submission that goes on. */
  warn(message) {
    this.failure.replaceChildren(icon("warning"), el("p", { text: message }));
    this.failure.hidden = false;
  }

  apply(event) {
    // An event of a type from a newer server is left out: the row it speaks of is still shown by the others.
    this[`on_${event.type}`]?.(event);
  }

  /** Shows a submission as GET /api/submissions/<id> gives it. */
  snapshot(submission) {
    this.#clear();
    if (submission.python) this.on_running(submission);
    const tests = submission.tests ?? [];
    if (tests.length) this.on_tests({ tests: tests.map((test, nth) => ({ index: nth, ...test })) });
    for (const piece of submission.output ?? []) this.on_output(piece);
    tests.forEach((test, nth) => { if (test.verdict) this.on_result({ ...test, test: test.index ?? nth }); });
    if (submission.report) this.on_explored({ report: submission.report });
    if (submission.state === "done") this.on_done(submission);
    else if (submission.state === "queued") this.on_queued({ position: null, delayed: null });
    else this.#status("running", "spinner", "Running");
  }

  on_reset() {
    this.#clear();
    this.#status("queued", "spinner", "Queued");
  }

  on_queued({ position, delayed }) {
    this.#status("queued", "clock", position === null ? "Queued" : `Queued: ${inLine(position)}`);
    this.delay.hidden = !delayed;
    this.delay.textContent = delayed ?? "";
  }

  on_waiting({ position }) {
    this.#status("queued", "clock", `Waiting for a free sandbox: ${inLine(position)}`);
  }

  on_running({ python, sandbox }) {
    this.delay.hidden = true;
    const where = `on Python ${python} in a ${sandbox === "docker" ? "Docker" : sandbox} sandbox`;
    this.#status("running", "spinner", `Running ${where}`);
    this.ranOn.textContent = `Ran ${where}.`;
    this.#startClock();
  }

  on_tests({ tests }) {
    this.tests.announce(tests);
    this.log.nameTests(tests);
  }

  on_started({ test }) {
    if (test !== null) this.tests.started(test);
  }

  on_output(piece) {
    if (piece.stream === "stderr" && piece.test === null) this.#errors = (this.#errors + piece.text).slice(-TRACEBACK_CHARS);
    this.log.add(piece);
  }

  on_cut({ limit_bytes: limitBytes }) {
    this.log.cut(limitBytes);
  }

  on_progress(event) {
    if (event.test !== null) {
      this.tests.progress(event);
      return;
    }
    const { done, total, unit } = event;
    const words = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${unit}`;
    this.progress.hidden = false;
    this.progress.replaceChildren(el("progress", { value: done, max: total, "aria-label": words }), el("span", { text: words }));
  }

  async on_explored({ report }) {
    this.#told = true;
    this.progress.hidden = true;
    this.#forgetExplored();
    const { Outcomes } = await import("./outcomes.js").catch(() => ({ Outcomes: null }));
    if (Outcomes === null) {
      this.warn("What was found cannot be drawn: a part of the page could not be loaded. Check the connection and try again.");
      return;
    }
    this.#forgetExplored();
    const found = new Outcomes(report, { toLine: this.#toLine, onStep: this.#onStep, replay: (schedule) => this.replay(schedule), share: this.share });
    this.#explored = found;
    this.explored.replaceChildren(found.element);
    this.explored.hidden = false;
    found.openFirst();
  }

  #forgetExplored() {
    this.#explored?.destroy();
    this.#explored = null;
    this.explored.replaceChildren();
    this.explored.hidden = true;
  }

  on_result(result) {
    this.tests.result(result);
    // The test says it already, with all that belongs to it.
    if (result.verdict !== "ACCEPTED" && result.message) this.#told = true;
    const line = result.line ?? waitingLine(result.stacks);
    const message = result.message || result.label;
    // Five tests that fail at one line with one message are one mark.
    const known = this.#marks.some((mark) => mark.line === line && mark.message === message);
    if (result.verdict === "ACCEPTED" || !line || known) return;
    this.#marks.push({ line, message });
    this.#onMarks(this.#marks);
  }

  on_done({ verdict, label, message, explanation, seconds: took }) {
    this.#stopClock();
    this.log.flush();
    this.delay.hidden = true;
    this.progress.hidden = true;
    this.connected(true);
    this.clock.textContent = seconds(took);
    this.ranOn.hidden = this.ranOn.textContent === "";
    if (verdict === null || verdict === undefined) {
      this.#status("done", "check", label || "Finished");
      if (!this.#told) this.#say(message);
      return;
    }
    const { icon: iconName, tone } = verdictLook(verdict);
    this.#status("done", null, "Done");
    this.verdict.dataset.tone = tone;
    this.verdict.dataset.verdict = verdict;
    this.verdict.replaceChildren(
      icon(iconName, "icon verdict-icon"),
      el("div", {}, el("strong", { class: "verdict-label", text: label || verdict }), explanation ? el("p", { text: explanation }) : null, this.#lesson(verdict)),
    );
    this.verdict.hidden = false;
    if (!this.#told && verdict !== "ACCEPTED") this.#say(message);
    if (verdict === "RUNTIME_ERROR" || verdict === "SYNTAX_ERROR") this.#markTraceback(message || label);
  }

  #lesson(verdict) {
    const lesson = this.#explains[verdict];
    return lesson ? el("p", { class: "verdict-lesson" }, "More about this in the lesson ", el("a", { href: lesson.url, text: lesson.title }), ".") : null;
  }

  // A run has no tests to name the line; its traceback does, last of all where the exception was raised.
  #markTraceback(message) {
    const last = [...this.#errors.matchAll(TRACEBACK_LINE)].at(-1);
    if (!last || this.#marks.length) return;
    const said = this.#errors.trimEnd().split("\n").at(-1);
    this.#marks.push({ line: Number(last[1]), message: said || message });
    this.#onMarks(this.#marks);
  }

  #say(message) {
    this.more.hidden = !message;
    this.more.replaceChildren();
    if (message) this.more.append(el("p", { class: "verdict-message" }, ...withCode(message)));
  }

  #clear() {
    this.#threads.clear();
    this.#marks = [];
    this.#errors = "";
    this.#onMarks([]);
    this.#stopClock();
    this.clock.textContent = "";
    this.progress.hidden = true;
    this.#told = false;
    this.#forgetExplored();
    this.#onStep([]);
    this.tests.clear();
    this.log.clear();
    this.verdict.hidden = true;
    this.more.hidden = true;
    this.ranOn.hidden = true;
    this.ranOn.textContent = "";
    this.failure.hidden = true;
    this.delay.hidden = true;
  }

  #status(state, iconName, text) {
    this.element.dataset.state = state;
    if (iconName) this.statusIcon.replaceChildren(icon(iconName, iconName === "spinner" ? "icon spin" : "icon"));
    else this.statusIcon.replaceChildren();
    if (this.statusText.textContent !== text) this.statusText.textContent = text;
  }

  #startClock() {
    this.#stopClock();
    this.#started = performance.now();
    this.#ticker = setInterval(() => {
      this.clock.textContent = `${((performance.now() - this.#started) / 1000).toFixed(1)} s`;
    }, TICK_MS);
  }

  #stopClock() {
    clearInterval(this.#ticker);
  }
}

function inLine(position) {
  return position <= 1 ? "next in line" : `number ${position} in line`;
}
