/** `agentguard demo`: what the product does, in one screen, with nothing set up: a whole server on a directory that is removed again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { formatHead } from "../audit/verify-log.ts";
import { loadConfig } from "../config.ts";
import { verifyDataDirectory } from "./audit.ts";
import { CliError } from "./cli-error.ts";
import { askForApproval, blocked, type DemoApi, sandboxed } from "./demo-acts.ts";

const ADMIN_KEY = "key-of-the-demo-administrator";

export function demoCommand(): Command {
  return new Command("demo")
    .description("show a block, an approval, a sandboxed run and the audit log, on a temporary server; needs no set-up")
    .action(demo);
}

async function demo(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "agentguard-demo-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  // Also after Ctrl-C: the exit of the process is the last thing that happens.
  process.once("exit", remove);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(2));
  const dataDir = join(directory, "data");
  await perform(dataDir);
  const verification = await verifyDataDirectory(dataDir);
  if (!verification.ok) throw new CliError(`the audit log of the demo does not verify: ${verification.fault.message}`);
  say([
    `4  The record. ${verification.size} entries, each synced to disk before its answer left and bound to the one before it:`,
    `     the chain verifies; head ${formatHead(verification)}`,
    "",
    "Nothing is left of this server. Start your own with `agentguard serve`; judge a file with `agentguard check FILE`.",
  ]);
}

/** The first three acts, over HTTP; the server is closed again when they are over. */
async function perform(dataDir: string): Promise<void> {
  const { startServer } = await import("../serve.ts");
  const { createLogger } = await import("../api/log.ts");
  const server = await startServer(demoConfig(dataDir), { logger: createLogger("silent") });
  try {
    say([`A server of its own at ${server.url}, on a temporary directory. What follows goes over HTTP.`, ""]);
    const api = apiOf(server.url);
    for (const act of [blocked, askForApproval, sandboxed]) say([...(await act(api)), ""]);
  } finally {
    await server.close();
  }
}

/** The shipped defaults: neither a file nor the environment of this machine changes what the demo shows. */
function demoConfig(dataDir: string) {
  const env = { AGENTGUARD_SERVER_PORT: "0", AGENTGUARD_SERVER_DATA_DIR: dataDir, AGENTGUARD_API_KEY: ADMIN_KEY };
  const loaded = loadConfig({ env, cwd: join(dataDir, "..") });
  if (!loaded.ok) throw new CliError(`the defaults are not valid: ${loaded.problems.map(({ message }) => message).join("; ")}`);
  return loaded.config;
}

function apiOf(url: string): DemoApi {
  return async (path, body, key = ADMIN_KEY) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const response = await fetch(`${url}/api/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
}

function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
