/** What `agentguard demo` shows. Each act asks the server and tells what came back; an answer that breaks a promise ends the demo. */
import { printable, shortened } from "../report/printable.ts";
import { CliError } from "./cli-error.ts";

export type DemoReply = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };
/** POST /api/v1/<path>; the administrator's key unless another is given. */
export type DemoApi = (path: string, body: object, key?: string) => Promise<DemoReply>;

const WIDTH = 110;
const AGENT = "demo-agent";

const DISGUISED = ["import base64, os", 'getattr(os, "sys" + "tem")(base64.b64decode("cm0gLXJmIC8=").decode())'];
const DROP = 'typeof db === "undefined" ? "there is no database in the sandbox" : db.query("DROP TABLE users")';
const CURIOUS = [
  "const sum = inputs.prices.reduce((a, b) => a + b);",
  'fetch("https://example.com/").catch((error) => `sum ${sum}; ${error.message}`)',
];

export async function blocked(api: DemoApi): Promise<string[]> {
  const { body } = await api("enforce", { agent_id: AGENT, code: DISGUISED.join("\n") });
  require(body.decision === "BLOCK", "the disguised command was not blocked", body);
  return [
    "1  A block. An agent submits Python:",
    ...code(DISGUISED),
    `     ${body.decision} by ${body.blocked_by}`,
    ...textsOf(body.violations).map((text) => line(`       ${text}`)),
  ];
}

export async function askForApproval(api: DemoApi): Promise<string[]> {
  const agent = await newKey(api, { owner: "demo-team", role: "agent", agent_ids: [AGENT] });
  const alice = await newKey(api, { owner: "alice", role: "approver", level: "CTO" });
  const submission = { agent_id: AGENT, language: "javascript", code: DROP };
  const asked = await api("execute", submission, agent);
  const { decision, approval_id: approval, approval_level: level } = asked.body;
  require(decision === "REQUIRES_APPROVAL" && typeof approval === "string", "no approval was asked for", asked.body);
  const own = await api(`approval/${approval}/approve`, {}, agent);
  require(own.status === 403, "the agent could approve its own submission", own.body);
  const yes = await api(`approval/${approval}/approve`, { approver: "alice" }, alice);
  require(yes.status === 200, "the approval did not succeed", yes.body);
  const changed = await api("execute", { ...submission, code: `${DROP};`, approval_id: approval }, agent);
  require(changed.status === 422, "a changed program was not refused", changed.body);
  const ran = await api("execute", { ...submission, approval_id: approval }, agent);
  require(ran.body.executed === true, "what was approved did not run", ran.body);
  const again = await api("execute", { ...submission, approval_id: approval }, agent);
  require(again.status === 409, "an approval could be used twice", again.body);
  return [
    "2  An approval. The agent wants to run JavaScript:",
    ...code([DROP]),
    `     ${decision} of level ${level}`,
    told("the agent approves it itself", own),
    `     alice (CTO) approves: ${yes.status} ${yes.body.status}`,
    told("the agent adds one character", changed),
    `     unchanged it runs, contained: ${ran.status} ${JSON.stringify(resultOf(ran))}`,
    told("and once more", again),
  ];
}

export async function sandboxed(api: DemoApi): Promise<string[]> {
  const program = CURIOUS.join("\n");
  const { body } = await api("execute", { agent_id: AGENT, language: "javascript", code: program, inputs: { prices: [19, 23] } });
  require(body.executed === true, "the program did not run", body);
  const { status, duration_ms: duration, observed_effects: observed } = body.execution as Record<string, unknown>;
  const refused = effectsOf(observed).filter(({ allowed }) => allowed === false);
  require(refused.length > 0, "the program reached the network", body);
  return [
    "3  A sandboxed run. Allowed code gets its inputs and no way out:",
    ...code(CURIOUS),
    line(`     ${body.decision}, ${status} in ${Math.ceil(Number(duration))} ms: ${JSON.stringify(resultOf({ status: 200, body }))}`),
    ...refused.map(({ kind, target }) => line(`     the sandbox refused and recorded: ${kind} ${target}`)),
  ];
}

type ObservedEffect = { readonly kind?: unknown; readonly target?: unknown; readonly allowed?: unknown };
const effectsOf = (value: unknown): readonly ObservedEffect[] => (Array.isArray(value) ? value : []);

async function newKey(api: DemoApi, request: object): Promise<string> {
  const { status, body } = await api("keys", request);
  require(status === 201 && typeof body.key === "string", "no key was created", body);
  return String(body.key);
}

const code = (lines: readonly string[]): string[] => lines.map((text) => `     | ${text}`);
const told = (what: string, { status, body }: DemoReply): string => line(`     ${what}: ${status} ${String(body.detail)}`);
const line = (text: string): string => shortened(printable(text), WIDTH);
const resultOf = ({ body }: DemoReply): unknown => (body.execution as { result?: unknown } | undefined)?.result;
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

function require(holds: boolean, what: string, answer: unknown): asserts holds {
  if (!holds) throw new CliError(`the demo ended: ${what}; the server answered ${JSON.stringify(answer)}`);
}
