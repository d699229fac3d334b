// The code editor: CodeMirror 6 with Python. Colours come from css/code.css, by class, for light and dark alike.

import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, gutter, GutterMarker, keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { basicSetup } from "codemirror";

import { el, icon } from "./dom.js";
import { rememberedSize, sizeClass } from "./fontsize.js";

// Where each thread is while an interleaving is stepped through: its mark beside the line, the running one's line tinted.
const follow = StateEffect.define();

class ThreadMarks extends GutterMarker {
  constructor(threads) {
    super();
    this.threads = threads;
  }

  eq(other) {
    return JSON.stringify(this.threads) === JSON.stringify(other.threads);
  }

  toDOM() {
    return el("span", { class: "cm-thread-marks", title: this.threads.map(({ name }) => name).join(", ") },
      ...this.threads.slice(0, 3).map(({ mark, colour }) => icon(`mark-${mark}`, `mark thread-${colour}`)),
      this.threads.length > 3 ? "+" : null);
  }
}

const NOWHERE = { marks: RangeSet.empty, lines: Decoration.none };

const followed = StateField.define({
  create: () => NOWHERE,
  update(value, transaction) {
    let { marks, lines } = value;
    if (transaction.docChanged) [marks, lines] = [marks.map(transaction.changes), lines.map(transaction.changes)];
    for (const effect of transaction.effects) if (effect.is(follow)) ({ marks, lines } = effect.value);
    return { marks, lines };
  },
  provide: (field) => [
    EditorView.decorations.from(field, ({ lines }) => lines),
    gutter({ class: "cm-threads", markers: (view) => view.state.field(field).marks }),
  ],
});

/**
 * An editor inside `parent`.
 *
 * Tab indents. It does not trap the keyboard: Escape and then Tab (within two seconds) moves the focus on, and Ctrl-M
 * makes Tab always do so; both are CodeMirror's own. `describedBy` is the id of the element that says this.
 *
 * @param {{parent: Element, doc: string, label: string, describedBy?: string, onChange?: (source: string) => void}} options
 */
export function createEditor({ parent, doc, label, describedBy, onChange = () => {} }) {
  const nonce = document.querySelector('meta[name="csp-nonce"]')?.content ?? "";
  // Editable content can be focused anyway; the tabindex says so to tools that look for it.
  const attributes = { "aria-label": label, tabindex: "0", ...(describedBy ? { "aria-describedby": describedBy } : {}) };
  const size = new Compartment();
  const sizeOf = (step) => EditorView.editorAttributes.of({ class: sizeClass(step) });
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc,
      extensions: [
        basicSetup,
        keymap.of([indentWithTab]),
        python(),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        syntaxHighlighting(classHighlighter),
        followed,
        size.of(sizeOf(rememberedSize())),
        lintGutter(),
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of(attributes),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });

  const lineAt = (number) => view.state.doc.line(Math.max(1, Math.min(number, view.state.doc.lines)));

  return {
    get source() {
      return view.state.doc.toString();
    },
    /** Replaces everything, as one step that can be undone. */
    set source(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
    },
    focus: () => view.focus(),
    /** Sets the size of the letters (see fontsize.js). */
    set size(step) {
      view.dispatch({ effects: size.reconfigure(sizeOf(step)) });
    },
    /** Marks lines as wrong, each with its message; replaces the marks there were. */
    mark(marks) {
      const diagnostics = marks.map(({ line, message }) => {
        const { from, to, text } = lineAt(line);
        return { from: from + (text.length - text.trimStart().length), to, severity: "error", message };
      });
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    /** Shows where threads are: at most one of them runs `now`, and its line is brought `into` view. */
    follow(places, into = true) {
      const byLine = new Map();
      for (const place of places) if (place.line <= view.state.doc.lines) byLine.set(place.line, [...(byLine.get(place.line) ?? []), place]);
      const lines = [...byLine.keys()].sort((a, b) => a - b);
      const now = places.find((place) => place.now && byLine.has(place.line));
      const effects = [follow.of({
        marks: RangeSet.of(lines.map((line) => new ThreadMarks(byLine.get(line)).range(lineAt(line).from))),
        lines: now ? Decoration.set([Decoration.line({ class: `cm-thread-now thread-${now.colour}` }).range(lineAt(now.line).from)]) : Decoration.none,
      })];
      if (now && into) effects.push(EditorView.scrollIntoView(lineAt(now.line).from, { y: "nearest", yMargin: 40 }));
      view.dispatch({ effects });
    },
    /** Goes to a line: selected, in the middle of the view, focused. */
    reveal(line) {
      const { from, to } = lineAt(line);
      view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}
