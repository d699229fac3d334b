// Which schedules of a program this tab has tried, from the start to the end; a reload does not forget them.

const keyOf = ({ source, stdin }) => `lockstep:tried:${JSON.stringify([source, stdin])}`;

export class Tried {
  #key;
  #schedules;

  /** @param {{source: string, stdin: string}} program one that has few schedules: all that were tried are kept */
  constructor(program) {
    this.#key = keyOf(program);
    try {
      this.#schedules = new Set(JSON.parse(sessionStorage.getItem(this.#key)) ?? []);
    } catch {
      this.#schedules = new Set();
    }
  }

  get size() {
    return this.#schedules.size;
  }

  add(schedule) {
    this.#schedules.add(schedule);
    try {
      sessionStorage.setItem(this.#key, JSON.stringify([...this.#schedules]));
    } catch {
      // Storage is off or full: they are known as long as the page.
    }
  }
}
