// Keeps the admin's page of a revision up to date while its validation goes on. Without this it has to be reloaded.

const EVERY_MS = 2000;

async function look() {
  const shown = document.querySelector("[data-role=validation]");
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-role=validation]");
    if (fresh && !("open" in fresh.dataset)) return location.reload();
    if (fresh) shown.replaceWith(document.adoptNode(fresh));
  } catch {
    // The server cannot be reached: the next look may find it.
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
