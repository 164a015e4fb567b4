/** What a rule says about the value of one expression: it is cleaned, tainted, handed on, or has come to a sink. */
import type { Span } from "../../analysis/ir.ts";
import { type Frame, held, type Path, readPath, type State, writePath } from "./taint-frame.ts";
import { keyOf, type PropagatorMatch, type SanitizerMatch } from "./taint-matches.ts";
import { satisfies } from "./taint-program.ts";
import { allTaints, cleaned, joinTaints, moved, sourceTaint, type Taint, type Taints, type Value, withTaints } from "./taint-values.ts";

export type Event = {
  readonly at: Span;
  readonly value: Value;
  /** The l-value that it is the value of. */
  readonly path: Path | null;
  /** What a call is given: a sink without a focus takes it too. */
  readonly given?: () => Taints;
};

function isSpan(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end;
}

/** The value as the rule has it. */
export function judge(frame: Frame, state: State, event: Event): Value {
  const sanitizer = sanitizerOf(frame, event.at);
  if (sanitizer !== null) {
    const value = cleaned(event.value);
    if (sanitizer.spec.bySideEffect && event.path !== null && isSpan(sanitizer.target, event.at))
      writePath(frame, state, event.path, value);
    return value;
  }
  const value = handedOn(frame, state, event, sourced(frame, state, event));
  checkSinks(frame, state, event, value);
  return value;
}

function sanitizerOf({ program }: Frame, at: Span): SanitizerMatch | null {
  let found: SanitizerMatch | null = null;
  for (const match of program.setting.matches.sanitizers.around(at)) {
    if (match.spec.exact && !isSpan(match.target, at)) continue;
    if (match.spec.bySideEffect && isSpan(match.target, at)) return match;
    found = match;
  }
  return found;
}

// ---------------------------------------------------------------- sources

function sourced(frame: Frame, state: State, { at, value, path }: Event): Value {
  let out = value;
  for (const match of frame.program.setting.matches.sources.around(at)) {
    const { spec } = match;
    if (spec.exact && !isSpan(match.target, at)) continue;
    if (spec.requires !== null && !satisfies(spec.requires, allTaints(out))) continue;
    const taint = sourceTaint(match, spec.label, at);
    const taints: Taints = new Map([[taint.key, taint]]);
    if (spec.control) state.control = joinTaints(state.control, taints);
    else if (spec.bySideEffect !== "only") out = withTaints(out, taints);
    if (spec.bySideEffect !== "no" && path !== null && isSpan(match.target, at))
      writePath(frame, state, path, withTaints(readPath(frame, state, path), taints));
  }
  return out;
}

// ---------------------------------------------------------------- propagators

function handedOn(frame: Frame, state: State, { at, path }: Event, value: Value): Value {
  const { from, to } = frame.program.setting.matches;
  if (from.size === 0) return value;
  const key = keyOf(at);
  let out = value;
  for (const match of to.get(key) ?? []) {
    if (path !== null) frame.arrivals.set(match.number, path);
    const taints = frame.program.propagated(match.number);
    if (taints.size === 0) continue;
    out = withTaints(out, taints);
    if (match.spec.bySideEffect && path !== null) arrive(frame, state, path, taints);
  }
  for (const match of from.get(key) ?? []) {
    const taints = leaving(match, allTaints(out), at);
    if (taints.size === 0) continue;
    frame.program.propagate(match.number, taints);
    const arrival = frame.arrivals.get(match.number);
    if (arrival !== undefined && match.spec.bySideEffect) arrive(frame, state, arrival, taints);
  }
  return out;
}

function arrive(frame: Frame, state: State, path: Path, taints: Taints): void {
  const known = readPath(frame, state, path);
  const value = withTaints(known, taints);
  if (value !== known) writePath(frame, state, path, value);
}

function leaving({ spec }: PropagatorMatch, taints: Taints, at: Span): Taints {
  if (spec.requires !== null && !satisfies(spec.requires, taints)) return new Map();
  const out = new Map<string, Taint>();
  for (const [key, taint] of moved(taints, "handed on", at)) {
    const renamed =
      spec.label !== null && taint.kind === "source" && (spec.replaced === null || spec.replaced.includes(taint.label))
        ? { ...taint, label: spec.label, key: `${taint.source.number}:${spec.label}` }
        : taint;
    out.set(renamed === taint ? key : renamed.key, renamed);
  }
  return out;
}

// ---------------------------------------------------------------- sinks

function checkSinks(frame: Frame, state: State, event: Event, value: Value): void {
  for (const match of frame.program.setting.matches.sinks.around(event.at)) {
    const whole = isSpan(match.target, event.at);
    if (match.spec.exact && !whole) continue;
    const own = joinTaints(state.control, allTaints(value));
    const taints = whole && !match.spec.hasFocus && event.given !== undefined ? joinTaints(own, event.given()) : own;
    if (taints.size > 0) frame.program.reached(match, taints);
  }
}

/** What the registers of a call hold together. */
export function taintsIn(frame: Frame, registers: readonly number[]): Taints {
  let out: Taints = new Map();
  for (const reg of registers) out = joinTaints(out, allTaints(held(frame, reg)));
  return out;
}
