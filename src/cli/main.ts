/** Entry of the command line: picks the command, and turns whatever happens into an exit code. Never 0 on an error. */
import { Command, CommanderError } from "commander";
import { packageVersion } from "../package-root.ts";
import { auditCommand } from "./audit.ts";
import { checkCommand } from "./check.ts";
import { CliError, type ExitCode } from "./cli-error.ts";
import { configCommand } from "./config.ts";
import { demoCommand } from "./demo.ts";
import { keysCommand } from "./keys.ts";
import { rulesCommand } from "./rules.ts";
import { serveCommand } from "./serve.ts";

const DESCRIPTION =
  "Decides what code written by an AI agent would do before it runs, contains it while it runs, and remembers it afterwards.";
const EXIT_CODES = `
Exit codes:
  0  done; for check: the program would be allowed
  1  the answer is no: blocked, needs approval, the audit log does not verify, or a rule differs from its annotations
  2  there is no answer: wrong usage, unreadable input or an internal error
`;

/** `args` without the interpreter and the script. Resolves when the command is done; never rejects. */
export async function main(args: readonly string[]): Promise<ExitCode> {
  process.stdout.on("error", stopOnClosedPipe);
  let exitCode: ExitCode = 0;
  try {
    await program((code) => {
      exitCode = code;
    }).parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    return report(error);
  }
}

function program(done: (code: ExitCode) => void): Command {
  const root = new Command("agentguard")
    .description(DESCRIPTION)
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", EXIT_CODES)
    .showSuggestionAfterError(true);
  for (const command of [
    serveCommand(),
    checkCommand(done),
    auditCommand(done),
    configCommand(done),
    keysCommand(),
    rulesCommand(done),
    demoCommand(),
  ])
    root.addCommand(command);
  for (const command of [root, ...root.commands, ...root.commands.flatMap((child) => child.commands)]) {
    command.exitOverride((error) => {
      throw Object.assign(error, { help: `${pathOf(command)} --help` });
    });
    command.configureOutput({ outputError: (text, write) => write(`agentguard: ${text.replace(/^error: /, "")}`) });
  }
  return root;
}

/** Such as `agentguard keys create`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function report(error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const { help = "agentguard --help" } = error as { readonly help?: string };
    if (error.code !== "commander.help") process.stderr.write(`  help: ${help}\n`);
    return 2;
  }
  if (error instanceof CliError) {
    process.stderr.write(`agentguard: ${error.message}\n${error.help === null ? "" : `  help: ${error.help}\n`}`);
    return 2;
  }
  process.stderr.write(`agentguard: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 2;
}

/** `agentguard check x | head` closes the pipe early: nobody reads on, so there is nothing left to say. */
function stopOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(2);
  throw error;
}
