/**
 * What must come out, over HTTP: every published case with its disguises and twins, and every ordinary program, each
 * submitted as an agent and a session of its own, to a whole server whose answers are validated against openapi.yaml.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { APPROVAL_LEVELS, type Json } from "../../layers/model.ts";
import { type Reply, startTestServer, type TestServer } from "../api/start-test-server.ts";
import { mismatches } from "../cases/compare.ts";
import { type Expectation, loadOrdinary, loadPublished } from "../cases/load-cases.ts";

const CONCURRENCY = 8;

let server: TestServer;
before(async () => {
  server = await startTestServer({ env: { AGENTGUARD_LIMITS_ANALYSIS_WORKERS: "2" } });
});
after(() => server.close());

type Item = {
  readonly id: string;
  readonly language: string;
  readonly code: string;
  readonly context: Readonly<Record<string, Json>>;
  readonly expect: Expectation;
};

/** Every item's mismatches, one line each; the name of an item is its agent and its session too, so that no history is shared. */
async function failuresOf(items: readonly Item[]): Promise<string[]> {
  const failures: string[][] = [];
  const next = items.entries();
  const work = async () => {
    for (const [index, item] of next) failures[index] = (await faults(item)).map((text) => `${item.id}: ${text}`);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return failures.flat();
}

async function faults({ id, language, code, context, expect }: Item): Promise<string[]> {
  const reply = await server.enforce({ agent_id: id, session_id: id, language, code, context });
  if (reply.status !== 200) return [`status ${reply.status}: ${JSON.stringify(reply.body)}`];
  return [...mismatches(expect, reply.body), ...contradictions(reply)];
}

/** What the fields of every answer say about one another. */
function contradictions({ body }: Reply): string[] {
  const asked = body.decision === "REQUIRES_APPROVAL";
  return [
    ...(body.audit_id === "" ? ["no audit id"] : []),
    ...(body.requires_approval === asked && (body.approval_id !== null) === asked ? [] : ["approval fields disagree with the decision"]),
    ...((body.blocked_by !== null) === (body.decision === "BLOCK") ? [] : [`blocked_by is ${body.blocked_by} with ${body.decision}`]),
    ...(body.decision === "ALLOW" || body.violations.length > 0 ? [] : ["a refusal without a reason"]),
    ...(body.layer_results.length === 6 ? [] : [`${body.layer_results.length} layers answered`]),
  ];
}

const rows = Map.groupBy(loadPublished(), ({ row }) => row);
const allowed: Expectation = { decision: "ALLOW" };
const ordinary = Map.groupBy(loadOrdinary(), ({ language }) => language);

describe("published", () => {
  for (const [row, cases] of rows) {
    test(`${row}: the row, its disguises and its twins`, async () => assert.deepEqual(await failuresOf(cases), []));
  }
});

describe("ordinary programs pass", () => {
  for (const [language, programs] of ordinary) {
    const items = programs.map((program) => ({ ...program, context: {}, expect: allowed }));
    test(`${items.length} in ${language}`, async () => assert.deepEqual(await failuresOf(items), []));
  }
});

/** `context.claims` of the shipped configuration: what an agent says about itself does not count. */
describe("claims of an agent's key", () => {
  const claiming = loadPublished().filter(({ row }) => ["balance-authorized", "record-with-claims", "transfer"].includes(row));

  test(`relieve nothing: ${claiming.length} cases are answered as without any claim, or more strictly`, async () => {
    const key = await server.newKey("agent", { agentIds: ["claimant"] });
    const failures: string[] = [];
    const next = claiming.values();
    const work = async () => {
      for (const { id, language, code, context } of next) {
        const submission = { agent_id: "claimant", language, code };
        const claimed = await server.enforce({ ...submission, session_id: `${id} claimed`, context }, key);
        const silent = await server.enforce({ ...submission, session_id: `${id} silent` });
        // An amount counts whoever names it, when it is the larger one.
        const fine = "amount" in context ? strictness(claimed) >= strictness(silent) : isDeepStrictEqual(essence(claimed), essence(silent));
        if (!fine) failures.push(`${id}: ${JSON.stringify(essence(claimed))} instead of ${JSON.stringify(essence(silent))}`);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    assert.deepEqual(failures, []);
  });

  for (const row of ["balance-authorized", "record-with-claims"]) {
    test(`${row}: what passes under an administrator's claim is blocked by layer 2`, async () => {
      const key = await server.newKey("agent", { agentIds: ["bold"] });
      for (const { id, language, code, context } of claiming.filter((each) => each.row === row && each.kind === "row")) {
        const { body } = await server.enforce({ agent_id: "bold", session_id: id, language, code, context }, key);
        assert.deepEqual([body.decision, body.blocked_by_layer, body.relied_on], ["BLOCK", 2, []], id);
      }
    });
  }
});

function essence({ status, body }: Reply): Readonly<Record<string, unknown>> {
  const { decision, blocked_by, violations, relied_on, approval_level, reason_codes } = body;
  return { status, decision, blocked_by, violations, relied_on, approval_level, reason_codes };
}

/** ALLOW, then the levels of an approval from the lowest, then BLOCK. */
function strictness({ body }: Reply): number {
  const answers: readonly string[] = ["ALLOW", ...APPROVAL_LEVELS, "BLOCK"];
  return answers.indexOf(body.approval_level ?? body.decision);
}
