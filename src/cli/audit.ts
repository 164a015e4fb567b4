/** `agentguard audit verify` and `audit head`: is the log complete and unchanged, and what to note elsewhere to prove it later. */
import { Command, InvalidArgumentError } from "commander";
import { formatHead, type LogVerification, parseHead, verifyLog } from "../audit/verify-log.ts";
import { printable } from "../report/printable.ts";
import { type LogHead, type Store, StoreError } from "../store/store.ts";
import { CliError, type ExitCode } from "./cli-error.ts";
import { loadSettings } from "./load-settings.ts";

type Options = { readonly dataDir?: string; readonly config?: string };
type VerifyOptions = Options & { readonly expect?: LogHead };

const DATA_DIR = ["--data-dir <directory>", "where the log is (default: server.data_dir of the configuration)"] as const;
const CONFIG = ["--config <file>", "configuration (default: agentguard.yaml, if there is one)"] as const;

export function auditCommand(done: (code: ExitCode) => void): Command {
  const verify = new Command("verify")
    .description("check every entry, from the first to the last; works beside a running server")
    .option(...DATA_DIR)
    .option("--expect <size:hash>", "also require that the log still holds what `audit head` printed earlier", headOption)
    .option(...CONFIG)
    .action(async (options: VerifyOptions) => done(await withStore(options, (store) => verifyAndReport(store, options.expect))));
  const head = new Command("head")
    .description("print SIZE:HASH of the log, to be noted somewhere else")
    .option(...DATA_DIR)
    .option(...CONFIG)
    .action(async (options: Options) => done(await withStore(options, printHead)));
  return new Command("audit").description("check the audit log").addCommand(verify).addCommand(head);
}

async function withStore(options: Options, use: (store: Store) => ExitCode): Promise<ExitCode> {
  const { config } = loadSettings(options.config, { AGENTGUARD_SERVER_DATA_DIR: options.dataDir });
  const dataDir = config.server.data_dir;
  const { openStore } = await import("../store/open-store.ts");
  try {
    const store = await openStore({ dataDir, readOnly: true });
    try {
      return use(store);
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.code !== "corrupt") throw new CliError(`cannot open the audit log: ${error.message}`, "name its directory with --data-dir");
    process.stdout.write(`the audit log does not verify: ${error.message}\n`);
    return 1;
  }
}

/** Every entry of the log in `dataDir`, checked; throws StoreError when it cannot be opened. */
export async function verifyDataDirectory(dataDir: string): Promise<LogVerification> {
  const { openStore } = await import("../store/open-store.ts");
  const store = await openStore({ dataDir, readOnly: true });
  try {
    return verifyLog(store);
  } finally {
    await store.close();
  }
}

function verifyAndReport(store: Store, expect: LogHead | undefined): ExitCode {
  const verification = verifyLog(store, expect);
  process.stdout.write(verificationText(verification));
  return verification.ok ? 0 : 1;
}

function verificationText(verification: LogVerification): string {
  if (verification.ok) return `the audit log verifies: ${entries(verification.size)}, head ${formatHead(verification)}\n`;
  const { message, expected, found } = verification.fault;
  return [
    `the audit log does not verify: ${printable(message)}`,
    `  expected: ${printable(expected)}`,
    `  found:    ${printable(found)}`,
    `  whole before it: ${entries(verification.size)}`,
    "",
  ].join("\n");
}

const entries = (count: number): string => (count === 1 ? "1 entry" : `${count} entries`);

function printHead(store: Store): ExitCode {
  process.stdout.write(`${formatHead(store.head())}\n`);
  return 0;
}

function headOption(text: string): LogHead {
  const head = parseHead(text);
  if (head === null) throw new InvalidArgumentError("it must be SIZE:HASH as `agentguard audit head` prints it.");
  return head;
}
