// What was printed, as rows: pieces of text come in, in order, each from a stream and perhaps a thread and a test.
//
// A row is one line of one stream. It keeps who wrote which part of it, because two threads may write into the same
// line, and that is just what a learner should see.

import { AnsiStripper } from "./ansi.js";

/** A longer line goes on in the next row, so that no single row can grow without bound. */
export const ROW_CHARS = 2000;

/**
 * @typedef {{stream: string, test: number|null, parts: {thread: string|null, text: string}[], length: number,
 *   open: boolean, returned: boolean, continues: boolean}} Row `open`: its line has not ended; `returned`: a carriage
 *   return came last; `continues`: too long for one row, goes on in the next
 */
export class Lines {
  /** @type {Row[]} */
  rows = [];
  #strippers = new Map();

  /** Adds a piece. Returns the index of the first row that changed or is new. */
  add({ stream, thread = null, test = null, text }) {
    const from = Math.max(0, this.rows.length - 1);
    const clean = this.#stripper(stream).strip(text);
    let start = 0;
    while (start < clean.length) {
      const end = clean.indexOf("\n", start);
      const stop = end === -1 ? clean.length : end;
      this.#write(stream, test, thread, clean.slice(start, stop));
      if (end === -1) break;
      this.#row(stream, test).open = false;
      start = end + 1;
    }
    return from;
  }

  /** Everything printed, as text. */
  text() {
    let all = "";
    for (const row of this.rows) {
      for (const part of row.parts) all += part.text;
      if (!row.open && !row.continues) all += "\n";
    }
    return all;
  }

  #write(stream, test, thread, text) {
    // A carriage return takes the line back to its start, and what follows replaces it: a progress bar shows its last
    // state. What follows may come in a later piece, or be the line feed of a CR LF.
    const [first, ...others] = text.split("\r");
    this.#put(this.#row(stream, test), thread, first);
    for (const other of others) {
      const row = this.#row(stream, test);
      row.returned = true;
      this.#put(row, thread, other);
    }
  }

  #put(row, thread, text) {
    if (text === "") return;
    if (row.returned) Object.assign(row, { parts: [], length: 0, returned: false });
    let rest = text;
    while (row.length + rest.length > ROW_CHARS) {
      const room = ROW_CHARS - row.length;
      push(row, thread, rest.slice(0, room));
      Object.assign(row, { open: false, continues: true });
      rest = rest.slice(room);
      row = this.#row(row.stream, row.test);
    }
    push(row, thread, rest);
  }

  // The row that text of this stream goes on with.
  #row(stream, test) {
    const last = this.rows.at(-1);
    if (last?.open && last.stream === stream && last.test === test) return last;
    if (last) last.open = false;
    const row = { stream, test, parts: [], length: 0, open: true, returned: false, continues: false };
    this.rows.push(row);
    return row;
  }

  #stripper(stream) {
    if (!this.#strippers.has(stream)) this.#strippers.set(stream, new AnsiStripper());
    return this.#strippers.get(stream);
  }
}

function push(row, thread, text) {
  if (text === "") return;
  const last = row.parts.at(-1);
  if (last && last.thread === thread) last.text += text;
  else row.parts.push({ thread, text });
  row.length += text.length;
}
