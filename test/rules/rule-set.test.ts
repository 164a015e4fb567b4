/** The rules as a server loads them: what is broken or missing keeps it from starting, with its place; what is whole reaches the workers, and the next start, unchanged. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { RuleFile } from "../../analysis/rule-file.ts";
import { packKnowledge, unpackKnowledge } from "../../src/analysis-pool/knowledge.ts";
import { compileRuleSet } from "../../src/compose/compile-rule-set.ts";
import { loadRuleSet, readRuleFiles } from "../../src/compose/load-rule-set.ts";
import { type RuleFiles, RuleSetError } from "../../src/compose/rule-set.ts";
import { packageRoot } from "../../src/package-root.ts";
import { realParser, shippedModels, shippedPolicy, shippedRecognisers } from "./shipped-rules.ts";

const { parse } = await realParser();
const shipped = readRuleFiles(join(packageRoot(), "rules"));

describe("a rule set that is broken or empty is refused", () => {
  const broken: readonly (readonly [name: string, room: keyof RuleFiles, files: readonly RuleFile[], message: RegExp])[] = [
    [
      "a policy rule with a pattern that is no program",
      "policy",
      [{ path: "rules/policy/a.yaml", text: "rules:\n  - { id: a, message: m, severity: ERROR, languages: [python], pattern: 'f((' }\n" }],
      /rules\/policy\/a\.yaml:2:\d+: the pattern is not valid python[\s\S]*pattern: 'f\(\('[\s\S]*\^/,
    ],
    ["no policy rules", "policy", [], /rules\/policy:1:1: there are no rules/],
    [
      "a model with an unknown key",
      "apis",
      [{ path: "rules/apis/a.yaml", text: "language: python\napis: { f: { efect: fs.read } }" }],
      /rules\/apis\/a\.yaml:2:14: unknown key `efect` in the model of `f`/,
    ],
    ["no models", "apis", [], /rules\/apis:1:1: no API models were given/],
    [
      "recognisers that are no YAML",
      "sensitivity",
      [{ path: "rules/sensitivity/a.yaml", text: "labels: [" }],
      /rules\/sensitivity\/a\.yaml:1:10: [\s\S]*\^/,
    ],
    ["no recognisers", "sensitivity", [], /rules\/sensitivity:1:1: no recognisers/],
    ["no thresholds", "behaviour", [], /./],
  ];
  for (const [name, room, files, message] of broken) {
    it(name, () => {
      assert.throws(
        () => compileRuleSet({ ...shipped, [room]: files }, "", parse),
        (error: unknown) => error instanceof RuleSetError && message.test(error.message),
      );
    });
  }
});

it("compiled rules reach the workers whole: every rule, model and recogniser", () => {
  const policy = shippedPolicy(parse);
  const expected = { policy: { rules: policy.rules, index: policy.index }, models: shippedModels(), recognisers: shippedRecognisers() };
  assert.deepEqual(unpackKnowledge(packKnowledge(expected)), expected);
  assert.deepEqual(unpackKnowledge(compileRuleSet(shipped, "", parse).knowledge), expected);
});

describe("compiled rules are kept", () => {
  const temporary = mkdtempSync(join(tmpdir(), "agentguard-rules-"));
  after(() => rmSync(temporary, { recursive: true, force: true }));
  const directory = join(temporary, "rules");
  cpSync(join(packageRoot(), "rules"), directory, { recursive: true });
  const kept = join(temporary, "kept");
  const place = () => join(kept, readdirSync(kept)[0]!);

  const load = async (from: string, keptIn: string | null) => {
    const { knowledge, ...rules } = await loadRuleSet(from, { kept: keptIn });
    return { ...rules, known: unpackKnowledge(knowledge) };
  };

  it("nowhere when there is no directory for it, and the rules are loaded all the same", async () => {
    const rules = await load(directory, null);
    const impossible = await load(directory, join(directory, "policy", "no", "directory"));
    assert.deepEqual(impossible, rules);
    assert.ok(rules.rules.size > 10);
  });

  it("and taken over by the next start as they were", async () => {
    mkdirSync(kept);
    const compiled = await load(directory, kept);
    const { ino, mode } = statSync(place());
    assert.equal(mode & 0o777, 0o600);
    assert.deepEqual(await load(directory, kept), compiled);
    assert.equal(statSync(place()).ino, ino, "they were compiled again");
    assert.deepEqual(compiled, await load(directory, null));
  });

  const damages: readonly (readonly [string, (path: string, whole: Buffer) => void])[] = [
    ["empty", (path) => writeFileSync(path, "")],
    ["cut short", (path, whole) => writeFileSync(path, whole.subarray(0, whole.length - 1))],
    ["changed in one byte", (path, whole) => writeFileSync(path, whole.with(whole.length >> 1, whole[whole.length >> 1]! ^ 1))],
    ["of another format", (path) => writeFileSync(path, Buffer.concat([createHash("sha256").update("no").digest(), Buffer.from("no")]))],
    [
      "no file",
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ];
  for (const [what, damage] of damages) {
    it(`and compiled again when what is kept is ${what}`, async () => {
      const compiled = await load(directory, kept);
      damage(place(), readFileSync(place()));
      assert.deepEqual(await load(directory, kept), compiled);
      if (statSync(place()).isDirectory()) rmSync(place(), { recursive: true });
      else assert.ok(statSync(place()).size > 100_000, "it was not replaced");
    });
  }

  it("for these files alone: another file gives other rules, and a broken one is refused with its place", async () => {
    const before = await load(directory, kept);
    const path = join(directory, "policy", "python", "added.yaml");
    const rule = (pattern: string) =>
      `rules:\n  - { id: added, message: m, severity: ERROR, languages: [python], pattern: '${pattern}' }\n`;
    writeFileSync(path, rule("added()"));
    const more = await load(directory, kept);
    assert.equal(more.rules.size, before.rules.size + 1);
    assert.notEqual(more.version, before.version);
    writeFileSync(path, rule("added(("));
    await assert.rejects(load(directory, kept), /rules\/policy\/python\/added\.yaml:2:\d+: [\s\S]*\^/);
    rmSync(path);
    assert.deepEqual(await load(directory, kept), before);
  });
});
