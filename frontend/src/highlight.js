// Colours Python that is only read: lesson cells, statements, an earlier submission. The editor has a real parser; this is
// a tokenizer of a few lines, so that a page without an editor need not load one. Classes as in css/code.css.

const KEYWORDS =
  "and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield";
const TOKENS = new RegExp(
  [
    /(?<comment>#[^\n]*)/,
    /(?<string>\b[rRbBfFuU]{0,2}(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$))|\b[rRbBfFuU]{0,2}(?:"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)/,
    /(?<meta>^[ \t]*@[\w.]+)/,
    /(?<number>\b(?:0[xXoObB][\da-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?)\b)/,
    /(?<bool>\b(?:True|False|None)\b)/,
    new RegExp(`(?<keyword>\\b(?:${KEYWORDS.replaceAll(" ", "|")})\\b)`),
    /(?<definition>(?<=\b(?:def|class)\s+)\w+)/,
  ].map((pattern) => pattern.source).join("|"),
  "gm",
);

/** Colours the text of a code element. */
export function highlight(code) {
  const source = code.textContent;
  const parts = [];
  let end = 0;
  for (const match of source.matchAll(TOKENS)) {
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    const span = document.createElement("span");
    span.className = `tok-${kind}`;
    span.textContent = match[0];
    parts.push(source.slice(end, match.index), span);
    end = match.index + match[0].length;
  }
  code.replaceChildren(...parts, source.slice(end));
}

/** Colours every block of Python below `root`. */
export function highlightAll(root) {
  for (const code of root.querySelectorAll("pre > code.language-python")) highlight(code);
}
