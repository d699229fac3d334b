// The challenge page: the workbench, hints and the learner's earlier submissions.

import { el, icon, pageData } from "./dom.js";
import { bindHelp, refreshHelp } from "./help.js";
import { highlightAll } from "./highlight.js";
import { bindTabs } from "./tabs.js";
import { verdictLook } from "./verdicts.js";
import { startWorkbench } from "./workbench.js";

const page = pageData();
const list = document.querySelector("[data-role=submissions]");
const none = document.querySelector("[data-role=no-submissions]");
const count = document.querySelector("[data-role=submission-count]");
const rows = new Map();

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

const workbench = startWorkbench(page, (id, end) => {
  setVerdict(id, end.verdict ?? null, end.label ?? "Finished");
  // Solved: the points that it gave, and the explanation.
  if (end.verdict === "ACCEPTED") refreshHelp();
});
workbench.onSent((id, kind) => add({ id, kind, state: "queued", verdict: null, label: null, created: new Date().toISOString() }));

function setVerdict(id, verdict, label) {
  const row = rows.get(String(id));
  if (!row) return;
  const { icon: iconName, tone } = verdict === null ? { icon: "check", tone: "quiet" } : verdictLook(verdict);
  row.dataset.tone = tone;
  row.querySelector(".past-verdict").replaceChildren(icon(iconName), el("span", { text: label }));
}

/** Puts a submission at the top of the list. */
function add({ id, kind, state, verdict, label, created }) {
  if (rows.has(String(id))) return;
  const row = el(
    "li",
    { class: "past" },
    el("span", { class: "past-verdict" }, icon("clock"), el("span", { text: state === "running" ? "Running" : "Queued" })),
    el("span", { class: "past-kind", text: kind }),
    el("time", { datetime: created, text: clock.format(new Date(created)) }),
    el("button", { type: "button", class: "button button-small", on: { click: () => open(id, true) } }, el("span", { text: "Load" }),
      el("span", { class: "visually-hidden", text: ` the ${kind} of ${clock.format(new Date(created))}` })),
  );
  rows.set(String(id), row);
  list.prepend(row);
  if (state === "done") setVerdict(id, verdict, label ?? "Finished");
  none.hidden = true;
  count.textContent = String(rows.size);
  count.hidden = false;
}

/** Shows an earlier submission's results, and its source in the editor (undo brings back what was there). */
async function open(id, withSource) {
  const submission = await workbench.runner.show(id);
  if (submission && withSource) workbench.load(submission.source);
}

for (const submission of [...page.submissions].reverse()) add(submission);
highlightAll(document);
bindHelp();
bindTabs(document.querySelector("[role=tablist]"));

const linked = location.hash.match(/^#submission-(.+)$/);
if (linked && !workbench.runner.busy) open(decodeURIComponent(linked[1]), true);
