/** Source text -> Program with the real parser, the shipped API models and recognisers; and effects as lines of a table. */
import assert from "node:assert/strict";
import { createAnalyzer } from "../../../analysis/analyze.ts";
import type { Effect, EffectKind, Program } from "../../../analysis/effects.ts";
import type { Language } from "../../../analysis/tree.ts";
import { shippedModels, shippedRecognisers } from "../../rules/shipped-rules.ts";
import { specify } from "../fixme.ts";
import { dedent } from "../lower-source.ts";
import { parser } from "../test-parser.ts";

export const analyzer = createAnalyzer({
  parser,
  match: () => [],
  models: shippedModels(),
  recognisers: shippedRecognisers(),
});

export function programOf(code: string, language: Language): Program {
  const result = analyzer.analyze(code, language);
  assert.ok(result.ok, result.ok ? "" : `${result.failure.reason}: ${result.failure.message}`);
  return result.program;
}

/** What a line of an expectation shows besides reach, kind and target. */
type Column = "classes" | "guards" | "via" | "labels" | "basis" | "args" | "api";

const COLUMNS: Readonly<Record<Column, (effect: Effect) => string>> = {
  classes: (e) => `<${[...e.targetClasses].sort().join(" ")}>`,
  guards: (e) => `{${e.guards.map((g) => `${g.external ? "" : "own "}${g.positive ? "+" : "-"}${g.text}`).join(", ")}}`,
  via: (e) => `~${[...new Set(e.via.map((v) => v.how))].sort().join(",")}`,
  labels: (e) => `#${[...e.labels].sort().join(",")}`,
  basis: (e) => `by ${e.basis}`,
  args: (e) => JSON.stringify(e.args, Object.keys(e.args).sort()),
  api: (e) => `(${e.api})`,
};

/** `must fs.delete a.txt <path.workspace>`; without a target the third word is left out. */
const lineOf = (effect: Effect, columns: readonly Column[] = []): string =>
  [effect.reach, effect.kind, effect.target, ...columns.map((c) => COLUMNS[c](effect))].filter((part) => part !== "").join(" ");

/** Effects that every program may have and that no case is about, unless it names them. */
const BACKGROUND: ReadonlySet<EffectKind> = new Set(["call.unmodelled", "print.write", "env.read"]);

/** Source -> every effect it must have, one line each; background kinds are compared only where a line names them. */
type Case = readonly [name: string, code: string, ...lines: string[]];

export function checkEffects(code: string, language: Language, expected: readonly string[], columns: readonly Column[] = []): void {
  const source = dedent(code);
  const { effects } = programOf(source, language);
  const named = (kind: EffectKind): boolean => expected.some((line) => line.split(" ")[1] === kind);
  const got = effects.filter((e) => !BACKGROUND.has(e.kind) || named(e.kind)).map((e) => lineOf(e, columns));
  const missed = expected.filter((line) => !got.includes(line));
  const invented = got.filter((line) => !expected.includes(line));
  if (missed.length + invented.length === 0) return;
  assert.fail(`\n${source}\n${[...missed.map((m) => `missed:   ${m}`), ...invented.map((i) => `invented: ${i}`)].join("\n")}`);
}

/** One test per case of a table; `fixme` names the cases that are wrong today. */
export function testTable(
  title: string,
  language: Language,
  cases: readonly Case[],
  options: { columns?: readonly Column[]; fixme?: ReadonlySet<string> } = {},
): void {
  for (const [name, code, ...lines] of cases)
    specify(`${title} (${language}): ${name}`, () => checkEffects(code, language, lines, options.columns), options.fixme);
}
