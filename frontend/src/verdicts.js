// How each verdict looks: an icon and a tone. Its words come from the server (lockstep/verdicts.py).

const LOOKS = {
  ACCEPTED: ["check", "good"],
  WRONG_ANSWER: ["cross", "bad"],
  RACE: ["race", "bad"],
  DEADLOCK: ["deadlock", "bad"],
  LIVELOCK: ["loop", "bad"],
  NONDETERMINISTIC: ["shuffle", "bad"],
  LEAK: ["leak", "bad"],
  RUNTIME_ERROR: ["bolt", "bad"],
  SYNTAX_ERROR: ["braces", "bad"],
  TIME_LIMIT: ["clock", "limit"],
  MEMORY_LIMIT: ["memory", "limit"],
  PROCESS_LIMIT: ["processes", "limit"],
  OUTPUT_LIMIT: ["lines", "limit"],
  FORBIDDEN: ["ban", "bad"],
  CANCELLED: ["stop", "quiet"],
  INTERNAL_ERROR: ["wrench", "limit"],
};

/** @returns {{icon: string, tone: "good"|"bad"|"limit"|"quiet"}} */
export function verdictLook(verdict) {
  const [icon, tone] = LOOKS[verdict] ?? ["dot", "quiet"];
  return { icon, tone };
}
