/** The call instruction: its arguments, and what is spread into them when that may be one of several lists. */
import type { Instr } from "../ir.ts";
import { headOf, type State } from "../state.ts";
import type { Value } from "../values.ts";
import { type CallArgs, NO_ARGS } from "./call-args.ts";
import { eachWay } from "./choices.ts";
import type { Flow } from "./flow.ts";
import { someElement, walkedElements } from "./iterate.ts";
import { rememberReplaced } from "./replaced-methods.ts";
import type { Run } from "./run.ts";

type CallInstr = Extract<Instr, { op: "Call" }>;

/** `for (const args of queue) git(...args)`: with each of the lists that it may be. */
export function called(run: Run, flow: Flow, instr: CallInstr): Value | null {
  const { regs, state } = flow;
  const callee = regs[instr.callee] ?? run.values.unknown("local");
  const spread = instr.args.find((arg) => arg.spread === "list" && isChoice(regs[arg.value]));
  const choice = spread === undefined ? undefined : regs[spread.value];
  if (spread === undefined || choice?.k !== "union") {
    const args = callArguments(run, flow, instr);
    const result = run.call(state, callee, args);
    rememberReplaced(run, state, args, result);
    return result;
  }
  const ways = choice.of.map(
    (member) => (copy: State) => run.call(copy, callee, callArguments(run, { state: copy, regs: regs.with(spread.value, member) }, instr)),
  );
  return eachWay(run, state, ways);
}

const isChoice = (value: Value | undefined): boolean => value?.k === "union" && value.of.every((member) => member.k === "ref");

function callArguments(run: Run, { regs, state }: Flow, instr: CallInstr): CallArgs {
  const positional: Value[] = [];
  let keywords: Map<string, Value> | null = null;
  let rest: Value | null = null;
  let isNamed = false;
  for (const arg of instr.args) {
    const value = regs[arg.value] ?? run.values.unknown("local");
    if (arg.spread === "list") {
      const elements = rest === null ? walkedElements(run, state, value) : null;
      if (elements !== null) positional.push(...elements);
      else {
        if (rest === null && value.k === "ref") positional.push(...headOf(state.read(value.addr)));
        rest = run.values.join([...(rest === null ? [] : [rest]), someElement(run, state, value)]);
      }
    } else if (arg.spread === "dict") {
      const source = value.k === "ref" ? state.read(value.addr) : null;
      for (const [key, item] of source?.props ?? []) if (key.startsWith("s:")) keywords = (keywords ?? new Map()).set(key.slice(2), item);
      if (source === null || source.rest !== null) {
        isNamed = true;
        rest = run.values.join([...(rest === null ? [] : [rest]), someElement(run, state, value)]);
      }
    } else if (arg.name !== undefined) keywords = (keywords ?? new Map()).set(arg.name, value);
    else if (rest !== null) rest = run.values.join([rest, value]);
    else positional.push(value);
  }
  const receiver = instr.receiver === undefined ? null : (regs[instr.receiver] ?? null);
  const args = { positional, keywords: keywords ?? NO_ARGS.keywords, rest, receiver, isNew: instr.isNew === true };
  return rest === null || isNamed ? args : { ...args, unnamed: true };
}
