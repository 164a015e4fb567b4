/** Variables: frames up the static chain, the module's names, builtins, and names that nobody defined. */
import type { VarRef } from "../ir.ts";
import { displayName } from "../ir.ts";
import type { State } from "../state.ts";
import { type Addr, type Value, viaLabel } from "../values.ts";
import { superObject } from "./classes.ts";
import { current, inJs, modelsOf, newAddr, type Run } from "./run.ts";

/** A frame before another one: what variables of that one held when a function was made in a loop. */
const ITERATION = "#iteration";

export function iterationFrame(run: Run, state: State, around: Addr, names: readonly string[]): Addr {
  const addr = newAddr(run);
  const copy = state.add(addr, { type: "frame", parent: around, name: ITERATION });
  for (const name of names) {
    const held = state.read(around).props.get(name);
    if (held !== undefined) copy.props.set(name, held);
  }
  return addr;
}

/** The frame itself, or the one that an iteration's frame stands before when it does not keep the variable. */
function behind(state: State, frame: Addr, name: string | null): Addr {
  let addr = frame;
  for (let object = state.read(addr); object.name === ITERATION && object.type === "frame"; object = state.read(addr)) {
    if (object.parent === null || (name !== null && object.props.has(name))) return addr;
    addr = object.parent;
  }
  return addr;
}

/** Variables of blocks of the module: an iteration's frame around the running one may keep them. */
function keptByIteration(run: Run, state: State, name: string): Addr | null {
  for (let addr: Addr | null = current(run).frame; addr !== null; addr = state.read(addr).parent) {
    const object = state.read(addr);
    if (object.name === ITERATION && object.props.has(name)) return addr;
  }
  return null;
}

function frameOf(run: Run, state: State, ref: VarRef): Addr {
  const act = current(run);
  if (ref.hops === "global") return (ref.name.includes("#") ? keptByIteration(run, state, ref.name) : null) ?? act.unit.frame;
  let addr = act.frame;
  for (let i = 0; i < ref.hops; i++) addr = behind(state, state.read(addr).parent ?? act.unit.frame, i === ref.hops - 1 ? ref.name : null);
  return addr;
}

export function loadVariable(run: Run, state: State, ref: VarRef): Value {
  const found = state.read(frameOf(run, state, ref)).props.get(ref.name);
  if (found !== undefined) return aliased(run, ref.name, found);
  const { fn, unit } = current(run);
  // Names of a class body that it has not made yet are those of the module.
  const global = ref.hops === 0 && fn.flavour === "class" ? state.read(unit.frame).props.get(displayName(ref.name)) : undefined;
  if (global !== undefined) return global;
  // A variable that has no value yet hides those around.
  if (
    ref.hops === 0 &&
    inJs(run) &&
    fn.flavour !== "module" &&
    fn.flavour !== "class" &&
    fn.locals.includes(ref.name) &&
    isAround(run, state, ref.name)
  )
    return run.values.undefined;
  return lookUpName(run, state, displayName(ref.name));
}

/** Whether a frame around the running one has a variable of the name. */
function isAround(run: Run, state: State, name: string): boolean {
  for (let addr = state.read(current(run).frame).parent; addr !== null; addr = state.read(addr).parent)
    if (state.read(addr).type === "frame" && state.read(addr).props.has(name)) return true;
  return false;
}

/** A library function under another name than its own was aliased. */
function aliased(run: Run, name: string, value: Value): Value {
  if (value.k !== "api" || value.instance) return value;
  const own = value.path.slice(value.path.lastIndexOf(".") + 1);
  return own === displayName(name) ? value : run.values.label(value, [viaLabel("alias")]);
}

/** The module's frame, the frames around an eval, wildcard imports, builtins; then a free name. */
export function lookUpName(run: Run, state: State, name: string): Value {
  const { values } = run;
  for (let addr: Addr | null = current(run).frame; addr !== null; addr = state.read(addr).parent) {
    const object = state.read(addr);
    const found = object.type === "frame" ? object.props.get(name) : undefined;
    if (found !== undefined) return found;
  }
  const global = state.read(current(run).unit.frame).props.get(name);
  if (global !== undefined) return global;
  for (const module of current(run).unit.starImports) {
    const shared = modelsOf(run).api(`${module}.${name}`);
    if (shared !== null) return values.api(shared.attribute && shared.returns !== null ? shared.returns : shared.path);
  }
  const models = modelsOf(run);
  if (inJs(run)) {
    if (name === "undefined") return values.undefined;
    if (name === "super") return superObject(run, state);
    if (name === "NaN" || name === "Infinity") return values.number(name === "NaN" ? Number.NaN : Number.POSITIVE_INFINITY);
    if (["globalThis", "window", "self", "global", "top", "frames"].includes(name)) return values.api("globalThis");
    if (models.isGlobal(name)) {
      const constant = models.api(`globalThis.${name}`)?.value;
      return constant === undefined || constant === null ? values.api(`globalThis.${name}`) : values.string(String(constant));
    }
    return values.unknown("free", { path: name, labels: run.sensitivity.ofName(name) });
  }
  if (name === "__builtins__") return values.api("builtins");
  if (name === "__name__") return values.unknown("env", { path: "__name__" });
  if (name === "__file__") return values.string("./program.py");
  if (models.isGlobal(name)) return values.api(`builtins.${name}`);
  return values.unknown("free", { path: name, labels: run.sensitivity.ofName(name) });
}

export function storeVariable(run: Run, state: State, to: { ref: VarRef; value: Value }): void {
  state.setProp(frameOf(run, state, to.ref), to.ref.name, to.value);
}

export function deleteVariable(run: Run, state: State, ref: VarRef): void {
  state.write(frameOf(run, state, ref)).props.delete(ref.name);
}
