// Which submission this tab sent last from a place, so that a reload shows it again, however it has fared meanwhile.

const keyOf = (place) => `lockstep:last:${place}`;

/** @param {string} place a challenge's slug, "playground", or a lesson's cell */
export function rememberLast(place, id) {
  try {
    sessionStorage.setItem(keyOf(place), id);
  } catch {
    // Storage is off: then a reload shows only what still runs, which the server tells.
  }
}

/** The id, or null. */
export function lastOf(place) {
  try {
    return sessionStorage.getItem(keyOf(place));
  } catch {
    return null;
  }
}
