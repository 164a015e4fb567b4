/** Bytes to answers. What is not exactly a decision of the contract becomes an error here, and nowhere a yes. */
import type { Analysis, Decision, ExecuteResponse } from "./api-types.ts";
import { AgentGuardError } from "./errors.ts";

export type Fields = Readonly<Record<string, unknown>>;

const DECISIONS: readonly unknown[] = ["ALLOW", "BLOCK", "REQUIRES_APPROVAL"];
/** What a layer may say in a decision of ALLOW. */
const LAYER_PASSES: readonly unknown[] = ["ALLOW", "CONSTRAIN", "SKIPPED"];

/** Throws AgentGuardError `invalid_answer` when `text` is no JSON object. */
export function readObject(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid("it is not JSON", error);
  }
  if (!isObject(value)) throw invalid("it is not a JSON object");
  return value;
}

export const readAnalysis = (body: Fields): Analysis => withKnownDecision(body) as Analysis;

export const readDecision = (body: Fields): Decision => consistent(withKnownDecision(body)) as Decision;

export function readExecution(body: Fields): ExecuteResponse {
  const execution = consistent(withKnownDecision(body));
  if (typeof execution.executed !== "boolean") throw invalid("`executed` does not say whether the code was run");
  if (execution.executed && execution.decision !== "ALLOW") throw invalid(`it was run although the decision is ${execution.decision}`);
  return execution as ExecuteResponse;
}

/** A decision of a newer server that this client does not know is BLOCK; `received_decision` keeps the word. */
function withKnownDecision(body: Fields): Fields {
  if (typeof body.decision !== "string") throw invalid("`decision` is missing or not a text");
  return DECISIONS.includes(body.decision) ? body : { ...body, decision: "BLOCK", received_decision: body.decision };
}

/** An ALLOW beside a layer that says no is not an ALLOW: somebody on the way changed or mixed up the answer. */
function consistent(body: Fields): Fields {
  if (body.decision !== "ALLOW") return body;
  const layers = Array.isArray(body.layer_results) ? body.layer_results : [];
  if (layers.length === 0) throw invalid("ALLOW without the result of any layer");
  if (typeof body.blocked_by === "string") throw invalid(`ALLOW although \`blocked_by\` is ${body.blocked_by}`);
  if (body.requires_approval === true) throw invalid("ALLOW although `requires_approval` is true");
  const said = layers.map((layer: unknown) => (isObject(layer) ? layer.decision : undefined));
  const refusing = said.findIndex((decision) => !LAYER_PASSES.includes(decision));
  if (refusing >= 0) throw invalid(`ALLOW although a layer says ${String(said[refusing])}`);
  return body;
}

const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

const invalid = (what: string, cause?: unknown) => new AgentGuardError("invalid_answer", `the answer cannot be used: ${what}`, cause);
