// Sharing a program, or one interleaving of it, by a link: the dialog of templates/workbench/share.html.

import * as api from "./api.js";

const find = (name) => document.querySelector(`[data-role=${name}]`);

/** Makes the link and shows it. Rejects with an ApiError. @param {{source: string, stdin: string, schedule?: string}} program */
export async function share(program) {
  const { path } = await api.share(program);
  const link = find("share-link");
  find("share-what").textContent = program.schedule
    ? "Whoever has this link can open the program and replay this interleaving."
    : "Whoever has this link can open the program, run it, and change a copy of it.";
  find("share-news").textContent = "";
  link.value = new URL(path, location.href).href;
  document.getElementById("share").showModal();
  link.select();
}

find("share-copy")?.addEventListener("click", async () => {
  const link = find("share-link");
  link.select();
  // Where the page may not write to the clipboard, what is selected can be copied by hand.
  const copied = await navigator.clipboard?.writeText(link.value).then(() => true, () => false);
  find("share-news").textContent = copied ? "The link is copied." : "Copy the selected link with your keyboard.";
  find("share-copy").textContent = copied ? "Copied" : "Copy";
});
