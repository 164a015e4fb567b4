/**
 * INVARIANT 5, sampled: rewriting a program keeps what it is judged to be. `npm run bench -- --rewrites` runs the whole
 * matrix. Rewrites that nobody could see through are listed in docs/rewrites.md.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { REWRITES } from "./catalogue.ts";
import { type Failure, type Outcome, openMatrix, runTrials, type Trial, trialsOf } from "./matrix.ts";
import { choice } from "./tree-edits.ts";

const FAMILIES = ["python", "javascript", "shell"] as const;
/** Fewer than these are no suite. */
const LEAST = { python: 30, javascript: 25, shell: 8 } as const;
/** Of every rewrite, the programs that `npm test` tries it on; and chains for each program. */
const PROGRAMS_EACH = 5;
const CHAINS_EACH = 1;
const KEPT = 0.99;

const { pairs, run } = await openMatrix();

/** The same trials every time, spread over the programs. */
function sampled(): Trial[] {
  const seen = new Map<string, number>();
  const spread = trialsOf(pairs, CHAINS_EACH).toSorted((a, b) => keyOf(a) - keyOf(b));
  return spread.filter(({ chain }) => {
    if (chain.length > 1) return true;
    const name = (chain[0] as { name: string }).name;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return (seen.get(name) as number) <= PROGRAMS_EACH;
  });
}

const keyOf = ({ pair, chain }: Trial): number => choice(`${pair.risky.id}|${chain.map((r) => r.name).join("|")}`, 1_000_000);

const shown = (failures: readonly Failure[]): string =>
  failures.map((f) => `${f.id}, ${f.chain}: ${f.changes.join("; ")}\n${f.code}`).join("\n\n");

function check(outcome: Outcome): void {
  const flagged = outcome.failures.filter((f) => f.id.endsWith("-twin"));
  assert.equal(flagged.length, 0, shown(flagged));
  assert.ok(outcome.kept / outcome.risky >= KEPT, `${outcome.kept} of ${outcome.risky} kept\n${shown(outcome.failures)}`);
}

describe("rewriting keeps the meaning", () => {
  const trials = sampled();
  for (const family of FAMILIES) {
    const own = trials.filter(({ chain }) => chain[0]?.family === family);
    test(`${family}: one rewrite, and chains of up to four`, () => check(runTrials(run, own)));
  }
});

describe("the suite", () => {
  test("names are unique, and there are enough rewrites in each language", () => {
    assert.equal(new Set(REWRITES.map((rewrite) => rewrite.name)).size, REWRITES.length);
    for (const family of FAMILIES) assert.ok(REWRITES.filter((rewrite) => rewrite.family === family).length >= LEAST[family], family);
  });

  test("at least 80 risky programs with their twins, and every rewrite changes some of them", () => {
    assert.ok(pairs.length >= 80, `${pairs.length} pairs`);
    const idle = REWRITES.filter((rewrite) => !pairs.some(({ risky }) => isChanged(rewrite, risky)));
    assert.deepEqual(
      idle.map((rewrite) => rewrite.name),
      [],
    );
  });
});

function isChanged(rewrite: (typeof REWRITES)[number], subject: (typeof pairs)[number]["risky"]): boolean {
  const family = subject.language === "typescript" ? "javascript" : subject.language;
  return rewrite.family === family && rewrite.apply(subject.code, subject.language) !== subject.code;
}
