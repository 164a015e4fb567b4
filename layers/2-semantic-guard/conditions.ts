/**
 * Conditions of invariants: CEL, type-checked against what they may speak of. Words, kinds, classes and patterns that
 * stand in a condition are checked with it, so that a slip of the pen is refused and never just holds for nothing.
 */
import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { RE2JS } from "re2js";
import { EFFECT_KINDS, TARGET_CLASSES } from "../../analysis/effects.ts";
import { suggestion } from "../../analysis/rule-file.ts";
import { ContextFacts, EffectFacts, GuardFacts, ProgramFacts, SubmissionFacts } from "./condition-facts.ts";
import { CHECK_LISTS, type CheckWords, isCheck, words } from "./guard-checks.ts";
import type { Binding, Vocabulary } from "./invariant.ts";
import { configFacts, registerConfig } from "./settings.ts";

/** The variables of a condition, by name. */
export type Facts = Readonly<Record<string, unknown>>;
export type Condition = (facts: Facts) => unknown;
/** `offset` is into the source of the condition. */
export type ConditionProblem = { readonly offset: number; readonly message: string };
export type Scope = { readonly let: readonly Binding[]; readonly guard: boolean };
export type Conditions = {
  /** The CEL type of an expression, or what is wrong with it. */
  check(source: string, scope: Scope): { readonly type: string } | { readonly problem: ConditionProblem };
  /** Throws what `check` reports. */
  compile(source: string, scope: Scope): Condition;
  readonly config: typeof configFacts;
};

/** As long as `matches`, so that places in errors stay right; the engine that CEL brings for `matches` backtracks. */
const LINEAR_MATCHES = "re2Find";

export function createConditions(vocabulary: Vocabulary): Conditions {
  const base = environment(vocabulary);
  const guarded = base.clone().registerVariable("guard", "Guard");
  const environmentOf = (scope: Scope): Environment => {
    let env = scope.guard ? guarded : base;
    for (const { name, source } of scope.let) {
      const { type } = env.check(withLinearMatches(env, source, vocabulary));
      if (type !== undefined) env = env.clone().registerVariable(name, type);
    }
    return env;
  };
  const check: Conditions["check"] = (source, scope) => {
    try {
      const env = environmentOf(scope);
      const checked = env.check(withLinearMatches(env, source, vocabulary));
      return checked.valid && checked.type !== undefined ? { type: checked.type } : { problem: problemOf(checked.error) };
    } catch (error) {
      return { problem: problemOf(error) };
    }
  };
  const compile: Conditions["compile"] = (source, scope) => {
    const env = environmentOf(scope);
    const condition = env.parse(withLinearMatches(env, source, vocabulary));
    const checked = condition.check();
    if (!checked.valid) throw checked.error;
    return condition;
  };
  return { check, compile, config: configFacts };
}

class UnknownWord extends Error {
  readonly range: { readonly start: number };
  constructor(message: string, node: ASTNode) {
    super(message);
    this.range = node.range;
  }
}

function problemOf(error: unknown): ConditionProblem {
  const { summary, message, range } = error as { summary?: string; message: string; range?: { start: number } };
  return { offset: range?.start ?? 0, message: summary ?? message };
}

// ---------------------------------------------------------------- what a condition may speak of

function environment({ words: lists, groups }: Vocabulary): Environment {
  const sets = new Map(Object.entries(lists).map(([name, list]) => [name, new Set(list)]));
  const list = (name: string): ReadonlySet<string> => sets.get(name) ?? new Set();
  const checkWords = Object.fromEntries(CHECK_LISTS.map((name) => [name, list(name)])) as CheckWords;
  const env = new Environment();
  registerTypes(env);
  registerConfig(env);
  registerEffect(env, new Map(Object.entries(groups)));
  registerArithmetic(env);
  return env
    .registerFunction("Guard.checks(Effect, string): bool", ({ guard }: GuardFacts, { effect }: EffectFacts, about: string) =>
      isCheck(guard, effect, list(about), checkWords),
    )
    .registerFunction("Guard.names(string): bool", ({ guard }: GuardFacts, about: string) =>
      [guard.text, ...guard.subjects].some((text) => words(text).some((word) => list(about).has(word))),
    )
    .registerFunction("Context.claims(string): bool", (context: ContextFacts, name: string) => context.claims(name))
    .registerFunction("Context.accepts(string): bool", (context: ContextFacts, name: string) => context.accepts(name))
    .registerFunction("Context.hasNumber(string): bool", (context: ContextFacts, name: string) => Number.isFinite(context.value(name)))
    .registerFunction(
      "Context.number(string, double): double",
      (context: ContextFacts, name: string, absent: number) => context.number(name) ?? absent,
    )
    .registerFunction("Context.text(string, string): string", (context: ContextFacts, name: string, absent: string) => {
      const value = context.value(name);
      return typeof value === "string" ? value : absent;
    })
    .registerFunction("Program.does(string): bool", (program: ProgramFacts, kind: string) => program.does(kind));
}

function registerTypes(env: Environment): void {
  const text = { kind: "string", target: "string", api: "string", verb: "string", reach: "string", basis: "string" };
  const lists = { classes: "list<string>", labels: "list<string>", via: "list<string>" };
  const guard = { text: "string", positive: "bool", external: "bool", compares: "bool", subjects: "list<string>" };
  env
    .registerType("Guard", { ctor: GuardFacts, fields: guard })
    .registerType("Effect", { ctor: EffectFacts, fields: { ...text, ...lists, guards: "list<Guard>" } })
    .registerType("Context", { ctor: ContextFacts, fields: {} })
    .registerType("Program", { ctor: ProgramFacts, fields: { language: "string" } })
    .registerType("Submission", {
      ctor: SubmissionFacts,
      fields: { agent_id: "string", session_id: "string", owner: "string", role: "string" },
    })
    .registerVariable("effect", "Effect")
    .registerVariable("context", "Context")
    .registerVariable("program", "Program")
    .registerVariable("submission", "Submission");
}

/** Facts that a model gives an effect have no fixed names, so that each is asked for with what holds when it is absent. */
function registerEffect(env: Environment, groups: ReadonlyMap<string, readonly string[]>): void {
  const is = ({ effect }: EffectFacts, name: string): boolean => {
    const classes: readonly string[] = effect.targetClasses;
    return groups.get(name)?.some((each) => classes.includes(each)) ?? (classes.includes(name) || effect.kind === name);
  };
  env
    .registerFunction("Effect.is(string): bool", is)
    .registerFunction("Effect.carries(string): bool", ({ labels }: EffectFacts, label: string) => labels.includes(label))
    .registerFunction("Effect.flag(string): bool", ({ effect }: EffectFacts, name: string) => effect.args[name] === true)
    .registerFunction("Effect.hasNumber(string): bool", ({ effect }: EffectFacts, name: string) => typeof effect.args[name] === "number")
    .registerFunction("Effect.number(string, double): double", ({ effect }: EffectFacts, name: string, absent: number) => {
      const value = effect.args[name];
      return typeof value === "number" ? value : absent;
    })
    .registerFunction("Effect.text(string, string): string", ({ effect }: EffectFacts, name: string, absent: string) => {
      const value = effect.args[name];
      return typeof value === "string" ? value : absent;
    });
}

function registerArithmetic(env: Environment): void {
  const patterns = new Map<string, RE2JS>();
  env
    .registerConstant("unlimited", "double", Number.POSITIVE_INFINITY)
    .registerFunction("min(double, double): double", (a: number, b: number) => Math.min(a, b))
    .registerFunction("max(double, double): double", (a: number, b: number) => Math.max(a, b))
    .registerFunction("abs(double): double", (a: number) => Math.abs(a))
    .registerFunction("grouped(double): string", grouped)
    .registerFunction(`string.${LINEAR_MATCHES}(string): bool`, (text: string, pattern: string) => {
      const compiled = patterns.get(pattern) ?? RE2JS.compile(pattern);
      patterns.set(pattern, compiled);
      return compiled.matcher(text).find();
    });
}

export const grouped = (value: number): string => value.toLocaleString("en-US");

// ---------------------------------------------------------------- what stands in a condition

/** The source with `matches` in linear time. Throws on a word or pattern in it that means nothing. */
function withLinearMatches(env: Environment, source: string, vocabulary: Vocabulary): string {
  let text = source;
  for (const { name, receiver, args } of methodCalls(env.parse(source).ast)) {
    checkWord(name, args, vocabulary);
    if (name !== "matches" || args[0] === undefined) continue;
    const at = source.indexOf("matches", receiver.end);
    text = text.slice(0, at) + LINEAR_MATCHES + text.slice(at + LINEAR_MATCHES.length);
  }
  return text;
}

type MethodCall = { readonly name: string; readonly receiver: ASTNode; readonly args: readonly ASTNode[] };

function* methodCalls(node: unknown): Generator<MethodCall> {
  if (Array.isArray(node)) for (const each of node) yield* methodCalls(each);
  else if (isNode(node)) {
    if (node.op === "rcall") {
      const [name, receiver, args] = node.args;
      yield { name, receiver, args };
    }
    yield* methodCalls(node.args);
  }
}

const isNode = (value: unknown): value is ASTNode => typeof value === "object" && value !== null && "op" in value && "args" in value;

function checkWord(method: string, args: readonly ASTNode[], { words: lists, groups }: Vocabulary): void {
  if (method === "is") known(args[0], [...Object.keys(EFFECT_KINDS), ...TARGET_CLASSES, ...Object.keys(groups)], "kind, class or group");
  if (method === "does") known(args[0], Object.keys(EFFECT_KINDS), "kind of effect");
  if (method === "checks") known(args[1], Object.keys(lists), "list of words");
  if (method === "names") known(args[0], Object.keys(lists), "list of words");
  if (method === "matches") pattern(args[0]);
}

function literal(node: ASTNode | undefined, what: string): string | null {
  if (node === undefined) return null;
  if (node.op === "value" && typeof node.args === "string") return node.args;
  throw new UnknownWord(`expected a ${what} as a text, so that it can be checked`, node);
}

function known(node: ASTNode | undefined, names: readonly string[], what: string): void {
  const name = literal(node, what);
  if (node === undefined || name === null || names.includes(name)) return;
  throw new UnknownWord(`\`${name}\` is no ${what}${suggestion(name, names)}`, node);
}

function pattern(node: ASTNode | undefined): void {
  const text = literal(node, "pattern");
  if (node === undefined || text === null) return;
  try {
    RE2JS.compile(text);
  } catch (error) {
    throw new UnknownWord(`not a regular expression that runs in linear time: ${(error as Error).message}`, node);
  }
}
