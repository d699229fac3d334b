// A level: the learner is the scheduler of a given program and has to make it do something.

import * as api from "./api.js";
import { followIn } from "./codelines.js";
import { icon, pageData } from "./dom.js";
import { bindHelp, refreshHelp } from "./help.js";
import { highlightAll } from "./highlight.js";
import { Scheduler } from "./scheduler.js";

const { slug } = pageData();
const find = (name) => document.querySelector(`[data-role=${name}]`);
const result = find("result");
highlightAll(document);
const code = document.querySelector(".source code");
bindHelp();

function say(tone, iconName, message) {
  result.hidden = false;
  result.dataset.tone = tone;
  result.replaceChildren(icon(iconName), ` ${message}`);
}

async function ended({ trace }) {
  try {
    const { solved, message } = await api.tryLevel(slug, trace.schedule);
    say(solved ? "good" : "quiet", solved ? "check" : "info", message);
    if (!solved) return;
    find("next")?.removeAttribute("hidden");
    refreshHelp();
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error;
    say("bad", "warning", `It was not checked: ${error.message}`);
  }
}

const scheduler = new Scheduler({ source: code.textContent }, {
  onStep: followIn(code),
  onEnd: ended,
  onMove: () => { result.hidden = true; },
});
find("scheduler").replaceChildren(scheduler.element);
scheduler.start({ focus: false });
