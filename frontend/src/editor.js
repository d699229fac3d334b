// The code editor: CodeMirror 6 with Python. Colours come from css/code.css, by class, for light and dark alike.

import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { basicSetup } from "codemirror";

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
    /** Marks lines as wrong, each with its message; replaces the marks there were. */
    mark(marks) {
      const diagnostics = marks.map(({ line, message }) => {
        const { from, to, text } = lineAt(line);
        return { from: from + (text.length - text.trimStart().length), to, severity: "error", message };
      });
      view.dispatch(setDiagnostics(view.state, diagnostics));
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
