// A lesson: each example can be run where it stands, edited, and set back. The editor is fetched when a cell is first
// edited, and only then.

import { schedulerBeside } from "./beside.js";
import { bothBeside, hasBoth } from "./both.js";
import { button, el } from "./dom.js";
import { followIn } from "./codelines.js";
import { highlight } from "./highlight.js";
import { lastOf, rememberLast } from "./last.js";
import { Marks } from "./marks.js";
import { Panel } from "./panel.js";
import { Runner } from "./runner.js";

function bringToLife(figure, number) {
  const pre = figure.querySelector("pre");
  const code = pre.querySelector("code");
  const original = code.textContent;
  let editor = null;
  let marks = null;

  const followInCode = followIn(code);
  const follow = (places) => (marks ? marks.follow(places) : followInCode(places));
  const panel = new Panel({ onStep: follow, onMarks: (found) => marks?.failed(found), toLine: (line) => editor?.reveal(line) });
  panel.element.hidden = true;

  const sayFailed = (message) => {
    panel.element.hidden = false;
    panel.warn(message);
  };
  const scheduler = schedulerBeside(panel.element, { onStep: follow, toLine: (line) => editor?.reveal(line), onClose: () => schedule.focus(), onFailed: sayFailed });

  const both = bothBeside(panel.element, { onClose: () => compare.focus() });

  const runner = new Runner(panel, {
    onChange: (busy) => {
      if (busy) panel.element.hidden = false;
      const lost = busy ? [run, explore, schedule, compare].includes(document.activeElement) : document.activeElement === stop;
      run.hidden = busy;
      explore.hidden = busy;
      schedule.hidden = busy;
      compare.hidden = busy || !hasBoth();
      stop.hidden = !busy;
      if (lost) (busy ? stop : run).focus();
    },
    onKnown: () => marks?.check(),
  });

  const place = `${location.pathname}:${number}`;
  const start = async (kind) => {
    if (runner.busy) return;
    scheduler.close();
    both.close();
    const id = await runner.start({ kind, source: editor ? editor.source : original, challenge: null, stdin: "" });
    if (id !== null) rememberLast(place, id);
  };

  const startEditing = async () => {
    edit.disabled = true;
    try {
      const { createEditor } = await import("./editor.js");
      const keys = `cell-${number}-keys`;
      const holder = el("div", { class: "cell-editor" });
      pre.before(holder);
      editor = createEditor({ parent: holder, doc: original, label: `Example ${number}`, describedBy: keys, onChange: () => marks.check() });
      marks = new Marks(editor, () => scheduler.source ?? runner.source);
      holder.after(el("p", { class: "editor-keys", id: keys, text: "Tab indents; press Escape, then Tab, to leave the editor." }));
      pre.hidden = true;
      edit.hidden = true;
      reset.hidden = false;
      editor.focus();
    } catch {
      edit.disabled = false;
      panel.element.hidden = false;
      panel.warn("The editor could not be loaded. Check the connection and try again; running still works.");
    }
  };

  const goBack = () => {
    editor.source = original;
    editor.focus();
  };

  const named = (verb) => ({ "aria-label": `${verb} example ${number}` });
  const run = button("Run", "play", "button-primary button-small", () => start("run"), named("Run"));
  const explore = button("Explore", "explore", "button-small", () => start("explore"), named("Explore"));
  const program = () => ({ source: editor ? editor.source : original });
  const openScheduler = () => {
    both.close();
    scheduler.open(program());
  };
  const openBoth = () => {
    scheduler.close();
    both.open(program());
  };
  const schedule = button("Schedule", "shuffle", "button-small", openScheduler, { ...named("Schedule"), title: "You are the scheduler: choose which thread goes on, step by step" });
  const stop = button("Stop", "stop", "button-danger button-small", () => runner.stop(), named("Stop"));
  const edit = button("Edit", "pencil", "button-small", startEditing, named("Edit"));
  const reset = button("Reset", "reset", "button-small", goBack, named("Reset"));
  const compare = button("GIL or not", "columns", "button-small", openBoth, { ...named("GIL or not:"), title: "Run it on two Pythons side by side: with the GIL, and without it" });
  stop.hidden = true;
  compare.hidden = !hasBoth();
  reset.hidden = true;

  highlight(code);
  // Only what still runs: what has ended may have been printed by an edited example, which a reload sets back.
  const last = lastOf(place);
  if (last !== null) runner.resume(last, false);
  figure.append(el("div", { class: "cell-bar" }, run, explore, schedule, compare, stop, edit, reset), panel.element);
  figure.addEventListener("keydown", (event) => {
    if (event.key === "Escape") runner.stop();
    const kind = event.ctrlKey || event.metaKey ? "run" : event.altKey ? "explore" : null;
    if (event.key === "Enter" && kind !== null) {
      event.preventDefault();
      event.stopPropagation();
      start(kind);
    }
  }, { capture: true });
}

document.querySelectorAll("figure.cell").forEach((figure, nth) => bringToLife(figure, nth + 1));
for (const code of document.querySelectorAll(".prose pre > code.language-python")) if (!code.closest(".cell")) highlight(code);
