// What exploring a program found: each distinct outcome with how often it came, and on demand a schedule that gives it.

import { button, el, icon, svg } from "./dom.js";
import { Interleaving } from "./interleaving.js";

const LINES_SHOWN = 4;
const KINDS = {
  finished: ["check", "quiet", "Finished"],
  exception: ["bolt", "bad", "Exception"],
  "lost exception": ["bolt", "bad", "Exception in a thread"],
  deadlock: ["deadlock", "bad", "Deadlock"],
  livelock: ["loop", "bad", "Livelock"],
  endless: ["loop", "limit", "Did not end"],
  "output limit": ["lines", "limit", "Printed too much"],
  "not modelled": ["warning", "limit", "Cannot be explored"],
};

/** How an execution ended: an icon's name, a tone, a word. */
export function endingLook(kind) {
  const [iconName, tone, label] = KINDS[kind] ?? KINDS.finished;
  return { iconName, tone, label };
}

export const PREEMPTION = "A preemption takes the processor from a thread that could have gone on.";

/** Whether this interpreter could do it, in words. */
export function realismWords(realism, python) {
  if (!realism) return null;
  const named = python ? `Python ${python}` : "This Python";
  return realism === "gil"
    ? `It can happen in everyday Python: ${named} may switch threads at just that place.`
    : `${named} with its global lock happens not to switch threads there. The language does not promise it, and free-threaded Python does switch.`;
}

/** What was tried, and so what may be claimed. */
export function claimWords({ exhausted, complete_bound: bound, out_of_time: late, diverged }) {
  if (diverged) return "Nothing is claimed beyond what was seen.";
  if (exhausted) return "Every possible schedule was tried.";
  const sample = "beyond that, a sample.";
  if (bound !== null && bound !== undefined && bound >= 0) return `All schedules with at most ${bound} preemption${bound === 1 ? "" : "s"} were tried; ${sample}`;
  return late ? "A sample of the schedules was tried, until the time was up." : "A sample of the schedules was tried.";
}

export class Outcomes {
  #report;
  #options;
  #open = null;

  /**
   * @param {object} report as sandbox/explorer/report.py:to_json gives it, each of `outcomes` with its `trace`
   * @param {{onStep?: Function, toLine?: Function|null, replay?: (schedule: string) => Promise<object|null>}} options
   *   `replay` gets the execution of an outcome whose trace is not there; `share`, where there is one, makes a link
   */
  constructor(report, options) {
    this.#report = report;
    this.#options = options;
    const { outcomes, executions, seconds } = report;
    const plain = outcomes[0];
    const sorted = [...outcomes].sort((one, other) => other.count - one.count);
    this.list = el("ol", { class: "outcomes" }, ...sorted.map((outcome) => this.#row(outcome, outcome === plain && outcomes.length > 1)));
    const alone = outcomes.length === 1 && (plain?.trace?.threads.length ?? 2) < 2;
    const hidden = report.left_out ?? 0;
    this.element = el("section", { class: "explored", "aria-label": "Outcomes" },
      el("header", { class: "explored-head" },
        el("h3", { text: outcomes.length === 1 ? "One outcome" : `${(outcomes.length + (report.left_out ?? 0)).toLocaleString("en")} different outcomes` }),
        el("span", { class: "log-count", text: `in ${executions.toLocaleString("en")} schedule${executions === 1 ? "" : "s"}, ${seconds.toFixed(1)} s` })),
      this.#nondeterministic(),
      this.list,
      hidden ? el("p", { class: "log-note", text: `${hidden.toLocaleString("en")} more outcomes are not shown.` }) : null,
      alone ? el("p", { class: "banner" }, icon("info"), "This program starts no threads when it is run, so there is only one way through it. Add a few lines at its end that use it from several threads, and explore again.") : null,
      el("p", { class: "explored-claim", title: PREEMPTION, text: claimWords(report) }),
      this.#realism(),
      this.#races());
  }

  destroy() {
    this.#open?.shown?.destroy();
    this.#open = null;
  }

  #nondeterministic() {
    if (!this.#report.diverged) return null;
    return el("p", { class: "banner" }, icon("warning"), `The same schedule gave different steps: ${this.#report.diverged}. The program depends on something that the explorer does not control.`);
  }

  #row(outcome, plain) {
    const [iconName, tone, label] = KINDS[outcome.kind] ?? ["dot", "limit", outcome.kind];
    const failed = outcome.kind !== "finished" || outcome.problem;
    const share = (outcome.count / this.#report.executions) * 100;
    const said = outcome.output.trimEnd();
    const lines = said.split("\n");
    const shown = lines.slice(0, LINES_SHOWN).join("\n") + (lines.length > LINES_SHOWN ? `\n… ${lines.length - LINES_SHOWN} more lines` : "");
    const details = el("div", { class: "outcome-more", hidden: true });
    const head = el("button", { type: "button", class: "outcome-head", "aria-expanded": "false" },
      el("span", { class: "outcome-what" },
        failed ? el("span", { class: "outcome-label" }, icon(failed && outcome.kind === "finished" ? "cross" : iconName), label) : null,
        said ? el("code", { class: "outcome-output", text: shown }) : failed ? null : el("span", { class: "outcome-quiet", text: "prints nothing" }),
        failed && (outcome.problem || outcome.detail) ? el("span", { class: "outcome-detail", text: outcome.problem || outcome.detail }) : null,
        plain ? el("span", { class: "chip", text: "without interruptions" }) : null),
      el("span", { class: "outcome-bar" },
        svg("svg", { class: "bar", "aria-hidden": "true", width: "100%", height: 10 },
          svg("rect", { class: "bar-all", width: "100%", height: 10, rx: 5 }),
          svg("rect", { class: "bar-share", width: `${Math.max(1.5, share)}%`, height: 10, rx: 5 })),
        el("span", { class: "outcome-count", text: `${outcome.count.toLocaleString("en")} ×, ${share < 1 ? "under 1" : Math.round(share)} %` })),
      icon("fold", "icon outcome-arrow"));
    const item = el("li", { class: "outcome", dataset: { tone: failed && tone === "quiet" ? "bad" : tone } }, head, details);
    if (plain) item.dataset.plain = "";
    head.addEventListener("click", () => this.#toggle({ outcome, item, head, details }));
    return item;
  }

  async #toggle(entry) {
    const again = this.#open?.item === entry.item;
    if (this.#open) {
      this.#open.shown?.destroy();
      this.#open.head.setAttribute("aria-expanded", "false");
      this.#open.details.hidden = true;
      this.#open = null;
    }
    if (again) return;
    this.#open = entry;
    entry.head.setAttribute("aria-expanded", "true");
    entry.details.hidden = false;
    entry.details.replaceChildren(el("p", { class: "status" }, icon("spinner", "icon spin"), "Replaying this schedule…"));
    const execution = await this.#execution(entry.outcome).catch((error) => {
      entry.details.replaceChildren(el("p", { class: "failure" }, icon("warning"), error.message));
      return null;
    });
    if (execution === null || this.#open !== entry) return;
    entry.shown = new Interleaving(execution, { ...this.#options, name: "A schedule that gives this outcome" });
    entry.details.replaceChildren(el("div", { class: "outcome-how" }, el("p", { text: howMany(entry.outcome.preemptions) }), ...this.#sharing(entry.outcome)), entry.shown.element);
  }

  #sharing({ schedule }) {
    const { share } = this.#options;
    if (!share || !schedule) return [];
    const said = el("span", { role: "alert" });
    return [button("Share this interleaving", "share", "button-small", () => share(schedule).catch((error) => { said.textContent = error.message; })), said];
  }

  /** Opens an outcome: the first that failed, or the first that differs from the plain one. */
  openFirst() {
    const rows = [...this.list.children];
    (rows.find((row) => row.dataset.tone !== "quiet") ?? rows.find((row) => !("plain" in row.dataset)) ?? rows[0])?.querySelector("button").click();
  }

  async #execution(outcome) {
    if (outcome.trace) return outcome.trace;
    const finding = this.#report.finding;
    if (finding && finding.schedule === outcome.schedule) return finding;
    if (!outcome.schedule) throw new Error("This schedule is too long to be replayed from here.");
    const found = (await this.#options.replay?.(outcome.schedule)) ?? null;
    if (found === null) throw new Error("This schedule could not be replayed. Explore again.");
    outcome.trace = found;
    return found;
  }

  #realism() {
    const { finding, python } = this.#report;
    const words = finding ? realismWords(finding.realism, python) : null;
    return words ? el("p", { class: "explored-claim", text: words }) : null;
  }

  #races() {
    const { races } = this.#report;
    if (!races?.length) return null;
    const list = el("ul", { class: "waits-words" }, ...races.slice(0, 8).map((race) => raceWords(race, this.#options.toLine)));
    return el("details", { class: "races" }, el("summary", { text: races.length === 1 ? "A data race" : `${races.length} data races` }),
      el("p", { class: "explored-claim", text: "Two accesses, at least one of them a write, that no lock, join or queue puts in an order. Not wrong by itself; the place to look first." }), list);
  }
}

/** A data race in words. */
export function raceWords({ what, first, second }, toLine) {
  const side = ({ thread, line, write }) => {
    const place = toLine && line ? el("button", { type: "button", class: "line-link", text: `line ${line}`, on: { click: () => toLine(line) } }) : `line ${line}`;
    return [place, ` (${write ? "write" : "read"} by ${thread === "MainThread" ? "main" : thread})`];
  };
  return el("li", {}, el("code", { text: what }), ": ", ...side(first), " and ", ...side(second));
}

function howMany(preemptions) {
  if (preemptions === 0) return "No thread is interrupted here: the order alone gives it.";
  return `${preemptions === 1 ? "One preemption is" : `${preemptions} preemptions are`} enough. ${PREEMPTION}`;
}
