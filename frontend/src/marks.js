// What is marked in an editor (lines that failed, where threads are) belongs to the program it was found in: as soon as the
// editor says something else it is withdrawn, and it is there again when the editor says that again.

export class Marks {
  #editor;
  #source;
  #failed = [];
  #places = [];
  #shown = false;

  /**
   * @param {object} editor see createEditor
   * @param {() => string|null} source the program that it was found in; null where that is not known (yet)
   */
  constructor(editor, source) {
    this.#editor = editor;
    this.#source = source;
  }

  /** The lines that failed, all anew. */
  failed(found) {
    this.#failed = found;
    this.#holds();
    this.#editor.mark(this.#shown ? found : []);
  }

  /** Where each thread is, all anew. */
  follow(places) {
    this.#places = places;
    this.#holds();
    this.#editor.follow(this.#shown ? places : []);
  }

  /** The editor's text has changed, or the program has become known. */
  check() {
    const before = this.#shown;
    if (this.#holds() === before) return;
    this.#editor.mark(this.#shown ? this.#failed : []);
    this.#editor.follow(this.#shown ? this.#places : [], false);
  }

  #holds() {
    this.#shown = this.#source() === this.#editor.source;
    return this.#shown;
  }
}
