/** `agentguard rules`: test rules against annotated sources, list and explain them, say what is wrong with them. */
import { relative } from "node:path";
import { Command } from "commander";
import type { RuleFile } from "../../analysis/rule-file.ts";
import type { Invariant } from "../compose/invariant-catalogue.ts";
import type { Explained, Lint, PolicyRule, RuleTest } from "../compose/rule-catalogue.ts";
import { didYouMean } from "../config/problem.ts";
import { printable } from "../report/printable.ts";
import { CliError, type ExitCode } from "./cli-error.ts";
import { readProblem } from "./read-source.ts";

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
    .argument("<directory>", "rule files in the Semgrep format, invariants and API models")
    .option(...FORMAT)
    .action(async (directory: string, options: Options) => done(await runLint(directory, options)));
  const list = new Command("list")
    .description("list the rules of the policy guard, the invariants of the semantic guard, and the API models of a directory")
    .option(...RULES)
    .option(...FORMAT)
    .action(async (options: Options) => done(await runList(options)));
  const explain = new Command("explain")
    .description("show what a rule or invariant finds, what it flags and allows, and how it is written")
    .argument("<rule>", "its id")
    .option(...RULES)
    .option(...FORMAT)
    .action(async (id: string, options: Options) => done(await runExplain(id, options)));
  const posture = new Command("posture").description("print the posture table of the semantic guard").action(async () => {
    await runPosture();
    done(0);
  });
  return new Command("rules")
    .description("test, list, explain and check rules")
    .addCommand(test)
    .addCommand(list)
    .addCommand(explain)
    .addCommand(lint)
    .addCommand(posture);
}

function filesOf(read: (directory: string) => RuleFile[], directory: string): RuleFile[] {
  let files: RuleFile[];
  try {
    files = read(directory);
  } catch (error) {
    throw new CliError(`cannot read \`${printable(directory)}\`: ${readProblem(error)}`);
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

type Listed = {
  readonly id: string;
  readonly severity: string;
  readonly action: string;
  readonly about: string;
  readonly references: readonly string[];
};

async function runList(options: Options): Promise<ExitCode> {
  const { files, rules, invariants } = await everyRule(options.rules, true);
  const { modelsIn } = await import("../compose/model-catalogue.ts");
  const models = modelsIn(files);
  const listed: Listed[] = [
    ...rules.map((rule) => ({ ...rule, about: rule.languages.join(",") })),
    ...invariants.map((invariant) => ({ id: invariant.id, ...strictest(invariant), about: invariant.effects.join(",") })),
    ...models.map(({ name, language, effects }) => ({
      ...{ id: name, severity: "", action: "model", references: [] },
      about: `${language} ${effects.join(",")}`,
    })),
  ];
  const width = Math.max(0, ...listed.map(({ id }) => id.length));
  await print(
    options.json === true
      ? [...rules, ...invariants.map(invariantJson), ...models]
      : listed.map((each) => `${listText(each, width)}\n`).join(""),
  );
  return 0;
}

/** Of a directory, or all that ship. */
async function everyRule(
  directory: string | undefined,
  rulesOnly: boolean,
): Promise<{ files: RuleFile[]; rules: PolicyRule[]; invariants: Invariant[] }> {
  const [catalogue, ofInvariants] = await Promise.all([
    import("../compose/rule-catalogue.ts"),
    import("../compose/invariant-catalogue.ts"),
  ]);
  const directories = directory === undefined ? [catalogue.shippedRules(), ofInvariants.shippedInvariants()] : [directory];
  const files = directories.flatMap((each) => filesOf((path) => catalogue.readRuleDirectory(path, rulesOnly), each));
  return {
    files,
    rules: await catalogue.rulesIn(files.filter(({ path }) => /\.ya?ml$/.test(path))),
    invariants: ofInvariants.invariantsIn(files),
  };
}

const STRICTEST_FIRST = ["block", "require_approval", "warn", "pass"] as const;

/** Of what the invariant says in its cases. */
function strictest({ statements }: Invariant): Pick<Listed, "severity" | "action" | "references"> {
  const [first] = statements.toSorted((a, b) => STRICTEST_FIRST.indexOf(a.action) - STRICTEST_FIRST.indexOf(b.action));
  return { severity: first?.severity ?? "", action: first?.action ?? "", references: first?.references ?? [] };
}

function invariantJson(invariant: Invariant): object {
  const { id, path, effects, explanation, cell, statements } = invariant;
  return { id, layer: 2, ...strictest(invariant), effects, explanation, cell, messages: statements.map(({ message }) => message), path };
}

function listText({ id, severity, action, about, references }: Listed, width: number): string {
  return `${id.padEnd(width)}  ${severity.padEnd(8)}  ${action.padEnd(16)}  ${about}  ${references.join(" ")}`;
}

async function runExplain(id: string, options: Options): Promise<ExitCode> {
  const catalogue = await import("../compose/rule-catalogue.ts");
  const { files, rules, invariants } = await everyRule(options.rules, false);
  const explained = await catalogue.explainRule(files, id);
  const invariant = invariants.find((each) => each.id === id);
  if (explained !== null) await print(options.json === true ? explained : explainText(explained));
  else if (invariant !== undefined)
    await print(options.json === true ? { ...invariantJson(invariant), text: invariant.text } : explainInvariant(invariant));
  else {
    const near = didYouMean(
      id,
      [...rules, ...invariants].map((each) => each.id),
    );
    throw new CliError(
      `there is no rule \`${printable(id)}\``,
      `${near === null ? "" : `did you mean \`${near}\`? All of them: `}agentguard rules list`,
    );
  }
  return 0;
}

function explainInvariant(invariant: Invariant): string {
  const { id, effects, explanation, cell, statements, path, text } = invariant;
  const { severity, action, references } = strictest(invariant);
  return `${[
    `${id}: ${severity}, ${action}, ${effects.join(", ")}`,
    "",
    ...statements.map(({ message }) => printable(message)),
    ...(cell === null ? [] : ["", `in the posture table: ${printable(cell.row)}, ${printable(cell.text)}`]),
    ...(explanation === null ? [] : ["", ...explanation.trimEnd().split("\n").map(printable)]),
    ...(references.length === 0 ? [] : ["", `references: ${references.join(", ")}`]),
    "",
    path,
    "",
    ...text.split("\n").map((line) => `  ${printable(line)}`),
  ].join("\n")}\n`;
}

async function runPosture(): Promise<void> {
  const [{ shippedInvariantSet }, { postureTable }] = await Promise.all([
    import("../compose/invariant-catalogue.ts"),
    import("../compose/posture-table.ts"),
  ]);
  await print(postureTable(shippedInvariantSet()));
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
