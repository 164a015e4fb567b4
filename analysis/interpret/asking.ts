/** Money that moves as a request says, where nothing asks who requests it: a balance that a statement changes by a value of it. */
import type { State } from "../state.ts";
import { partsOf, type Value } from "../values.ts";
import { activeGuards } from "./guards.ts";
import { isQuantity } from "./name-effects.ts";
import { current, type Run } from "./run.ts";

const CHANGES = /\bSET\s+(?:[^=]+=[^=,]+,\s*)*?["`]?(\w+)["`]?\s*=\s*["`]?\1["`]?\s*[-+]/i;
/** A program that knows who somebody is asks in ways that cannot all be followed. */
const ASKS =
  /auth|log-?in|session|token|jwt|passport|permission|role|owner|signature|hmac|api[-_]?key|current_?user|req(uest)?\.user|verify/i;
/** A decorator that only says where requests come in. */
const ROUTE = /^@[\w.]+\.(get|post|put|patch|delete|route)\b/;
const DEEPEST = 3;

function isRequested(state: State, value: Value, depth = 0): boolean {
  if (value.k === "union") return value.of.some((member) => isRequested(state, member, depth));
  if (value.k !== "ref") return partsOf(value).some((part) => typeof part !== "string" && part.cause === "request");
  const { items, props, rest } = state.read(value.addr);
  return (
    depth < DEEPEST && [...(items ?? []), ...props.values(), ...(rest === null ? [] : [rest])].some((v) => isRequested(state, v, depth + 1))
  );
}

/** The fact of such a statement. */
export function unaskedFacts(run: Run, state: State, text: string, values: readonly Value[]): { unasked?: true } {
  if (!run.values.requested) return {};
  const column = CHANGES.exec(text)?.[1];
  if (column === undefined || !isQuantity(column) || !values.some((value) => isRequested(state, value))) return {};
  if (ASKS.test(run.units[0]?.source ?? "") || current(run).unit.depth > 0) return {};
  return activeGuards(run).some((guard) => guard.external && !ROUTE.test(guard.text)) ? {} : { unasked: true };
}
