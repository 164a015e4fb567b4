/** What one analysis run shares: interned values, heap addresses, effects, fuel, the stack of activations. */

import type { Effect, Guard, Label } from "../effects.ts";
import type { BlockId, FunctionIr, ModuleIr, Span } from "../ir.ts";
import type { Models } from "../models.ts";
import type { State } from "../state.ts";
import type { Diagnostic, Language, LineIndex } from "../tree.ts";
import type { Addr, ClosureV, Value, Values } from "../values.ts";
import type { CallArgs, CallValue } from "./call-args.ts";
import type { Dominance, FlowGraph } from "./flow-graph.ts";

/** Ceilings of one run, in interpreter steps; from ANALYSIS.md. */
export type Budget = { readonly steps: number; readonly unroll: number; readonly depth: number };
export const DEFAULT_BUDGET: Budget = { steps: 60_000, unroll: 30_000, depth: 64 };

/** One source text: the submission (depth 0) or code found inside it. */
export type Unit = {
  readonly ir: ModuleIr;
  readonly language: Language;
  readonly lines: LineIndex;
  readonly source: string;
  readonly depth: number;
  /** How this source was reached: labels `via:*`. */
  readonly via: readonly Label[];
  frame: Addr;
  readonly starImports: string[];
  /** Part of a library: nothing in it runs unless it is called, and none of it is a guard. */
  readonly written?: true;
};

/** A function that is running. */
export type Activation = {
  readonly unit: Unit;
  readonly unitIndex: number;
  readonly fn: FunctionIr;
  readonly graph: FlowGraph;
  readonly frame: Addr;
  readonly self: Value | null;
  readonly certainAtEntry: boolean;
  /** Guards of the function itself: checking decorators that are not the program's own. */
  readonly guards: readonly Guard[];
  /** Test values seen, per branching block. */
  readonly tests: Map<BlockId, Value>;
  /** Checks that were called: they raise when they fail. */
  readonly checks: { readonly block: BlockId; readonly guard: Guard }[];
  /** Edges that were taken, `to` by `from`. */
  readonly edges: (BlockId[] | undefined)[];
  /** Dominators over `edges`; null when an edge was added since. */
  dominance: Dominance | null;
  /** Names the chain of calls that led here. */
  readonly key: number;
  block: BlockId;
  /** Position of the running instruction in its block, and how many objects it made so far. */
  index: number;
  allocations: number;
  at: Span;
  /** Abstract rounds under way, of loops around the running place. */
  abstract: number;
  /** It is part of a loop or of repeated calls that are followed one by one. */
  readonly unrolls: boolean;
  undecided: number;
  yielded: Value[];
  /** What is said to a generator at its `yield`s. */
  readonly said: Said | null;
  /** What was thrown to each handler, and out of the function. */
  readonly thrown: Map<BlockId, Value>;
  escaped: Value | null;
};

/** `inTurn`: what is said by each call; the first one is heard by nobody. */
export type Said = { readonly sent: Value | null; readonly raised: Value | null; readonly inTurn?: readonly Value[] };

/** What is known of all runs of one function. */
export type Context = {
  runs: number;
  /** Steps spent in its runs. */
  steps: number;
  /** Runs that are under way. */
  active: number;
  /** Join of what it returned. */
  summary: Value | null;
  /** Join of the arguments of the calls that got no run of their own. */
  joined: CallArgs | null;
  joins: number;
  /** Functions that it was given, with runs of their own. */
  carrying: number;
  /** Where the calls of its runs begin and end in what was called. */
  readonly calls: (readonly [from: number, to: number])[];
};

/** A closure, the state where it was made, the class it is a method of; `latent`: made by a function that nobody calls. */
export type Made = { readonly closure: ClosureV; readonly state: State; readonly owner: Value | null; readonly latent: boolean };

/** How something is called that is handed over: once, for every event, at once and maybe over and over, or for each process that ended. */
export type HandedAs = "once" | "repeats" | "soon" | "soon and again" | "for each end";

/** A function that was handed over to be called later, and the heap after its first run; and before it, when it is called for every event. */
export type HandedOver = {
  readonly callee: Value;
  readonly args: CallArgs;
  readonly first: State | null;
  readonly state: State;
  readonly ahead: readonly Guard[];
};

/** `fastapi.post("/x")`, and `fastapi.FastAPI().post`. */
export type Decorator = { readonly text: string; readonly path: string };
export type FormCall = { readonly what: "kept" | "sent"; readonly unit: number; readonly at: Span; readonly running: readonly string[] };
/** A call of what is no function of the program's own, with its first argument; or, `inside`, what another run of one has called. */
export type Called = { readonly callee: Value; readonly first: Value | undefined; readonly inside?: Context };

/** Who is asked before handlers run. */
export type Acting = {
  /** Middleware and hooks for whatever comes later; `of` is the one router that they belong to. */
  readonly standing: { readonly of: string | null; readonly guard: Guard }[];
  /** What stands before the handler that runs. */
  ahead: readonly Guard[];
  /** A router was mounted behind something that asks, after its handlers ran. */
  mounted: boolean;
  /** What a function asks that runs to find that out. */
  collecting: { readonly depth: number; readonly before: ReadonlySet<string>; readonly guards: Guard[] } | null;
  /** The same of functions that ran. */
  readonly asks: Map<string, Guard[]>;
  /** Where what was verified comes from. */
  readonly proved: Set<string>;
  /** Classes whose decorators ask. */
  readonly classes: Set<Addr>;
};

export type Sensitivity = { readonly ofName: (name: string) => readonly Label[]; readonly ofLiteral: (text: string) => readonly Label[] };

export type Run = {
  readonly call: CallValue;
  readonly values: Values;
  readonly models: { readonly python: Models; readonly javascript: Models };
  readonly sensitivity: Sensitivity;
  /** Parses and lowers nested code; null when it does not parse. */
  readonly load: (source: string, language: Language) => { ir: ModuleIr; lines: LineIndex } | null;
  readonly budget: Budget;
  readonly units: Unit[];
  /** Units of libraries that are written down, by their texts. */
  readonly written: Map<string, number>;
  readonly stack: Activation[];
  readonly effects: Map<string, Effect>;
  /** Effects per place and kind. */
  readonly sites: Map<string, number>;
  /** Functions that are called for each of many that are not followed one by one, around what runs. */
  mapping: number;
  /** Passwords of the program's own that were tried, per place. */
  readonly tried: Map<string, Set<number>>;
  /** Libraries that opened databases: whether all of them are for trying things out. */
  readonly databases: Map<string, boolean>;
  /** Tables that the program makes, other than to undo a migration. */
  readonly tables: Set<string>;
  readonly diagnostics: Diagnostic[];
  readonly graphs: Map<string, FlowGraph>;
  /** Closures that were made, with the state to run them in if nobody does. */
  readonly made: Map<string, Made>;
  readonly ran: Set<string>;
  /** Functions that are called when a form of a page is sent. */
  readonly submits: Set<string>;
  /** Where a form is sent, or kept from being sent. */
  readonly forms: FormCall[];
  /** Function -> guards that decorators from outside may be. */
  readonly decorated: Map<string, readonly Guard[]>;
  /** Function -> decorators from outside, by their values. */
  readonly decorators: Map<string, readonly Decorator[]>;
  readonly acting: Acting;
  readonly contexts: Map<string, Context>;
  /** Classes with the addresses of their latent instances. */
  readonly instances: Map<Addr, Value>;
  steps: number;
  unrolled: number;
  /** What `unrolled` may come to now: a function that nobody calls gets a share of what is left. */
  unrollLimit: number;
  nextAddr: number;
  nextKey: number;
  /** Addresses and activations of abstract rounds. */
  readonly places: Map<string, Addr>;
  readonly chains: Map<string, number>;
  /** What was called so far, in order. */
  readonly calls: Called[];
  /** Some list was put into order, or chosen from, by how old its elements are. */
  byAge: boolean;
  /** Functions that were handed over to be called later. */
  readonly handedOver: HandedOver[];
  /** What was handed over and runs: how many functions run around it, and how often it called one of them again. */
  readonly later: { readonly depth: number; readonly as: HandedAs; again: number }[];
  /** Functions that start something whatever happens, and do not wait for it. */
  readonly starts: Set<string>;
  /** What the next call of a generator is told. */
  said: Said | null;
  /** Asynchronous functions of Python that were called last: they may go on as tasks. */
  readonly coroutines: { readonly callee: ClosureV; readonly args: CallArgs; readonly state: State }[];
  /** Above 0 while functions that nobody calls are run. */
  latent: number;
  exhausted: boolean;
};

export const isJs = (language: Language): boolean => language === "javascript" || language === "typescript";
export const modelsOf = (run: Run): Models => (isJs(current(run).unit.language) ? run.models.javascript : run.models.python);
export const current = (run: Run): Activation => run.stack[run.stack.length - 1] as Activation;

/** The source that runs: a library that is written down runs for whoever called it. */
export function currentSource(run: Run): Unit {
  for (let i = run.stack.length - 1; i > 0; i--) {
    const unit = run.stack[i]?.unit;
    if (unit !== undefined && unit.written !== true) return unit;
  }
  return (run.stack[0] as Activation).unit;
}

/** What runs now spends the fuel for following loops and calls one by one. */
export const isUnrolling = (act: Activation): boolean => act.abstract === 0 && (act.unrolls || act.graph.looped.has(act.block));
/** What runs is part of a loop, of its own function or of one that called it. */
export const inLoop = (run: Run): boolean => run.mapping > 0 || run.stack.some((act) => act.graph.looped.has(act.block));
export const inJs = (run: Run): boolean => isJs(current(run).unit.language);

/**
 * Address of a new object. In an abstract round it is the one of the round before, at the same place of the same chain of
 * calls: the rounds' inputs only grow, so the newest object holds what the older ones held, and rounds come to an end.
 */
export function newAddr(run: Run): Addr {
  const act = run.stack[run.stack.length - 1];
  if (act === undefined || act.abstract === 0) return run.nextAddr++;
  const place = `${act.key}|${act.block}|${act.index}|${act.allocations++}`;
  let addr = run.places.get(place);
  if (addr === undefined) {
    addr = run.nextAddr++;
    run.places.set(place, addr);
  }
  return addr;
}

/** Names a chain of calls: in abstract rounds the same chain is the same activation again. */
export function activationKey(run: Run, callee: string): number {
  const caller = run.stack[run.stack.length - 1];
  if (caller === undefined || caller.abstract === 0) return run.nextKey++;
  const chain = `${caller.key}|${caller.block}|${caller.index}|${caller.allocations}>${callee}`;
  let key = run.chains.get(chain);
  if (key === undefined) {
    key = run.nextKey++;
    run.chains.set(chain, key);
  }
  return key;
}

/** Source text of a span of the running unit, shortened for people. */
export function sourceText(unit: Unit, at: Span, limit = 120): string {
  const text = unit.source.slice(at.start, at.end).replace(/\s+/g, " ");
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}
