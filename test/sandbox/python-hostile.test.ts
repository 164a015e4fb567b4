/** Python programs that attack the sandbox: containment.ts says what must hold. With bubblewrap, where it works, and some without. With CI=true all of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunResult } from "../../sandbox/sandbox.ts";
import { type Attack, assertContained, oneIn } from "./containment.ts";
import { HOSTILE_PYTHON, type HostilePython } from "./python-hostile-programs.ts";

const looking = {
  code: "import os, sys, builtins\n[1 + 1, [hasattr(m, 'escaped') for m in (sys, builtins)], 'ESCAPED' in os.environ, os.listdir('.'), os.listdir('/tmp')]",
  wants: [2, [false, false], false, [], []],
};

function assertTold({ result, error, refused = [], also }: HostilePython, run: RunResult): void {
  if (result !== undefined) assert.deepEqual(run.result, result);
  if (error) assert.match(run.error ?? "", error);
  const observed = run.observedEffects.filter(({ allowed }) => !allowed).map(({ kind, target }) => `${kind} ${target}`);
  for (const effect of refused) assert.ok(observed.includes(effect), `${effect} among ${observed.join(", ")}`);
  also?.(run);
}

const attackOf = (program: HostilePython): Attack => ({ ...program, language: "python", also: (run) => assertTold(program, run) });
const suites = Object.fromEntries(Object.entries(HOSTILE_PYTHON).map(([suite, programs]) => [suite, programs.map(attackOf)]));

/** An interpreter is used once, and the next program needs one of its own: all of them take two minutes. */
const EVERY = process.env.CI === "true" ? 1 : 3;

for (const hideBubblewrap of [false, true]) {
  test(`hostile Python, ${hideBubblewrap ? "without bubblewrap" : "with what this machine has"}`, (t) =>
    assertContained(t, { suites: oneIn(hideBubblewrap ? 10 : EVERY, suites), ordinary: { python: looking }, server: { hideBubblewrap } }));
}

test("there are enough of them", () => {
  const names = Object.values(HOSTILE_PYTHON).flatMap((programs) => programs.map(({ name }) => name));
  assert.ok(new Set(names).size === names.length && names.length >= 45, `${names.length}`);
});
