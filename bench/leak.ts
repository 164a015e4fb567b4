/**
 * `npm run bench -- --leak [programs]`: parsing and rule matching of 100,000 programs, no two alike, in one process. Trees
 * live in the memory of a wasm instance that is never given back: one that is not freed shows here.
 */
import { join } from "node:path";
import { createParser } from "../analysis/parse.ts";
import { formatRuleError } from "../analysis/rule-file.ts";
import { compileRules } from "../layers/1-policy-guard/compile-rules.ts";
import { matchRules } from "../layers/1-policy-guard/match-rules.ts";
import { loadGrammars } from "../src/analysis-pool/grammars.ts";
import { readRuleFiles } from "../src/compose/load-rule-set.ts";
import { packageRoot } from "../src/package-root.ts";
import { type BenchProgram, distinct, programs } from "./programs.ts";
import { summarise } from "./sample.ts";

const PROGRAMS = 100_000;
const STRETCHES = 10;
/** The last stretch against the second; the first one warms up. Memory is that of the process, in MiB. */
const MOST_TIME = 1.5;
const MOST_GROWTH_MB = 64;
const SHELL: BenchProgram = { name: "shell", language: "shell", code: 'for f in *.txt; do\n  wc -l "$f" | sort > "out/$f"\ndone\n' };

/** Prints a row for each stretch; says what grew. */
export async function benchLeak(count = PROGRAMS): Promise<string[]> {
  const { parse } = await createParser(loadGrammars());
  const compiled = compileRules(readRuleFiles(join(packageRoot(), "rules")).policy, parse);
  if (!compiled.ok) throw new Error(compiled.errors.map(formatRuleError).join("\n"));
  const corpus = [...programs()["30"], SHELL];
  const rows: { readonly p50: number; readonly mb: number }[] = [];
  process.stdout.write("  programs      p50 ms   memory MB\n");
  for (let stretch = 0; stretch < STRETCHES; stretch++) {
    const times: number[] = [];
    for (let n = (stretch * count) / STRETCHES; n < ((stretch + 1) * count) / STRETCHES; n++) {
      const program = corpus[n % corpus.length] as BenchProgram;
      const code = distinct(program, n);
      const started = performance.now();
      const parsed = parse(code, program.language);
      if (!parsed.ok) throw new Error(`${program.name}: ${parsed.failure.message}`);
      matchRules(compiled.rules, parsed.tree, program.language);
      times.push(performance.now() - started);
    }
    const row = { p50: summarise(times).p50, mb: process.memoryUsage.rss() / 2 ** 20 };
    rows.push(row);
    const cells = [String(((stretch + 1) * count) / STRETCHES), row.p50.toFixed(4), row.mb.toFixed(0)];
    process.stdout.write(`${cells.map((cell) => cell.padStart(10)).join("  ")}\n`);
  }
  return grown(rows[1]!, rows[STRETCHES - 1]!);
}

type Row = { readonly p50: number; readonly mb: number };

function grown(early: Row, late: Row): string[] {
  const out: string[] = [];
  if (late.p50 > early.p50 * MOST_TIME)
    out.push(`a program costs ${(late.p50 / early.p50).toFixed(1)} times what it cost at the beginning`);
  if (late.mb > early.mb + MOST_GROWTH_MB) out.push(`memory grew by ${(late.mb - early.mb).toFixed(0)} MB; the bound is ${MOST_GROWTH_MB}`);
  return out;
}
