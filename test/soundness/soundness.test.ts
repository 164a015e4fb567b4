/**
 * Generated harmless programs run for real, and nothing they are seen to do may be missing in what was predicted. Here a
 * sample; `npm run bench -- --soundness` runs all. Everything happens in temporary directories and on the loopback.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkSoundness } from "./check.ts";
import { generate } from "./generate.ts";

/** Every program that runs in the one Python, and of those that each need a Node only some. */
const NODES = 12;
const all = generate();
const node = all.filter(({ language }) => language === "javascript");
const sampled = [...all.filter(({ language }) => language === "python"), ...node.slice(0, NODES)];

describe("predicted and observed", async () => {
  const report = await checkSoundness(sampled);

  test("nothing was observed that was neither predicted nor reported as dynamic", () => assert.deepEqual(report.missed, []));

  test("every program did something, and what the program did that it rewrites", () => assert.deepEqual(report.broken, []));

  test("at most 5 % of the programs are reported as dynamic", () => {
    assert.ok(report.dynamic.length <= 0.05 * report.programs, report.dynamic.join("\n"));
  });
});

test("at least 200 programs are generated, and 50 of them use aliases, callbacks, classes, exceptions or monkeypatching", () => {
  assert.ok(all.length >= 200, `${all.length} programs`);
  assert.ok(all.filter(({ idiom }) => idiom).length >= 50);
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
});
