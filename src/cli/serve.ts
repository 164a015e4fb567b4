/** `agentguard serve`: runs the server until it is told to stop. */
import { constants } from "node:os";
import { relative } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { Config } from "../config.ts";
import { packageVersion } from "../package-root.ts";
import type { RunningServer, ServeOptions } from "../serve.ts";
import { StoreError } from "../store/store.ts";
import { CliError } from "./cli-error.ts";
import { loadSettings, readSettings } from "./load-settings.ts";

type Options = { readonly config?: string; readonly port?: string; readonly host?: string };

const EXAMPLE = { agent_id: "demo", code: "account.balance -= 100" };

export function serveCommand(): Command {
  return new Command("serve")
    .description("start the HTTP API; SIGHUP or a change of the file reloads the configuration")
    .option("--config <file>", "configuration (default: agentguard.yaml, if there is one)")
    .option("--port <number>", "port to listen on; 0 takes a free one (default: server.port, 5000)", portNumber)
    .option("--host <address>", "address to listen on (default: server.host, 127.0.0.1)")
    .action(serve);
}

async function serve(options: Options): Promise<void> {
  const overrides = { AGENTGUARD_SERVER_PORT: options.port, AGENTGUARD_SERVER_HOST: options.host };
  const settings = loadSettings(options.config, overrides);
  for (const warning of settings.warnings) process.stderr.write(`agentguard: warning: ${warning}\n`);
  const stop = stopSignal();
  const server = await start(settings.config, { load: () => readSettings(options.config, overrides), file: settings.source });
  // Everything that it has to say is in the log.
  process.on("SIGHUP", () => void server.reload());
  process.stdout.write(greeting(server, settings.source));
  await stop;
  await server.close();
}

/** Loads the server only now: the other commands do not wait for it. */
async function start(config: Config, reloading: NonNullable<ServeOptions["reloading"]>): Promise<RunningServer> {
  const { startServer, StartError } = await import("../serve.ts");
  try {
    return await startServer(config, { reloading });
  } catch (error) {
    if (error instanceof StartError || error instanceof StoreError) throw new CliError(`cannot start: ${error.message}`);
    throw error;
  }
}

/** Where it listens, where the key is, and a line that works when pasted into a shell of this machine. */
function greeting(server: RunningServer, source: string | null): string {
  const { url, adminKeyPath } = server;
  const key = adminKeyPath === null ? "$AGENTGUARD_API_KEY" : `$(cat ${shellWord(adminKeyPath)})`;
  const lines = [
    `AgentGuard ${packageVersion()} listens on ${url}`,
    `  administrator's key: ${adminKeyPath ?? "from the configuration (set AGENTGUARD_API_KEY to it for the line below)"}${server.adminKeyCreated ? " (created now)" : ""}`,
    `  data: ${server.dataDir}`,
    `  configuration: ${source === null ? "defaults (there is no agentguard.yaml here)" : relative(process.cwd(), source) || source}`,
    "Try it:",
    `  curl -s ${url}/api/v1/enforce -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' -d '${JSON.stringify(EXAMPLE)}'`,
    "",
  ];
  return `${lines.join("\n")}\n`;
}

/** For use inside double quotes within `$( )`, where single quotes count again. */
function shellWord(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** The first signal stops in order, also while the server is starting; a second one stops at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        if (asked) process.exit(128 + constants.signals[signal]);
        asked = true;
        resolve();
      });
    }
  });
}

function portNumber(text: string): string {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError("a port is a number from 0 to 65535.");
  return text;
}
