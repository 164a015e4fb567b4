/** `agentguard rules`: test rules against annotated sources, list and explain them, say what is wrong with them. */
import { relative } from "node:path";
import { Command } from "commander";
import type { RuleFile } from "../../analysis/rule-file.ts";
import type { Explained, Lint, PolicyRule, RuleTest } from "../compose/rule-catalogue.ts";
import { printable } from "../report/printable.ts";
import { CliError, type ExitCode } from "./cli-error.ts";

const FORMAT = ["--json", "print JSON"] as const;
const RULES = ["--rules <directory>", "rules to look at (default: those that ship)"] as const;
type Options = { readonly json?: boolean; readonly rules?: string };

export function rulesCommand(done: (code: ExitCode) => void): Command {
  const test = new Command("test")
    .description("run every rule against the annotated source beside it; exit 1 when any line differs")
    .argument("<directory>", "rule files in the Semgrep format, and sources with `ruleid:` and `ok:` comments")
    .option(...FORMAT)
    .action(async (directory: string, options: Options) => done(await runTest(directory, options)));
  const lint = new Command("lint")
    .description("say what is wrong with rule files, with its place, and what is worth knowing")
    .argument("<directory>", "rule files in the Semgrep format")
    .option(...FORMAT)
    .action(async (directory: string, options: Options) => done(await runLint(directory, options)));
  const list = new Command("list")
    .description("list the rules of the policy guard")
    .option(...RULES)
    .option(...FORMAT)
    .action(async (options: Options) => done(await runList(options)));
  const explain = new Command("explain")
    .description("show what a rule finds, what it flags and allows, and how it is written")
    .argument("<rule>", "its id")
    .option(...RULES)
    .option(...FORMAT)
    .action(async (id: string, options: Options) => done(await runExplain(id, options)));
  return new Command("rules")
    .description("test, list, explain and check rules")
    .addCommand(test)
    .addCommand(list)
    .addCommand(explain)
    .addCommand(lint);
}

function filesOf(read: (directory: string) => RuleFile[], directory: string): RuleFile[] {
  let files: RuleFile[];
  try {
    files = read(directory);
  } catch (error) {
    throw new CliError(`cannot read ${printable(directory)}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (files.some((file) => /\.ya?ml$/.test(file.path))) return files;
  throw new CliError(`${printable(directory)} holds no rule files`, "rule files end in .yaml or .yml");
}

// ---------------------------------------------------------------- test

async function runTest(directory: string, options: Options): Promise<ExitCode> {
  const catalogue = await import("../compose/rule-catalogue.ts");
  const results = await catalogue.testRuleFiles(filesOf((path) => catalogue.readRuleDirectory(path), directory));
  await print(options.json === true ? results : results.map((result) => testText(result, directory)).join("") + summary(results));
  return results.every(isRight) ? 0 : 1;
}

function isRight(result: RuleTest): boolean {
  return result.missed.length === 0 && result.invented.length === 0 && result.error === null;
}

function testText(result: RuleTest, directory: string): string {
  const mark = isRight(result) ? "ok     " : "DIFFERS";
  const lines = [
    `${mark} ${printable(result.rule)}  ${printable(relative(directory, result.file))}  expected ${list(result.expected)}, found ${list(result.found)}`,
  ];
  if (result.missed.length > 0) lines.push(`          missed   ${list(result.missed)}`);
  if (result.invented.length > 0) lines.push(`          invented ${list(result.invented)}`);
  if (result.error !== null) lines.push(...result.error.split("\n").map((line) => `          ${printable(line)}`));
  return `${lines.join("\n")}\n`;
}

function summary(results: readonly RuleTest[]): string {
  return `${results.filter(isRight).length} of ${results.length} agree with every annotation\n`;
}

const list = (lines: readonly number[]): string => (lines.length === 0 ? "none" : lines.join(", "));

// ---------------------------------------------------------------- lint

async function runLint(directory: string, options: Options): Promise<ExitCode> {
  const catalogue = await import("../compose/rule-catalogue.ts");
  const results = await catalogue.lintRuleFiles(filesOf((path) => catalogue.readRuleDirectory(path, true), directory));
  await print(options.json === true ? results : results.map(lintText).join("") + lintSummary(results));
  return results.some((result) => result.errors.length > 0) ? 1 : 0;
}

function lintText({ path, rule, errors, notes }: Lint): string {
  const name = rule === null ? path : `${path}: ${rule}`;
  return [
    ...errors.map((error) => `${error.split("\n").map(printable).join("\n")}\n`),
    ...notes.map((note) => `${printable(name)}: note: ${printable(note)}\n`),
  ].join("");
}

function lintSummary(results: readonly Lint[]): string {
  const broken = results.filter((result) => result.errors.length > 0).length;
  return `${results.length} rules, ${broken} broken\n`;
}

// ---------------------------------------------------------------- list, explain

async function runList(options: Options): Promise<ExitCode> {
  const catalogue = await import("../compose/rule-catalogue.ts");
  const rules = await catalogue.rulesIn(
    filesOf((path) => catalogue.readRuleDirectory(path, true), options.rules ?? catalogue.shippedRules()),
  );
  const width = Math.max(...rules.map((rule) => rule.id.length));
  await print(options.json === true ? rules : rules.map((rule) => `${listText(rule, width)}\n`).join(""));
  return 0;
}

function listText({ id, severity, action, languages, references }: PolicyRule, width: number): string {
  return `${id.padEnd(width)}  ${severity.padEnd(8)}  ${action.padEnd(16)}  ${languages.join(",")}  ${references.join(" ")}`;
}

async function runExplain(id: string, options: Options): Promise<ExitCode> {
  const catalogue = await import("../compose/rule-catalogue.ts");
  const explained = await catalogue.explainRule(
    filesOf((path) => catalogue.readRuleDirectory(path), options.rules ?? catalogue.shippedRules()),
    id,
  );
  if (explained === null) throw new CliError(`there is no rule \`${printable(id)}\``, "agentguard rules list");
  await print(options.json === true ? explained : explainText(explained));
  return 0;
}

function explainText({ rule, text, flagged, allowed }: Explained): string {
  const examples = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${printable(line)}`)];
  return `${[
    `${rule.id}: ${rule.severity}, ${rule.action}, ${rule.languages.join(", ")}`,
    "",
    printable(rule.message),
    ...(rule.references.length === 0 ? [] : ["", `references: ${rule.references.join(", ")}`]),
    ...(rule.fix === null ? [] : ["", `proposed fix: ${printable(rule.fix)}`]),
    ...rule.notes.map((note) => `note: ${printable(note)}`),
    ...examples("flagged", flagged),
    ...examples("allowed", allowed),
    "",
    rule.path,
    "",
    ...text
      .trimEnd()
      .split("\n")
      .map((line) => `  ${printable(line)}`),
  ].join("\n")}\n`;
}

/** Waits for the pipe: an exit that overtakes the output would cut it. */
function print(value: unknown): Promise<void> {
  const text = typeof value === "string" ? value : `${JSON.stringify(value, null, 2)}\n`;
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}
