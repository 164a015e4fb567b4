/** Comparisons where the program's own values decide them; else an answer about what was compared. */
import { WRITTEN_COMPARISONS } from "../ir.ts";
import type { State } from "../state.ts";
import { isNumber, isString, textOf, truthOf, type Value } from "../values.ts";
import { isMember } from "./base-values.ts";
import { comparedAnswer } from "./checked.ts";
import { elementsOf } from "./iterate.ts";
import { isInstance, isNullish } from "./kinds-of-values.ts";
import { outside } from "./outside.ts";
import { inJs, type Run } from "./run.ts";

/** The written ones, and those that patterns and `with` are lowered to. */
export const COMPARISONS: ReadonlySet<string> = new Set([...WRITTEN_COMPARISONS, "isinstance", "suppresses"]);

type Comparison = { readonly operator: string; readonly left: Value; readonly right: Value };

export const shown = (value: Value): string =>
  value.k === "unknown"
    ? (value.path ?? "?")
    : textOf(value)
        .slice(0, 40)
        .replace(/^\{\?\}$/, "?");

export function compare(run: Run, state: State, op: Comparison): Value {
  const { left, right, operator } = op;
  const decided = decide(run, state, op);
  if (decided !== null) return run.values.bool(decided);
  const plain = operator === "not in" ? "in" : operator;
  return comparedAnswer(run, answer(run, [left, right], `${shown(left)} ${plain} ${shown(right)}`), op);
}

function decide(run: Run, state: State, op: Comparison): boolean | null {
  const { left, right, operator } = op;
  switch (operator) {
    case "in":
    case "not in": {
      const found = contains(run, state, left, right);
      return found === null ? null : found === (operator === "in");
    }
    case "is":
    case "==":
    case "===":
      return equal(run, state, op);
    case "is not":
    case "!=":
    case "!==": {
      const same = equal(run, state, op);
      return same === null ? null : !same;
    }
    case "suppresses":
      return suppresses(left);
    case "isinstance":
      return isInstance(state, left, [right]);
    case "instanceof":
      return null;
    default:
      return ordered(op);
  }
}

function ordered({ left, right, operator }: Comparison): boolean | null {
  if (left.k !== "const" || right.k !== "const" || typeof left.value !== typeof right.value) return null;
  const a = left.value;
  const b = right.value;
  if (a === null || b === null) return null;
  return operator === "<" ? a < b : operator === "<=" ? a <= b : operator === ">" ? a > b : operator === ">=" ? a >= b : null;
}

/** Whether a context manager swallows what its body throws: those that do say so by their names. */
function suppresses(manager: Value): boolean | null {
  const path = manager.k === "api" || manager.k === "unknown" ? (manager.path ?? "") : "";
  if (/suppress|raises|ignor|assertRaises|expect|catch|safely|swallow|shield/i.test(path)) return null;
  return manager.k === "ref" || manager.k === "union" || manager.k === "closure" ? null : false;
}

/** Yes or no about the operands: it comes from where they come from, and shows nothing of what they hold. */
export function answer(run: Run, operands: readonly Value[], path: string): Value {
  const value = outside(run, operands, path);
  return value.k === "unknown" ? run.values.unknown(value.cause, { path: value.path }) : value;
}

function equal(run: Run, state: State, { left, right, operator }: Comparison): boolean | null {
  if (left.k === "const" && right.k === "const") {
    if (left.type === right.type) return left.value === right.value;
    if (isNullish(left) && isNullish(right)) return operator === "==" || operator === "!=";
    if (left.type === "bool" || right.type === "bool") return inJs(run) && operator.length > 2 ? false : null;
    return inJs(run) && operator.length === 2 && !isNullish(left) && !isNullish(right) ? null : false;
  }
  if (left.k === "api" && right === left) return true;
  if (isMember(state, left) && isMember(state, right)) return left === right;
  if (left.k === "closure" && right.k === "closure") return left === right ? true : null;
  const known = (v: Value): boolean => v.k === "const" || v.k === "closure" || v.k === "ref" || v.k === "partial" || v.k === "method";
  if (known(left) && known(right) && (isNullish(left) || isNullish(right))) return false;
  if (known(left) && known(right) && (left.k === "const" || right.k === "const") && left.k !== right.k && !inJs(run))
    return truthOf(left) === null ? null : false;
  return null;
}

function contains(run: Run, state: State, item: Value, container: Value): boolean | null {
  if (isString(item) && isString(container)) return container.value.includes(item.value);
  if (isNumber(item) && isString(container) && container.type === "bytes" && !inJs(run))
    return container.value.includes(String.fromCharCode(Number(item.value)));
  if (container.k === "ref" && state.read(container.addr).type === "frame") return null;
  const elements = (inJs(run) ? null : elementsOf(run, state, container, true)) ?? elementsOf(run, state, container);
  const keys = inJs(run) && container.k === "ref" && state.read(container.addr).items === null;
  if (keys && container.k === "ref" && isString(item)) return hasProperty(state, container.addr, item.value);
  if (keys || elements === null || item.k !== "const") return null;
  const candidates = container.k === "ref" ? (state.read(container.addr).items ?? elements) : elements;
  if (candidates.some((v) => v.k === "const" && v.type === item.type && v.value === item.value)) return true;
  return candidates.every((v) => v.k === "const") ? false : null;
}

/** What every object of JavaScript has. */
const INHERITED = /^(constructor|toString|toLocaleString|valueOf|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|__\w+__)$/;

/** Of an object literal whose properties are all known. */
function hasProperty(state: State, addr: number, name: string): boolean | null {
  const { type, props, rest, parent } = state.read(addr);
  if (props.has(`s:${name}`) || props.has(`get:${name}`)) return true;
  if (type !== "object" || rest !== null || parent !== null || INHERITED.test(name)) return null;
  return [...props.keys()].some((key) => key.startsWith("#")) ? null : false;
}
