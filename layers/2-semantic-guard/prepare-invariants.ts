/**
 * A set of invariants made ready for a posture and a configuration: found by the kind of an effect, so that conditions
 * run only for effects that they name.
 */
import type { EffectKind } from "../../analysis/effects.ts";
import { createConditions } from "./conditions.ts";
import type { EntryAction, Invariant, InvariantSet, PostureName } from "./invariant.ts";
import { type AnswerBasis, EffectInRequest, type Judgement, judge, ReadyInvariant, type RequestFacts } from "./judge-effect.ts";
import type { SemanticSettings } from "./settings.ts";

export type ReadyInvariants = {
  /** The configuration as conditions see it. */
  readonly config: object;
  judge(effect: EffectInRequest["effect"], request: RequestFacts): readonly (Judgement | AnswerBasis)[];
};

/** All of `each` speak; of `table` the first that applies. */
type Candidates = { readonly each: readonly ReadyInvariant[]; readonly table: readonly ReadyInvariant[] };

export function prepareInvariants(set: InvariantSet, posture: PostureName, settings: SemanticSettings): ReadyInvariants {
  const conditions = createConditions(set);
  const ready = withPosture(set, posture).map((invariant) => new ReadyInvariant(invariant, conditions));
  const index = byKind(ready);
  return {
    config: conditions.config(settings),
    judge(effect, request) {
      const candidates = index.get(effect.kind);
      return candidates === undefined ? [] : judgeWith(candidates, new EffectInRequest(effect, request));
    },
  };
}

function judgeWith({ each, table }: Candidates, subject: EffectInRequest): (Judgement | AnswerBasis)[] {
  const said: (Judgement | AnswerBasis)[] = [];
  for (const invariant of each) {
    const judgement = judge(invariant, subject);
    if (judgement !== null && judgement !== "passes") said.push(judgement);
  }
  for (const entry of table) {
    const judgement = judge(entry, subject);
    if (judgement === null) continue;
    if (judgement !== "passes") said.push(judgement);
    break;
  }
  return said;
}

/** The actions of the table as the posture has them. */
function withPosture({ invariants, postures }: InvariantSet, name: PostureName): Invariant[] {
  const posture = postures[name];
  const actionOf = (action: EntryAction): EntryAction => (action === "warn" ? "warn" : posture[action]);
  return invariants.map((invariant) => {
    if (!invariant.inTable) return invariant;
    return { ...invariant, statements: invariant.statements.map((said) => ({ ...said, action: actionOf(said.action) })) };
  });
}

function byKind(ready: readonly ReadyInvariant[]): ReadonlyMap<EffectKind, Candidates> {
  const kinds = new Set(ready.flatMap(({ invariant }) => invariant.effects));
  return new Map(
    [...kinds].map((kind) => {
      const named = ready.filter(({ invariant }) => invariant.effects.includes(kind));
      const table = named.filter(({ invariant }) => invariant.inTable);
      // What passes at the end says nothing.
      while (table.at(-1)?.invariant.statements.every(({ action }) => action === "pass")) table.pop();
      return [kind, { each: named.filter(({ invariant }) => !invariant.inTable), table }];
    }),
  );
}
