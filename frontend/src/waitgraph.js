// Who waits for whom when nothing can go on: a cycle drawn as a ring of threads and what they hold, and the rest in words.

import { el, svg } from "./dom.js";
import { fit } from "./lanes.js";
import { look, shortName, threadTag } from "./threads.js";
import { takenAt } from "./trace.js";

const RING_MOST = 6;
const HEIGHT = 30;
const CHAR = 7.1;
const VERBS = { notify: "to be notified on", get: "for an item of", put: "for room in", event: "for", join: "for the end of", loop: "loops", runnable: "could run" };

/**
 * @param {import("./trace.js").Trace} trace of an execution that got stuck
 * @param {((line: number) => void)|null} toLine shows a line in the editor
 */
export function waitGraph(trace, toLine) {
  const { waits, cycle } = trace.waits;
  const byTid = new Map(waits.map((wait) => [wait.tid, wait]));
  const ring = cycle.map((tid) => byTid.get(tid)).filter(Boolean);
  const drawn = ring.length > 0 && ring.length <= RING_MOST;
  const figure = el("figure", { class: "waits" });
  if (ring.length) figure.append(el("h4", { text: ring.length === 1 ? "It waits for itself" : "Each waits for the next: nobody can go on" }));
  if (drawn) figure.append(ringOf(trace, ring));
  const words = el("ul", { class: "waits-words" });
  for (const wait of [...ring, ...waits.filter((each) => !cycle.includes(each.tid))].slice(0, 40)) words.append(inWords(trace, wait, toLine));
  if (!ring.length) figure.append(el("h4", { text: "Who waits for what" }));
  figure.append(words);
  return figure;
}

function inWords(trace, wait, toLine) {
  const line = (number, text) =>
    !number ? "" : toLine ? el("button", { type: "button", class: "line-link", text, on: { click: () => toLine(number) } }) : text;
  const item = el("li", {}, threadTag(wait.thread, wait.tid), " ");
  if (wait.kind === "loop" || wait.kind === "runnable") item.append(`${VERBS[wait.kind]} in `, line(wait.line, `line ${wait.line}`));
  else {
    item.append(`waits ${VERBS[wait.kind] ?? "for"} `, wait.kind === "join" && wait.holder_tid !== null ? threadTag(wait.what, wait.holder_tid) : el("code", { text: wait.what }));
    if (wait.line) item.append(" in ", line(wait.line, `line ${wait.line}`));
    if (wait.holder !== null && wait.kind !== "join") {
      const taken = takenAt(trace, wait.holder_tid, wait.what);
      item.append("; ", threadTag(wait.holder, wait.holder_tid), " has it", taken ? " since " : "", line(taken, `line ${taken}`));
    }
  }
  return item;
}

// Thread, what it waits for, who has that, and so on around; two for each wait, or one where a thread waits for a thread.
function ringOf(trace, ring) {
  const nodes = [];
  const edges = [];
  for (const wait of ring) {
    edges.push({ from: nodes.length, text: `waits, line ${wait.line}`, kind: "waits" });
    nodes.push({ text: shortName(wait.thread), tid: wait.tid });
    if (wait.kind === "join") continue;
    const taken = wait.holder_tid === null ? null : takenAt(trace, wait.holder_tid, wait.what);
    edges.push({ from: nodes.length, text: taken ? `taken in line ${taken}` : "held by", kind: "held" });
    nodes.push({ text: fit(wait.what, 20), tid: null });
  }
  const wide = nodes.length > 4 ? 540 : 460;
  const high = ring.length === 1 ? 150 : 110 + 46 * nodes.length;
  const centre = { x: wide / 2, y: high / 2 };
  const at = nodes.map((_, nth) => {
    const angle = (nth / nodes.length) * 2 * Math.PI - Math.PI;
    return { x: centre.x + Math.cos(angle) * (wide / 2 - 85), y: centre.y + Math.sin(angle) * (high / 2 - 46) };
  });
  const id = `arrow-${Math.random().toString(36).slice(2)}`;
  const picture = svg("svg", { class: "waits-ring", viewBox: `0 0 ${wide} ${high}`, width: wide, height: high, role: "img", "aria-label": "The cycle of waits, as listed below" },
    svg("defs", {}, svg("marker", { id, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" }, svg("path", { d: "M0 0 10 5 0 10z", class: "waits-head" }))));
  const labels = [];
  for (const { from, text, kind } of edges) {
    const to = (from + 1) % nodes.length;
    const [a, b] = [at[from], at[to]];
    // Bent outwards, around the ring; of two nodes, one way above and one below.
    const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    const out = nodes.length === 2 ? { x: 0, y: from === 0 ? -44 : 44 } : { x: (middle.x - centre.x) * 0.35, y: (middle.y - centre.y) * 0.5 };
    const bend = { x: middle.x + out.x, y: middle.y + out.y };
    const start = edgeOf(a, bend, widthOf(nodes[from]));
    const end = edgeOf(b, bend, widthOf(nodes[to]));
    picture.append(svg("path", { class: `waits-edge waits-${kind}`, d: `M${start.x} ${start.y}Q${bend.x} ${bend.y} ${end.x} ${end.y}`, "marker-end": `url(#${id})` }));
    labels.push({ x: (start.x + 2 * bend.x + end.x) / 4, y: (start.y + 2 * bend.y + end.y) / 4, text, kind });
  }
  nodes.forEach((node, nth) => picture.append(nodeOf(node, at[nth])));
  for (const { x, y, text, kind } of labels) {
    const long = text.length * 6.3 + 12;
    picture.append(svg("g", { class: `waits-label waits-${kind}` }, svg("rect", { x: x - long / 2, y: y - 10, width: long, height: 20, rx: 5 }), svg("text", { x, y: y + 4, "text-anchor": "middle" }, text)));
  }
  return picture;
}

const widthOf = ({ text, tid }) => text.length * CHAR + (tid === null ? 24 : 40);

// Where a line from the middle of a box towards a point leaves the box.
function edgeOf(centre, towards, width) {
  const [dx, dy] = [towards.x - centre.x, towards.y - centre.y];
  const scale = Math.min((width / 2 + 4) / Math.max(1e-6, Math.abs(dx)), (HEIGHT / 2 + 4) / Math.max(1e-6, Math.abs(dy)));
  return { x: centre.x + dx * scale, y: centre.y + dy * scale };
}

function nodeOf(node, { x, y }) {
  const wide = widthOf(node);
  const box = svg("rect", { x: x - wide / 2, y: y - HEIGHT / 2, width: wide, height: HEIGHT, rx: node.tid === null ? 4 : 15 });
  if (node.tid === null) return svg("g", { class: "waits-thing" }, box, svg("text", { x, y: y + 4, "text-anchor": "middle" }, node.text));
  const { colour, mark } = look(node.tid);
  return svg("g", { class: `waits-thread thread-${colour}` }, box,
    svg("use", { href: `#icon-mark-${mark}`, class: "mark", x: x - wide / 2 + 10, y: y - 6, width: 12, height: 12 }),
    svg("text", { x: x + 9, y: y + 4, "text-anchor": "middle" }, node.text));
}
