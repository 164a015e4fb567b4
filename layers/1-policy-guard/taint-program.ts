/**
 * What is known of a whole program while taint runs through it: what each function returns and which sinks its arguments
 * reach, what closures see of the variables around them, what objects of local classes hold. Everything only grows.
 */
import type { FunctionId, ModuleIr, Span } from "../../analysis/ir.ts";
import type { FunctionBody } from "../../analysis/tree.ts";
import { boundAs, isSame } from "./bindings.ts";
import { MatchBudgetError } from "./matching.ts";
import type { ProgramFacts } from "./program-facts.ts";
import { holdsFor } from "./read-requires.ts";
import type { MatchOptions, Requires, TaintOptions } from "./rule.ts";
import { keyOf, type SinkMatch, type TaintMatches } from "./taint-matches.ts";
import { type OuterNames, outerNames } from "./taint-names.ts";
import { CLEAN, join, joinTaints, type Taint, type Taints, type Value } from "./taint-values.ts";

/** Tainted data that reaches a sink: the finding, with the way it took. */
export type TaintFinding = { readonly sink: SinkMatch; readonly taint: Taint & { kind: "source" } };

type Summary = {
  returns: Value;
  /** Sinks that arguments reach: by the sink's number, all that reaches it. */
  readonly hits: Map<number, { readonly sink: SinkMatch; taints: Taints }>;
};
type ClassFacts = { readonly attributes: Map<string, Value>; readonly fields: Map<string, Value>; readonly bases: Set<FunctionId> };

export type TaintSetting = {
  readonly facts: ProgramFacts;
  readonly ir: ModuleIr;
  readonly matches: TaintMatches;
  readonly options: TaintOptions;
  readonly matchOptions: MatchOptions;
  readonly fuel: { left: number };
};

export class TaintProgram {
  readonly setting: TaintSetting;
  readonly names: OuterNames;
  /** Functions that have to run (again): something that they depend on was learnt. */
  readonly waiting = new Set<FunctionId>();
  /** The function that runs now. */
  running: FunctionId = 0;
  readonly parents = new Map<FunctionId, FunctionId>();
  readonly ownerClass = new Map<FunctionId, FunctionId>();
  readonly #summaries = new Map<FunctionId, Summary>();
  readonly #captured = new Map<FunctionId, Map<string, Value>>();
  readonly #escaped = new Map<string, Value>();
  readonly #classes = new Map<FunctionId, ClassFacts>();
  readonly #propagated = new Map<number, Taints>();
  readonly #defaults = new Map<FunctionId, (Value | null)[]>();
  /** Who asked: functions that call a function, or look into a class. */
  readonly #callers = new Map<FunctionId, Set<FunctionId>>();
  readonly #lookers = new Map<FunctionId, Set<FunctionId>>();
  /** By the function in which they came up: what is found again replaces what was found before. */
  readonly #findings = new Map<FunctionId, Map<string, TaintFinding>>();
  #bodies: Map<string, FunctionBody> | null = null;

  constructor(setting: TaintSetting) {
    this.setting = setting;
    this.names = outerNames(setting.ir);
    for (let id: FunctionId = 0; id < setting.ir.functionCount(); id++) this.waiting.add(id);
  }

  /** Begins to run a function: what was found in it before is found anew. */
  start(fn: FunctionId): void {
    this.waiting.delete(fn);
    this.running = fn;
    this.#findings.delete(fn);
  }

  /** One for each sink. */
  findings(): TaintFinding[] {
    const out = new Map<string, TaintFinding>();
    for (const found of this.#findings.values()) for (const [key, finding] of found) if (!out.has(key)) out.set(key, finding);
    return [...out.values()];
  }

  #wake(functions: Iterable<FunctionId>): void {
    for (const fn of functions) this.waiting.add(fn);
  }

  /** INVARIANT 1: what was not followed to its end is an error, and the analysis has no result. */
  spend(steps = 1): void {
    this.setting.fuel.left -= steps;
    if (this.setting.fuel.left < 0) throw new MatchBudgetError();
  }

  /** The tree of a function. */
  bodyAt(span: Span): FunctionBody | null {
    this.#bodies ??= new Map((this.setting.facts.byKind.get("FunctionBody") ?? []).map((node) => [keyOf(node), node as FunctionBody]));
    return this.#bodies.get(keyOf(span)) ?? null;
  }

  // ---- functions

  /** What is known of a function that the running one calls. */
  called(fn: FunctionId): Summary {
    asked(this.#callers, fn, this.running);
    return this.#summary(fn);
  }

  #summary(fn: FunctionId): Summary {
    const known = this.#summaries.get(fn);
    if (known !== undefined) return known;
    const summary: Summary = { returns: CLEAN, hits: new Map() };
    this.#summaries.set(fn, summary);
    return summary;
  }

  returns(fn: FunctionId, value: Value): void {
    const summary = this.#summary(fn);
    const joined = join(summary.returns, value);
    if (joined === summary.returns) return;
    summary.returns = joined;
    this.#wake(this.#callers.get(fn) ?? []);
  }

  defaultsOf(fn: FunctionId): readonly (Value | null)[] {
    return this.#defaults.get(fn) ?? [];
  }

  setDefaults(fn: FunctionId, values: readonly (Value | null)[]): void {
    const known = this.#defaults.get(fn) ?? [];
    const joined = values.map((value, i) => join(known[i] ?? CLEAN, value ?? CLEAN));
    if (joined.some((value, i) => value !== (known[i] ?? CLEAN))) this.#wake([fn]);
    this.#defaults.set(fn, joined);
  }

  // ---- variables around functions

  /** Makes `fn` inside `maker`, which may be the body of a class: its members see what the class sees. */
  made(fn: FunctionId, maker: FunctionId, isClassBody: boolean): void {
    if (!isClassBody) {
      this.parents.set(fn, maker);
      if (!this.#captured.has(fn)) this.#captured.set(fn, new Map());
      return;
    }
    const parent = this.parents.get(maker);
    if (parent !== undefined) this.parents.set(fn, parent);
    this.#captured.set(fn, this.#capturedBy(maker));
  }

  #capturedBy(fn: FunctionId): Map<string, Value> {
    const known = this.#captured.get(fn) ?? new Map<string, Value>();
    this.#captured.set(fn, known);
    return known;
  }

  /** `fn` may see this value in a variable of the function around it. */
  capture(fn: FunctionId, name: string, value: Value): void {
    if (this.#grow(this.#capturedBy(fn), name, value)) this.#wake(this.names.readers.get(name) ?? []);
  }

  /** A variable that `fn` sees in the function around it; null when there is none of that name. */
  capturedValue(fn: FunctionId, name: string): Value | null {
    return this.#captured.get(fn)?.get(name) ?? null;
  }

  /** A function wrote to a variable of a function around it. */
  escape(owner: FunctionId, name: string, value: Value): void {
    if (this.#grow(this.#escaped, `${owner}:${name}`, value)) this.#wake([owner, ...(this.names.readers.get(name) ?? [])]);
  }

  escaped(owner: FunctionId, name: string): Value {
    return this.#escaped.get(`${owner}:${name}`) ?? CLEAN;
  }

  #grow<K>(map: Map<K, Value>, key: K, value: Value): boolean {
    const known = map.get(key);
    const joined = join(known ?? CLEAN, value);
    if (known === joined) return false;
    map.set(key, joined);
    return known !== undefined || joined !== CLEAN;
  }

  // ---- classes

  classFacts(body: FunctionId): ClassFacts {
    const known = this.#classes.get(body);
    if (known !== undefined) return known;
    const facts: ClassFacts = { attributes: new Map(), fields: new Map(), bases: new Set() };
    this.#classes.set(body, facts);
    return facts;
  }

  setMember(body: FunctionId, kind: "attributes" | "fields", name: string, value: Value): void {
    if (this.#grow(this.classFacts(body)[kind], name, value)) this.#wake(this.#lookers.get(body) ?? []);
  }

  /** What a class and those it is derived from have under a name. */
  memberOf(body: FunctionId, name: string, seen: Set<FunctionId> = new Set()): Value {
    if (seen.has(body)) return CLEAN;
    seen.add(body);
    asked(this.#lookers, body, this.running);
    const facts = this.classFacts(body);
    const own = facts.attributes.get(name);
    let out = join(own ?? CLEAN, facts.fields.get(name) ?? CLEAN);
    if (own === undefined) for (const base of facts.bases) out = join(out, this.memberOf(base, name, seen));
    return out;
  }

  // ---- propagators and sinks

  propagated(number: number): Taints {
    return this.#propagated.get(number) ?? CLEAN.own;
  }

  propagate(number: number, taints: Taints): void {
    const known = this.propagated(number);
    const joined = joinTaints(known, taints);
    if (joined === known) return;
    this.#propagated.set(number, joined);
    for (let id: FunctionId = 0; id < this.setting.ir.functionCount(); id++) this.waiting.add(id);
  }

  /** Tainted data reached a sink; what came in as an argument is for the callers to judge. */
  reached(sink: SinkMatch, taints: Taints): void {
    const matching = this.setting.options.unify ? this.#unified(sink, taints) : taints;
    if (satisfies(sink.spec.requires, matching)) this.#find(sink, matching);
    for (const taint of matching.values()) {
      if (taint.kind !== "argument") continue;
      const { hits } = this.#summary(taint.fn);
      const known = hits.get(sink.number);
      const joined = joinTaints(known?.taints ?? CLEAN.own, matching);
      if (joined === known?.taints) continue;
      hits.set(sink.number, { sink, taints: joined });
      this.#wake(this.#callers.get(taint.fn) ?? []);
    }
  }

  #find(sink: SinkMatch, taints: Taints): void {
    const found = this.#findings.get(this.running) ?? new Map<string, TaintFinding>();
    this.#findings.set(this.running, found);
    const key = keyOf(sink);
    if (found.has(key)) return;
    for (const taint of taints.values()) {
      if (taint.kind !== "source") continue;
      found.set(key, { sink, taint });
      return;
    }
  }

  #unified(sink: SinkMatch, taints: Taints): Taints {
    const { facts, matchOptions } = this.setting;
    const agrees = (taint: Taint): boolean =>
      taint.kind === "argument" ||
      taint.source.bindings.every(([name, value]) => {
        const other = boundAs(sink.bindings, name);
        return other === undefined || isSame(value, other, facts, matchOptions);
      });
    return new Map([...taints].filter(([, taint]) => agrees(taint)));
  }
}

function asked(by: Map<FunctionId, Set<FunctionId>>, what: FunctionId, who: FunctionId): void {
  const known = by.get(what);
  if (known === undefined) by.set(what, new Set([who]));
  else known.add(who);
}

/** Whether labels of known origin meet a condition; without one, any taint does. */
export function satisfies(requires: Requires | null, taints: Taints): boolean {
  const labels = new Set<string>();
  for (const taint of taints.values()) if (taint.kind === "source") labels.add(taint.label);
  return labels.size > 0 && (requires === null || holdsFor(requires, labels));
}
