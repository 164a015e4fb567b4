/** One function while taint runs through it: its registers, the variables it sees, and the state at a place in it. */
import type { FunctionId, FunctionIr, Reg, VarRef, Whole } from "../../analysis/ir.ts";
import type { TaintProgram } from "./taint-program.ts";
import { CLEAN, fieldOf, join, joinTaints, type Taints, type Value, withField, withRefs } from "./taint-values.ts";

/** An l-value: a variable (`12:name` for one of function 12, around this one) and the fields that lead on from it. */
export type Path = { readonly variable: string; readonly fields: readonly (string | null)[] };

export type State = {
  readonly variables: Map<string, Value>;
  /** Variables of functions around that were written here. */
  readonly outer: Map<string, Value>;
  /** Functions made so far: they see what is stored from now on. */
  readonly made: Set<FunctionId>;
  /** Taints of whatever runs from here on. */
  control: Taints;
};

export type Frame = {
  readonly program: TaintProgram;
  readonly fn: FunctionIr;
  readonly values: (Value | undefined)[];
  /** What shared registers were given, before a rule had its say about the whole. */
  readonly joined: (Value | undefined)[];
  readonly paths: (Path | undefined)[];
  /** Constants that registers hold, as names of fields. */
  readonly names: (string | undefined)[];
  /** Registers that hold a number that the program spells out. */
  readonly numbers: Set<Reg>;
  /** Registers that several instructions write. */
  readonly shared: Uint8Array;
  /** By block and index: expressions whose value is complete there. */
  readonly wholes: ReadonlyMap<object, readonly Whole[]>;
  /** By propagator: where its data arrives in this function. */
  readonly arrivals: Map<number, Path>;
  /** Counts changes of the state, for what an exception may see. */
  version: number;
  /** A register that several blocks share has grown: those that ran before it have to run again. */
  grown: boolean;
};

export function startFrame(program: TaintProgram, fn: FunctionIr): Frame {
  const wholes = new Map<object, Whole[]>();
  for (const whole of fn.wholes) {
    const known = wholes.get(whole.block);
    if (known === undefined) wholes.set(whole.block, [whole]);
    else known.push(whole);
  }
  return {
    program,
    fn,
    values: [],
    joined: [],
    paths: [],
    names: [],
    numbers: new Set(),
    shared: sharedRegisters(fn),
    wholes,
    arrivals: new Map(),
    version: 0,
    grown: false,
  };
}

function sharedRegisters(fn: FunctionIr): Uint8Array {
  const writes = new Uint8Array(fn.registers);
  for (const block of fn.blocks) {
    for (const instr of block.instrs) {
      if ("dst" in instr) writes[instr.dst] = Math.min(2, (writes[instr.dst] ?? 0) + 1);
      else if (instr.op === "Append") writes[instr.container] = 2;
    }
  }
  return writes.map((count) => (count > 1 ? 1 : 0));
}

export function held(frame: Frame, reg: Reg): Value {
  return frame.values[reg] ?? CLEAN;
}

export function setValue(frame: Frame, reg: Reg, value: Value): void {
  if (frame.shared[reg] === 1) growValue(frame, reg, value);
  else frame.values[reg] = value;
}

/** A register that other blocks have read already may hold this as well. */
export function growValue(frame: Frame, reg: Reg, value: Value): void {
  const known = frame.joined[reg] ?? CLEAN;
  const joined = join(known, value);
  if (joined === known) return;
  frame.joined[reg] = joined;
  frame.values[reg] = joined;
  frame.grown = true;
}

// ---------------------------------------------------------------- variables

/** The function whose frame holds a variable, and how it is named in the state. */
export function placeOfVariable(frame: Frame, ref: VarRef): Path {
  const { program, fn } = frame;
  if (ref.hops === 0 || isImplicit(frame, ref)) return { variable: ref.name, fields: [] };
  return { variable: `${ownerOf(program, fn.id, ref.hops) ?? "?"}:${ref.name}`, fields: [] };
}

/** A JavaScript name that nobody declares: each function is taken to have its own. */
function isImplicit({ program, fn }: Frame, ref: VarRef): boolean {
  if (ref.hops !== "global") return false;
  return fn.id === 0 || (!program.setting.facts.python && !program.names.declared.has(ref.name));
}

function ownerOf(program: TaintProgram, fn: FunctionId, hops: number | "global"): FunctionId | null {
  if (hops === "global") return 0;
  let at: FunctionId | undefined = fn;
  for (let i = 0; i < hops && at !== undefined; i++) at = program.parents.get(at);
  return at ?? null;
}

export function readVariable(frame: Frame, state: State, variable: string): Value {
  const { program, fn } = frame;
  const colon = variable.indexOf(":");
  const here = (colon < 0 ? state.variables : state.outer).get(variable);
  if (colon < 0) return join(here ?? fromOutside(frame, variable), program.escaped(fn.id, variable));
  if (here !== undefined) return here;
  const owner = Number(variable.slice(0, colon));
  const name = variable.slice(colon + 1);
  return join(capturedFrom(program, fn.id, owner, name), program.escaped(owner, name));
}

/** The value that the child of `owner` on the way to `fn` sees. */
function capturedFrom(program: TaintProgram, fn: FunctionId, owner: FunctionId, name: string): Value {
  let at = fn;
  for (let hops = 0; hops < 64; hops++) {
    const parent = program.parents.get(at);
    if (parent === undefined || parent === owner) break;
    at = parent;
  }
  return program.capturedValue(at, name) ?? CLEAN;
}

/** A name without declaration may come from any function around. */
function fromOutside({ program, fn }: Frame, name: string): Value {
  if (fn.locals.includes(name)) return CLEAN;
  for (let at: FunctionId | undefined = fn.id, hops = 0; at !== undefined && hops < 64; at = program.parents.get(at), hops++) {
    const value = program.capturedValue(at, name);
    if (value !== null) return value;
  }
  return CLEAN;
}

/** Writes to an l-value, and tells those who see it: closures, the functions around, objects of the same class. */
export function writePath(frame: Frame, state: State, path: Path, value: Value): void {
  const { program } = frame;
  const before = path.fields.length === 0 ? CLEAN : readVariable(frame, state, path.variable);
  const after = withField(before, path.fields, value);
  const colon = path.variable.indexOf(":");
  (colon < 0 ? state.variables : state.outer).set(path.variable, after);
  frame.version++;
  if (colon >= 0) {
    const owner = Number(path.variable.slice(0, colon));
    if (!Number.isNaN(owner)) program.escape(owner, path.variable.slice(colon + 1), after);
  } else if (after !== CLEAN) {
    for (const taker of program.names.takers.get(path.variable) ?? [])
      if (state.made.has(taker)) program.capture(taker, path.variable, after);
  }
  const [first] = path.fields;
  if (first == null) return;
  for (const ref of before.refs) if (ref.kind === "instance") program.setMember(ref.id, "fields", first, fieldOf(after, first));
}

export function readPath(frame: Frame, state: State, path: Path): Value {
  let value = readVariable(frame, state, path.variable);
  for (const name of path.fields) value = memberOf(frame, value, name);
  return value;
}

/** A field, or what the classes of the object have under its name. */
export function memberOf({ program }: Frame, value: Value, name: string | null): Value {
  let out = fieldOf(value, name);
  if (name === null || value.refs.length === 0) return out;
  for (const ref of value.refs) {
    if (ref.kind === "function") continue;
    const member = program.memberOf(ref.id, name);
    // What was written here, and not merely inherited, hides what other methods wrote.
    out = value.fields.has(name) ? withRefs(out, member.refs) : join(out, member);
  }
  return out;
}

// ---------------------------------------------------------------- states

/** Copying costs what it copies. */
export function copyState(program: TaintProgram, state: State): State {
  program.spend(state.variables.size >> 3);
  return { variables: new Map(state.variables), outer: new Map(state.outer), made: new Set(state.made), control: state.control };
}

/** Adds `from` to `to`; whether anything was new. */
export function joinStates(to: State, from: State): boolean {
  let changed = false;
  for (const [name, value] of from.variables) {
    const known = to.variables.get(name);
    if (known === value) continue;
    const joined = join(known ?? CLEAN, value);
    if (joined === known) continue;
    to.variables.set(name, joined);
    changed ||= known !== undefined || joined !== CLEAN;
  }
  for (const [name, value] of to.outer) {
    const other = from.outer.get(name);
    const joined = other === undefined ? null : join(value, other);
    if (joined === value) continue;
    // What is not written on every way is read from outside, where every write has gone.
    if (joined === null) to.outer.delete(name);
    else to.outer.set(name, joined);
    changed = true;
  }
  for (const made of from.made) {
    if (to.made.has(made)) continue;
    to.made.add(made);
    changed = true;
  }
  const control = joinTaints(to.control, from.control);
  changed ||= control !== to.control;
  to.control = control;
  return changed;
}
