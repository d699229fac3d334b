// One schedule of a program, replayed to get its trace, beside whatever the page shows.

import * as api from "./api.js";
import { Feed } from "./feed.js";

/**
 * @param {{source: string, stdin: string, schedule: string}} program
 * @returns {Promise<object|null>} the execution; null where there is none, as after a stop
 */
export async function replay({ source, stdin, schedule }) {
  const { socket } = await api.create({ kind: "explore", source, challenge: null, stdin, schedule });
  return new Promise((resolve) => {
    let report = null;
    new Feed(socket, {
      events(list) {
        for (const event of list) {
          if (event.type === "explored") report = event.report;
          if (event.type === "done") resolve(report?.outcomes[0]?.trace ?? null);
        }
      },
      connected() {},
      refused: () => resolve(null),
      unreachable() {},
    });
  });
}
