/**
 * How many submissions are worked on at a time. The others wait for their turn in order of arrival; who has waited too long,
 * or finds the queue full, is told to come back.
 */
import type { RequestHandler, Response } from "express";
import { sendProblem } from "./problem.ts";

export type GateLimits = {
  readonly concurrent: number;
  readonly queued: number;
  /** ms */
  readonly deadlineMs: number;
};

export type Gate = {
  /** Runs `work` when there is room for it, and frees its place when it has ended, however it ends. */
  (response: Response, work: () => unknown): Promise<void>;
  /** Other limits from now on; who waits keeps the deadline that it came with. */
  adjust(limits: GateLimits): void;
  stats(): { readonly working: number; readonly waiting: number };
};

type Turn = "yours" | "late" | "gone";

export function createGate(first: GateLimits): Gate {
  let { concurrent, queued, deadlineMs } = first;
  let working = 0;
  /** In order of arrival; a waiter that gives up is taken out from wherever it is. */
  const waiting = new Set<(turn: Turn) => void>();
  const fill = () => {
    for (const next of waiting) {
      if (working >= concurrent) return;
      working++;
      next("yours");
    }
  };
  const wait = (response: Response): Promise<Turn> =>
    new Promise((resolve) => {
      const settle = (turn: Turn) => {
        clearTimeout(timer);
        response.off("close", leave);
        waiting.delete(settle);
        resolve(turn);
      };
      const leave = () => settle("gone");
      const timer = setTimeout(settle, deadlineMs, "late");
      response.once("close", leave);
      waiting.add(settle);
    });
  const gate = async (response: Response, work: () => unknown): Promise<void> => {
    if (working < concurrent) working++;
    else {
      if (waiting.size >= queued) return refuse(response, "server.queue_full", `${queued} submissions are waiting already`);
      const turn = await wait(response);
      // Nobody hears it when the client has gone, but what waits for an answer learns that nothing was done.
      if (turn !== "yours") return refuse(response, "server.queue_deadline", `the submission waited ${deadlineMs} ms for its turn`);
    }
    try {
      await work();
    } finally {
      working--;
      fill();
    }
  };
  const adjust = (next: GateLimits) => {
    ({ concurrent, queued, deadlineMs } = next);
    fill();
  };
  return Object.assign(gate, { adjust, stats: () => ({ working, waiting: waiting.size }) });
}

function refuse(response: Response, code: string, why: string): void {
  sendProblem(response, {
    status: 503,
    code,
    type: "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity",
    detail: `the server is working at its limit: ${why}, so it was not looked at; try again when \`Retry-After\` has passed, with growing pauses`,
    retryAfter: 1,
  });
}

/** `handler`, when it is its turn. */
export function limitConcurrency(gate: Gate, handler: RequestHandler): RequestHandler {
  return (request, response, next) => gate(response, () => handler(request, response, next));
}
