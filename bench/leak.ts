/**
 * `npm run bench -- --leak [programs]`: parsing and rule matching of 100,000 programs, no two alike, in one process. Trees
 * live in the memory of a wasm instance that is never given back: one that is not freed shows here.
 *
 * What is judged is what is still reachable after a full collection, wasm memory included. The memory of the process is
 * printed beside it and says less: V8 lets objects that outlived two scavenges lie until the old space has grown to its
 * limit, about 0.7 KiB for each program, and takes them all back then.
 */
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
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
/** The last stretch against the second; the first one warms up. MiB of memory that is reachable. */
const MOST_TIME = 1.5;
const MOST_GROWTH_MB = 4;
const SHELL: BenchProgram = { name: "shell", language: "shell", code: 'for f in *.txt; do\n  wc -l "$f" | sort > "out/$f"\ndone\n' };

/** Prints a row for each stretch; says what grew. */
export async function benchLeak(count = PROGRAMS): Promise<string[]> {
  const { parse } = await createParser(loadGrammars());
  const compiled = compileRules(readRuleFiles(join(packageRoot(), "rules")).policy, parse);
  if (!compiled.ok) throw new Error(compiled.errors.map(formatRuleError).join("\n"));
  const corpus = [...programs()["30"], SHELL];
  const collect = fullCollection();
  const rows: Row[] = [];
  process.stdout.write("  programs      p50 ms    alive MB  process MB\n");
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
    const row = { p50: summarise(times).p50, ...memoryAfter(collect) };
    rows.push(row);
    const cells = [String(((stretch + 1) * count) / STRETCHES), row.p50.toFixed(4), row.aliveMb.toFixed(1), row.processMb.toFixed(0)];
    process.stdout.write(`${cells.map((cell) => cell.padStart(10)).join("  ")}\n`);
  }
  return grown(rows[1]!, rows[STRETCHES - 1]!);
}

type Row = { readonly p50: number; readonly aliveMb: number; readonly processMb: number };

/** V8 offers its collector only behind a flag, and to contexts that are made after it is set. */
function fullCollection(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

function memoryAfter(collect: () => void): Omit<Row, "p50"> {
  const processMb = process.memoryUsage.rss() / 2 ** 20;
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return { aliveMb: (heapUsed + external) / 2 ** 20, processMb };
}

function grown(early: Row, late: Row): string[] {
  const out: string[] = [];
  if (late.p50 > early.p50 * MOST_TIME)
    out.push(`a program costs ${(late.p50 / early.p50).toFixed(1)} times what it cost at the beginning`);
  const growth = late.aliveMb - early.aliveMb;
  if (growth > MOST_GROWTH_MB) out.push(`${growth.toFixed(1)} MB more are alive than at the beginning; the bound is ${MOST_GROWTH_MB}`);
  return out;
}
