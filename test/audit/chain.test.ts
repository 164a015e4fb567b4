import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { it } from "node:test";
import canonicalize from "canonicalize";
import type { Json } from "../../layers/model.ts";
import { writeCanonical } from "../../src/audit/canonical-json.ts";
import { canonicalJson, EMPTY_CHAIN, entryBytes, leafHash, nextChain } from "../../src/audit/chain.ts";
import { fc } from "../properties.ts";

const sha256 = (...parts: readonly Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest("hex");

it("an entry's bytes are the canonical JSON of the whole entry, whatever it holds", () => {
  const text = fc.string({ unit: "binary" });
  const entry = fc.record({ id: text, at: text, type: text, agentId: fc.option(text), sessionId: fc.option(text) });
  fc.assert(
    fc.property(entry, fc.jsonValue({ noUnicodeString: false }), fc.nat(), (fields, data, sequence) => {
      const bytes = entryBytes(fields, canonicalJson(data as Json), sequence);
      assert.equal(bytes, canonicalize({ ...fields, data, sequence }));
      assert.equal(canonicalJson(JSON.parse(bytes) as Json), bytes);
    }),
  );
});

it("what has no canonical form is refused, and everything else is written as the reference does it", () => {
  const anything = fc.anything({ values: [fc.string({ unit: "binary" }), fc.double(), fc.boolean(), fc.constant(null)], maxDepth: 4 });
  const attempt = (write: () => string | undefined) => {
    try {
      return write();
    } catch {
      return "refused";
    }
  };
  fc.assert(
    fc.property(anything, (value) =>
      assert.equal(
        attempt(() => writeCanonical(value as Json)),
        attempt(() => canonicalize(value)),
      ),
    ),
    { numRuns: 2000 },
  );
});

it("leaf and chain are the hashes that are documented", () => {
  const bytes = '{"ä":1}';
  const leaf = sha256(Buffer.of(0), Buffer.from(bytes));
  assert.equal(leafHash(bytes), leaf);
  assert.equal(leafHash(Buffer.from(bytes)), leaf);
  assert.equal(nextChain(EMPTY_CHAIN, leaf), sha256(Buffer.alloc(32), Buffer.from(leaf, "hex")));
});

for (const { value, text } of [
  { value: { b: 1, a: [true, null, "é\u2028\u0000"] }, text: '{"a":[true,null,"é\u2028\\u0000"],"b":1}' },
  { value: [1e21, 1.0, -0, 1e-7], text: "[1e+21,1,0,1e-7]" },
  { value: { "\u{1f600}": 1, "\ufb33": 2 }, text: '{"\u{1f600}":1,"\ufb33":2}' },
  { value: "\ud800x", text: '"\ufffdx"' },
  { value: { deep: [Number.NaN, Number.NEGATIVE_INFINITY] }, text: '{"deep":["NaN","-Infinity"]}' },
] as const) {
  it(`canonical JSON: ${text}`, () => assert.equal(canonicalJson(value), text));
}
