/** Calls: what happens for each kind of callee. Null as a result means that the call never returns normally. */

import { joinStates, type State } from "../state.ts";
import { type ClosureV, isExternal, isString, mergeLabels, type UnknownV, type Value } from "../values.ts";
import { callApi, callMethodModels } from "./api-call.ts";
import { getAttr, setAttr } from "./attributes.ts";
import type { CallArgs } from "./call-args.ts";
import { callCallbacks } from "./callbacks.ts";
import { construct } from "./classes.ts";
import { callBuiltinMethod } from "./container-methods.ts";
import { emit } from "./effect-sink.ts";
import { execute } from "./execute.ts";
import { flowGraph } from "./flow-graph.ts";
import { returnGuards } from "./guards.ts";
import { deepLabels } from "./labels.ts";
import { callDetail, decorates, inferFromName } from "./name-inference.ts";
import { bindParameters } from "./parameters.ts";
import { type Activation, current, isJs, newAddr, type Run } from "./run.ts";

/** Runs of one function whose arguments are not all constants; after that its joined result is used. */
const RUNS_PER_FUNCTION = 12;
const RECURSION = 3;

export function callValue(run: Run, state: State, callee: Value, args: CallArgs): Value | null {
  switch (callee.k) {
    case "union":
      return callUnion(run, state, callee.of, args);
    case "closure":
      return callClosure(run, state, callee, args);
    case "ref":
      return callRef(run, state, callee, args);
    case "api":
      return callApi(run, state, callee, args);
    case "method":
      return callBuiltinMethod(run, state, callee, args);
    case "partial":
      return callValue(run, state, callee.callee, { ...args, positional: [...callee.args, ...args.positional] });
    case "unknown":
      return callUnknown(run, state, callee, args);
    default:
      callCallbacks(run, state, args);
      return run.values.unknown("local");
  }
}

/** Each member on its own copy of the state; afterwards the states are joined. */
function callUnion(run: Run, state: State, members: readonly Value[], args: CallArgs): Value | null {
  const certain = state.certain;
  const results: Value[] = [];
  let joined: State | null = null;
  for (const member of members) {
    const copy = state.fork();
    copy.certain = false;
    const result = callValue(run, copy, member, args);
    if (result === null) continue;
    results.push(result);
    joined = joined === null ? copy : joinStates(joined, copy, run.values);
  }
  if (joined === null) return null;
  state.adopt(joined);
  state.certain = certain;
  return run.values.join(results);
}

function callRef(run: Run, state: State, callee: Extract<Value, { k: "ref" }>, args: CallArgs): Value | null {
  const object = state.read(callee.addr);
  if (object.type === "class") return construct(run, state, callee, args);
  if (object.type === "instance") {
    const call = getAttr(run, state, callee, object.name === "super" ? "constructor" : "__call__");
    if (call.k === "closure") return callValue(run, state, call, args);
  }
  callCallbacks(run, state, args);
  return run.values.unknown("local");
}

export function callClosure(run: Run, state: State, callee: ClosureV, args: CallArgs): Value | null {
  const { values } = run;
  const unit = run.units[callee.module];
  if (unit === undefined) return values.unknown("local");
  const fn = unit.ir.get(callee.fn);
  const id = `${callee.module}.${callee.fn}`;
  run.ran.add(id);
  const again = run.stack.filter((a) => a.unitIndex === callee.module && a.fn.id === callee.fn).length;
  const given = [...args.positional, ...args.keywords.values()];
  const constant = again === 0 && given.length > 0 && given.every((v) => v.k === "const");
  const runs = run.contexts.get(id) ?? 0;
  if (
    again >= RECURSION ||
    run.stack.length >= run.budget.depth ||
    (runs >= RUNS_PER_FUNCTION && !(constant && run.unrolled < run.budget.unroll))
  ) {
    return run.summaries.get(id) ?? values.unknown("widened", { path: `${fn.name}()` });
  }
  run.contexts.set(id, runs + 1);
  const act = activate(run, state, callee, args);
  run.stack.push(act);
  const certain = state.certain;
  bindParameters(run, state, { act, args });
  const result = execute(run, { state, regs: [] });
  run.stack.pop();
  state.certain = certain;
  if (result.state === null) return fn.async || fn.generator ? values.unknown("local") : null;
  state.adopt(result.state);
  state.certain = certain;
  const value = fn.generator ? generated(run, state, act) : result.value;
  const before = run.summaries.get(id);
  run.summaries.set(id, before === undefined ? value : values.join([before, value]));
  passGuards(run, act);
  return args.isNew && isJs(unit.language) && act.self !== null ? act.self : value;
}

function activate(run: Run, state: State, callee: ClosureV, args: CallArgs): Activation {
  const unit = run.units[callee.module] as Activation["unit"];
  const fn = unit.ir.get(callee.fn);
  const id = `${callee.module}.${callee.fn}`;
  let graph = run.graphs.get(id);
  if (graph === undefined) {
    graph = flowGraph(fn);
    run.graphs.set(id, graph);
  }
  const frame = args.frame ?? newAddr(run);
  if (args.frame === undefined) state.add(frame, { type: "frame", parent: callee.env, name: fn.name });
  const fresh = (): Value => {
    const addr = newAddr(run);
    state.add(addr, { type: "object", name: fn.name });
    return run.values.ref(addr);
  };
  const self = callee.self ?? (isJs(unit.language) ? (args.isNew ? fresh() : args.receiver) : null);
  return {
    unit,
    unitIndex: callee.module,
    fn,
    graph,
    frame,
    self,
    certainAtEntry: state.certain,
    guards: run.decorated.get(id) ?? [],
    tests: new Map(),
    checks: [],
    edges: new Map(),
    block: 0,
    at: fn.at,
    abstract: run.stack.length > 0 ? current(run).abstract : 0,
    undecided: 0,
    yielded: [],
  };
}

function generated(run: Run, state: State, act: Activation): Value {
  const addr = newAddr(run);
  const known = act.undecided === 0 && act.yielded.length <= 4096;
  state.add(addr, { type: "list", items: known ? act.yielded : null });
  if (!known) for (const value of act.yielded) state.addRest(addr, value, run.values);
  return run.values.ref(addr);
}

/** The caller may rely on what every return of the callee proves. */
function passGuards(run: Run, act: Activation): void {
  if (run.stack.length === 0 || act.fn.flavour === "module") return;
  const caller = current(run);
  for (const guard of returnGuards(act)) caller.checks.push({ block: caller.block, guard });
}

export function callUnknown(run: Run, state: State, callee: UnknownV, args: CallArgs): Value | null {
  const { values } = run;
  const results: Value[] = [];
  for (const target of callee.mayCall) {
    if (target.k === "api" && target.path.endsWith(".*"))
      emit(run, state, {
        kind: "call.dynamic",
        target: target.path,
        classes: [],
        args: {},
        labels: callee.labels,
        basis: "api",
        api: target.path,
      });
    else if (target.k !== "unknown") {
      const certain = state.certain;
      state.certain = false;
      const result = callValue(run, state, target, args);
      state.certain = certain;
      if (result !== null) results.push(result);
    }
  }
  const path = callee.path ?? "";
  const name = path.slice(path.lastIndexOf(".") + 1);
  const receiver = path.includes(".") ? path.slice(0, path.lastIndexOf(".")) : "";
  const decorated = decorates(run, args, path);
  if (decorated !== null) return decorated;
  const [attribute, assigned] = args.positional;
  if (name === "__setattr__" && isString(attribute) && assigned !== undefined)
    setAttr(run, state, values.unknown(callee.cause, { path: receiver }), { name: attribute.value, value: assigned });
  const modelled = callMethodModels(run, state, { name, receiver, value: callee }, args);
  if (!modelled && isExternal(callee)) inferFromName(run, state, { name, path, labels: callee.labels }, args);
  callCallbacks(run, state, args);
  const labels = mergeLabels(
    callee.labels,
    run.sensitivity.ofName(name),
    ...args.positional.map((v) => deepLabels(state, v)),
    ...[...args.keywords.values()].map((v) => deepLabels(state, v)),
  );
  const cause = callee.cause === "free" ? "unmodelled" : callee.cause;
  results.push(
    values.unknown(cause, {
      path: path === "" ? null : `${path}${callDetail(name, args)}`,
      labels: labels.filter((l) => !l.startsWith("via:") && !l.startsWith("type:")),
    }),
  );
  return values.join(results);
}
