/**
 * A request of a program that stands still until it is answered: the worker's only thread is inside the program's call, so
 * it takes what comes from the supervisor by itself, and waits in between.
 */
import { encodeFrame, FRAME, type Frame, joinBody } from "./frames.ts";
import type { AskHost } from "./python-interpreter.ts";
import type { HostMessage } from "./types.ts";
import { send } from "./worker-channel.ts";

/** Between two looks at what has come, in ms. */
const LOOK_MS = 1;
const LATE = JSON.stringify({ error: "the answer did not come in time", late: true });

const pause = new Int32Array(new SharedArrayBuffer(4));

export type AwaitedRequests = {
  readonly ask: AskHost;
  /** An answer that arrived; one that comes too late is for nobody. */
  receive(frame: Frame): void;
};

/** `take` handles what has arrived and says whether anything had; `onWait` is called while nothing has, and need not return. */
export function createAwaitedRequests(tag: string, take: () => boolean, onWait: () => void): AwaitedRequests {
  let awaited = 0;
  let answer: HostMessage | null = null;
  const arrived = () => answer;
  return {
    ask: (request, body, ms) => {
      awaited++;
      answer = null;
      const until = ms < 0 ? Number.POSITIVE_INFINITY : performance.now() + ms;
      send(encodeFrame(FRAME.fetch, tag, joinBody({ id: awaited }, JSON.stringify({ request, content: body }))));
      for (let found = arrived(); ; found = arrived()) {
        if (found !== null) return `${found.head}\n${found.body}`;
        if (performance.now() >= until) return `${LATE}\n`;
        onWait();
        if (!take()) Atomics.wait(pause, 0, 0, LOOK_MS);
      }
    },
    receive: (frame) => {
      const message = frame.tag === tag ? (JSON.parse(frame.body.toString("utf8")) as HostMessage) : null;
      if (message?.id === awaited) answer = message;
    },
  };
}
