/** Tools that a server offers to agents: whoever calls one says what it is given, as far as the tool's own schema lets it. */
import { possibly, type State } from "../state.ts";
import { isString, type RefV, type Value } from "../values.ts";
import { handOver } from "./again.ts";
import { getAttr } from "./attributes.ts";
import type { Builtin } from "./builtin.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { memberOf } from "./effect-conditions.ts";
import { heldTexts, reportDescription } from "./instructions.ts";
import { newAddr, type Run } from "./run.ts";

const SCHEMA = ["inputSchema", "parameters", "argsSchema", "schema"];
const HANDLER = ["execute", "handler", "cb", "func"];

const firstMember = (state: State, of: readonly Value[], names: readonly string[]): Value | undefined =>
  of.flatMap((given) => names.flatMap((name) => memberOf(state, given, name) ?? []))[0];

/** Fields by their names: of `z.object(fields)`, or as they are. */
function fieldsOf(state: State, given: readonly Value[]): RefV | null {
  const named = firstMember(state, given, SCHEMA);
  const schema = named ?? given.find((value) => value.k === "ref" && memberOf(state, value, "description") === undefined);
  const shape = schema === undefined ? undefined : (memberOf(state, schema, "shape") ?? schema);
  return shape?.k === "ref" ? shape : null;
}

/** What the tool is called with: each field as its schema gives it. */
function argumentsOf(run: Run, state: State, fields: RefV | null): Value {
  const requested = (path: string): Value => run.values.unknown("request", { path });
  if (fields === null) return requested("request");
  const addr = newAddr(run);
  state.add(addr, { type: "object" });
  state.addRest(addr, requested("request.more"), run.values);
  for (const [key, schema] of state.read(fields.addr).props) {
    if (!key.startsWith("s:")) continue;
    const given = requested(`request.${key.slice(2)}`);
    const parsed =
      schema.k === "ref" ? run.call(state, getAttr(run, state, schema, "parse"), withArgs(given)) : run.values.unknown("unmodelled");
    state.setProp(addr, key, parsed ?? given);
  }
  return run.values.ref(addr);
}

/** What agents are told of it: its description, and those of its fields. */
function reportTold(run: Run, state: State, { positional }: CallArgs): void {
  const [first] = positional;
  const name = first !== undefined && isString(first) ? String(first.value) : "tool";
  for (const text of positional.flatMap((value) => heldTexts(state, value))) reportDescription(run, state, name, text);
}

/** `server.tool("read", { name: z.string() }, async ({ name }) => ...)`, `server.addTool({ parameters, execute })`. */
const offers: Builtin = (run, state, { args }) => {
  const given = args.positional.filter((value) => value.k === "ref");
  reportTold(run, state, args);
  const handler = args.positional.findLast((value) => value.k === "closure") ?? firstMember(state, given, HANDLER);
  if (handler?.k !== "closure") return undefined;
  const extra = run.values.unknown("unmodelled", { path: "extra" });
  possibly(state, () => {
    // What a schema lets through was checked for this call alone.
    const { checked } = state;
    const result = handOver(run, state, handler, withArgs(argumentsOf(run, state, fieldsOf(state, given)), extra), "repeats");
    state.checked = checked;
    return result;
  });
  return run.values.unknown("local", { path: "tool" });
};

export const BUILTINS_TOOL_SERVERS: Readonly<Record<string, Builtin>> = { offers_tool: offers };
