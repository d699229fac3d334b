// A scheduler in place of what a page shows otherwise. What draws it is fetched only when somebody wants to be one.

/**
 * @param {Element} instead hidden while somebody is the scheduler
 * @param {{onStep?: Function, toLine?: Function|null, onClose?: () => void, onFailed?: (message: string) => void}} options
 *   `onFailed`: it could not be fetched
 * @returns {{open(program: {source: string, stdin?: string}): Promise<void>, close(): void, readonly source: string|null}}
 *   `source`: the program that is scheduled; null while nobody is the scheduler
 */
export function schedulerBeside(instead, { onClose = () => {}, onFailed = () => {}, ...options }) {
  let scheduler = null;
  let hidden = false;
  let asked = 0;
  const close = () => {
    asked += 1;
    if (!scheduler) return;
    scheduler.destroy();
    scheduler = null;
    instead.hidden = hidden;
  };
  return {
    get source() {
      return scheduler?.source ?? null;
    },
    async open(program) {
      close();
      const mine = asked;
      const { Scheduler } = await import("./scheduler.js").catch(() => ({ Scheduler: null }));
      // Meanwhile somebody may have closed it, or asked again.
      if (mine !== asked) return;
      if (Scheduler === null) {
        onFailed("What it takes to be the scheduler could not be loaded. Check the connection and try again.");
        return;
      }
      hidden = instead.hidden;
      scheduler = new Scheduler(program, { ...options, onClose: () => { close(); onClose(); } });
      instead.before(scheduler.element);
      instead.hidden = true;
      scheduler.start();
    },
    close,
  };
}
