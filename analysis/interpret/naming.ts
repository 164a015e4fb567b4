/** Names: those that values are kept under say what they hold. */
import type { Value } from "../values.ts";
import type { Run } from "./run.ts";

/** A value that comes from outside takes the sensitivity of the name it is kept under. */
export function named(run: Run, name: string, value: Value): Value {
  if (value.k !== "unknown" || value.cause === "local" || value.cause === "budget") return value;
  const labels = run.sensitivity.ofName(name);
  return labels.length === 0 ? value : run.values.label(value, labels);
}

/** `run` of `subprocess.run`. */
export const lastName = (path: string): string => path.slice(path.lastIndexOf(".") + 1);
