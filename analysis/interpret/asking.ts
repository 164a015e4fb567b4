/** Money that moves as a request says, where nothing asks who requests it: a balance that a statement changes by a value of it. */
import type { State } from "../state.ts";
import type { Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { ofRequest } from "./checked.ts";
import { memberOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { activeGuards, mentions } from "./guards.ts";
import { isQuantity } from "./name-effects.ts";
import type { Run } from "./run.ts";

const CHANGES = /\bSET\s+(?:[^=]+=[^=,]+,\s*)*?["`]?(\w+)["`]?\s*=\s*["`]?\1["`]?\s*[-+]/i;
/** What somebody owns is set to what a request says. */
const SETS = /\bSET\s+(?:[^=]+=[^=,]+,\s*)*?["`]?(\w*balance\w*)["`]?\s*=\s*(?:\$\d|\?|%|:|@)/i;
/** A program that knows who somebody is asks in ways that cannot all be followed. */
const ASKS =
  /auth|log-?in|session|token|jwt|passport|permission|role|owner|signature|hmac|api[-_]?key|current_?user|req(uest)?\.user|verify/i;
/** A decorator that only says where requests come in. */
const ROUTE = /^@[\w.]+\.(get|post|put|patch|delete|route)\b/;
const DEEPEST = 3;

/** What a request says is in the value, or in what it holds. */
export function holdsRequest(run: Run, state: State, value: Value, depth = 0): boolean {
  if (value.k === "union") return value.of.some((member) => holdsRequest(run, state, member, depth));
  if (value.k !== "ref") return ofRequest(run, value);
  const { items, props, rest } = state.read(value.addr);
  const held = [...(items ?? []), ...props.values(), ...(rest === null ? [] : [rest])];
  return depth < DEEPEST && held.some((inner) => holdsRequest(run, state, inner, depth + 1));
}

/** `find({ $where: text })`: what a database runs as code, with what a request says in it. */
const RUNS_AS_CODE = ["$where", "$function", "$accumulator"];

export function reportQueryCode(run: Run, state: State, api: string, args: CallArgs): void {
  if (!run.values.requested) return;
  for (const name of RUNS_AS_CODE)
    for (const given of args.positional) {
      const code = memberOf(state, given, name);
      if (code === undefined || !holdsRequest(run, state, code)) continue;
      emit(run, state, { kind: "db.read", target: name, classes: [], args: { requested: true }, labels: [], basis: "api", api });
    }
}

const isHeldBack = (run: Run): boolean => activeGuards(run).some((guard) => guard.external && !ROUTE.test(guard.text));
export const isUnasked = (run: Run): boolean => !mentions(run, ASKS) && !isHeldBack(run);

/** Words of a program that asks who somebody is; a field that is changed may have such a name itself. */
const IDENTIFIES =
  /auth|log-?in|session|jwt|passport|signature|hmac|api[-_]?key|current_?user|req(uest)?\.user|verify|protect|guard|ability|is_?owner|has_?role|require_?role/i;

/** The same of fields that a mapper changes, whatever they are called. */
export const isUnaskedBy = (run: Run): boolean => !mentions(run, IDENTIFIES) && !isHeldBack(run);

/** The fact of such a statement. */
export function unaskedFacts(run: Run, state: State, text: string, values: readonly Value[]): { unasked?: true } {
  if (!run.values.requested) return {};
  const column = CHANGES.exec(text)?.[1] ?? SETS.exec(text)?.[1];
  if (column === undefined || !isQuantity(column) || !values.some((value) => holdsRequest(run, state, value))) return {};
  return isUnasked(run) ? { unasked: true } : {};
}
