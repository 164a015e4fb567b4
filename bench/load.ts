/** Many clients at once, each asking one question after the other over a kept connection. */
import { Pool } from "undici";

/** One kind of request, and the statuses that are right for it; a deliberate 503 is always right. */
export type Ask = {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly right: readonly number[];
};
export type Load = {
  readonly port: number;
  readonly clients: number;
  /** No client asks again after this many ms. */
  readonly forMs: number;
  /** The n-th question, whoever asks it. */
  readonly next: (n: number) => Ask;
};
export type LoadResult = {
  /** ms of every answer. */
  readonly times: readonly number[];
  /** ms from the first question to the last answer. */
  readonly took: number;
  readonly statuses: ReadonlyMap<number, number>;
  /** What was answered otherwise than it should be, each told once. */
  readonly wrong: ReadonlySet<string>;
};
type Answer = { readonly status: number; readonly body: string };

/** Codes of a 503 with which the server defends itself. */
const DELIBERATE = new Set(["server.queue_full", "server.queue_deadline", "server.busy", "server.bodies_full"]);

export async function runLoad({ port, clients, forMs, next }: Load): Promise<LoadResult> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: clients });
  const result = { times: [] as number[], statuses: new Map<number, number>(), wrong: new Set<string>() };
  const started = performance.now();
  let asked = 0;
  const client = async (): Promise<void> => {
    while (performance.now() - started < forMs) {
      const ask = next(asked++);
      const sent = performance.now();
      try {
        const answer = await send(pool, ask);
        result.times.push(performance.now() - sent);
        result.statuses.set(answer.status, (result.statuses.get(answer.status) ?? 0) + 1);
        if (!isRight(ask, answer)) result.wrong.add(`${ask.name}: ${answer.status} ${answer.body.slice(0, 200)}`);
      } catch (error) {
        result.wrong.add(`${ask.name}: no answer (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`);
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  await pool.destroy();
  return { ...result, took: performance.now() - started };
}

function isRight({ right }: Ask, { status, body }: Answer): boolean {
  if (right.includes(status)) return true;
  if (status !== 503) return false;
  try {
    return DELIBERATE.has((JSON.parse(body) as { code: string }).code);
  } catch {
    return false;
  }
}

async function send(pool: Pool, { method, path, headers, body }: Ask): Promise<Answer> {
  const answer = await pool.request({ path, method, headers, ...(body === undefined ? {} : { body }) });
  return { status: answer.statusCode, body: await answer.body.text() };
}
