// The page of one own submission. The server has written down what it knows; this follows the submission while it goes on.

import { followIn } from "./codelines.js";
import { pageData } from "./dom.js";
import { highlightAll } from "./highlight.js";
import { Panel } from "./panel.js";
import { Runner } from "./runner.js";

const place = document.querySelector("[data-submission]");
highlightAll(document);
const panel = new Panel({ explains: pageData().explains, onStep: followIn(document.querySelector(".source code")) });
const stop = document.querySelector("[data-role=stop]");
const runner = new Runner(panel, { onChange: (busy) => { stop.hidden = !busy; } });
place.replaceChildren(panel.element);
stop.addEventListener("click", () => runner.stop());
document.addEventListener("keydown", ({ key }) => { if (key === "Escape") runner.stop(); });
runner.show(place.dataset.submission);
