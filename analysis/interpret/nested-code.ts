/** Code in code: text that the program runs is parsed, lowered and interpreted in turn, in the frame where it would run. */

import type { Label } from "../effects.ts";
import { readPyc } from "../pure/marshalled.ts";
import type { State } from "../state.ts";
import { holeClasses } from "../targets.ts";
import type { Language } from "../tree.ts";
import { isString, membersOf, mergeLabels, textOf, type Value } from "../values.ts";
import { runBytecode } from "./bytecode.ts";
import { NO_ARGS } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import { current, currentSource, newAddr, type Run } from "./run.ts";

const DEEPEST = 6;

export type Nested = {
  readonly source: string;
  readonly language: Language;
  readonly labels: readonly Label[];
  /** A process of its own: its names are not the program's. */
  readonly ownFrame: boolean;
  /** The frame of a module that is imported: its names stay there. */
  readonly frame?: number;
  readonly api: string;
};

/** `eval(x)`, `exec(x)`, `Function(x)`: the effect, and the code when it is known. Gives the value of the last expression. */
export function evaluate(
  run: Run,
  state: State,
  value: Value,
  how: { api: string; labels: readonly Label[]; language: Language; frame?: number },
): Value {
  const results: Value[] = [];
  for (const member of membersOf(value)) {
    const labels = mergeLabels(how.labels, member.labels);
    if (isString(member)) {
      const source = member.type === "bytes" ? Buffer.from(member.value, "latin1").toString("utf8") : member.value;
      emitEval(run, state, { source, labels, api: how.api });
      const frame = how.frame === undefined ? {} : { frame: how.frame };
      results.push(runNested(run, state, { source, language: how.language, labels, ownFrame: false, api: how.api, ...frame }));
    } else {
      emit(run, state, {
        kind: "code.eval",
        target: textOf(member),
        classes: holeClasses(member),
        args: {},
        labels,
        basis: "api",
        api: how.api,
      });
      results.push(run.values.unknown("unmodelled", { labels: member.labels }));
    }
  }
  return run.values.join(results);
}

/** A literal is code like any other; a payload that was decoded first is hidden code. */
function emitEval(run: Run, state: State, found: { source: string; labels: readonly Label[]; api: string }): void {
  const hidden = found.labels.includes("via:decoded") || currentSource(run).via.includes("via:decoded");
  const target = found.source.length > 200 ? `${found.source.slice(0, 200)}…` : found.source;
  emit(run, state, {
    kind: hidden ? "code.hidden" : "code.eval",
    target,
    classes: [],
    args: { constant: true },
    labels: found.labels,
    basis: "api",
    api: found.api,
  });
}

export function runNested(run: Run, state: State, nested: Nested): Value {
  const { values } = run;
  const compiled = nested.language === "python" ? readPyc(nested.source) : undefined;
  if (compiled !== undefined) {
    runBytecode(run, state, compiled, nested);
    return values.none;
  }
  const act = current(run);
  const { depth: around, via: before } = currentSource(run);
  const depth = around + 1;
  const loaded = depth > DEEPEST ? null : run.load(nested.source, nested.language);
  if (loaded === null) {
    emit(run, state, {
      kind: depth > DEEPEST ? "call.dynamic" : "code.opaque",
      target: `code in ${nested.api} that cannot be read`,
      classes: [],
      args: {},
      labels: nested.labels,
      basis: "api",
      api: nested.api,
    });
    return values.unknown("unmodelled");
  }
  const via = mergeLabels(
    before,
    nested.labels.filter((l) => l.startsWith("via:")),
    [nested.ownFrame && nested.frame === undefined ? "via:subprocess" : "via:eval"],
  );
  // Names of evaluated code that it does not define itself are looked up from the frame it runs in.
  const frame = nested.frame ?? (nested.ownFrame ? newAddr(run) : act.frame);
  if (nested.ownFrame && nested.frame === undefined) state.add(frame, { type: "frame" });
  run.units.push({
    ir: loaded.ir,
    language: nested.language,
    lines: loaded.lines,
    source: nested.source,
    depth,
    via,
    frame,
    starImports: [],
  });
  const closure = values.closure({ module: run.units.length - 1, fn: 0, env: frame }, act.self);
  const result = run.call(state, closure, { ...NO_ARGS, frame });
  return result ?? values.unknown("local");
}
