/**
 * `npm run bench -- --rules`: what matching costs per program, with the shipped rules, with 50 and with 1,000. The rules
 * beyond the shipped ones are made up, of the shapes that rule packs have; nearly none of them can match.
 */
import { join } from "node:path";
import { createParser } from "../analysis/parse.ts";
import { formatRuleError, type RuleFile } from "../analysis/rule-file.ts";
import type { ParsedTree } from "../analysis/tree.ts";
import { compileRules } from "../layers/1-policy-guard/compile-rules.ts";
import { matchRules } from "../layers/1-policy-guard/match-rules.ts";
import type { CompiledRules, ParseSource } from "../layers/1-policy-guard/rule.ts";
import { loadGrammars } from "../src/analysis-pool/grammars.ts";
import { readRuleFiles } from "../src/compose/load-rule-set.ts";
import { packageRoot } from "../src/package-root.ts";
import { largeProgram } from "./large-program.ts";
import { createBareParser } from "./parse-alone.ts";
import { programs } from "./programs.ts";
import { sample, summarise } from "./sample.ts";

const ROUNDS = 30;
const WARM_UP = 30;
/** 1,000 rules may cost at most this many times what 50 cost. */
const BOUND = 2;
/** The shipped rules on the corpus: against parsing alone, and the slowest of a hundred, in ms. */
const MOST_OF_PARSE = 2;
const MOST_P99_MS = 1;
/** Lines; the large one may cost this many times what the small one costs. */
const [SMALL, LARGE] = [66, 2_000];
const MOST_BY_SIZE = 30;
const SIZE_ROUNDS = 400;
/** More than a small program has, so that no two have a name in common. */
const FUNCTIONS = 10;

/** A rule like those of packs: a call in a context, without a safe argument, on a library that few programs use. */
function madeUp(n: number): string {
  const library = `library${n}`;
  const python = `
    patterns:
      - pattern-inside: |
          import ${library}
          ...
      - pattern-either:
          - pattern: ${library}.connect(..., verify=False, ...)
          - pattern: ${library}.$METHOD(..., shell=True, ...)
      - pattern-not: ${library}.connect("...")
      - metavariable-regex: {metavariable: $METHOD, regex: ^(run|call)$}`;
  const script = `
    patterns:
      - pattern-inside: |
          const $LIB = require("${library}");
          ...
      - pattern: $LIB.query${n}(<... $REQ.body ...>, ...)`;
  const head = (id: string, languages: string): string =>
    `  - id: ${id}\n    message: made up\n    severity: INFO\n    languages: [${languages}]`;
  return n % 2 === 0 ? head(`made-up-${n}`, "python") + python : head(`made-up-${n}`, "javascript, typescript") + script;
}

function ruleSetOf(count: number, shipped: readonly RuleFile[], parse: ParseSource): CompiledRules {
  const own = shipped.slice(0, count);
  const extra = Math.max(0, count - own.length);
  const text = `rules:\n${Array.from({ length: extra }, (_, n) => madeUp(n)).join("\n")}\n`;
  const compiled = compileRules(extra === 0 ? own : [...own, { path: "made-up.yaml", text }], parse);
  if (!compiled.ok) throw new Error(compiled.errors.map(formatRuleError).join("\n"));
  return compiled.rules;
}

/** Prints a row for each number of rules; says what is above its bound. */
export async function benchRules(): Promise<string[]> {
  const { parse } = await createParser(loadGrammars());
  const shipped = readRuleFiles(join(packageRoot(), "rules")).policy;
  const trees = programs()["30"].flatMap(({ code, language }) => {
    const parsed = parse(code, language);
    return parsed.ok ? [parsed.tree] : [];
  });
  const medians = new Map<number, number>();
  const row = (cells: readonly string[]): boolean => process.stdout.write(`${cells.map((cell) => cell.padStart(10)).join("  ")}\n`);
  row(["rules", "p50 ms", "p95 ms", "p99 ms"]);
  for (const count of [50, shipped.length, 1_000]) {
    const { p50, p95, p99 } = summarise(measure(ruleSetOf(count, shipped, parse), trees));
    medians.set(count, p50);
    row([String(count), ...[p50, p95, p99].map((value) => value.toFixed(4))]);
  }
  const ratio = (medians.get(1_000) ?? 0) / (medians.get(50) ?? 1);
  process.stdout.write(`1,000 rules cost ${ratio.toFixed(2)} times what 50 cost\n`);
  const above = ratio <= BOUND ? [] : [`1,000 rules cost ${ratio.toFixed(1)} times what 50 cost; the bound is ${BOUND}`];
  return [...above, ...(await benchShipped(ruleSetOf(shipped.length, shipped, parse), trees)), ...benchSizes(shipped, parse)];
}

/** Matching against the parser's own call, both warm and in turn. */
async function benchShipped(rules: CompiledRules, trees: readonly ParsedTree[]): Promise<string[]> {
  const bare = await createBareParser(loadGrammars());
  const corpus = programs()["30"];
  const parsing = summarise(await sample(corpus, { counted: ROUNDS, warmUp: WARM_UP * 4 }, bare));
  const matching = summarise(measure(rules, trees));
  const ratio = matching.p50 / parsing.p50;
  process.stdout.write(`layer 1 costs ${ratio.toFixed(2)} times parsing alone (p50), p99 ${matching.p99.toFixed(3)} ms\n`);
  return [
    ...(ratio <= MOST_OF_PARSE ? [] : [`layer 1 costs ${ratio.toFixed(1)} times parsing alone; the bound is ${MOST_OF_PARSE}`]),
    ...(matching.p99 <= MOST_P99_MS ? [] : [`the p99 of layer 1 is ${matching.p99.toFixed(2)} ms; the bound is ${MOST_P99_MS}`]),
  ];
}

/**
 * A large program against as many small ones, no two alike, as make it up: one small program again and again would be read
 * from the processor's nearest cache. Of the quickest turns, since a collection says nothing about how matching grows.
 */
function benchSizes(shipped: readonly RuleFile[], parse: ParseSource): string[] {
  const rules = ruleSetOf(shipped.length, shipped, parse);
  return (["python", "typescript"] as const).flatMap((language) => {
    const trees = (lines: number, count: number): ParsedTree[] =>
      Array.from({ length: count }, (_, n) => {
        const parsed = parse(largeProgram(language, lines, n * FUNCTIONS), language);
        if (!parsed.ok) throw new Error(parsed.failure.message);
        return parsed.tree;
      });
    const count = Math.round(LARGE / SMALL);
    const [small, large] = quickest(rules, [trees(SMALL, count), trees(LARGE, 1)]) as [number, number];
    const ratio = large / (small / count);
    process.stdout.write(`${LARGE} lines of ${language} cost ${ratio.toFixed(1)} times what ${SMALL} cost\n`);
    return ratio <= MOST_BY_SIZE
      ? []
      : [`${LARGE} lines of ${language} cost ${ratio.toFixed(1)} times what ${SMALL} cost; the bound is ${MOST_BY_SIZE}`];
  });
}

/** The quickest turn of each group of programs, in ms; the groups take turns. */
function quickest(rules: CompiledRules, groups: readonly (readonly ParsedTree[])[]): number[] {
  const best = groups.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < SIZE_ROUNDS; round++) {
    for (const [i, trees] of groups.entries()) {
      const started = performance.now();
      for (const tree of trees) matchRules(rules, tree, tree.module.language);
      best[i] = Math.min(best[i] as number, performance.now() - started);
    }
  }
  return best;
}

function measure(rules: CompiledRules, trees: readonly ParsedTree[]): number[] {
  const times: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    for (const tree of trees) {
      const started = performance.now();
      matchRules(rules, tree, tree.module.language);
      if (round >= WARM_UP) times.push(performance.now() - started);
    }
  }
  return times;
}
