/** Results that are not known: as external as what they were made of, with its labels, and what is known of them all the same. */
import { type Cause, type Derived, isExternal, isNumber, mergeLabels, type Value } from "../values.ts";
import { ASKED_NUMBER } from "./asked-label.ts";
import type { Run } from "./run.ts";

/** As much as somebody says. */
const isAsked = (run: Run, operands: readonly Value[]): boolean =>
  run.values.requested && operands.some((v) => v.k === "unknown" && v.cause === "request");

/** The result of a computation that is not known. */
export function outside(run: Run, operands: readonly Value[], path: string | null, derived: Derived | null = null): Value {
  const fetched = operands.find((v) => v.k === "unknown" && v.cause === "network");
  const source =
    fetched ??
    operands.find(
      (v) => isExternal(v) || (v.k === "str" && v.parts.some((p) => typeof p !== "string" && p.cause !== "local")) || v.k === "api",
    );
  const cause: Cause = source === undefined ? "local" : source.k === "unknown" ? source.cause : "unmodelled";
  const labels = mergeLabels(...operands.map((v) => v.labels), isAsked(run, operands) ? [ASKED_NUMBER] : []);
  return run.values.unknown(cause, { path, labels, derived });
}

/** `account.balance - 100`: the sum or difference remembers whose quantity it was. */
export function derivedFrom(left: Value, operator: string, right: Value): Derived | null {
  const of = left.k === "unknown" ? left : null;
  if (operator === "|") return withBits(left, right) ?? withBits(right, left);
  if (of !== null && isExternal(of) && of.path !== null && (operator === "-" || operator === "+")) {
    const amount = isNumber(right) ? Number(right.value) : null;
    const negative = (amount !== null && amount < 0) || (right.k === "unknown" && right.path?.startsWith("-") === true);
    const flipped = negative ? (operator === "-" ? "+" : "-") : operator;
    return { op: flipped, of: of.path, amount: amount === null ? null : Math.abs(amount) };
  }
  if (right.k === "unknown" && isExternal(right) && right.path !== null && operator === "+") {
    const amount = isNumber(left) ? Number(left.value) : null;
    return { op: amount !== null && amount < 0 ? "-" : "+", of: right.path, amount: amount === null ? null : Math.abs(amount) };
  }
  if (of?.derived !== null && of?.derived !== undefined) return of.derived;
  if (of !== null && isExternal(of) && of.path !== null && "*/%//".includes(operator)) return { op: "?", of: of.path, amount: null };
  return null;
}

/** `os.stat(path).st_mode | 0o4000`: which bits are certainly set. */
function withBits(of: Value, bits: Value): Derived | null {
  if (of.k !== "unknown" || !isNumber(bits)) return null;
  const before = of.derived?.op === "|" ? (of.derived.amount ?? 0) : 0;
  return { op: "|", of: of.path ?? "", amount: before | Number(bits.value) };
}
