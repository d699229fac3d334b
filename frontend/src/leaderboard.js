// The leaderboard stays true while it is looked at: the server says when it may have changed, and what it says then
// replaces what is shown where it differs.

import { Feed } from "./feed.js";

// Everybody who looks is told at the same moment; they ask one after the other.
const SPREAD_MS = 300;
// A message may be lost, and a month ends without one.
const LOOK_ANYWAY_MS = 30_000;
const board = document.querySelector("[data-role=board]");
const news = document.querySelector("[data-role=board-news]");
const address = new URL(location.href);
address.searchParams.set("part", "1");

let shown = null;

async function look() {
  if (document.hidden) return;
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  const text = await answer.text();
  // The first look is compared with nothing: the page came with it.
  if (shown !== null && text !== shown) {
    // Made by our own template, from a page of our own: parsed apart, and no script in it runs.
    board.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
    news.textContent = "The leaderboard has changed.";
  }
  shown = text;
}

new Feed("/ws/leaderboard/", {
  events: () => setTimeout(look, Math.random() * SPREAD_MS),
  connected: () => {},
  refused: () => {},
  unreachable: () => {},
});
setInterval(look, LOOK_ANYWAY_MS);
document.addEventListener("visibilitychange", look);
