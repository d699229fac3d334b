// The live events of one submission, over a WebSocket that is opened again whenever it is lost.
//
// Each message carries a cursor; a new connection asks for what came after the last one seen, so nothing is missed and
// nothing comes twice. The feed ends with the `done` event, or when the server says that the submission is not ours.

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8000;
const NOT_YOURS = 4404;

export class Feed {
  #path;
  #handlers;
  #cursor = null;
  #socket = null;
  #failures = 0;
  #timer = 0;
  #ended = false;

  /**
   * @param {string} path of the socket
   * @param {{events(list: object[]): void, connected(ok: boolean): void, refused(): void,
   *   unreachable(): void}} handlers `unreachable` is called at each attempt that got no connection from the second on
   */
  constructor(path, handlers) {
    this.#path = path;
    this.#handlers = handlers;
    window.addEventListener("online", this.#hurry);
    window.addEventListener("offline", this.#drop);
    document.addEventListener("visibilitychange", this.#hurry);
    this.#connect();
  }

  close() {
    this.#ended = true;
    clearTimeout(this.#timer);
    window.removeEventListener("online", this.#hurry);
    window.removeEventListener("offline", this.#drop);
    document.removeEventListener("visibilitychange", this.#hurry);
    this.#socket?.close();
  }

  #connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const after = this.#cursor === null ? "" : `?after=${encodeURIComponent(this.#cursor)}`;
    const socket = new WebSocket(`${scheme}://${location.host}${this.#path}${after}`);
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#receive(socket, JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => this.#lost(socket, code));
  }

  #receive(socket, { cursor, events }) {
    // A socket that was given up may still deliver; its successor will be sent the same again.
    if (this.#ended || socket !== this.#socket) return;
    this.#cursor = cursor;
    this.#failures = 0;
    this.#handlers.connected(true);
    const done = events.some((event) => event.type === "done");
    if (done) this.close();
    this.#handlers.events(events);
  }

  #lost(socket, code) {
    if (this.#ended || socket !== this.#socket) return;
    this.#socket = null;
    if (code === NOT_YOURS) {
      this.close();
      this.#handlers.refused();
      return;
    }
    this.#handlers.connected(false);
    this.#failures += 1;
    if (this.#failures > 1) this.#handlers.unreachable();
    const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1));
    this.#timer = setTimeout(() => this.#connect(), delay * (0.75 + Math.random() / 2));
  }

  #hurry = () => {
    if (this.#ended || this.#socket !== null || document.visibilityState === "hidden") return;
    clearTimeout(this.#timer);
    this.#connect();
  };

  // A browser that knows it is offline may keep a dead socket open for minutes.
  #drop = () => {
    const socket = this.#socket;
    if (socket === null) return;
    this.#lost(socket, 1006);
    socket.close();
  };
}
