/** Money that moves as a request says, where nothing asks who requests it: a balance that a statement changes by a value of it. */
import type { Effect } from "../effects.ts";
import type { State } from "../state.ts";
import { type Hole, partsOf, type Value } from "../values.ts";
import { asksNobody, isOfActor } from "./acting.ts";
import { ASKED_NUMBER } from "./asked-label.ts";
import type { CallArgs } from "./call-args.ts";
import { memberOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { activeGuards } from "./guards.ts";
import { isQuantity } from "./name-effects.ts";
import type { Run } from "./run.ts";

const CHANGES = /\bSET\s+(?:[^=]+=[^=,]+,\s*)*?["`]?(\w+)["`]?\s*=\s*["`]?\1["`]?\s*[-+]/i;
/** What somebody owns is set to what a request says. */
const SETS =
  /\bSET\s+(?:[^=]+=[^=,]+,\s*)*?["`]?\w*(?:balance|credit_?limit|overdraft|spending_?limit)\w*["`]?\s*=\s*(?:COALESCE\(\s*)?(?:\$\d|\?|%|:|@)/i;
/** Decorators that only say where requests come in, how many, and from which pages. */
const ROUTE =
  /^@([\w.]+\.(get|post|put|patch|delete|route|api_route|limit)|(\w+\.)*(csrf_exempt|cross_origin|require_(POST|GET|safe|http_methods))|Get|Post|Put|Patch|Delete|All|HttpCode|Header|Api[A-Z]\w*|UsePipes|UseInterceptors|MessagePattern|EventPattern|SubscribeMessage|Mutation|Query|Transactional|Version)\b/;
const DEEPEST = 3;

type Test = (part: Hole) => boolean;
/** Some part of it, or of what it holds, is so. */
export function holds(state: State, value: Value, test: Test, depth = 0): boolean {
  if (value.k === "union") return value.of.some((member) => holds(state, member, test, depth));
  if (value.k !== "ref") return partsOf(value).some((part) => typeof part !== "string" && test(part));
  const { items, props, rest } = state.read(value.addr);
  const inner = [...(items ?? []), ...props.values(), ...(rest === null ? [] : [rest])];
  return depth < DEEPEST && inner.some((v) => holds(state, v, test, depth + 1));
}

const ofRequest: Test = ({ cause }) => cause === "request";
const asMuchAsAsked: Test = ({ cause, labels }) => cause === "request" || labels.includes(ASKED_NUMBER);
/** A request says it, or how much it is. */
export const isRequested = (state: State, value: Value): boolean => holds(state, value, asMuchAsAsked);

/** `find({ $where: text })`: what a database runs as code, with what a request says in it. */
const RUNS_AS_CODE = ["$where", "$function", "$accumulator"];

export function reportQueryCode(run: Run, state: State, api: string, args: CallArgs): void {
  if (!run.values.requested) return;
  for (const name of RUNS_AS_CODE)
    for (const given of args.positional) {
      const code = memberOf(state, given, name);
      if (code === undefined || !holds(state, code, ofRequest)) continue;
      emit(run, state, { kind: "db.read", target: name, classes: [], args: { requested: true }, labels: [], basis: "api", api });
    }
}

export const isHeldBack = (run: Run): boolean => activeGuards(run).some((guard) => guard.external && !ROUTE.test(guard.text));

/** Nothing before this place asks who somebody is, and nothing that is done goes by who they are. */
export const identifiesNobody = (run: Run, state: State, given: readonly Value[]): boolean =>
  asksNobody(run, state) && !given.some((value) => holds(state, value, isOfActor));

/** Nor does it depend on anything else from outside. */
export const isUnasked = (run: Run, state: State, given: readonly Value[]): boolean =>
  !isHeldBack(run) && identifiesNobody(run, state, given);

/** Facts of effects that nobody asks about; a router that is mounted behind something that asks shows that too late. */
const UNASKED = ["unasked", "ordered"];
export function withMounted(run: Run, effects: readonly Effect[]): readonly Effect[] {
  if (!run.acting.mounted) return effects;
  return effects.flatMap((effect) => {
    if (!UNASKED.some((name) => effect.args[name] === true)) return [effect];
    if (effect.kind === "money.transfer") return [];
    return [{ ...effect, args: Object.fromEntries(Object.entries(effect.args).filter(([name]) => !UNASKED.includes(name))) }];
  });
}

/** The fact of such a statement. */
export function unaskedFacts(run: Run, state: State, text: string, values: readonly Value[]): { unasked?: true } {
  if (!run.values.requested) return {};
  const column = CHANGES.exec(text)?.[1];
  const changed = (column !== undefined && isQuantity(column)) || SETS.test(text);
  if (!changed || !values.some((value) => isRequested(state, value))) return {};
  return isUnasked(run, state, values) ? { unasked: true } : {};
}
