/**
 * What is known of a value: the taints it carries as a whole, those of its fields, and which functions, classes and
 * instances of the program it may be. A field that is not listed is as tainted as the whole; one that is listed counts
 * alone, so that `x.name` can be clean while `x` is tainted.
 */
import type { FunctionId, Span } from "../../analysis/ir.ts";
import type { SourceMatch } from "./taint-matches.ts";

/** How tainted data came here, latest step first. */
export type Step = { readonly message: string; readonly at: Span; readonly before: Step | null; readonly length: number };

/** Where tainted data comes from: a source, or whatever a caller passes (`parameter` -1 is `this`). */
export type Taint =
  | { readonly kind: "source"; readonly key: string; readonly source: SourceMatch; readonly label: string; readonly steps: Step | null }
  | {
      readonly kind: "argument";
      readonly key: string;
      readonly fn: FunctionId;
      readonly parameter: number;
      readonly path: readonly string[];
      readonly steps: Step | null;
    };
export type Taints = ReadonlyMap<string, Taint>;

/** Something of the program itself that a value may be. `id` of a class is that of its body. */
export type Ref = { readonly kind: "function" | "class" | "instance"; readonly id: FunctionId };

export type Value = {
  readonly own: Taints;
  /** `*` stands for the fields whose names are not known. */
  readonly fields: ReadonlyMap<string, Value>;
  readonly refs: readonly Ref[];
};

const NO_TAINTS: Taints = new Map();
const NO_FIELDS: ReadonlyMap<string, Value> = new Map();
export const CLEAN: Value = { own: NO_TAINTS, fields: NO_FIELDS, refs: [] };

/** Levels of fields that are told apart; deeper ones count for the whole. */
const MAX_FIELDS = 4;
const MAX_PATH = 3;
const MAX_REFS = 8;
const MAX_STEPS = 12;
const MAX_TAINTS = 48;

export function tainted(own: Taints): Value {
  return own.size === 0 ? CLEAN : { own, fields: NO_FIELDS, refs: [] };
}

export function sourceTaint(source: SourceMatch, label: string, at: Span): Taint {
  return { kind: "source", key: `${source.number}:${label}`, source, label, steps: stepTo(null, "tainted data comes in", at) };
}

export function argumentTaint(fn: FunctionId, parameter: number, path: readonly string[] = []): Taint {
  return { kind: "argument", key: `${fn}#${parameter}.${path.join(".")}`, fn, parameter, path, steps: null };
}

function stepTo(before: Step | null, message: string, at: Span): Step {
  const length = (before?.length ?? 0) + 1;
  return length > MAX_STEPS && before !== null ? before : { message, at, before, length };
}

/** The same taints, one step further on their way. */
export function moved(taints: Taints, message: string, at: Span): Taints {
  const out = new Map<string, Taint>();
  for (const [key, taint] of taints) {
    const last = taint.steps;
    const known = last !== null && last.at.start === at.start && last.at.end === at.end;
    out.set(key, known ? taint : { ...taint, steps: stepTo(last, message, at) });
  }
  return out;
}

// ---------------------------------------------------------------- joining

/** The first is kept of two taints with one key, so that joining comes to an end. */
export function joinTaints(a: Taints, b: Taints): Taints {
  if (a === b || b.size === 0) return a;
  if (a.size === 0) return b;
  let out: Map<string, Taint> | null = null;
  for (const taint of b.values()) {
    const known: Taints = out ?? a;
    const added = known.size < MAX_TAINTS ? taint : summarised(known, taint);
    if (added === null || known.has(added.key)) continue;
    out ??= new Map(a);
    out.set(added.key, added);
  }
  return out ?? a;
}

/** Of very many taints, one source for each label says enough, and a whole argument stands for its parts. */
function summarised(known: Taints, taint: Taint): Taint | null {
  if (taint.kind === "argument")
    return taint.path.length === 0 ? taint : { ...argumentTaint(taint.fn, taint.parameter), steps: taint.steps };
  for (const other of known.values()) if (other.kind === "source" && other.label === taint.label) return null;
  return taint;
}

/** `a` itself when `b` adds nothing. */
export function join(a: Value, b: Value): Value {
  if (a === b || b === CLEAN) return a;
  const own = joinTaints(a.own, b.own);
  const fields = joinFields(a, b);
  const refs = joinRefs(a.refs, b.refs);
  return own === a.own && fields === a.fields && refs === a.refs ? a : { own, fields, refs };
}

function joinFields(a: Value, b: Value): ReadonlyMap<string, Value> {
  if (a.fields === b.fields) return a.fields;
  let out: Map<string, Value> | null = null;
  const put = (name: string, value: Value): void => {
    out ??= new Map(a.fields);
    out.set(name, value);
  };
  for (const [name, value] of b.fields) {
    const known = a.fields.get(name);
    const joined = join(known ?? inherited(a, name), value);
    if (joined !== known) put(name, joined);
  }
  for (const [name, value] of a.fields) {
    if (b.fields.has(name)) continue;
    const joined = join(value, inherited(b, name));
    if (joined !== value) put(name, joined);
  }
  return out ?? a.fields;
}

function joinRefs(a: readonly Ref[], b: readonly Ref[]): readonly Ref[] {
  const added = b.filter((ref) => !a.some((known) => known.kind === ref.kind && known.id === ref.id));
  return added.length === 0 || a.length >= MAX_REFS ? a : [...a, ...added].slice(0, MAX_REFS);
}

// ---------------------------------------------------------------- fields

/** What a field is that is not listed. */
function inherited(value: Value, name: string): Value {
  if (value.own.size === 0) return value.fields.get("*") ?? CLEAN;
  const own = new Map<string, Taint>();
  for (const taint of value.own.values()) {
    const part = taint.kind === "argument" && taint.path.length < MAX_PATH ? partOf(taint, name) : taint;
    own.set(part.key, part);
  }
  const rest = value.fields.get("*");
  return rest === undefined ? tainted(own) : join(tainted(own), rest);
}

function partOf(taint: Taint & { kind: "argument" }, name: string): Taint {
  return { ...argumentTaint(taint.fn, taint.parameter, [...taint.path, name]), steps: taint.steps };
}

/** A field by its name; null is any field. */
export function fieldOf(value: Value, name: string | null): Value {
  if (name === null) {
    let out: Value = inherited(value, "*");
    for (const field of value.fields.values()) out = join(out, field);
    return out;
  }
  const known = value.fields.get(name);
  if (known === undefined) return inherited(value, name);
  const rest = value.fields.get("*");
  return rest === undefined ? known : join(known, rest);
}

/** `value` with a field written; a name that is not known may be any, so it adds and takes nothing away. */
export function withField(value: Value, path: readonly (string | null)[], field: Value, depth = 0): Value {
  const [name, ...rest] = path;
  if (name === undefined) return field;
  if (depth >= MAX_FIELDS) return { ...value, own: joinTaints(value.own, allTaints(field)) };
  const fields = new Map(value.fields);
  const key = name ?? "*";
  const before = name === null ? (value.fields.get("*") ?? CLEAN) : fieldOf(value, name);
  const after = withField(before, rest, field, depth + 1);
  fields.set(key, name === null ? join(before, after) : after);
  return { ...value, fields };
}

export function withRefs(value: Value, refs: readonly Ref[]): Value {
  return refs.length === 0 ? value : { ...value, refs: joinRefs(value.refs, refs) };
}

export function withTaints(value: Value, taints: Taints): Value {
  const own = joinTaints(value.own, taints);
  return own === value.own ? value : { ...value, own };
}

/** The same thing, without any taint. */
export function cleaned(value: Value): Value {
  return value.refs.length === 0 ? CLEAN : { ...CLEAN, refs: value.refs };
}

/** Taints of the whole and of every field. */
export function allTaints(value: Value): Taints {
  let out = value.own;
  for (const field of value.fields.values()) out = joinTaints(out, allTaints(field));
  return out;
}

/** Every taint of a value renamed; used when it is stored, passed or returned. */
export function mapTaints(value: Value, map: (taints: Taints) => Taints): Value {
  if (value === CLEAN) return value;
  const own = value.own.size === 0 ? value.own : map(value.own);
  if (value.fields.size === 0) return { ...value, own };
  return { ...value, own, fields: new Map([...value.fields].map(([name, field]) => [name, mapTaints(field, map)])) };
}
