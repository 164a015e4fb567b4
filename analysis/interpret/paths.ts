/** File paths as values: `os.path.join`, `Path(...) / "x"`, `~`, home and temporary directories keep their meaning in the text. */

import { isString, mergeLabels, partsOf, type Value } from "../values.ts";
import { scalarText } from "./formatting.ts";
import { PATH_LABEL } from "./path-label.ts";
import type { Run } from "./run.ts";

/** Joins like os.path.join: an absolute later part starts anew. */
export function joinPaths(run: Run, parts: readonly Value[]): Value {
  const several = parts.findIndex((part) => part.k === "union");
  const choice = parts[several];
  if (choice?.k === "union") return run.values.join(choice.of.map((member) => joinPaths(run, parts.with(several, member))));
  const labels = mergeLabels(...parts.map((p) => p.labels));
  let out: Value = run.values.string("");
  for (const part of parts) {
    const text = isString(part) || part.k === "str" ? part : scalarText(run, part);
    const first = partsOf(text)[0];
    const absolute = typeof first === "string" && /^([/~]|[A-Za-z]:[\\/])/.test(first);
    const before = partsOf(out);
    const last = before[before.length - 1];
    const glue = before.length === 0 || (typeof last === "string" && (last === "" || last.endsWith("/"))) ? "" : "/";
    out = absolute ? run.values.template([...partsOf(text)]) : run.values.template([...before, glue, ...partsOf(text)]);
  }
  return run.values.label(out, labels);
}

export function asPath(run: Run, value: Value): Value {
  const text = value.k === "unknown" ? scalarText(run, value) : value;
  return run.values.label(text, [PATH_LABEL]);
}

/** A directory that only the machine knows: `{home}`, `{tmp}`. */
export function placeHole(run: Run, place: "{home}" | "{tmp}"): Value {
  return run.values.template([{ cause: "local", labels: [], path: place }]);
}

/** The text of a path value with one rewrite of its leading constant part. */
export function rewriteStart(run: Run, value: Value, rewrite: (start: string) => Value | null): Value {
  const parts = partsOf(value);
  const first = parts[0];
  if (typeof first !== "string") return value;
  const start = rewrite(first);
  return start === null ? value : run.values.template([...partsOf(start), ...parts.slice(1)], value.labels);
}
