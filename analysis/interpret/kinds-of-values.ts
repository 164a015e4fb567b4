/** What kind of thing a value is, where that is known: `isinstance(x, dict)`, `typeof x`, `Array.isArray(x)`. */
import type { State } from "../state.ts";
import { type ConstV, isFloat, type RefV, type Value } from "../values.ts";
import { BASE_VALUE, contentOf } from "./base-values.ts";
import { isHolder } from "./holders.ts";
import { isTyped } from "./typed-arrays.ts";

const DEEPEST = 16;

const NAMES: Readonly<Record<string, string>> = { string: "str", bytes: "bytes", number: "int", bool: "bool" };

/** The class of one of Python's constants; null where that has no name among the builtins. */
export const builtinName = (value: ConstV): string | null => (isFloat(value) ? "float" : (NAMES[value.type] ?? null));

/** Names of the built-in classes that a value is an instance of; null: not known. */
function builtinClasses(state: State, value: Value): readonly string[] | null {
  if (value.k === "const") {
    if (value.type === "number") return isFloat(value) ? ["float"] : ["int"];
    const names: Readonly<Record<string, readonly string[]>> = {
      string: ["str"],
      bytes: ["bytes"],
      bool: ["bool", "int"],
      null: ["NoneType"],
    };
    return names[value.type] ?? null;
  }
  if (value.k === "closure") return ["function"];
  if (value.k !== "ref" || isHolder(state, value.addr)) return null;
  const { type, name, parent } = state.read(value.addr);
  return /^(list|tuple|dict|set)$/.test(type) && name === "" && parent === null ? [type] : null;
}

/** Whether `isinstance(value, cls)` holds; null: not known. */
export function isInstance(state: State, value: Value, classes: readonly Value[]): boolean | null {
  const answers = classes.map((cls) => isOf(state, value, cls));
  return answers.includes(true) ? true : answers.includes(null) ? null : false;
}

function isOf(state: State, value: Value, cls: Value): boolean | null {
  if (cls.k === "ref") return value.k === "ref" ? derives(state, value, cls) : value.k === "const" ? false : null;
  if (cls.k === "api" && isOnlyInstance(state, value) && cls.path.startsWith("builtins.")) return cls.path === "builtins.object";
  if (cls.k !== "api" || !/^builtins\.(str|bytes|int|float|bool|list|tuple|dict|set|frozenset)$/.test(cls.path)) return null;
  const known = builtinClasses(state, value);
  return known === null ? null : known.includes(cls.path.slice("builtins.".length));
}

/** An object whose class, and whatever that derives from, is the program's own. */
function isOnlyInstance(state: State, value: Value): boolean {
  if (value.k !== "ref") return false;
  const object = state.read(value.addr);
  if (object.type !== "instance" || object.parent === null || object.props.has(BASE_VALUE)) return false;
  const above = [object.parent];
  for (let i = 0; i < above.length; i++) {
    if (i >= DEEPEST) return false;
    for (const base of state.read(above[i] as number).bases) {
      if (base.k !== "ref") return false;
      above.push(base.addr);
    }
  }
  return true;
}

/** Null where a base is not the program's own. */
function derives(state: State, value: RefV, cls: RefV): boolean | null {
  const object = state.read(value.addr);
  if (builtinClasses(state, value) !== null) return false;
  if (object.type !== "instance" || object.parent === null) return null;
  let unsure = false;
  const above = [object.parent];
  for (let i = 0; i < above.length && i < DEEPEST; i++) {
    const at = above[i] as number;
    if (at === cls.addr) return true;
    for (const base of state.read(at).bases) {
      if (base.k === "ref") above.push(base.addr);
      else if (base.k !== "api") unsure = true;
    }
  }
  return unsure || above.length > DEEPEST ? null : false;
}

/** `typeof` of an object; null: it may be a function. */
export const isPlainObject = (state: State, value: Value): boolean =>
  value.k === "ref" && /^(list|object|dict|set|instance|iter)$/.test(state.read(value.addr).type);

/** Whether `Array.isArray(value)` holds; null: not known. */
export function isArray(state: State, value: Value): boolean | null {
  if (value.k === "const" || value.k === "str" || value.k === "closure") return false;
  if (value.k !== "ref") return null;
  const object = state.read((contentOf(state, value) as RefV | null)?.addr ?? value.addr);
  if (object.type === "list") return !isTyped(object);
  return object.type === "object" ? object.items !== null : null;
}

export const isNullish = (v: Value): boolean => v.k === "const" && (v.type === "null" || v.type === "undefined");

/** The members of a union that have members of their own: of the others, asking for one throws. */
export function withMembers(union: readonly Value[]): readonly Value[] {
  if (!union.some(isNullish)) return union;
  const left = union.filter((v) => !isNullish(v));
  return left.length > 0 ? left : union;
}
