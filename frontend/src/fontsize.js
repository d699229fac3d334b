// The size of the editor's letters: one of a few steps, kept in the browser.

const KEY = "lockstep:font";
const LEAST = -2;
const MOST = 4;
const limited = (step) => Math.max(LEAST, Math.min(MOST, step));

/** The step that was chosen last; 0 is the size of the page's code. */
export function rememberedSize() {
  try {
    return limited(Number.parseInt(localStorage.getItem(KEY) ?? "0", 10) || 0);
  } catch {
    return 0;
  }
}

/** The class that css/editor.css gives a size. */
export const sizeClass = (step) => `size-${step - LEAST}`;

/** Makes two buttons change the size. `apply` is told each new step. */
export function bindSize(smaller, larger, apply) {
  let step = rememberedSize();
  const change = (by) => {
    step = limited(step + by);
    smaller.disabled = step === LEAST;
    larger.disabled = step === MOST;
    if (by === 0) return;
    apply(step);
    try {
      localStorage.setItem(KEY, String(step));
    } catch {
      // Storage is off: the size lasts as long as the page.
    }
  };
  smaller.addEventListener("click", () => change(-1));
  larger.addEventListener("click", () => change(1));
  change(0);
}
