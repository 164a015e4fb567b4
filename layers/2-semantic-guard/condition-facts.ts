/** What conditions see: views of an effect, its guards, the request and the configuration. */
import type { Effect, EffectKind, Guard, Program } from "../../analysis/effects.ts";
import { claimedNumber, saysYes } from "../claims.ts";
import type { LayerInput } from "../layer.ts";
import type { Json } from "../model.ts";
import { words } from "./guard-checks.ts";

export class EffectFacts {
  readonly kind: string;
  readonly target: string;
  readonly api: string;
  readonly reach: string;
  readonly basis: string;
  readonly classes: readonly string[];
  readonly labels: readonly string[];
  readonly via: readonly string[];
  readonly verb: string;
  readonly guards: readonly GuardFacts[];
  readonly effect: Effect;

  constructor(effect: Effect) {
    this.effect = effect;
    this.kind = effect.kind;
    this.target = effect.target;
    this.api = effect.api;
    this.reach = effect.reach;
    this.basis = effect.basis;
    this.classes = effect.targetClasses;
    this.labels = effect.labels;
    this.via = effect.via.map(({ how }) => how);
    this.verb = words(effect.api.slice(effect.api.lastIndexOf(".") + 1))[0] ?? "";
    this.guards = effect.guards.map((guard) => new GuardFacts(guard));
  }
}

export class GuardFacts {
  readonly text: string;
  readonly positive: boolean;
  readonly external: boolean;
  readonly subjects: readonly string[];
  readonly compares: boolean;
  readonly guard: Guard;

  constructor(guard: Guard) {
    this.guard = guard;
    this.text = guard.text;
    this.positive = guard.positive;
    this.external = guard.external;
    this.subjects = guard.subjects;
    this.compares = /[<>]/.test(guard.text);
  }
}

/** Claims of the caller: those that may be relied on, and all of them for what makes an answer stricter. */
export class ContextFacts {
  readonly #input: LayerInput;

  constructor(input: LayerInput) {
    this.#input = input;
  }
  value(name: string): Json | undefined {
    const { context } = this.#input.submission;
    return Object.hasOwn(context, name) ? context[name] : undefined;
  }
  accepts(name: string): boolean {
    return this.#input.acceptedClaims.has(name);
  }
  /** The claim is made by a caller who may make it, and it says yes. */
  claims(name: string): boolean {
    return this.accepts(name) && saysYes(this.value(name));
  }
  /** For what makes an answer stricter. */
  number(name: string): number | null {
    return claimedNumber(this.value(name));
  }
}

export class ProgramFacts {
  readonly language: string;
  readonly #program: Program;
  #kinds: ReadonlySet<EffectKind> | null = null;

  constructor(program: Program) {
    this.#program = program;
    this.language = program.language;
  }
  does(kind: string): boolean {
    this.#kinds ??= new Set(this.#program.effects.map((effect) => effect.kind));
    return this.#kinds.has(kind as EffectKind);
  }
}

export class SubmissionFacts {
  readonly agent_id: string;
  readonly session_id: string;
  readonly owner: string;
  readonly role: string;

  constructor({ submission }: LayerInput) {
    this.agent_id = submission.agentId;
    this.session_id = submission.sessionId;
    this.owner = submission.principal.owner;
    this.role = submission.principal.role;
  }
}
