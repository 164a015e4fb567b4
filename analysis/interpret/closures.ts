/** Calls of the program's own functions: which calls get a run of their own, and what a run gives back. */
import type { State } from "../state.ts";
import type { ClosureV, Value } from "../values.ts";
import { endsAsked } from "./acting.ts";
import { precision, spent } from "./budget.ts";
import type { CallArgs } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import { throwIn } from "./exceptions.ts";
import { execute } from "./execute.ts";
import { flowGraph } from "./flow-graph.ts";
import { functionAttribute } from "./function-attributes.ts";
import { returnGuards } from "./guards.ts";
import { ENDLESS, GENERATOR, MADE_BY, RETURNED } from "./iterate.ts";
import { bindParameters } from "./parameters.ts";
import { asDeclared } from "./replaced-methods.ts";
import { reportCalledAgain } from "./rescheduled.ts";
import { type Activation, activationKey, type Context, current, isJs, isUnrolling, newAddr, type Run } from "./run.ts";

/** Nested runs of one function on arguments that are not known; and on constants, while every branch is decided. */
const RECURSION = 2;
const CONSTANT_RECURSION = 48;
/** Functions of a library in each other, as an observable made of observables. */
const WRITTEN_RECURSION = 12;
/** Runs of one function whose arguments say nothing. */
const UNKNOWN_RUNS = 3;
/** A function is followed for so many functions that it is given, beyond its own runs. */
const MOST_CARRYING = 24;
/** Joins of arguments after which what still differs is widened. */
const PLAIN_JOINS = 3;

export function callClosure(run: Run, state: State, callee: ClosureV, args: CallArgs): Value | null {
  const unit = run.units[callee.module];
  if (unit === undefined) return run.values.unknown("local");
  const id = `${callee.module}.${callee.fn}`;
  run.ran.add(id);
  if (run.later.length > 0) reportCalledAgain(run, state, callee);
  if (contextOf(run, id).active === 0 && run.stack.length >= run.budget.depth) return tooDeep(run, state, unit.ir.get(callee.fn).name);
  const { context, given } = runFor(run, state, { callee, id, written: unit.written === true }, args);
  if (given === null) {
    run.calls.push({ callee, first: undefined, inside: context });
    return context.summary ?? run.values.unknown("widened", { path: `${unit.ir.get(callee.fn).name}()` });
  }
  return runClosure(run, state, { callee, context, id }, given);
}

/**
 * What is known of the function, and the arguments to run it with; null for none. A function that calls what it was given
 * (a decorator's wrapper) is another one for each that it calls: it does not call itself in there, and its runs say nothing of others.
 */
function runFor(
  run: Run,
  state: State,
  { callee, id, written }: { callee: ClosureV; id: string; written: boolean },
  args: CallArgs,
): { context: Context; given: CallArgs | null } {
  const context = contextOf(run, id);
  const nested = written && context.active < WRITTEN_RECURSION && saysAll(args);
  if (nested || ownRun(run, context, args)) return { context, given: args };
  const carried = carriedFunctions(state, callee, args);
  if (carried === "" || context.carrying >= MOST_CARRYING || run.stack.length >= run.budget.depth)
    return { context, given: joinedArguments(run, context, args) };
  if (!run.contexts.has(`${id}|${carried}`)) context.carrying++;
  const own = contextOf(run, `${id}|${carried}`);
  const first = own.active < RECURSION && own.runs < Math.min(precision(run).runs, UNKNOWN_RUNS);
  return { context: own, given: first ? args : joinedArguments(run, own, args) };
}

/** Functions that a function is given: by what is around it, by its object and by its arguments. */
function carriedFunctions(state: State, { env, self }: ClosureV, { positional }: CallArgs): string {
  const ids: number[] = positional.filter(isFunction).map(({ id }) => id);
  const around = state.get(env);
  if (around?.type === "frame" && around.parent !== null)
    for (const held of around.props.values()) if (isFunction(held) || isNamed(held)) ids.push(held.id);
  if (self?.k === "ref")
    for (const held of state.get(self.addr)?.props.values() ?? []) if (isFunction(held) || isNamed(held)) ids.push(held.id);
  return ids.join(" ");
}

const isFunction = (value: Value): boolean =>
  value.k === "closure" || value.k === "method" || value.k === "partial" || (value.k === "api" && !value.instance);
/** `client.delete` of a client that is not known. */
const isNamed = (value: Value): boolean => value.k === "unknown" && value.path?.includes(".") === true;

/** Functions and objects that are known, and nothing that is not. */
const saysAll = ({ positional, rest }: CallArgs): boolean =>
  rest === null && positional.some((v) => v.k === "closure" || v.k === "ref") && positional.every((v) => v.k !== "unknown");

function contextOf(run: Run, id: string): Context {
  let context = run.contexts.get(id);
  if (context === undefined) {
    context = { runs: 0, steps: 0, active: 0, summary: null, joined: null, joins: 0, carrying: 0, calls: [] };
    run.contexts.set(id, context);
  }
  return context;
}

/** Whether the call is run with its own arguments: the first ones, cheap ones, and constants while fuel for unrolling lasts. */
function ownRun(run: Run, context: Context, args: CallArgs): boolean {
  const fuel = run.unrolled < run.unrollLimit;
  const constant = args.rest === null && args.positional.length > 0 && args.positional.every((v) => v.k === "const" || v.k === "ref");
  if (context.active >= RECURSION) return constant && fuel && context.active < CONSTANT_RECURSION && current(run).undecided === 0;
  const { runs, cheap } = precision(run);
  if (context.runs < (args.positional.some(isInformative) ? runs : Math.min(runs, UNKNOWN_RUNS)) || context.steps < cheap) return true;
  return constant && fuel && context.active === 0 && args.positional.every((v) => v.k === "const");
}

const isInformative = (value: Value): boolean => value.k !== "unknown" || value.mayCall.length > 0;

/** The join of all calls without a run of their own; null when it says nothing new. Never while a run is under way. */
function joinedArguments(run: Run, context: Context, args: CallArgs): CallArgs | null {
  if (context.active > 0) return null;
  const before = context.joined;
  const joined = before === null ? args : joinArguments(run, before, args, context.joins >= PLAIN_JOINS);
  if (before !== null && sameArguments(before, joined)) return null;
  context.joined = joined;
  context.joins++;
  return joined;
}

function joinArguments(run: Run, a: CallArgs, b: CallArgs, widen: boolean): CallArgs {
  const join = (left: Value | null | undefined, right: Value | null | undefined): Value | null => {
    if (left === undefined || left === null || left === right) return right ?? left ?? null;
    if (right === undefined || right === null) return left;
    const both = run.values.join2(left, right);
    return both === left || !widen ? both : run.values.widen([left, right]);
  };
  const unknown = run.values.unknown("local");
  const longer = a.positional.length > b.positional.length ? a.positional : b.positional;
  const positional = longer.map((_v, i) => join(a.positional[i], b.positional[i]) ?? unknown);
  const keywords = new Map(a.keywords);
  for (const [name, value] of b.keywords) keywords.set(name, join(keywords.get(name), value) ?? value);
  const { unnamed: _unnamed, ...others } = b;
  const joined = { ...others, positional, keywords, rest: join(a.rest, b.rest), receiver: join(a.receiver, b.receiver) };
  return isUnnamed(a) && isUnnamed(b) ? { ...joined, unnamed: true } : joined;
}

const isUnnamed = ({ rest, unnamed }: CallArgs): boolean => rest === null || unnamed === true;

function sameArguments(a: CallArgs, b: CallArgs): boolean {
  if (a.rest !== b.rest || a.receiver !== b.receiver || a.isNew !== b.isNew || a.keywords.size !== b.keywords.size) return false;
  if (a.positional.length !== b.positional.length || a.positional.some((v, i) => v !== b.positional[i])) return false;
  return [...a.keywords].every(([name, value]) => b.keywords.get(name) === value);
}

/** A chain of different functions that is deeper than any that people write: what it ends in is not known. */
function tooDeep(run: Run, state: State, name: string): Value {
  emit(run, state, {
    kind: "call.dynamic",
    target: `${name}()`,
    classes: ["unknown.budget"],
    args: {},
    labels: [],
    basis: "api",
    api: name,
  });
  return run.values.unknown("budget", { path: `${name}()` });
}

type Started = { readonly callee: ClosureV; readonly context: Context; readonly id: string };

function runClosure(run: Run, state: State, started: Started, args: CallArgs): Value | null {
  const { context, callee } = started;
  const act = activate(run, state, started, args);
  const { fn } = act;
  const before = spent(run);
  const called = run.calls.length;
  const certain = state.certain;
  context.runs++;
  context.active++;
  run.stack.push(act);
  if (act.said !== null) run.said = null;
  bindParameters(run, state, { act, args: asDeclared(run, state, act, args) });
  const result = execute(run, state);
  run.stack.pop();
  context.active--;
  if (act.escaped !== null && run.stack.length > 0) throwIn(run, current(run), act.escaped);
  context.steps += spent(run) - before;
  if (context.calls.length < MOST_CARRYING) context.calls.push([called, run.calls.length]);
  state.certain = certain;
  if (fn.async && !isJs(act.unit.language)) keepCoroutine(run, { callee, args, state: (result.state ?? state).fork() });
  // What it throws ends it.
  const endless = act.escaped === null && fn.generator;
  if (result.state === null && endless && (act.yielded.length > 0 || !isJs(act.unit.language)))
    return generated(run, state, act, { returned: run.values.none, by: callee, args, endless: true });
  if (result.state === null) return fn.async || fn.generator ? run.values.unknown("local") : null;
  state.adopt(result.state);
  state.certain = certain;
  const value = fn.generator ? generated(run, state, act, { returned: result.value, by: callee, args }) : result.value;
  context.summary = context.summary === null ? value : run.values.join2(context.summary, value);
  passGuards(run, act);
  return args.isNew && isJs((run.units[callee.module] as Activation["unit"]).language) && act.self !== null ? act.self : value;
}

function activate(run: Run, state: State, { callee, id, context }: Started, args: CallArgs): Activation {
  const unit = run.units[callee.module] as Activation["unit"];
  const fn = unit.ir.get(callee.fn);
  let graph = run.graphs.get(id);
  if (graph === undefined) {
    graph = flowGraph(fn);
    run.graphs.set(id, graph);
  }
  const frame = args.frame ?? newAddr(run);
  if (args.frame === undefined) state.add(frame, { type: "frame", parent: callee.env, name: fn.name });
  const js = isJs(unit.language);
  const fresh = (): Value => {
    const addr = newAddr(run);
    const prototype = functionAttribute(state, run.values.closure(callee, null) as ClosureV, "prototype");
    state.add(addr, { type: "object", name: fn.name, parent: prototype?.k === "ref" ? prototype.addr : null });
    return run.values.ref(addr);
  };
  const self = callee.self ?? (js ? (args.isNew ? fresh() : args.receiver) : null);
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
    edges: new Array(fn.blocks.length).fill(undefined),
    dominance: null,
    key: activationKey(run, id),
    block: 0,
    index: 0,
    allocations: 0,
    at: fn.at,
    abstract: run.stack.length > 0 ? current(run).abstract : 0,
    unrolls: context.runs >= precision(run).runs || (run.stack.length > 0 && isUnrolling(current(run))),
    undecided: 0,
    yielded: [],
    said: fn.generator ? run.said : null,
    thrown: new Map(),
    escaped: null,
  };
}

/** So many calls of asynchronous functions may wait for becoming tasks. */
const MOST_COROUTINES = 16;

function keepCoroutine(run: Run, called: Run["coroutines"][number]): void {
  run.coroutines.push(called);
  if (run.coroutines.length > MOST_COROUTINES) run.coroutines.shift();
}

type Generator = { readonly returned: Value; readonly by: ClosureV; readonly args: CallArgs; readonly endless?: true };

/** What waits between two elements uses up nothing. */
const waits = ({ fn }: Activation): boolean => fn.blocks.some(({ instrs }) => instrs.some((i) => i.op === "Await"));

function generated(run: Run, state: State, act: Activation, { returned, by, args, endless }: Generator): Value {
  const addr = newAddr(run);
  const known = act.undecided === 0 && act.yielded.length <= 4096;
  state.add(addr, {
    type: "iter",
    items: known && endless !== true ? act.yielded : null,
    name: endless === true && !waits(act) ? ENDLESS : GENERATOR,
  });
  if (!known || endless === true) for (const value of act.yielded) state.addRest(addr, value, run.values);
  if (isJs(act.unit.language)) {
    if (returned.k !== "const" || returned.value !== null) state.setProp(addr, RETURNED, returned);
    if (args.rest === null) state.setProp(addr, MADE_BY, run.values.partial(by, args.positional));
    return run.values.ref(addr);
  }
  state.setProp(addr, RETURNED, returned);
  if (args.keywords.size === 0 && args.rest === null) state.setProp(addr, MADE_BY, run.values.partial(by, args.positional));
  return run.values.ref(addr);
}

/** The caller may rely on what every return of the callee proves. */
function passGuards(run: Run, act: Activation): void {
  endsAsked(run, act);
  if (run.stack.length === 0 || act.fn.flavour === "module" || act.unit.written) return;
  const caller = current(run);
  for (const guard of returnGuards(act)) caller.checks.push({ block: caller.block, guard });
}
