// The playground: a program of one's own, no challenge.

import { pageData } from "./dom.js";
import { share } from "./share.js";
import { startWorkbench } from "./workbench.js";

const page = { slug: null, ...pageData() };
const find = (name) => document.querySelector(`[data-role=${name}]`);
const stdin = find("stdin");
if (page.stdin) {
  stdin.value = page.stdin;
  stdin.closest("details").open = true;
}
const { panel, load, send, program } = startWorkbench({ ...page, share });

find("share").addEventListener("click", () => share(program()).catch((error) => panel.warn(error.message)));
// Of the program as it was shared: undo brings back what was made of it.
find("replay")?.addEventListener("click", () => {
  if (program().source !== page.starter) load(page.starter);
  stdin.value = page.stdin;
  send("explore", page.schedule);
});
