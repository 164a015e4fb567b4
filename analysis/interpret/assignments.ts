/** `account.balance -= 100`: a quantity of something outside the program is overwritten by itself plus or minus something. */

import type { State } from "../state.ts";
import { isExternal, isNumber, membersOf, type Value } from "../values.ts";
import { isRequested, isUnasked } from "./asking.ts";
import { emit } from "./effect-sink.ts";
import { isQuantity } from "./name-effects.ts";
import { lastName } from "./naming.ts";
import type { Run } from "./run.ts";

/** `object` null: a plain variable; a parameter's own name is only arithmetic. */
export function assignedEffect(run: Run, state: State, value: Value, to: { target: string; object: Value | null }): void {
  if (!isQuantity(to.target)) return;
  const base = to.object === null ? null : to.object.k === "union" ? (to.object.of.find(isExternal) ?? null) : to.object;
  if (to.object !== null && (base === null || (!isExternal(base) && base.k !== "api"))) return;
  const path = base === null ? to.target : `${base.k === "unknown" ? base.path : base.k === "api" ? base.path : "?"}.${to.target}`;
  for (const member of membersOf(value)) {
    const derived = member.k === "unknown" ? member.derived : null;
    const mine = derived !== null && lastName(derived.of) === to.target;
    if (to.object === null && (!mine || (member.k === "unknown" && member.cause === "parameter"))) continue;
    if (to.object !== null && !mine && (isNumber(member) ? false : member.k !== "unknown")) continue;
    const kind = mine && derived.op === "-" ? "state.decrease" : mine && derived.op === "+" ? "state.increase" : "state.set";
    const args: Record<string, string | number | boolean> = { subject: path };
    if (mine && derived.amount !== null) args.amount = derived.amount;
    if (mine) args.own = true;
    if (run.values.requested && isRequested(state, member) && isUnasked(run, state, base === null ? [value] : [value, base]))
      args.unasked = true;
    // What a parameter's method gave (`accounts.get(id)`) is kept by somebody; the parameter itself is for the caller to say.
    const given = base?.k === "unknown" && base.cause === "parameter" && !/\(\.*\)/.test(base.path ?? "");
    const parameter = given ? (["unknown.parameter"] as const) : [];
    emit(run, state, {
      kind,
      target: path,
      classes: parameter,
      args,
      labels: [...member.labels, ...(base?.labels ?? [])],
      basis: "name",
      api: path,
    });
  }
}
