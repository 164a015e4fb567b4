/** Calls: of functions of the program by what is known of them, of all others by what goes in. */
import type { FunctionId, FunctionIr, Instr, Span } from "../../analysis/ir.ts";
import { taintsIn } from "./taint-events.ts";
import { type Frame, held, memberOf } from "./taint-frame.ts";
import { hasResult } from "./taint-structure.ts";
import {
  allTaints,
  CLEAN,
  fieldOf,
  join,
  joinTaints,
  mapTaints,
  moved,
  type Ref,
  type Step,
  type Taint,
  type Taints,
  tainted,
  type Value,
  withField,
  withRefs,
  withTaints,
} from "./taint-values.ts";

export type CallInstr = Instr & { readonly op: "Call" };
/** How the arguments of a call lie to the parameters of one function. */
type Binding = { readonly fn: FunctionIr; readonly receiver: Value | null; readonly positional: readonly Value[]; readonly shift: number };

/** Taints of arguments and receiver. */
export function givenTo(frame: Frame, call: CallInstr): Taints {
  const registers = call.args.map((arg) => arg.value);
  return taintsIn(frame, call.receiver === undefined ? registers : [...registers, call.receiver]);
}

export function valueOfCall(frame: Frame, call: CallInstr): Value {
  const callee = held(frame, call.callee);
  const functions = callee.refs.filter((ref) => ref.kind === "function");
  const classes = callee.refs.filter((ref) => ref.kind === "class");
  const instances = classes.map((ref): Ref => ({ kind: "instance", id: ref.id }));
  let out: Value | null = null;
  let unknown = functions.length + classes.length === 0;
  for (const ref of classes) {
    const made = construct(frame, call, ref.id);
    if (made === null) unknown = true;
    else out = out === null ? made : join(out, made);
  }
  for (const ref of functions) {
    const result = callFunction(frame, call, ref.id);
    if (result === null) unknown = true;
    else out = out === null ? result : join(out, result);
  }
  if (unknown) out = join(out ?? CLEAN, valueOfUnknown(frame, call, callee));
  return withRefs(out ?? CLEAN, instances);
}

/** A function that is not known gives back what goes in. What wraps one function is taken to be that function. */
function valueOfUnknown(frame: Frame, call: CallInstr, callee: Value): Value {
  const { options } = frame.program.setting;
  if (options.onlyAssignments) return CLEAN;
  if (namesOf(frame, call).startsWith("getopt.")) return parsedOptions(givenTo(frame, call));
  const object = call.receiver === undefined ? CLEAN.own : allTaints(held(frame, call.receiver));
  const through = joinTaints(object, allTaints(callee));
  const own = options.safeFunctions ? through : joinTaints(through, givenTo(frame, call));
  const only = call.args.length === 1 ? call.args[0] : undefined;
  const wrapped = only === undefined ? [] : held(frame, only.value).refs.filter((ref) => ref.kind !== "instance");
  return withRefs(tainted(own), wrapped);
}

function namesOf(frame: Frame, call: CallInstr): string {
  const path = frame.paths[call.callee];
  return path === undefined ? "" : [path.variable.slice(path.variable.indexOf(":") + 1), ...path.fields].join(".");
}

/** `getopt` gives pairs of an option, which the program has spelled out, and its value; and what is left. */
function parsedOptions(given: Taints): Value {
  const value = tainted(given);
  const pair = withField(value, ["0"], CLEAN);
  return withField(withField(value, ["1"], value), ["0"], withField(CLEAN, [null], pair));
}

/** A new object: its fields hold what its constructor puts there; null when the class has none that is known. */
function construct(frame: Frame, call: CallInstr, body: FunctionId): Value | null {
  const { program } = frame;
  const name = program.setting.facts.python ? "__init__" : "constructor";
  const self: Value = withRefs(CLEAN, [{ kind: "instance", id: body }]);
  const constructors = program.memberOf(body, name).refs.filter((ref) => ref.kind === "function");
  if (constructors.length === 0) return null;
  let out: Value = CLEAN;
  for (const ref of constructors) {
    const given = enter(frame, call, ref.id, self);
    for (const [field, value] of program.classFacts(body).fields) {
      out = withField(out, [field], join(fieldOf(out, field), returned(value, ref.id, given)));
    }
  }
  return out;
}

/** The result of one function of the program; null when it gives none and so may be a placeholder. */
function callFunction(frame: Frame, call: CallInstr, id: FunctionId): Value | null {
  const given = enter(frame, call, id, null);
  const summary = frame.program.called(id);
  return hasResult(frame.program.setting.ir.get(id)) ? returned(summary.returns, id, given) : null;
}

/** What carrying one taint into a function costs, in instructions. */
const STEPS_FOR_TAINT = 8;

type Given = (taint: Taint & { kind: "argument" }) => Value;

/** Reports what a call brings to sinks inside the function; what its arguments stand for is the result. */
function enter(frame: Frame, call: CallInstr, id: FunctionId, self: Value | null): Given {
  const { program } = frame;
  const fn = program.setting.ir.get(id);
  const binding = bind(frame, call, fn, self);
  const name = fn.name === "" ? "a function" : `\`${fn.name}\``;
  const given: Given = (taint) => {
    const value = argumentOf(frame, call, binding, taint.parameter);
    const part = taint.path.reduce((at, field) => memberOf(frame, at, field), value);
    return mapTaints(part, (taints) => through(moved(taints, `passed to ${name}`, call.at), taint.steps));
  };
  const { hits } = program.called(id);
  // Without taint in what is given, nothing arrives that was not reported inside.
  if (hits.size === 0 || (self === null && givenTo(frame, call).size === 0)) return given;
  for (const { sink, taints } of hits.values()) {
    program.spend(taints.size * STEPS_FOR_TAINT);
    const arrived = substitute(taints, id, (taint) => allTaints(given(taint)));
    if (arrived.size > 0) program.reached(sink, arrived);
  }
  return given;
}

/** Taints, with those of the function's own arguments replaced. */
function substitute(taints: Taints, id: FunctionId, given: (taint: Taint & { kind: "argument" }) => Taints): Taints {
  let out: Taints = new Map();
  for (const [key, taint] of taints) {
    out = joinTaints(out, taint.kind === "argument" && taint.fn === id ? given(taint) : new Map([[key, taint]]));
  }
  return out;
}

/** A result, with what came in as argument replaced by what was given, fields and all. */
function returned(value: Value, id: FunctionId, given: Given): Value {
  let out: Value = value.refs.length === 0 ? CLEAN : { ...CLEAN, refs: value.refs };
  for (const [key, taint] of value.own) {
    out = taint.kind === "argument" && taint.fn === id ? join(out, given(taint)) : withTaints(out, new Map([[key, taint]]));
  }
  for (const [name, field] of value.fields) out = withField(out, [name === "*" ? null : name], returned(field, id, given));
  return out;
}

/** The steps that were taken inside a function, behind those that led to it. */
function through(taints: Taints, inside: Step | null): Taints {
  const steps: { message: string; at: Span }[] = [];
  for (let step = inside; step !== null; step = step.before) steps.unshift(step);
  return steps.reduce((out, { message, at }) => moved(out, message, at), taints);
}

// ---------------------------------------------------------------- arguments and parameters

function bind(frame: Frame, call: CallInstr, fn: FunctionIr, self: Value | null): Binding {
  const { program } = frame;
  const receiver = self ?? (call.receiver === undefined ? null : held(frame, call.receiver));
  const spread = call.args.findIndex((arg) => arg.spread !== undefined || arg.name !== undefined);
  const positional = (spread < 0 ? call.args : call.args.slice(0, spread)).map((arg) => held(frame, arg.value));
  const isBound = receiver?.refs.some((ref) => ref.kind === "instance") === true && program.ownerClass.has(fn.id);
  return { fn, receiver, positional, shift: program.setting.facts.python && isBound && !isStatic(fn) ? 1 : 0 };
}

function isStatic(fn: FunctionIr): boolean {
  return fn.decorators.includes("staticmethod");
}

function argumentOf(frame: Frame, call: CallInstr, binding: Binding, parameter: number): Value {
  const { fn, receiver, positional, shift } = binding;
  if (parameter < 0 || parameter < shift) return receiver ?? CLEAN;
  const param = fn.params[parameter];
  if (param === undefined) return CLEAN;
  if (param.form === "rest" || param.form === "kwrest") return collected(frame, call, parameter - shift);
  const named = call.args.find((arg) => arg.name === param.name);
  if (named !== undefined) return held(frame, named.value);
  const value = param.form === "keyword" ? undefined : positional[parameter - shift];
  return value ?? spreadInto(frame, call);
}

/** What a rest parameter takes: everything from its place on, in fields that are not told apart. */
function collected(frame: Frame, call: CallInstr, from: number): Value {
  return call.args.slice(Math.max(0, from)).reduce((out, arg) => join(out, tainted(allTaints(held(frame, arg.value)))), CLEAN as Value);
}

function spreadInto(frame: Frame, call: CallInstr): Value {
  return call.args.reduce(
    (out, arg) => (arg.spread === undefined ? out : join(out, fieldOf(held(frame, arg.value), null))),
    CLEAN as Value,
  );
}
