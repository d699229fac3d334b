// The keys of a page with an editor, wherever the focus is, and the sheet that lists them.

const typing = (target) => target.closest?.("input, textarea, select, .cm-content") !== null;
// Escape first closes what is open above the code.
const somethingOpen = () => document.querySelector("dialog[open], .cm-tooltip-autocomplete, .cm-panel.cm-search:focus-within") !== null;

/** @param {{run?: () => void, explore?: () => void, submit?: () => void, stop?: () => boolean}} actions `stop` returns whether anything ran */
export function bindShortcuts({ run, explore, submit, stop }) {
  const sheet = document.getElementById("shortcuts");
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.altKey) {
        const action = event.shiftKey ? submit : run;
        if (!action) return;
        event.preventDefault();
        event.stopPropagation();
        action();
      } else if (event.key === "Enter" && event.altKey && explore && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        event.stopPropagation();
        explore();
      } else if (event.key === "Escape" && !somethingOpen()) {
        // Not prevented: CodeMirror still sees it and lets the next Tab leave the editor.
        stop?.();
      } else if (event.key === "?" && sheet && !typing(event.target) && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        sheet.showModal();
      }
    },
    { capture: true },
  );
  for (const opener of document.querySelectorAll("[data-opens=shortcuts]")) opener.addEventListener("click", () => sheet.showModal());
}
