/** What a submission's digests cover, and what is not accepted into one. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Submission } from "../../layers/model.ts";
import { buildSubmission, type SubmitInput } from "../../src/engine/submission.ts";
import { AGENT } from "./build-parts.ts";

const MAXIMUM = { timeoutMs: 1000, memoryMb: 64, outputBytes: 1000 };
const INPUT: SubmitInput = { agentId: "bot", code: "x = 1" };

function build(input: SubmitInput): Submission {
  const result = buildSubmission(input, AGENT, MAXIMUM);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

test("the code digest is SHA-256 over language, NUL, code", () => {
  const expected = createHash("sha256").update("python\0x = 1").digest("hex");
  assert.equal(build(INPUT).codeDigest, expected);
});

test("the order of keys does not change the execution digest; null and absent are the same", () => {
  const digest = build({ ...INPUT, context: { a: 1, b: { c: 2, d: 3 } } }).executionDigest;
  assert.equal(
    build({ ...INPUT, context: { b: { d: 3, c: 2 }, a: 1 }, sessionId: null, files: null, limits: null }).executionDigest,
    digest,
  );
});

test("every field changes the execution digest", () => {
  const variants: SubmitInput[] = [
    INPUT,
    { ...INPUT, agentId: "bot2" },
    { ...INPUT, sessionId: "s" },
    { ...INPUT, language: "javascript" },
    { ...INPUT, code: "x = 2" },
    { ...INPUT, inputs: 0 },
    { ...INPUT, files: { f: "" } },
    { ...INPUT, limits: { timeoutMs: 1 } },
    { ...INPUT, context: { a: null } },
  ];
  assert.equal(new Set(variants.map((input) => build(input).executionDigest)).size, variants.length);
});

test("limits only go down", () => {
  assert.deepEqual(build({ ...INPUT, limits: { timeoutMs: 5_000_000, memoryMb: 32, outputBytes: null } }).limits, {
    timeoutMs: 1000,
    memoryMb: 32,
    outputBytes: 1000,
  });
});

const nested = (depth: number): SubmitInput["inputs"] => (depth === 0 ? 1 : [nested(depth - 1) ?? null]);

/** Two lone surrogates have the same UTF-8 bytes, so they would have the same digest. */
const REFUSED: readonly (readonly [string, Partial<SubmitInput>, RegExp])[] = [
  ["code", { code: "a = '\ud800'" }, /`code`.*Unicode/],
  ["agent id", { agentId: "\udc00" }, /`agent_id`/],
  ["a file's name", { files: { "\ud800": "" } }, /`files`/],
  ["context", { context: { a: ["\ud800"] } }, /`context`/],
  ["an infinite number", { inputs: Number.POSITIVE_INFINITY }, /`inputs`/],
  ["deep inputs", { inputs: nested(65) as never }, /`inputs` is nested more than 64/],
];
for (const [name, change, message] of REFUSED) {
  test(`refused: ${name}`, () => {
    const result = buildSubmission({ ...INPUT, ...change }, AGENT, MAXIMUM);
    assert.ok(!result.ok);
    assert.equal(result.refusal.kind, "invalid");
    assert.match(result.refusal.detail, message);
  });
}

test("64 levels of inputs are accepted", () => {
  build({ ...INPUT, inputs: nested(64) as never });
});
