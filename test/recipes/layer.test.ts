/** "Add a layer": a seventh, that asks somebody to look at a program too long to be looked at in passing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Copy, followRecipe, notFollowed } from "./recipe.ts";

const LAYER = `/** Layer 7: a program of many lines is looked at by somebody. */
import type { Layer, LayerInput } from "../layer.ts";
import type { Finding, LayerVerdict } from "../model.ts";

export function programLength(mostLines: number): Layer {
  return { id: 7, inspect: (input) => inspect(input, mostLines) };
}

function inspect({ submission }: LayerInput, mostLines: number): LayerVerdict {
  const started = performance.now();
  const lines = submission.code.split("\\n").length;
  const findings = lines <= mostLines ? [] : [tooLong(submission.code, lines)];
  const outcome = findings.length === 0 ? "pass" : "escalate";
  return { layer: 7, outcome, findings, constraints: [], latencyMs: performance.now() - started };
}

function tooLong(code: string, lines: number): Finding {
  const location = { line: 1, column: 1, endLine: lines, endColumn: 1, offset: 0, endOffset: code.length };
  const message = \`The program has \${lines} lines: somebody should read it\`;
  return { ruleId: "length.lines", severity: "low", message, location, action: "require_approval", references: [], reasonCode: "length.review" };
}
`;
const HTTP_TEST = `
import assert from "node:assert/strict";
import { test } from "node:test";
import { startTestServer } from "./start-test-server.ts";

const of = (lines) => ({ language: "javascript", code: Array.from({ length: lines }, (_, n) => "const a" + n + " = 1;").join("\\n") });

test("long programs ask, short ones pass", async () => {
  await using server = await startTestServer();
  assert.equal((await server.enforce(of(400))).body.decision, "ALLOW");
  const { body } = await server.enforce(of(401));
  assert.equal(body.decision, "REQUIRES_APPROVAL");
  assert.deepEqual(body.reason_codes.includes("length.review"), true);
  assert.equal(body.layer_results.at(-1).layer, "Layer 7: Program Length");
});

test("switched off it is skipped", async () => {
  await using server = await startTestServer({ config: "features:\\n  enable_layer7: false\\n" });
  assert.equal((await server.enforce(of(401))).body.decision, "ALLOW");
});

test("a fault in it is a refusal", async () => {
  const broken = { id: 7, inspect: () => { throw new TypeError("boom"); } };
  await using server = await startTestServer({ parts: (parts) => ({ ...parts, layers: [...parts.layers.filter(({ id }) => id !== 7), broken] }) });
  const { body } = await server.enforce(of(1));
  assert.equal(body.decision, "BLOCK");
  assert.equal(body.blocked_by, "Layer 7: Program Length");
  assert.deepEqual(body.reason_codes, ["layer.failed"]);
});

test("forgotten, it is a refusal too", async () => {
  await using server = await startTestServer({ parts: (parts) => ({ ...parts, layers: parts.layers.filter(({ id }) => id !== 7) }) });
  assert.deepEqual((await server.enforce(of(1))).body.reason_codes, ["layer.missing"]);
});
`;

function wire(copy: Copy): void {
  copy.edit("src/compose.ts", "    humanApproval(ladder),\n", "    humanApproval(ladder),\n    programLength(400),\n");
  copy.edit(
    "src/compose.ts",
    'import type { Layer } from "../layers/layer.ts";',
    'import { programLength } from "../layers/7-program-length/program-length.ts";\nimport type { Layer } from "../layers/layer.ts";',
  );
  copy.edit("src/config/schema.ts", "  enable_layer6: flag(true),", "  enable_layer6: flag(true),\n  enable_layer7: flag(true),");
  copy.edit(
    "src/config/descriptions.ts",
    '  "features.enable_layer6": "Human Approval.",',
    '  "features.enable_layer6": "Human Approval.",\n  "features.enable_layer7": "Program Length.",',
  );
  copy.edit("openapi.yaml", "minimum: 1, maximum: 6 }", "minimum: 1, maximum: 7 }", 4);
  copy.edit(
    "openapi.yaml",
    "layer_results: { type: array, minItems: 6, maxItems: 6,",
    "layer_results: { type: array, minItems: 7, maxItems: 7,",
  );
  copy.edit(
    "openapi.yaml",
    '          - { layer: "Layer 6: Human Approval", decision: ALLOW, violations: [], latency_ms: 0 }',
    '          - { layer: "Layer 6: Human Approval", decision: ALLOW, violations: [], latency_ms: 0 }\n          - { layer: "Layer 7: Program Length", decision: ALLOW, violations: [], latency_ms: 0 }',
  );
}

test("add a layer", { skip: notFollowed }, async (t) => {
  await followRecipe(t, "Add a layer", { "<n>": "7", "<name>": "program-length" }, [
    {
      says: "Extend `LayerId`, `LAYER_IDS`, `LAYER_NAMES` and, for its reasons, `REASON_CODES`",
      follow: (copy) => {
        copy.edit("layers/model.ts", "1 | 2 | 3 | 4 | 5 | 6;", "1 | 2 | 3 | 4 | 5 | 6 | 7;");
        copy.edit("layers/model.ts", "[1, 2, 3, 4, 5, 6] as const", "[1, 2, 3, 4, 5, 6, 7] as const");
        copy.edit("layers/model.ts", '  6: "Layer 6: Human Approval",', '  6: "Layer 6: Human Approval",\n  7: "Layer 7: Program Length",');
        copy.edit("layers/model.ts", '  "approval.required",', '  "length.review",\n  "approval.required",');
        copy.edit(
          "layers/decide.ts",
          '  6: { block: "approval.rejected", escalate: "approval.required" },',
          '  6: { block: "approval.rejected", escalate: "approval.required" },\n  7: { block: "length.review", escalate: "length.review" },',
        );
        copy.edit("test/layers/decide.test.ts", '  6: "approval.required",', '  6: "approval.required",\n  7: "length.review",');
      },
    },
    { says: "Write the layer", follow: (copy) => copy.write("layers/7-program-length/program-length.ts", LAYER) },
    {
      says: "Give it its parts in `src/compose.ts`",
      follow: async (copy) => {
        wire(copy);
        assert.deepEqual(await copy.compilerComplaints(), []);
      },
    },
    {
      says: "a fault provoked over HTTP that must come out as a refusal",
      follow: async (copy) => {
        copy.write("test/api/program-length.test.ts", HTTP_TEST);
        const tested = await copy.run("--test", "test/api/program-length.test.ts", "test/layers/decide.test.ts");
        assert.equal(tested.code, 0, tested.output);
      },
    },
  ]);
});
