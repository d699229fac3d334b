// The leaderboard stays true while it is looked at: what the server says now replaces what is shown when it differs.

const LOOK_MS = 4000;
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

look();
setInterval(look, LOOK_MS);
document.addEventListener("visibilitychange", look);
