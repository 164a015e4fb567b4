/**
 * Pickled bytes that stand in the program: the opcodes are read, never loaded. What a GLOBAL names is called with what REDUCE
 * finds on the stack, as unpickling would. Opcodes after Python's pickletools; others end the reading.
 */
import type { Label } from "../effects.ts";
import type { State } from "../state.ts";
import { isString, mergeLabels, type Value } from "../values.ts";
import { withArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { elementsOf } from "./iterate.ts";
import { moduleName } from "./modules.ts";
import type { Run } from "./run.ts";

const MARK = Symbol("mark");
const MOST_OPCODES = 2_000;
type Slot = Value | typeof MARK;
type Machine = { readonly data: string; at: number; readonly stack: Slot[]; readonly memo: Value[]; readonly labels: readonly Label[] };

export function unpickle(run: Run, state: State, of: { data: string; api: string; labels: readonly Label[] }): Value | null {
  const machine: Machine = { data: of.data, at: 0, stack: [], memo: [], labels: mergeLabels(of.labels, ["via:decoded"]) };
  for (let i = 0; i < MOST_OPCODES && machine.at < of.data.length; i++) {
    const opcode = of.data[machine.at++] as string;
    if (opcode === ".") break;
    if (!step(run, state, machine, opcode)) return run.values.unknown("unmodelled");
  }
  const top = machine.stack.at(-1);
  return top === undefined || top === MARK ? run.values.unknown("unmodelled") : top;
}

const bytes = (m: Machine, count: number): string => {
  const text = m.data.slice(m.at, m.at + count);
  m.at += count;
  return text;
};
const line = (m: Machine): string => {
  const end = m.data.indexOf("\n", m.at);
  return bytes(m, (end < 0 ? m.data.length : end) - m.at + 1).replace(/\n$/, "");
};
const size = (m: Machine, width: number): number => [...bytes(m, width)].reduceRight((sum, c) => sum * 256 + c.charCodeAt(0), 0);
const utf8 = (text: string): string => Buffer.from(text, "latin1").toString("utf8");

function popMarked(m: Machine): Value[] {
  const from = m.stack.lastIndexOf(MARK);
  return m.stack.splice(Math.max(0, from)).filter((v) => v !== MARK) as Value[];
}

const pop = (m: Machine, run: Run): Value => {
  const top = m.stack.pop();
  return top === undefined || top === MARK ? run.values.unknown("unmodelled") : top;
};

/** Texts and numbers by the width of their length: `U` and `X` in protocol 2, the framed ones in 4. */
const TEXTS: Readonly<Record<string, number>> = { U: 1, T: 4, X: 4, C: 1, B: 4, "\x8c": 1, "\x8d": 8, "\x8e": 8 };
const NUMBERS: Readonly<Record<string, number>> = { K: 1, M: 2, J: 4 };
const SKIPPED: Readonly<Record<string, number>> = { "\x80": 1, "\x95": 8 };

function step(run: Run, state: State, m: Machine, opcode: string): boolean {
  const { values } = run;
  const text = TEXTS[opcode];
  const number = NUMBERS[opcode];
  const skipped = SKIPPED[opcode];
  if (text !== undefined) m.stack.push(values.string(utf8(bytes(m, size(m, text))), m.labels));
  else if (number !== undefined) m.stack.push(values.number(size(m, number)));
  else if (skipped !== undefined) bytes(m, skipped);
  else if (opcode === "S" || opcode === "V") m.stack.push(values.string(line(m).replace(/^(['"])(.*)\1$/s, "$2"), m.labels));
  else if (opcode === "I") m.stack.push(values.number(Number.parseInt(line(m), 10) || 0));
  else if (opcode === "(") m.stack.push(MARK);
  else if (opcode === "N") m.stack.push(values.none);
  else if (opcode === "\x88" || opcode === "\x89") m.stack.push(values.bool(opcode === "\x88"));
  else return stepMore(run, state, m, opcode);
  return true;
}

function stepMore(run: Run, state: State, m: Machine, opcode: string): boolean {
  const tuples: Readonly<Record<string, number>> = { ")": 0, "\x85": 1, "\x86": 2, "\x87": 3 };
  const arity = tuples[opcode];
  if (arity !== undefined) m.stack.push(listValue(run, state, m.stack.splice(m.stack.length - arity, arity) as Value[], "tuple"));
  else if (opcode === "t" || opcode === "l") m.stack.push(listValue(run, state, popMarked(m), opcode === "t" ? "tuple" : "list"));
  else if (opcode === "]" || opcode === "}") m.stack.push(listValue(run, state, []));
  else if (opcode === "p") m.memo[Number(line(m))] = m.stack.at(-1) as Value;
  else if (opcode === "q") m.memo[size(m, 1)] = m.stack.at(-1) as Value;
  else if (opcode === "\x94") m.memo.push(m.stack.at(-1) as Value);
  else if (opcode === "g") m.stack.push(m.memo[Number(line(m))] ?? run.values.unknown("unmodelled"));
  else if (opcode === "h") m.stack.push(m.memo[size(m, 1)] ?? run.values.unknown("unmodelled"));
  else if (opcode === "0") m.stack.pop();
  else if (opcode === "c") m.stack.push(global(run, m, [line(m), line(m)]));
  else if (opcode === "\x93") {
    const [name, module] = [pop(m, run), pop(m, run)];
    m.stack.push(isString(name) && isString(module) ? global(run, m, [module.value, name.value]) : run.values.unknown("unmodelled"));
  } else if (opcode === "R" || opcode === "\x81") {
    const [args, callee] = [pop(m, run), pop(m, run)];
    m.stack.push(call(run, state, callee, elementsOf(run, state, args) ?? []));
  } else if (opcode === "o" || opcode === "i") {
    const name = opcode === "i" ? global(run, m, [line(m), line(m)]) : null;
    const [first, ...rest] = popMarked(m);
    m.stack.push(
      name === null
        ? call(run, state, first ?? run.values.none, rest)
        : call(run, state, name, [...(first === undefined ? [] : [first]), ...rest]),
    );
  } else return false;
  return true;
}

const global = (run: Run, m: Machine, [module, name]: readonly [string, string]): Value =>
  run.values.api(`${moduleName(run, module)}.${name}`, false, m.labels);

const call = (run: Run, state: State, callee: Value, args: readonly Value[]): Value =>
  run.call(state, callee, withArgs(...args)) ?? run.values.unknown("unmodelled");
