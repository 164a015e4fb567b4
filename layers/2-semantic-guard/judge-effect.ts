/** One invariant on one effect. INVARIANT 1: a condition that cannot be computed throws, and layer 2 has no answer. */
import type { Effect } from "../../analysis/effects.ts";
import type { LayerInput } from "../layer.ts";
import type { Finding, ReasonCode } from "../model.ts";
import { ContextFacts, EffectFacts, type GuardFacts, ProgramFacts, SubmissionFacts } from "./condition-facts.ts";
import { type Condition, type Conditions, type Facts, grouped } from "./conditions.ts";
import type { Demand, Invariant, InvariantAction, Statement } from "./invariant.ts";

/** What one invariant says of one effect. */
export type Judgement = Omit<Finding, "location" | "trace">;
/** Guards and claims without which the answer would have been stricter. */
export type AnswerBasis = { readonly reliedOn: readonly string[] };

/** What conditions may ask of one request; the views are made when the first condition asks. */
export class RequestFacts {
  readonly #input: LayerInput;
  readonly #config: object;
  #facts: AskedFacts | null = null;

  constructor(input: LayerInput, config: object) {
    this.#input = input;
    this.#config = config;
  }
  get(): AskedFacts {
    const { analysis } = this.#input;
    if (this.#facts !== null) return this.#facts;
    if (!analysis.ok) throw new Error("there is no program to judge");
    this.#facts = {
      config: this.#config,
      context: new ContextFacts(this.#input),
      program: new ProgramFacts(analysis.program),
      submission: new SubmissionFacts(this.#input),
    };
    return this.#facts;
  }
}
type AskedFacts = Facts & { readonly context: ContextFacts };

/** An effect with its view, which is made when the first condition asks. */
export class EffectInRequest {
  readonly effect: Effect;
  readonly request: RequestFacts;
  #view: EffectFacts | null = null;

  constructor(effect: Effect, request: RequestFacts) {
    this.effect = effect;
    this.request = request;
  }
  get view(): EffectFacts {
    this.#view ??= new EffectFacts(this.effect);
    return this.#view;
  }
}

/** Compiles a condition when it is needed first: most programs need few of them. */
export class ReadyInvariant {
  readonly invariant: Invariant;
  readonly #conditions: Conditions;
  readonly #compiled = new Map<string, Condition>();

  constructor(invariant: Invariant, conditions: Conditions) {
    this.invariant = invariant;
    this.#conditions = conditions;
  }
  evaluate(source: string, facts: Facts): unknown {
    let compiled = this.#compiled.get(source);
    if (compiled === undefined) {
      compiled = this.#conditions.compile(source, { let: this.invariant.let, guard: "guard" in facts });
      this.#compiled.set(source, compiled);
    }
    return compiled(facts);
  }
}

/** Null: it does not apply; `passes`: it applies, and in this posture that is no reason for anything. */
export function judge(ready: ReadyInvariant, subject: EffectInRequest): Judgement | AnswerBasis | "passes" | null {
  const { invariant } = ready;
  if (!isNamed(invariant, subject.effect)) return null;
  const asked = isPlain(invariant) ? {} : factsOf(ready, subject);
  const holds = (source: string | null): boolean => source === null || ready.evaluate(source, asked) === true;
  if (!holds(invariant.when)) return null;
  const { reliedOn, missing } = demanded(ready, subject, asked);
  if (invariant.demands.length > 0 && missing.length === 0) return { reliedOn };
  const said = invariant.statements.find(({ when }) => holds(when));
  if (said === undefined) return null;
  const { action } = said;
  if (action === "pass") return "passes";
  const impact = said.impact === null ? null : (ready.evaluate(said.impact, asked) as number);
  const message = messageOf(invariant, said, { ...asked, target: subject.effect.target, missing: missing.join(" and ") });
  return judgementOf(invariant, { ...said, action, message }, impact);
}

function isNamed({ classes, labels, flags }: Invariant, effect: Effect): boolean {
  if (classes.length > 0 && !classes.some((each) => effect.targetClasses.includes(each))) return false;
  if (labels.length > 0 && !labels.some((each) => effect.labels.includes(each))) return false;
  return flags.length === 0 || flags.some((each) => effect.args[each] === true);
}

/** Nothing in it is computed. */
const isPlain = ({ when, demands, let: bindings, statements }: Invariant): boolean =>
  when === null && demands.length === 0 && bindings.length === 0 && statements.every((said) => said.when === null && said.impact === null);

function factsOf(ready: ReadyInvariant, { request, view }: EffectInRequest): Facts {
  const facts: Record<string, unknown> = { ...request.get(), effect: view };
  for (const { name, source } of ready.invariant.let) facts[name] = ready.evaluate(source, facts);
  return facts;
}

/** Which demands are met, and by what. */
function demanded(ready: ReadyInvariant, { request, view }: EffectInRequest, facts: Facts): { reliedOn: string[]; missing: string[] } {
  const reliedOn: string[] = [];
  const missing: string[] = [];
  for (const demand of ready.invariant.demands) {
    if (demand.when !== null && ready.evaluate(demand.when, facts) !== true) continue;
    const guard = guardFor(ready, demand, view.guards, facts);
    if (guard !== undefined) reliedOn.push(`guard: ${guard.text}`);
    else if (isClaimed(ready, demand, request.get().context, facts)) reliedOn.push(`claim: ${demand.claim}`);
    else missing.push(demand.name);
  }
  return { reliedOn, missing };
}

function guardFor(ready: ReadyInvariant, { guard: source }: Demand, guards: readonly GuardFacts[], facts: Facts): GuardFacts | undefined {
  return source === null ? undefined : guards.find((guard) => ready.evaluate(source, { ...facts, guard }) === true);
}

/** By a caller who may make the claim. */
function isClaimed(ready: ReadyInvariant, { claim, claimed }: Demand, context: ContextFacts, facts: Facts): boolean {
  if (claim === null) return false;
  return claimed === null ? context.claims(claim) : context.accepts(claim) && ready.evaluate(claimed, facts) === true;
}

// ---------------------------------------------------------------- what is said

function messageOf({ inTable }: Invariant, { message }: Statement, facts: Facts & { readonly target: string }): string {
  if (inTable) return `the program ${message}${facts.target === "" || facts.target === "{?}" ? "" : `: ${facts.target}`}`;
  return message.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = facts[name];
    return typeof value === "number" ? grouped(value) : String(value);
  });
}

function judgementOf(
  invariant: Invariant,
  { severity, message, action, references }: Statement & { readonly action: InvariantAction },
  impact: number | null,
): Judgement {
  const { id, inTable, reasonCode, breaks } = invariant;
  const bound = impact === null || Number.isFinite(impact) ? impact : "unlimited";
  return {
    ...{ ruleId: id, severity, message, action, references },
    reasonCode: reasonCode ?? reasonOf(inTable, action),
    ...(inTable ? { impact: "unlimited" } : bound === null ? {} : { impact: bound }),
    ...(breaks.length === 0 ? {} : { breaks }),
  };
}

function reasonOf(inTable: boolean, action: InvariantAction): ReasonCode {
  if (inTable) return action === "block" ? "effect.blocked" : "effect.review";
  return action === "block" ? "invariant.violated" : "invariant.review";
}
