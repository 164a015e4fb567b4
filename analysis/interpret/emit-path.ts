/** The effect of a call on a file, with its path classified. */
import type { EffectKind, Label } from "../effects.ts";
import type { State } from "../state.ts";
import { classifyPath } from "../targets.ts";
import { mergeLabels, textOf, type Value } from "../values.ts";
import { climbFacts } from "./asked-path.ts";
import { NO_ARGS } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import { fromPlace, throughLinks } from "./remembered.ts";
import { isOlderCopy } from "./rotation.ts";
import { inJs, type Run } from "./run.ts";

/** Effect of a builtin evaluator, with the path classified. */
export function emitPath(run: Run, state: State, found: { kind: EffectKind; path: Value; api: string; labels?: readonly Label[] }): void {
  // What is deleted is the link itself.
  const there = fromPlace(run, state, found.path);
  const path = found.kind.startsWith("fs.delete") ? there : throughLinks(run, state, there);
  const classes = classifyPath(path);
  emit(run, state, {
    kind: found.kind,
    target: textOf(path),
    classes,
    args: {
      ...(found.kind.startsWith("fs.delete") && isOlderCopy(run, path, { kind: found.kind, classes }) ? { rotated: true } : {}),
      ...(inJs(run) ? {} : climbFacts(run, state, path, NO_ARGS)),
    },
    labels: mergeLabels(
      found.labels ?? [],
      found.path.labels.filter((l) => l.startsWith("via:")),
    ),
    basis: "api",
    api: found.api,
  });
}
