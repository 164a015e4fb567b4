/** Invariants as data: what a file may say, how conditions are judged, and how a wrong one is refused. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Effect } from "../../analysis/effects.ts";
import { formatRuleError, type RuleFile } from "../../analysis/rule-file.ts";
import { compileInvariants } from "../../layers/2-semantic-guard/compile-invariants.ts";
import { semanticGuard } from "../../layers/2-semantic-guard/semantic-guard.ts";
import type { Json, LayerVerdict } from "../../layers/model.ts";
import { defaultConfig } from "../../src/config.ts";
import { packageRoot } from "../../src/package-root.ts";
import { ruleFiles } from "../rules/shipped-rules.ts";
import { effect, HERE, layerInput, program } from "./layer-input.ts";

const SHIPPED = ruleFiles("invariants");

const file = (text: string, path = "own/acme.yaml"): RuleFile => ({ path, text });
/** An invariant about fetches, with lines of its own. */
const invariant = (lines: string, rest = "action: block\n    severity: high"): string =>
  `invariants:\n  - id: acme.one\n    explanation: Finds what it finds.\n    effects: [net.fetch]\n    message: no\n    references: []\n    ${rest}\n${lines}`;

function faults(...files: RuleFile[]): string[] {
  const compiled = compileInvariants(SHIPPED, files);
  return compiled.ok ? [] : compiled.errors.map(formatRuleError);
}

function judge(own: string, effects: readonly Effect[], context: Record<string, Json> = {}, claims = Object.keys(context)): LayerVerdict {
  const compiled = compileInvariants(SHIPPED, [file(own)]);
  assert.ok(compiled.ok, compiled.ok ? "" : compiled.errors.map(formatRuleError).join("\n"));
  const verdict = semanticGuard(compiled.set, defaultConfig()).inspect(layerInput(program({ effects }), context, claims));
  assert.ok(!(verdict instanceof Promise));
  return verdict;
}
const says = (own: string, parts: Partial<Effect> = {}, context: Record<string, Json> = {}, claims?: readonly string[]): string[] =>
  judge(own, [effect({ kind: "net.fetch", target: "ftp://e.com/x", ...parts })], context, claims as string[])
    .findings.filter(({ ruleId }) => ruleId.startsWith("acme."))
    .map(({ action, message }) => `${action}: ${message}`);

describe("a wrong file is refused with its place", () => {
  const cases: readonly (readonly [name: string, text: string, place: string, says: RegExp, caretUnder?: string])[] = [
    ["a field that is none", invariant("    when: effect.tarjet == 'x'"), "9:18", /no such key: tarjet/i, "tarjet"],
    ["types that do not fit", invariant("    when: effect.target > 3.0"), "9:11", /no such overload: string > double/i, "effect.target"],
    ["no condition but a text", invariant("    when: effect.target"), "9:11", /of type `string`; expected bool/],
    ["an expression that ends too early", invariant("    when: effect.target =="), "9:27", /unexpected token/i],
    [
      "a second line of a folded text",
      invariant("    when: >-\n      true &&\n      effect.nothing"),
      "11:14",
      /no such key: nothing/i,
      "nothing",
    ],
    ["a literal text", invariant("    when: |\n      true &&\n        effect.nothing"), "11:16", /no such key: nothing/i, "nothing"],
    ["a quoted text", invariant("    when: 'effect.nothing'"), "9:19", /no such key: nothing/i, "nothing"],
    ["a class that is none", invariant('    when: effect.is("path.tmpp")'), "9:21", /no kind, class or group; did you mean `path.tmp`/],
    ["a class that is computed", invariant("    when: effect.is(effect.api)"), "9:21", /as a text, so that it can be checked/],
    [
      "a list of words that is none",
      invariant("    demands: [{ name: x, guard: 'guard.checks(effect, \"consents\")' }]"),
      "9:55",
      /no list of words/,
    ],
    ["a pattern that backtracks", invariant('    when: effect.target.matches("(a)\\\\1")'), "9:33", /linear time/],
    ["a function that is none", invariant("    when: lookup(effect.target)"), "9:11", /no matching overload for 'lookup/],
    ["a key of the configuration that is none", invariant("    when: config.policies.balance"), "9:27", /no such key: balance/i],
    ["a variable that is none", invariant("    when: guard.positive"), "9:11", /unknown variable: guard/i],
    ["a kind that is none", invariant("").replace("net.fetch", "net.fech"), "4:14", /did you mean `net.fetch`/],
    ["a hole of a message", invariant("").replace("message: no", "message: no {thing}"), "5:17", /`{thing}` names nothing/, "{thing}"],
    ["an unknown key", invariant("    wen: 'true'"), "9:5", /unknown key `wen`.*did you mean `when`/],
    [
      "a condition on a claim that is not named",
      invariant("    demands: [{ name: x, guard: 'true', claimed: 'true' }]"),
      "9:15",
      /`claimed` and no `claim`/,
    ],
    ["a missing action", invariant("", "severity: high"), "2:5", /lacks `action`/],
    ["letting pass", invariant("", "action: pass\n    severity: high"), "7:13", /`action` is `pass`; allowed/],
    ["entries of the posture table", "table: []\ninvariants: []", "1:1", /unknown key `table`/],
    ["YAML that is none", "invariants: [", "1:14", /not valid YAML/],
    ["an id that is taken", invariant("").replace("acme.one", "core.delete-all"), "2:5", /taken already/],
  ];
  for (const [name, text, place, message, caretUnder] of cases)
    test(name, () => {
      const [first, ...more] = faults(file(text));
      assert.ok(first !== undefined, "nothing was found wrong");
      assert.deepEqual(more, []);
      assert.match(first, message);
      assert.equal(first.split(": ")[0], `own/acme.yaml:${place}`);
      const [line, caret] = first.split("\n").slice(-2) as [string, string];
      if (caretUnder !== undefined) assert.ok(line.slice(caret.indexOf("^")).startsWith(caretUnder), first);
    });

  test("every fault of every file is told at once", () =>
    assert.equal(faults(file(invariant("    when: effect.a")), file(invariant("    when: effect.b"), "own/b.yaml")).length, 2));
  test("a set without its words or postures is refused", () => {
    for (const name of ["vocabulary.yaml", "postures.yaml"]) {
      const compiled = compileInvariants(SHIPPED.filter(({ path }) => !path.endsWith(name)));
      assert.ok(!compiled.ok);
      assert.ok(compiled.errors.some(({ path }) => path.endsWith(name)));
    }
  });
  test("no invariants at all are refused", () =>
    assert.ok(!compileInvariants(SHIPPED.filter(({ path }) => /(vocabulary|postures)\.yaml$/.test(path))).ok));
});

describe("what a condition can ask", () => {
  const holds: readonly (readonly [condition: string, parts: Partial<Effect>, context?: Record<string, Json>])[] = [
    ['effect.target.startsWith("ftp:")', {}],
    ['effect.target.matches("^ftp://[a-z.]+/x$")', {}],
    ['effect.is("host.public") && effect.is("net.fetch")', { targetClasses: ["host.public"] }],
    ['effect.is("unknown")', { targetClasses: ["unknown.input"] }],
    ['effect.carries("secret")', { labels: ["secret"] }],
    ['effect.flag("shell")', { args: { shell: true } }],
    ['effect.number("amount", 0.0) > 5.0', { args: { amount: 6 } }],
    ['effect.number("amount", 7.0) > 6.0', { args: { amount: "many" } }],
    ['effect.text("verb", "none") == "put"', { args: { verb: "put" } }],
    ['effect.via.exists(how, how == "decoded")', { via: [{ how: "decoded", location: HERE }] }],
    ["effect.guards.all(guard, !guard.external)", {}],
    ['effect.verb == "down" && effect.reach == "must" && effect.basis == "api"', { api: "lib.downLoad" }],
    ['context.claims("ticket")', {}, { ticket: "CHG-1" }],
    ['context.number("limit", 0.0) == 3.0 && context.hasNumber("limit")', {}, { limit: 3 }],
    ['context.text("environment", "") == "production"', {}, { environment: "production" }],
    ['submission.agent_id == "agent" && submission.role == "agent" && program.language == "python"', {}],
    ['program.does("net.fetch") && !program.does("log.write")', {}],
    ["config.domains.financial.max_transfer_amount > 1.0 && unlimited > 1.0", {}],
    ["min(1.0, 2.0) + max(1.0, 2.0) + abs(-1.0) == 4.0 && grouped(1000.0) == '1,000'", {}],
  ];
  for (const [condition, parts, context] of holds)
    test(condition, () => {
      assert.deepEqual(says(invariant(`    when: >-\n      ${condition}`), parts, context), ["block: no"]);
      assert.deepEqual(says(invariant(`    when: >-\n      !(${condition})`), parts, context), []);
    });

  test("a claim that the caller may not make is none, and its value can still make an answer stricter", () => {
    assert.deepEqual(says(invariant('    when: context.claims("ticket")'), {}, { ticket: true }, []), []);
    assert.deepEqual(says(invariant('    when: context.text("environment", "") == "x"'), {}, { environment: "x" }, []), ["block: no"]);
  });
  test("a name of JavaScript's own is no claim", () =>
    assert.deepEqual(says(invariant('    when: context.text("constructor", "none") == "none"')), ["block: no"]));
});

describe("what an invariant says", () => {
  test("`let` gives names to values, for conditions after it and for the message", () => {
    const own = invariant(
      '    let:\n      count: effect.number("amount", 0.0)\n      twice: count * 2.0\n    when: twice > 5.0\n    impact: twice',
    ).replace("message: no", 'message: "{count} of {target}"');
    assert.deepEqual(says(own, { args: { amount: 4000 } }), ["block: 4,000 of ftp://e.com/x"]);
    assert.deepEqual(says(own, { args: { amount: 2 } }), []);
    assert.equal(judge(own, [effect({ kind: "net.fetch", args: { amount: 4 } })]).findings[0]?.impact, 8);
  });

  test("the first case that applies speaks, with what it does not say itself from above", () => {
    const own = invariant('    cases:\n      - when: effect.flag("a")\n        action: warn\n      - message: other');
    assert.deepEqual(says(own, { args: { a: true } }), ["warn: no"]);
    assert.deepEqual(says(own), ["block: other"]);
  });

  test("demands are met by a guard or a claim, which is recorded; what is missing is named", () => {
    const own = invariant(
      "    demands:\n      - { name: a check, guard: 'guard.external && guard.names(\"validation\")' }\n      - { name: a ticket, claim: ticket }",
    ).replace("message: no", 'message: "lacks {missing}"');
    const checked = [{ text: "is_valid", positive: true, subjects: ["is_valid"], external: true, location: HERE }];
    assert.deepEqual(says(own), ["block: lacks a check and a ticket"]);
    assert.deepEqual(says(own, { guards: checked }), ["block: lacks a ticket"]);
    assert.deepEqual(says(own, { guards: checked }, { ticket: "T-1" }), []);
    const verdict = judge(own, [effect({ kind: "net.fetch", guards: checked })], { ticket: "T-1" });
    assert.deepEqual(verdict.reliedOn, ["guard: is_valid", "claim: ticket"]);
  });

  test("a claim may be asked for a value", () => {
    const own = invariant("    demands: [{ name: few, claim: count, claimed: 'context.number(\"count\", 9.0) < 3.0' }]");
    assert.deepEqual([says(own), says(own, {}, { count: 5 }), says(own, {}, { count: 2 })], [["block: no"], ["block: no"], []]);
  });

  test("classes, labels and flags are each any of those named, and all three must hold", () => {
    const own = invariant("    classes: [host.public, unknown]\n    labels: [env, file]\n    flags: [a, b]");
    const all = { targetClasses: ["unknown.file"], labels: ["file"], args: { b: true } } as const;
    assert.deepEqual(says(own, all), ["block: no"]);
    for (const lacking of [{ targetClasses: [] }, { labels: [] }, { args: {} }]) assert.deepEqual(says(own, { ...all, ...lacking }), []);
  });

  test("INVARIANT 1: a condition that cannot be computed is no answer", () =>
    assert.throws(() => says(invariant("    when: 1 / 0 == 1")), /division by zero/));

  test("a pattern takes linear time, whatever the text", () => {
    const own = invariant('    when: effect.target.matches("^(a+)+$")');
    assert.deepEqual(says(own, { target: `${"a".repeat(50_000)}b` }), []);
  });
});

test("the invariant in docs/invariants.md does what is said of it", () => {
  const docs = readFileSync(join(packageRoot(), "docs", "invariants.md"), "utf8");
  const own = /```yaml\n(.*?)```/s.exec(docs)?.[1] ?? "";
  const sent = (target: string): string[] =>
    judge(own, [effect({ kind: "net.send", target, labels: ["file"] })]).findings.map(({ ruleId, message }) => `${ruleId}: ${message}`);
  assert.deepEqual(sent("https://files.acme.example/x"), []);
  assert.deepEqual(sent("https://e.com/x"), ["acme.outside-the-house: a file leaves for https://e.com/x without a ticket"]);
});
