/** Runs one of the scripts beside the tests in a process of its own, and reads its lines. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

export type Child = {
  readonly process: ChildProcess;
  /** Every line of its standard output so far. */
  readonly lines: readonly string[];
  /** Resolves with the first line (seen already or not) that `wanted` accepts; rejects when the process ends without one. */
  line(wanted: (line: string) => boolean): Promise<string>;
  /** SIGKILL, then waits until it is gone and all its lines are read. */
  kill(): Promise<void>;
  ended: Promise<number | null>;
};

/** `script` is a file name in this directory; `wrapper` is a command line that runs it, such as a tracer's. */
export function startChild(test: TestContext, script: string, args: readonly string[], wrapper: readonly string[] = []): Child {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const [command, ...rest] = [...wrapper, process.execPath, file, ...args];
  const child = spawn(command!, rest, { stdio: ["ignore", "pipe", "inherit"] });
  test.after(() => child.kill("SIGKILL"));
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };
  createInterface({ input: child.stdout! }).on("line", (line) => {
    lines.push(line);
    notify();
  });
  let over = false;
  const ended = once(child, "close").then(([code]) => {
    over = true;
    notify();
    return code as number | null;
  });
  return {
    process: child,
    lines,
    ended,
    line: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(wanted);
          if (found === undefined && !over) return;
          listeners.delete(look);
          if (found === undefined) reject(new Error(`${script} ended without the line; it said: ${lines.slice(-5).join(" | ")}`));
          else resolve(found);
        };
        listeners.add(look);
        look();
      }),
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
