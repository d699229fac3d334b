// What a learner has typed, kept in the browser for each learner and challenge, until it is back to the starter.
//
// Somebody who has not run anything yet has no learner id; what they typed is handed over once they have one.

const owner = () => document.documentElement.dataset.learner || "new";
const keyOf = (who, name) => `lockstep:draft:${who}:${name}`;

// Storage can be off or full; then the page works without drafts, and says so (see Draft.save).
function attempt(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}

export class Draft {
  #name;

  /** @param {string} name of what is edited: a challenge's slug */
  constructor(name) {
    this.#name = name;
  }

  /** The source kept here, or null. */
  load() {
    const own = attempt(() => localStorage.getItem(keyOf(owner(), this.#name))) ?? null;
    if (own !== null || owner() === "new") return own;
    const orphan = attempt(() => localStorage.getItem(keyOf("new", this.#name))) ?? null;
    if (orphan !== null) {
      this.save(orphan);
      attempt(() => localStorage.removeItem(keyOf("new", this.#name)));
    }
    return orphan;
  }

  /** Returns whether it was kept. */
  save(source) {
    return attempt(() => {
      localStorage.setItem(keyOf(owner(), this.#name), source);
      return true;
    }) ?? false;
  }

  drop() {
    attempt(() => localStorage.removeItem(keyOf(owner(), this.#name)));
  }
}
