/** Results that are not known: as external as what they were made of, with its labels. */
import { type Cause, type Derived, isExternal, mergeLabels, type Value } from "../values.ts";
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
