// What a failing test found: the interleaving that broke it, or two whose results differ, and what may be said of it.

import { el } from "./dom.js";
import { Interleaving, sideBySide } from "./interleaving.js";
import { PREEMPTION, raceWords, realismWords } from "./outcomes.js";

/**
 * @param {object} finding in the shape of sandbox/exploration.py: Finding
 * @param {{toLine?: Function|null, onStep?: Function}} options see Interleaving
 */
export function showFinding(finding, options) {
  const shown = finding.other ? sideBySide(finding, finding.other, options) : new Interleaving(finding, options);
  const { preemptions, fewest, confirmed, realism, races } = finding;
  const few = fewest ? "with fewer it does not happen" : "the fewest that were found";
  const said = [];
  if (preemptions) said.push(`${preemptions === 1 ? "One preemption is enough" : `It takes ${preemptions} preemptions`}; ${few}. ${PREEMPTION}`);
  const can = preemptions ? realismWords(realism, "") : null;
  if (can) said.push(can);
  if (!confirmed) said.push("Replayed, it did not come out the same: the program depends on something that is not controlled.");
  const element = el("div", { class: "finding" }, shown.element, ...said.map((text) => el("p", { class: "explored-claim", text })));
  if (races?.length) {
    element.append(el("details", { class: "races" }, el("summary", { text: races.length === 1 ? "A data race" : `${races.length} data races` }),
      el("ul", { class: "waits-words" }, ...races.slice(0, 8).map((race) => raceWords(race, options.toLine)))));
  }
  return {
    element,
    destroy() {
      shown.destroy();
      element.remove();
    },
  };
}
