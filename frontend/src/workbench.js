// Editor, buttons and results, as the challenge page and the playground share them.

import { schedulerBeside } from "./beside.js";
import { bothBeside } from "./both.js";
import { el } from "./dom.js";
import { Draft } from "./draft.js";
import { createEditor } from "./editor.js";
import { bindSize } from "./fontsize.js";
import { lastOf, rememberLast } from "./last.js";
import { Marks } from "./marks.js";
import { Panel } from "./panel.js";
import { resizablePanes } from "./panes.js";
import { Runner } from "./runner.js";
import { bindShortcuts } from "./shortcuts.js";

const ONE_COLUMN = matchMedia("(max-width: 63.99rem)");
const SAVE_DELAY_MS = 300;

/**
 * Brings the workbench of the page to life (templates/workbench/).
 *
 * @param {{slug: string|null, place?: string, starter: string, source: string|null, active: string|number|null,
 *   share?: (program: {source: string, stdin: string, schedule: string}) => Promise<void>}} page
 * @param {(id: string|number, end: object) => void} onDone a submission ended
 * @returns {{runner: Runner, panel: Panel, program(): {source: string, stdin: string}, load(source: string): void,
 *   send(kind: "run"|"explore"|"submit", schedule?: string): Promise<string|number|null>,
 *   onSent(listener: (id: string|number, kind: string) => void): void}}
 */
export function startWorkbench(page, onDone = () => {}) {
  const find = (name) => document.querySelector(`[data-role=${name}]`);
  const place = page.place ?? page.slug ?? "playground";
  const draft = new Draft(place);
  const saved = find("saved");
  const stdin = find("stdin");
  const buttons = { run: find("run"), explore: find("explore"), schedule: find("schedule"), both: find("both"), submit: find("submit"), stop: find("stop"), starter: find("starter") };
  const sent = [];

  let timer = 0;
  const save = (source) => {
    clearTimeout(timer);
    if (source === page.starter) draft.drop();
    saved.replaceChildren(...(draft.save(source)
      ? ["Saved", el("span", { class: "saved-where", text: " in this browser" })]
      : ["Not saved", el("span", { class: "saved-where", text: ": this browser keeps no data" })]));
    if (source === page.starter) draft.drop();
  };
  const editor = createEditor({
    parent: find("editor"),
    doc: draft.load() ?? page.source ?? page.starter,
    label: "Your program",
    describedBy: "editor-keys",
    onChange: (source) => {
      saved.textContent = "Saving…";
      clearTimeout(timer);
      timer = setTimeout(() => save(source), SAVE_DELAY_MS);
      marks.check();
    },
  });
  window.addEventListener("pagehide", () => save(editor.source));

  bindSize(find("smaller"), find("larger"), (step) => { editor.size = step; });

  const marks = new Marks(editor, () => scheduler.source ?? runner.source);
  const panel = new Panel({
    toLine: (line) => editor.reveal(line),
    onMarks: (found) => marks.failed(found),
    explains: page.explains,
    onStep: (places) => marks.follow(places),
    idle: buttons.submit ? "Run your program, explore its schedules, or submit it to be graded." : "Run your program to see what it prints, or explore all that could come out of it.",
  });
  find("results").append(panel.element);
  const scheduler = schedulerBeside(panel.element, {
    onFailed: (message) => panel.warn(message),
    onStep: (places) => marks.follow(places),
    toLine: (line) => editor.reveal(line),
    onClose: () => buttons.schedule.focus(),
  });
  const both = bothBeside(panel.element, { onClose: () => buttons.both.focus() });
  resizablePanes(document.querySelector(".bench"));

  const runner = new Runner(panel, {
    onChange: (busy) => {
      // The button that was pressed goes; the keyboard must not be left nowhere.
      const leaving = busy ? [buttons.run, buttons.explore, buttons.schedule, buttons.both, buttons.submit] : [buttons.stop];
      const lost = leaving.includes(document.activeElement);
      for (const button of [buttons.explore, buttons.schedule, buttons.both, buttons.submit]) if (button) button.disabled = busy;
      buttons.stop.hidden = !busy;
      buttons.run.hidden = busy;
      if (lost) (busy ? buttons.stop : buttons.run).focus();
    },
    onDone,
    onKnown: () => marks.check(),
  });

  if (page.share) panel.share = (schedule) => runner.program().then(({ source, stdin: given }) => page.share({ source, stdin: given ?? "", schedule }));

  const program = () => ({ source: editor.source, stdin: stdin?.value ?? "" });
  const send = async (kind, schedule = "") => {
    if (runner.busy) return null;
    scheduler.close();
    both.close();
    save(editor.source);
    if (ONE_COLUMN.matches) find("results").scrollIntoView({ block: "nearest" });
    const { source, stdin: given } = program();
    const id = await runner.start({ kind, source, challenge: page.slug, stdin: kind === "submit" ? "" : given, schedule });
    if (id !== null) {
      rememberLast(place, id);
      for (const listener of sent) listener(id, kind);
    }
    return id;
  };
  const stop = () => runner.stop();

  buttons.run.addEventListener("click", () => send("run"));
  buttons.explore.addEventListener("click", () => send("explore"));
  buttons.both?.addEventListener("click", () => {
    scheduler.close();
    save(editor.source);
    if (ONE_COLUMN.matches) find("results").scrollIntoView({ block: "nearest" });
    both.open(program());
  });
  buttons.schedule.addEventListener("click", () => {
    both.close();
    save(editor.source);
    if (ONE_COLUMN.matches) find("results").scrollIntoView({ block: "nearest" });
    scheduler.open({ source: editor.source, stdin: stdin?.value ?? "" });
  });
  buttons.submit?.addEventListener("click", () => send("submit"));
  buttons.stop.addEventListener("click", stop);
  buttons.starter.addEventListener("click", () => {
    // One step of the editor's history, so that Undo brings the work back.
    editor.source = page.starter;
    editor.focus();
    saved.textContent = "Back to the starter; undo brings your code back";
  });
  bindShortcuts({ run: () => send("run"), explore: () => send("explore"), submit: buttons.submit ? () => send("submit") : undefined, stop });

  const last = lastOf(place);
  if (page.active !== null && page.active !== undefined) runner.attach(page.active);
  else if (last !== null && !location.hash) runner.resume(last, true);

  return {
    runner,
    panel,
    program,
    send,
    load(source) {
      editor.source = source;
      editor.focus();
    },
    onSent: (listener) => sent.push(listener),
  };
}
