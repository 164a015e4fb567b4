/** `agentguard check FILE|-`: judges one program without a server, and records nothing. */
import { Command, InvalidArgumentError, Option } from "commander";
import { type Json, LANGUAGES, type Language } from "../../layers/model.ts";
import type { CheckInput, CheckOutcome } from "../compose.ts";
import type { Config } from "../config.ts";
import { reportJson } from "../report/report-json.ts";
import { type Report, reportText } from "../report/report-text.ts";
import type { ExitCode } from "./cli-error.ts";
import { loadSettings } from "./load-settings.ts";
import { readSource } from "./read-source.ts";

type Context = Readonly<Record<string, Json>>;
type Options = {
  readonly language?: Language;
  readonly context?: Context;
  readonly format: "text" | "json" | "sarif";
  readonly config?: string;
};

export function checkCommand(done: (code: ExitCode) => void): Command {
  return new Command("check")
    .description("judge one program without a server")
    .argument("<file>", "the program; - reads standard input (Python, unless --language or a #! line says otherwise)")
    .addOption(new Option("--language <language>", "instead of what the file's ending says").choices(LANGUAGES))
    .option("--context <json>", 'claims about the call, such as {"has_auth_check": true}', contextObject)
    .addOption(new Option("--format <format>", "how to print the answer").choices(["text", "json", "sarif"]).default("text"))
    .option("--config <file>", "configuration (default: agentguard.yaml, if there is one)")
    .action(async (file: string, options: Options) => done(await check(file, options)));
}

async function check(path: string, options: Options): Promise<ExitCode> {
  const { file, code, language } = await readSource(path, options.language);
  const { config, warnings } = loadSettings(options.config);
  for (const warning of warnings) process.stderr.write(`agentguard: warning: ${warning}\n`);
  const { decision, effects } = await judge(config, { language, code, context: options.context ?? {} });
  const report = { file, code, decision, effects };
  await write(await printed(report, options.format));
  return decision.decision === "ALLOW" ? 0 : 1;
}

async function printed(report: Report, format: Options["format"]): Promise<string> {
  if (format === "text") return reportText(report, { colour: coloured() });
  if (format === "json") return reportJson(report);
  const { reportSarif } = await import("../report/report-sarif.ts");
  return reportSarif(report);
}

async function judge(config: Config, input: CheckInput): Promise<CheckOutcome> {
  const { composeChecker } = await import("../compose.ts");
  const checker = await composeChecker(config);
  try {
    return await checker.check(input);
  } finally {
    await checker.close();
  }
}

/** Waits for the pipe: an exit that overtakes the output would cut it. */
function write(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}

function coloured(): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "0") return true;
  return process.stdout.isTTY === true && TERM !== "dumb";
}

function contextObject(text: string): Context {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`it is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new InvalidArgumentError('it must be a JSON object: {"name": value}.');
  return value as Context;
}
