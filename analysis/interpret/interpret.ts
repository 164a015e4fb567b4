/** Runs a whole program abstractly: its top level, then what it defines and nobody called, as latent. */

import type { Effect } from "../effects.ts";
import type { ModuleIr, Span } from "../ir.ts";
import type { Models } from "../models.ts";
import { State } from "../state.ts";
import type { Diagnostic, Language, LineIndex } from "../tree.ts";
import { type ClosureV, type Value, Values } from "../values.ts";
import { afterTurns, readsOther } from "./again.ts";
import { withMounted } from "./asking.ts";
import { callValue } from "./call.ts";
import { NO_ARGS } from "./call-args.ts";
import { construct } from "./classes.ts";
import { callClosure } from "./closures.ts";
import { runShellProgram } from "./commands.ts";
import { emit } from "./effect-sink.ts";
import { PATCHES } from "./function-attributes.ts";
import { withRemade } from "./migrations.ts";
import { withOwnTables } from "./own-tables.ts";
import { withCopies } from "./page-forms.ts";
import { FIRST_ADDR, keepOwnSource } from "./remembered.ts";
import { withRestarts } from "./rescheduled.ts";
import { type Budget, current, DEFAULT_BUDGET, type Made, type Run, type Sensitivity } from "./run.ts";
import { withThrowaway } from "./throwaway.ts";
import { withProved } from "./unverified-token.ts";

export type Interpretation = {
  readonly effects: readonly Effect[];
  readonly diagnostics: readonly Diagnostic[];
  readonly exhausted: boolean;
  readonly steps: number;
};
export type InterpretOptions = {
  readonly language: Language;
  readonly source: string;
  readonly ir: ModuleIr;
  readonly lines: LineIndex;
  readonly models: { readonly python: Models; readonly javascript: Models };
  readonly sensitivity: Sensitivity;
  readonly load: Run["load"];
  /** Text of a shell program that its grammar does not know. */
  readonly unread?: readonly Span[];
  readonly budget?: Budget;
};

/** Rounds of functions that running latent functions defines. */
const LATENT_ROUNDS = 6;
const LATENT_FUNCTIONS = 2_000;
/** Steps for following loops one by one in a function that nobody calls: a decoder needs no more. */
const LATENT_UNROLL = 4_000;
const UNREAD_PLACES = 10;

export function interpret(options: InterpretOptions): Interpretation {
  const run = newRun(options);
  const state = new State();
  state.add(PATCHES, { type: "module" });
  keepOwnSource(run, state);
  const frame = run.nextAddr++;
  state.add(frame, { type: "frame", name: "<module>" });
  run.units.push({
    ir: options.ir,
    language: options.language,
    lines: options.lines,
    source: options.source,
    depth: 0,
    via: [],
    frame,
    starImports: [],
  });
  const main = run.values.closure({ module: 0, fn: 0, env: frame }, null);
  if (main.k === "closure") callClosure(run, state, main, { ...NO_ARGS, frame });
  if (options.language === "shell") runScript(run, state, options);
  runAgain(run, state);
  runLatent(run, state);
  const found = withOwnTables([...run.effects.values()]);
  const effects = found.toSorted((a, b) => a.location.offset - b.location.offset || (a.kind < b.kind ? -1 : 1));
  const judged = withCopies(run, withThrowaway(run, withProved(run, withMounted(run, withRestarts(run, withRemade(run, effects))))));
  return { effects: judged, diagnostics: run.diagnostics, exhausted: run.exhausted, steps: run.steps };
}

function newRun(options: InterpretOptions): Run {
  const run: Run = {
    call: (state, callee, args) => callValue(run, state, callee, args),
    values: new Values(),
    models: options.models,
    sensitivity: options.sensitivity,
    load: options.load,
    budget: options.budget ?? DEFAULT_BUDGET,
    units: [],
    written: new Map(),
    stack: [],
    effects: new Map(),
    sites: new Map(),
    mapping: 0,
    tried: new Map(),
    databases: new Map(),
    tables: new Set(),
    diagnostics: [],
    graphs: new Map(),
    made: new Map(),
    ran: new Set(),
    submits: new Set(),
    forms: [],
    decorated: new Map(),
    decorators: new Map(),
    acting: { standing: [], ahead: [], mounted: false, collecting: null, asks: new Map(), proved: new Set(), classes: new Set() },
    contexts: new Map(),
    instances: new Map(),
    steps: 0,
    unrolled: 0,
    unrollLimit: (options.budget ?? DEFAULT_BUDGET).unroll,
    nextAddr: FIRST_ADDR,
    nextKey: 1,
    places: new Map(),
    chains: new Map(),
    calls: [],
    byAge: false,
    handedOver: [],
    later: [],
    starts: new Set(),
    coroutines: [],
    said: null,
    latent: 0,
    exhausted: false,
  };
  return run;
}

/** Timers and listeners whose data the program changed after it set them up, or that change it themselves. */
function runAgain(run: Run, state: State): void {
  for (const earlier of [...run.handedOver]) {
    const later = run.exhausted ? null : (afterTurns(run, earlier, state) ?? (readsOther(run, earlier, state) ? state : null));
    if (later === null) continue;
    pushTop(run, later);
    run.acting.ahead = earlier.ahead;
    run.call(later, earlier.callee, earlier.args);
    run.acting.ahead = [];
    run.stack.pop();
  }
}

/** Functions that were made and never ran, with parameters that nobody knows. */
function runLatent(run: Run, state: State): void {
  run.latent++;
  let count = 0;
  for (let round = 0; round < LATENT_ROUNDS && !run.exhausted; round++) {
    const waiting = [...run.made].filter(([, made]) => !run.ran.has(`${made.closure.module}.${made.closure.fn}`));
    if (waiting.length === 0) break;
    for (const [, made] of waiting) {
      if (run.exhausted || count++ > LATENT_FUNCTIONS) break;
      if (run.ran.has(`${made.closure.module}.${made.closure.fn}`)) continue;
      runOne(run, state, made);
    }
  }
  run.latent--;
}

/**
 * Where a function runs that nobody called: at the module's end, which knows the frame it was made in; else, where it was
 * made, and what the module's end knows besides.
 */
function stateFor(from: State, made: Made): State {
  if (made.latent) return made.state.fork();
  return from.get(made.closure.env) !== undefined ? from.fork() : from.over(made.state);
}

function runOne(run: Run, from: State, made: Made): void {
  const state = stateFor(from, made);
  const unit = run.units[made.closure.module];
  const fn = unit?.ir.get(made.closure.fn);
  if (fn === undefined || fn.flavour === "class") return;
  const rest = run.values.unknown("parameter");
  run.unrollLimit = Math.min(run.budget.unroll, run.unrolled + LATENT_UNROLL);
  let closure = made.closure;
  if (made.owner?.k === "ref" && !fn.isStatic) {
    const self = latentInstance(run, state, made.owner.addr);
    closure = run.values.closure(closure, self) as ClosureV;
  }
  runAtTop(run, state, closure, rest);
}

/** One instance per class for all its latent methods, constructed with unknown arguments. */
function latentInstance(run: Run, state: State, cls: number): Value {
  const before = run.instances.get(cls);
  if (before?.k === "ref" && state.get(before.addr) !== undefined) return before;
  const main = run.units[0];
  if (main === undefined) return run.values.unknown("local");
  pushTop(run, state);
  const ref = run.values.ref(cls);
  const made = ref.k === "ref" ? construct(run, state, ref, { ...NO_ARGS, rest: run.values.unknown("parameter") }) : null;
  run.stack.pop();
  const instance = made ?? run.values.unknown("local", { path: "self" });
  run.instances.set(cls, instance);
  return instance;
}

function pushTop(run: Run, state: State): void {
  const unit = run.units[0];
  if (unit === undefined) return;
  const fn = unit.ir.get(0);
  const graph = run.graphs.get("0.0");
  if (graph === undefined) return;
  run.stack.push({
    unit,
    unitIndex: 0,
    fn,
    graph,
    frame: unit.frame,
    self: null,
    certainAtEntry: false,
    guards: [],
    tests: new Map(),
    checks: [],
    edges: new Array(fn.blocks.length).fill(undefined),
    dominance: null,
    key: 0,
    block: 0,
    index: 0,
    allocations: 0,
    at: fn.at,
    abstract: 0,
    unrolls: false,
    undecided: 0,
    yielded: [],
    said: null,
    thrown: new Map(),
    escaped: null,
  });
  state.certain = false;
}

function runScript(run: Run, state: State, { source, unread = [] }: InterpretOptions): void {
  pushTop(run, state);
  const problems = runShellProgram(run, state, source);
  // What one reader does not know is understood all the same when the other one reads it to the end.
  const places = problems.map((start) => ({ start, end: start + 1 }));
  for (const at of (problems.length > 0 && unread.length > 0 ? unread : places).slice(0, UNREAD_PLACES)) {
    current(run).at = at;
    emit(run, state, { kind: "code.opaque", target: "shell", classes: [], args: {}, labels: [], basis: "api", api: "" });
  }
  run.stack.pop();
  state.certain = true;
}

function runAtTop(run: Run, state: State, closure: ClosureV, rest: Value): void {
  pushTop(run, state);
  state.certain = true;
  callClosure(run, state, closure, { ...NO_ARGS, rest });
  run.stack.pop();
}
