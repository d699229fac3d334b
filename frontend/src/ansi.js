// Terminal codes are taken out: the output is a log, not a terminal. Colours too: here a colour says which thread spoke, and
// a program's own, chosen for a dark terminal, would say something else and be hard to read in light or dark.

// Control sequences (CSI), operating system commands (OSC), and the short escapes. ECMA-48, section 5.4.
const CODES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-Z\\^-~])/g;
const UNFINISHED = /\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[ -/]*)$/;
const LONGEST_CODE = 256;
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

/** Strips one stream, whose codes may be cut anywhere between two pieces. */
export class AnsiStripper {
  #rest = "";

  strip(piece) {
    let text = this.#rest + piece;
    this.#rest = "";
    if (text.includes("\x1b")) {
      text = text.replace(CODES, "");
      const cut = text.match(UNFINISHED);
      if (cut && cut[0].length < LONGEST_CODE) {
        this.#rest = cut[0];
        text = text.slice(0, cut.index);
      }
    }
    return text.replace(CONTROLS, picture);
  }
}

// The Unicode control pictures, so that a stray NUL or bell is seen rather than lost.
function picture(control) {
  const code = control.charCodeAt(0);
  return code === 0x7f ? "\u2421" : String.fromCharCode(0x2400 + code);
}
