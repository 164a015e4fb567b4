/** What many clients at once get: throughput by number of clients, and a minute of mixed good and bad requests. */
import { type BenchServer, startBenchServer } from "./http-client.ts";
import { type Ask, type LoadResult, runLoad } from "./load.ts";
import { mixedRequests } from "./mixed-requests.ts";
import { distinct, programs } from "./programs.ts";
import { type Summary, summarise } from "./sample.ts";

const MIB = 1024 * 1024;
/** A server that keeps what it should forget grows with every request: by much more than this within a minute. */
const GROWTH_BYTES = 256 * MIB;

const CLIENTS = [1, 10, 50, 100] as const;

export type Throughput = Pick<Summary, "p50" | "p95" | "p99"> & {
  readonly clients: number;
  /** `known`: programs that were decided before, so that their analysis is remembered. */
  readonly code: "known" | "new";
  readonly perSecond: number;
};

/** `ms` for each line of the table. */
export async function printThroughput(ms: number): Promise<readonly Throughput[]> {
  const server = await startBenchServer();
  const lines: Throughput[] = [];
  try {
    process.stdout.write("\n/enforce by number of clients, about 30 lines of code, every decision synced to disk\n");
    process.stdout.write("clients  code       requests/s   p50 ms   p95 ms   p99 ms\n");
    await measure(server, 10, ms, true);
    for (const repeated of [true, false]) {
      for (const clients of CLIENTS) {
        const { times, took, wrong } = await measure(server, clients, ms, repeated);
        if (wrong.size > 0) throw new Error([...wrong].join("\n"));
        const { p50, p95, p99 } = summarise(times);
        const perSecond = (1000 * times.length) / took;
        const code = repeated ? "known" : "new";
        lines.push({ clients, code, perSecond, p50, p95, p99 });
        const cells = [String(clients).padStart(7), code.padEnd(9), perSecond.toFixed(0).padStart(11)];
        process.stdout.write(`${[...cells, ...[p50, p95, p99].map((value) => value.toFixed(2).padStart(7))].join("  ")}\n`);
      }
    }
    return lines;
  } finally {
    await server.close();
  }
}

let variant = 0;

function measure({ port, key }: BenchServer, clients: number, forMs: number, repeated: boolean): Promise<LoadResult> {
  const corpus = programs()["30"];
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const next = (n: number): Ask => {
    const program = corpus[n % corpus.length]!;
    const code = repeated ? program.code : distinct(program, variant++);
    const body = JSON.stringify({ agent_id: "bench", session_id: `load-${n % 500}`, language: program.language, code });
    return { name: "enforce", method: "POST", path: "/api/v1/enforce", headers, body, right: [200] };
  };
  return runLoad({ port, clients, forMs, next });
}

/** 100 clients with mixed requests; false when an answer was wrong or the server kept growing. */
export async function loadMixed(seconds: number): Promise<boolean> {
  const server = await startBenchServer();
  const memory: number[] = [];
  const look = () => {
    const bytes = server.memory();
    if (bytes !== null) memory.push(bytes);
  };
  const looking = setInterval(look, Math.max(100, seconds * 10));
  try {
    const result = await runLoad({ port: server.port, clients: 100, forMs: seconds * 1000, next: mixedRequests(server.key) });
    look();
    printMixed(result, memory);
    return result.wrong.size === 0 && !keepsGrowing(memory);
  } finally {
    clearInterval(looking);
    await server.close();
  }
}

function printMixed({ times, took, statuses, wrong }: LoadResult, memory: readonly number[]): void {
  const { count, p50, p95, p99 } = summarise(times);
  const rate = ((1000 * count) / took).toFixed(0);
  const mib = (bytes: number | undefined) => (bytes === undefined ? "unknown" : `${(bytes / MIB).toFixed(0)} MiB`);
  const counts = [...statuses].toSorted(([a], [b]) => a - b).map(([status, many]) => `${status}: ${many}`);
  const lines = [
    `100 clients, ${(took / 1000).toFixed(1)} s, mixed good and bad requests: ${count} answers, ${rate}/s`,
    `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
    `statuses: ${counts.join(", ")}`,
    `memory of the server: ${mib(memory[0])} at first, at most ${mib(memory.length === 0 ? undefined : Math.max(...memory))}, ${mib(memory.at(-1))} at the end`,
    ...[...wrong].map((fault) => `wrong: ${fault}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Compares the last third with the one before it: at first a server fills its caches. */
function keepsGrowing(memory: readonly number[]): boolean {
  if (memory.length < 9) return false;
  const third = Math.floor(memory.length / 3);
  const middle = Math.max(...memory.slice(third, 2 * third));
  const last = Math.max(...memory.slice(-third));
  if (last - middle <= GROWTH_BYTES) return false;
  process.stdout.write(`wrong: memory grew by ${((last - middle) / MIB).toFixed(0)} MiB in the last third\n`);
  return true;
}
