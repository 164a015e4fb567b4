/** Evaluators for functions on functions: partial, reduce, bind, getters of the operator module, unbound methods. */

import { type ClosureV, isString, type Value } from "../values.ts";
import { getAttr } from "./attributes.ts";
import type { Builtin } from "./builtin.ts";
import { withKeywords } from "./builtins-objects.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { addToProperty } from "./function-attributes.ts";
import { getItem } from "./items.ts";
import { elementsOf, someElement } from "./iterate.ts";
import { binary } from "./operators.ts";
import { inJs, type Run } from "./run.ts";
import { setItem } from "./set-attributes.ts";
import { writtenMember } from "./written-libraries.ts";

const partial: Builtin = (run, state, { args }) => {
  const [callee, ...given] = args.positional;
  return callee === undefined ? undefined : run.values.partial(withKeywords(run, state, callee, args.keywords), given);
};

const reduce: Builtin = (run, state, { args }) => {
  const [callback, list, initial] = args.positional;
  if (callback === undefined || list === undefined) return undefined;
  const elements = elementsOf(run, state, list);
  if (elements === null) return run.call(state, callback, withArgs(someElement(run, state, list), someElement(run, state, list)));
  const [first, ...rest] = initial === undefined ? elements : [initial, ...elements];
  let result: Value = first ?? run.values.none;
  for (const element of rest) {
    const next = run.call(state, callback, withArgs(result, element));
    if (next === null) return null;
    result = next;
  }
  return result;
};

/** `operator.attrgetter("a.b")`: a partial that gets the attribute of what it is called with. */
const operatorGetter: Builtin = (run, state, { callee, args }) =>
  run.values.partial(withKeywords(run, state, run.values.api(`${callee.path}()`), args.keywords), args.positional);

const operatorFunction: Builtin = (run, state, { callee, args }) => {
  const [a, b] = args.positional;
  if (a === undefined) return undefined;
  if (callee.path === "operator.call") return run.call(state, a, { ...args, positional: args.positional.slice(1) });
  if (b === undefined) return undefined;
  if (callee.path === "operator.getitem") return getItem(run, state, a, b);
  if (callee.path === "operator.setitem" && args.positional[2] !== undefined) {
    setItem(run, state, a, { index: b, value: args.positional[2] });
    return run.values.none;
  }
  const operator = /\.i?sub$/.test(callee.path) ? "-" : callee.path === "operator.xor" ? "^" : "+";
  return binary(run, state, { operator, left: a, right: b, inPlace: false });
};

/** `str.join(sep, xs)`: the method of its first argument. */
const unboundMethod: Builtin = (run, state, { callee, args }) => {
  const [self, ...rest] = args.positional;
  if (self === undefined) return undefined;
  return run.call(state, getAttr(run, state, self, callee.path.slice(callee.path.lastIndexOf(".") + 1)), {
    ...args,
    positional: rest,
  });
};

/** `f.call(this, ...)`, `f.apply(this, [...])`, `f.bind(this, ...)` on a library function. */
const functionMethod: Builtin = (run, state, { callee, args }) => {
  const cut = callee.path.lastIndexOf(".");
  // `Function.prototype.call.call(f, ...)`: the method itself is called, and what it is called on is the function.
  const { receiver } = args;
  if (/^globalThis\.Function(\.prototype)?\.\w+$/.test(callee.path) && receiver !== null && !isFunctionItself(receiver))
    return callThrough(run, state, { target: receiver, name: callee.path.slice(cut + 1) }, args);
  return callThrough(
    run,
    state,
    { target: run.values.api(callee.path.slice(0, cut), false, callee.labels), name: callee.path.slice(cut + 1) },
    args,
  );
};

const isFunctionItself = (value: Value): boolean => value.k === "api" && /^globalThis\.Function(\.prototype)?$/.test(value.path);

type Through = { readonly target: Value; readonly name: string };

export function callThrough(
  run: Parameters<Builtin>[0],
  state: Parameters<Builtin>[1],
  through: Through,
  args: Parameters<Builtin>[2]["args"],
): Value | null | undefined {
  const [self, ...rest] = args.positional;
  const receiver = self ?? null;
  const target =
    through.target.k === "closure" && self !== undefined && isRebound(run, through.target) && !/^(setter|deleter)$/.test(through.name)
      ? run.values.closure(through.target, self)
      : through.target.k === "method" && self !== undefined && inJs(run) && /^(call|apply|bind)$/.test(through.name)
        ? run.values.method(self, through.target.name, through.target.labels)
        : through.target;
  if (/^runIn(This|New)?Context$/.test(through.name)) return run.call(state, target, { ...args, positional: [] });
  if (through.name === "valueOf") return through.target;
  if (through.name === "bind") return run.values.partial(target, rest);
  if (through.name === "call") return run.call(state, target, { ...args, positional: rest, receiver });
  if (through.name === "setter" || through.name === "deleter")
    return target.k === "closure" && self !== undefined ? addToProperty(state, target, through.name, self) : undefined;
  if (through.name !== "apply") return inJs(run) ? undefined : asTask(run, state, target, through.name, args);
  const list = rest[0];
  const elements = list === undefined ? [] : elementsOf(run, state, list);
  return run.call(state, target, {
    ...args,
    positional: elements ?? [],
    rest: elements === null && list !== undefined ? someElement(run, state, list) : null,
    receiver,
  });
}

/** How functions that became tasks of a queue are called: now or later, here or there. */
const TASKS = /^(delay|apply_async|send|send_with_options|remote|submit|enqueue|defer|s|si|signature)$/;

/** `task.delay(x)`, `task.apply_async(args=[x])`: the function runs somewhere, and what it gives can be waited for. */
function asTask(run: Run, state: Parameters<Builtin>[1], target: Value, name: string, args: CallArgs): Value | undefined {
  if (target.k !== "closure" || !TASKS.test(name)) return undefined;
  const listed = name === "apply_async" || name === "send_with_options";
  const given = listed ? (args.keywords.get("args") ?? args.positional[0]) : undefined;
  const named = listed ? (args.keywords.get("kwargs") ?? args.positional[1]) : undefined;
  const positional = listed ? ((given === undefined ? [] : elementsOf(run, state, given)) ?? []) : args.positional;
  const keywords =
    named?.k === "ref" ? new Map([...state.read(named.addr).props].map(([key, value]) => [key.slice(2), value])) : args.keywords;
  const bound = run.units[target.module]?.ir.get(target.fn).decorators.some((text) => /\bbind\s*=\s*True/.test(text)) === true;
  const all = bound ? [run.values.unknown("unmodelled", { path: "task" }), ...positional] : positional;
  if (/^s/.test(name) && !name.startsWith("se") && name !== "submit")
    return run.values.partial(withKeywords(run, state, target, keywords), all);
  const { certain } = state;
  state.certain = false;
  const result = run.call(state, target, { ...args, positional: all, keywords: listed && named === undefined ? new Map() : keywords });
  state.certain = certain;
  return run.values.partial(run.values.api("concurrent.Future()"), [result ?? run.values.unknown("local")]);
}

/** What stands in an object knows it as `this` until it is told another; an arrow function never is. */
const isRebound = (run: Run, { self, module, fn }: ClosureV): boolean =>
  self === null || (inJs(run) && run.units[module]?.ir.get(fn).flavour !== "arrow");

export const BUILTINS_FUNCTIONS: Readonly<Record<string, Builtin>> = {
  partial,
  reduce,
  operator_getter: operatorGetter,
  operator_function: operatorFunction,
  unbound_method: unboundMethod,
  function_method: functionMethod,
  /** `util.promisify(f)`: a function of the library gives what it gave; one of the program's own is told who waits. */
  promised: (run, state, { args }) => {
    const [callee] = args.positional;
    const written = callee?.k === "closure" ? writtenMember(run, state, "util.promised") : null;
    return written === null ? callee : run.call(state, written, args);
  },
  /** `@wraps(f)`, `@lru_cache(None)`, `@dataclass`: gives back what it decorates. */
  decorator_factory: (run, _state, { args }) =>
    args.positional.length === 1 && (args.positional[0]?.k === "ref" || args.positional[0]?.k === "closure")
      ? args.positional[0]
      : run.values.api("identity()"),
  wraps: (run) => run.values.api("identity()"),
  identity: (_run, _state, { args }) => args.positional[0],
  attr_get: (run, state, { args }) => {
    const [name, object] = args.positional;
    if (object === undefined || !isString(name)) return undefined;
    return name.value.split(".").reduce((v: Value, part) => getAttr(run, state, v, part), object);
  },
  item_get: (run, state, { args }) => {
    const [object, ...keys] = args.positional.toReversed();
    if (object === undefined || keys.length === 0) return undefined;
    const items = keys.toReversed().map((key) => getItem(run, state, object, key));
    return items.length === 1 ? items[0] : listValue(run, state, items, "tuple");
  },
  method_call: (run, state, { args }) => {
    const name = args.positional[0];
    const object = args.positional[args.positional.length - 1];
    if (name === undefined || object === undefined || !isString(name)) return undefined;
    return run.call(state, getAttr(run, state, object, name.value), { ...args, positional: args.positional.slice(1, -1) });
  },
};
