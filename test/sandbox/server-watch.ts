/** Looks at a server from outside while hostile programs run in it: how fast its `/health` answers, and which processes it has. */
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { cpuSeconds, processTree } from "../../sandbox/resource-watch.ts";
import { isAlive } from "./support.ts";

/** The bound that the project promises for `/health` during and after a hostile program, in ms. */
export const HEALTH_MS = 250;
const EVERY_MS = 50;
const TICK_MS = 10;
/** How long a process may outlive its run outside of the server's tree. */
const ORPHAN_MS = 1_000;

type Sample = { readonly asked: number; readonly ms: number };
export type ServerWatch = {
  /** The slowest answer of `/health` among those asked since `from` and until now, one asked after now among them. */
  slowest(from: number): Promise<number>;
  /** Processes once seen below the server that a second later are alive and not below it: nobody would ever end them. */
  orphans(): Promise<number[]>;
  /** Whether the server's tree comes to rest: nothing in it computes for a while. */
  rests(): Promise<boolean>;
  seen(): readonly number[];
  stop(): Promise<void>;
};

export function watchServer(url: string, pid: number): ServerWatch {
  const agent = new Agent({ keepAlive: true });
  const lateness = watchLateness();
  const seen = new Set<number>();
  const pending = new Set<Promise<Sample>>();
  const samples: Sample[] = [];
  let failure: Error | null = null;
  const look = () => {
    for (const below of processTree(pid).slice(1)) seen.add(below);
    const asked = ask(url, agent, lateness.worst);
    pending.add(asked);
    asked
      .then((sample) => samples.push(sample))
      .catch((error: Error) => {
        failure ??= error;
      })
      .finally(() => pending.delete(asked));
  };
  const timer = setInterval(look, EVERY_MS);
  const answered = async () => {
    await Promise.allSettled(pending);
    if (failure) throw failure;
  };
  return {
    slowest: async (from) => {
      look();
      await answered();
      return Math.max(...samples.filter(({ asked }) => asked >= from).map(({ ms }) => ms));
    },
    orphans: () => remaining(ORPHAN_MS, () => outside(pid, seen)),
    rests: () => comesToRest(pid),
    seen: () => [...seen],
    stop: async () => {
      clearInterval(timer);
      await answered();
      lateness.stop();
      agent.destroy();
    },
  };
}

/** What was late in this very process is not the server's doing. */
async function ask(url: string, agent: Agent, worstSince: (from: number) => number): Promise<Sample> {
  const asked = performance.now();
  await new Promise<void>((resolve, reject) => {
    get(`${url}/health`, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`/health answered ${response.statusCode}`));
      response.on("end", resolve).resume();
    }).on("error", reject);
  });
  return { asked, ms: performance.now() - asked - worstSince(asked) };
}

/** How late a timer of this process was, at worst: what a busy machine does to everybody. */
function watchLateness() {
  const late: { at: number; ms: number }[] = [];
  let before = performance.now();
  const timer = setInterval(() => {
    const at = performance.now();
    late.push({ at, ms: Math.max(0, at - before - TICK_MS) });
    if (late.length > 1000) late.shift();
    before = at;
  }, TICK_MS);
  const worst = (from: number) =>
    Math.max(performance.now() - before - TICK_MS, 0, ...late.filter(({ at }) => at >= from).map(({ ms }) => ms));
  return { worst, stop: () => clearInterval(timer) };
}

function outside(pid: number, seen: ReadonlySet<number>): number[] {
  const below = new Set(processTree(pid));
  return [...seen].filter((each) => !below.has(each) && isAlive(each));
}

/** What `find` still finds after so many ms; nothing as soon as it finds nothing. */
async function remaining(ms: number, find: () => number[]): Promise<number[]> {
  const deadline = performance.now() + ms;
  let found = find();
  while (found.length > 0 && performance.now() < deadline) {
    await sleep(20);
    found = find();
  }
  return found;
}

const REST_ATTEMPTS = 40;
async function comesToRest(pid: number): Promise<boolean> {
  const used = () => processTree(pid).reduce((sum, each) => sum + (cpuSeconds(each) ?? 0), 0);
  for (let attempt = 0; attempt < REST_ATTEMPTS; attempt++) {
    const before = used();
    await sleep(500);
    if (used() - before < 0.25) return true;
  }
  return false;
}
