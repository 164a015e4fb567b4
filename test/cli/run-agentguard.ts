/** The command line as its users run it: a process of its own, judged by its output and exit code. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/package-root.ts";

export type Run = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
export type RunOptions = {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Arguments of Node itself. */
  readonly node?: readonly string[];
};

const BIN = join(packageRoot(), "bin", "agentguard.cjs");

export function runAgentguard(args: readonly string[], options: RunOptions): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...(options.node ?? []), BIN, ...args], {
      cwd: options.cwd,
      env: { ...cleanEnvironment(), ...options.env },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    child.stdin.on("error", () => {});
    child.stdin.end(options.stdin ?? "");
  });
}

/** Nothing that the machine running the tests has configured reaches the process. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AGENTGUARD_|NO_COLOR$|FORCE_COLOR$|NODE_TEST|NODE_OPTIONS$)/.test(name));
  return Object.fromEntries(kept);
}

/** An empty directory for one test file; call `remove` when done. */
export function emptyDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "agentguard-cli-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
