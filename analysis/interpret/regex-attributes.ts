/** What a regular expression says about itself. */
import type { ConstV, Value } from "../values.ts";
import type { Run } from "./run.ts";

/** `/x/g.source`, `.flags`. */
export function patternAttribute(run: Run, pattern: ConstV, name: string): Value | null {
  const written = String(pattern.value);
  const cut = written.lastIndexOf("/");
  if (name === "source") return run.values.string(written.slice(1, cut));
  if (name === "flags") return run.values.string(written.slice(cut + 1));
  return null;
}
