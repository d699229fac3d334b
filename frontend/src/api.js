// The HTTP API. Every failure becomes an ApiError whose message can be shown to the learner as it is.

export class ApiError extends Error {
  /** @param {number} status the HTTP status, 0 when no answer came */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

// The cookie first: logging in in another tab renews it, while the page's own copy grows old.
function csrfToken() {
  const cookie = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  return cookie ? decodeURIComponent(cookie[1]) : document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

const WORDS = {
  403: "The server did not accept this page's form token. Reload the page (your code is kept in this browser) and try again.",
  404: "The server does not know this submission, or it belongs to somebody else.",
  413: "The program is too long. Shorten it and try again.",
  429: "You have too many programs waiting or running. Wait for one to finish, or stop it.",
};

async function request(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        ...(method === "GET" ? {} : { "X-CSRFToken": csrfToken() }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError("The server cannot be reached. Your code is kept; check the connection and try again.", 0);
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  const told = typeof answer?.message === "string" ? answer.message : null;
  throw new ApiError(
    told ?? WORDS[response.status] ?? `The server answered ${response.status}. Your code is kept; try again in a moment.`,
    response.status,
  );
}

let known = document.documentElement.dataset.known === "yes";
let answered = Promise.resolve();

/**
 * A visitor becomes a guest with the first thing sent. Of two sent at once each would make a guest, and the cookie of the
 * one would take from the page what belongs to the other: so they go one after the other until one was taken.
 *
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
export function inTurn(ask) {
  if (known) return ask();
  const answer = answered.then(ask);
  answered = answer.then(() => { known = true; }, () => {});
  return answer;
}

const send = (path, body) => inTurn(() => request("POST", path, body));

/** @param {{kind: "run"|"explore"|"submit", source: string, challenge: string|null, stdin: string, schedule?: string, interpreter?: string}} submission */
export const create = (submission) => send("/api/submissions", submission);
/** @param {{source: string, stdin: string, schedule?: string}} program */
export const share = (program) => send("/api/shares", program);
/** @param {{source: string, stdin: string, schedule: string, until: number}} move */
export const move = (move) => send("/api/moves", move);
export const tryLevel = (slug, schedule) => send(`/api/levels/${encodeURIComponent(slug)}`, { schedule });
export const read = (id) => request("GET", `/api/submissions/${encodeURIComponent(id)}`);
export const stop = (id) => send(`/api/submissions/${encodeURIComponent(id)}/stop`);
