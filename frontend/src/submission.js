// The page of one own submission. The server has written down what it knows; this follows the submission while it goes on.

import { schedulerBeside } from "./beside.js";
import { followIn } from "./codelines.js";
import { pageData } from "./dom.js";
import { highlightAll } from "./highlight.js";
import { Panel } from "./panel.js";
import { Runner } from "./runner.js";

const place = document.querySelector("[data-submission]");
highlightAll(document);
const code = document.querySelector(".source code");
const source = code.textContent;
const follow = followIn(code);
const { explains, stdin } = pageData();
const panel = new Panel({ explains, onStep: follow });
const stop = document.querySelector("[data-role=stop]");
const runner = new Runner(panel, { onChange: (busy) => { stop.hidden = !busy; } });
place.replaceChildren(panel.element);
const schedule = document.querySelector("[data-role=schedule]");
const scheduler = schedulerBeside(panel.element, { onStep: follow, onClose: () => schedule.focus(), onFailed: (message) => panel.warn(message) });
schedule.hidden = false;
schedule.addEventListener("click", () => scheduler.open({ source, stdin }));
stop.addEventListener("click", () => runner.stop());
document.addEventListener("keydown", ({ key }) => { if (key === "Escape") runner.stop(); });
runner.show(place.dataset.submission);
