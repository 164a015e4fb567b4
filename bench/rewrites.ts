/**
 * `npm run bench -- --rewrites`: every meaning-preserving rewrite over every risky program and its innocent twin, alone and
 * in chains of two to four; writes bench/results/rewrites.md. Exits 1 below 99 % kept, or when a twin is newly flagged.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Outcome, openMatrix, runTrials, type Trial, trialsOf } from "../test/rewriting/matrix.ts";

const CHAINS_EACH = 12;
const KEPT = 0.99;
/** Changes that are written out. */
const LISTED = 200;

type Row = { readonly name: string; readonly outcome: Outcome };

/** Prints and writes the table; says what is below its bound. */
export async function benchRewrites(): Promise<string[]> {
  const { pairs, run } = await openMatrix();
  const groups = Map.groupBy(trialsOf(pairs, CHAINS_EACH), groupOf);
  const rows = [...groups].map(([name, trials]): Row => ({ name, outcome: runTrials(run, trials) }));
  const total = rows.reduce((sum, { outcome }) => add(sum, outcome), { risky: 0, kept: 0, twins: 0, quiet: 0 });
  const text = table(pairs.length, [...rows, { name: "all", outcome: { ...total, failures: [] } }]);
  const directory = join(import.meta.dirname, "results");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "rewrites.md"), text);
  process.stdout.write(`${text}\nwritten to bench/results/rewrites.md\n`);
  return [
    ...(total.kept / total.risky >= KEPT ? [] : [`${total.kept} of ${total.risky} risky cases kept; the bound is ${KEPT}`]),
    ...(total.quiet === total.twins ? [] : [`${total.twins - total.quiet} innocent twins newly flagged; none may be`]),
  ];
}

const groupOf = ({ chain }: Trial): string =>
  chain.length === 1 ? (chain[0] as { name: string }).name : `chains of ${chain.length} (${chain[0]?.family})`;

type Counts = Omit<Outcome, "failures">;
const add = (a: Counts, b: Counts): Counts => ({
  risky: a.risky + b.risky,
  kept: a.kept + b.kept,
  twins: a.twins + b.twins,
  quiet: a.quiet + b.quiet,
});

function table(pairs: number, rows: readonly Row[]): string {
  const lines = rows.map(
    ({ name, outcome: o }) => `| ${name} | ${o.risky} | ${share(o.kept, o.risky)} | ${o.twins} | ${o.twins - o.quiet} |`,
  );
  const changed = rows.flatMap(({ outcome }) => outcome.failures.map((f) => `- ${f.id}: ${f.chain}: ${f.changes.join("; ")}`));
  return [
    `# Meaning-preserving rewrites of ${pairs} risky programs and their innocent twins`,
    "",
    "Kept: decision, effect kinds and target classes unchanged. Flagged: twins that were ALLOW and no longer are.",
    "",
    "| rewrite | risky | kept | twins | flagged |",
    "|---|---:|---:|---:|---:|",
    ...lines,
    "",
    "## What changed",
    "",
    ...(changed.length === 0 ? ["Nothing."] : changed.slice(0, LISTED)),
    ...(changed.length > LISTED ? [`- and ${changed.length - LISTED} more`] : []),
    "",
  ].join("\n");
}

const share = (part: number, of: number): string => (of === 0 ? "-" : `${((100 * part) / of).toFixed(1)} %`);
