// One submission at a time on a page: send it or attach to it, follow it live into a panel, stop it.

import * as api from "./api.js";
import { Feed } from "./feed.js";
import { replay } from "./replay.js";

const STOP_GRACE_MS = 1500;

export class Runner {
  #panel;
  #feed = null;
  #onChange;
  #onDone;
  #onKnown;
  #id = null;
  #state = "idle";
  #program = null;

  /**
   * @param {import("./panel.js").Panel} panel
   * @param {{onChange?: (busy: boolean) => void, onDone?: (id: string|number, end: object) => void,
   *   onKnown?: () => void}} handlers `onKnown`: the source of what is followed has become known
   */
  constructor(panel, { onChange = () => {}, onDone = () => {}, onKnown = () => {} } = {}) {
    this.#panel = panel;
    this.#onChange = onChange;
    this.#onDone = onDone;
    this.#onKnown = onKnown;
    panel.replay = (schedule) => this.#replay(schedule);
  }

  /** Something is being sent, waits or runs. */
  get busy() {
    return this.#state !== "idle";
  }

  /** The source of what is shown; null where it is not known yet. */
  get source() {
    return this.#program?.source ?? null;
  }

  /** What is shown came of it: {source, stdin}, whatever the editor says now. */
  async program() {
    this.#program ??= await api.read(this.#id);
    return this.#program;
  }

  /** Sends a submission and follows it. Resolves to its id, or null when it was not taken (the panel says why). */
  async start(submission) {
    if (this.busy) return null;
    this.#become("sending");
    this.#program = submission;
    this.#panel.sending();
    try {
      const { id, socket } = await api.create(submission);
      this.#follow(id, socket);
      return id;
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      this.#become("idle");
      this.#panel.failed(error.message);
      return null;
    }
  }

  /** Follows a submission that waits or runs already. */
  async attach(id, program = null) {
    if (this.busy) return;
    this.#program = program;
    this.#panel.attaching();
    this.#follow(id, `/ws/submissions/${encodeURIComponent(id)}/`);
    await this.program().catch(() => null);
    this.#onKnown();
  }

  /** Shows a submission of earlier, live if it has not ended. Resolves to it, or null. */
  async show(id) {
    if (this.busy) return null;
    try {
      const submission = await api.read(id);
      if (submission.state === "done") this.#shown(submission);
      else this.attach(id, submission);
      return submission;
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      this.#panel.failed(error.message, () => this.show(id));
      return null;
    }
  }

  /**
   * Takes up a submission of before a reload. One that the server does not know (any more) is passed over in silence:
   * nobody asked for it.
   *
   * @param {boolean} ended whether to show it if it has ended
   */
  async resume(id, ended) {
    if (this.busy) return;
    const submission = await api.read(id).catch(() => null);
    if (submission === null || this.busy) return;
    if (submission.state !== "done") this.attach(id, submission);
    else if (ended) this.#shown(submission);
  }

  async stop() {
    if (this.#state !== "following") return;
    const id = this.#id;
    this.#become("stopping");
    this.#panel.stopping();
    try {
      const submission = await api.stop(id);
      // The feed says so first, with all the output; this is for the case that the feed is what is broken.
      if (submission.state === "done") setTimeout(() => this.#finishFrom(submission), STOP_GRACE_MS);
      else if (this.#id === id && this.#state === "stopping") this.#become("following");
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      if (this.#id !== id || this.#state !== "stopping") return;
      this.#become("following");
      this.#panel.warn(`Not stopped: ${error.message}`);
    }
  }

  #shown(submission) {
    this.#program = submission;
    this.#id = submission.id;
    this.#panel.snapshot(submission);
  }

  // A schedule of the program that is shown, whose trace was not told.
  async #replay(schedule) {
    const { source, stdin } = await this.program();
    return replay({ source, stdin: stdin ?? "", schedule });
  }

  #follow(id, path) {
    this.#id = id;
    this.#become("following");
    this.#feed = new Feed(path, {
      events: (list) => this.#apply(id, list),
      connected: (ok) => this.#panel.connected(ok),
      refused: () => {
        this.#become("idle");
        this.#panel.failed("This submission belongs to somebody else, or is gone.");
      },
      unreachable: () => this.#ask(id),
    });
  }

  #apply(id, events) {
    if (this.#id !== id) return;
    for (const event of events) {
      this.#panel.apply(event);
      if (event.type === "done") this.#end(event);
    }
  }

  // Where WebSockets do not get through, the API still tells when it is over.
  async #ask(id) {
    try {
      this.#finishFrom(await api.read(id));
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
    }
  }

  #finishFrom(submission) {
    if (submission.state !== "done" || !this.busy || String(submission.id) !== String(this.#id)) return;
    this.#feed?.close();
    this.#panel.connected(true);
    this.#panel.snapshot(submission);
    this.#end(submission);
  }

  #end(end) {
    this.#feed = null;
    this.#become("idle");
    this.#onDone(this.#id, end);
  }

  #become(state) {
    this.#state = state;
    this.#onChange(this.busy);
  }
}
