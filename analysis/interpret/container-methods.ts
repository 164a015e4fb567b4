/** Methods of values whose behaviour is built in: strings, bytes, lists, dicts, paths, functions. */

import { callJavaScriptMethod } from "../pure/javascript-methods.ts";
import { ByteString, type Pure } from "../pure/pure-value.ts";
import { callPythonMethod } from "../pure/python-methods.ts";
import { callPythonNumber } from "../pure/python-numbers.ts";
import { type HeapObject, headOf, type State } from "../state.ts";
import {
  type Hole,
  isNumber,
  isString,
  type MethodV,
  membersOf,
  mergeLabels,
  partsOf,
  type RefV,
  type Value,
  viaLabel,
} from "../values.ts";
import { callThrough } from "./builtins-functions.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { callCallbacks, callOnly } from "./callbacks.ts";
import { addAtEnd, DEQUE, LONGEST_LIST, listValue, pushAll, pushInto, shorten, someList } from "./containers.ts";
import { countMore } from "./counters.ts";
import { formatCall } from "./format-call.ts";
import { toText } from "./formatting.ts";
import { holderMethod, isHolder } from "./holders.ts";
import { getItem, itemKey } from "./items.ts";
import { elementsOf, keyValue, someElement, takenElements } from "./iterate.ts";
import { javascriptArrayMethod } from "./javascript-arrays.ts";
import { bufferMethod } from "./javascript-buffers.ts";
import { bytesMethod } from "./javascript-bytes.ts";
import { patternMethod, regexMethod } from "./javascript-regex.ts";
import { deepLabels } from "./labels.ts";
import { kept } from "./listings.ts";
import { maskedLabels } from "./masking.ts";
import { pureArguments } from "./method-arguments.ts";
import { PATH_LABEL } from "./path-label.ts";
import { pathMethod } from "./path-methods.ts";
import { fromPure } from "./purity.ts";
import { PYTHON_LISTS } from "./python-list-methods.ts";
import { matchMethod } from "./python-regex.ts";
import { inJs, newAddr, type Run } from "./run.ts";
import { rescued } from "./thenables.ts";
import { webMethod } from "./web-objects.ts";

export function callBuiltinMethod(run: Run, state: State, callee: MethodV, args: CallArgs): Value | null {
  const { receiver, name } = callee;
  if (name === "__getattribute__" && isString(args.positional[0]))
    return run.call(state, run.values.api("builtins.getattr"), withArgs(receiver, args.positional[0]));
  if (name === "__call__") return run.call(state, receiver, args);
  if (name === "valueOf" && inJs(run)) return receiver;
  if (name === "__init__" && receiver.k === "ref") return fillContainer(run, state, receiver, args);
  const result = dispatch(run, state, callee, args);
  if (result !== undefined) return result;
  if (isString(receiver) || receiver.k === "str") callOnly(run, state, args);
  else callCallbacks(run, state, args);
  const own = maskedLabels(deepLabels(state, receiver), { name, path: null }, args.positional);
  const labels = mergeLabels(own, ...args.positional.map((v) => deepLabels(state, v))).filter(
    (l) => !l.startsWith("type:") && (!l.startsWith("via:") || l === "via:decoded"),
  );
  const source = [receiver, ...args.positional].flatMap(membersOf).find((v) => v.k === "unknown" || v.k === "str");
  const hole = source?.k === "str" ? source.parts.find((p) => typeof p !== "string") : undefined;
  const cause = source?.k === "unknown" ? source.cause : typeof hole === "object" ? hole.cause : "local";
  return run.values.unknown(cause, { labels, path: source?.k === "unknown" ? source.path : null });
}

/** `super().__init__(items)` in a class that is a container. */
function fillContainer(run: Run, state: State, container: RefV, args: CallArgs): Value | null {
  const method = run.values.method(container, state.read(container.addr).type === "dict" ? "update" : "extend");
  const given = args.positional.length + args.keywords.size + (args.rest === null ? 0 : 1);
  return given === 0 || method.k !== "method" ? run.values.none : callBuiltinMethod(run, state, method, args);
}

function dispatch(run: Run, state: State, callee: MethodV, args: CallArgs): Value | null | undefined {
  const { receiver, name } = callee;
  if (
    receiver.k === "closure" ||
    receiver.k === "partial" ||
    receiver.k === "method" ||
    receiver.k === "api" ||
    (receiver.k === "unknown" && inJs(run))
  )
    return callThrough(run, state, { target: receiver, name }, args);
  if (name === "then" && inJs(run) && args.positional[0] !== undefined)
    // What a callback throws is what the promise is rejected with: nothing here ends by it.
    return run.call(state, args.positional[0], withArgs(receiver)) ?? run.values.unknown("local", { path: "rejected" });
  if (name === "catch" && receiver.k === "const" && inJs(run) && args.positional[0] !== undefined)
    return rescued(run, state, receiver, args.positional[0]);
  if (name === "finally" && inJs(run) && args.positional[0] !== undefined) {
    run.call(state, args.positional[0], withArgs());
    return receiver;
  }
  if (receiver.labels.includes(PATH_LABEL) && !inJs(run)) {
    const result = pathMethod(run, state, callee, args);
    if (result !== undefined) return result;
  }
  if (receiver.k === "const") return constantMethod(run, state, callee, args);
  if (receiver.k === "str") return templateMethod(run, state, callee, args);
  if (receiver.k !== "ref") return undefined;
  if (isHolder(state, receiver.addr)) return holderMethod(run, state, { addr: receiver.addr, name }, args);
  if (!inJs(run)) {
    if (state.read(receiver.addr).name === "Match") return matchMethod(run, state, { addr: receiver.addr, name }, args.positional);
    const changed = Object.hasOwn(PYTHON_LISTS, name)
      ? PYTHON_LISTS[name]?.(run, state, { addr: receiver.addr, receiver, name }, args)
      : undefined;
    if (changed !== undefined) return changed;
  }
  const web = inJs(run) ? webMethod(run, state, { receiver, name }, args) : undefined;
  if (web !== undefined) return web;
  const filled = inJs(run) ? bufferMethod(run, state, { receiver, name }, args) : undefined;
  if (filled !== undefined) return filled;
  const js = inJs(run) ? javascriptArrayMethod(run, state, { receiver, name }, args) : undefined;
  return js !== undefined ? js : pythonContainer(run, state, { addr: receiver.addr, receiver, name }, args);
}

const TRANSFORMS =
  /^(decode|translate|fromhex|reverse|join|replace|replaceAll|split|encode|format|toString|slice|substring|substr|charAt)$/;

/** Stands for a replacement that is known only in part while the rest is computed. */
const REPLACEMENT = "\ue010";

/** `text.replace("~", home)`: what is put in stays visible as what it is. */
function replaceByHole(run: Run, state: State, callee: MethodV, args: CallArgs): Value | null | undefined {
  const [pattern, by, ...others] = args.positional;
  if (pattern === undefined || (by?.k !== "str" && by?.k !== "unknown")) return undefined;
  const given = { ...args, positional: [pattern, run.values.string(REPLACEMENT), ...others] };
  const result = constantMethod(run, state, callee, given) ?? undefined;
  if (!isString(result)) return undefined;
  const pieces = String(result.value).split(REPLACEMENT);
  const parts = pieces.flatMap((piece, i) => [...(i === 0 ? [] : partsOf(by)), piece]).filter((p) => p !== "");
  return run.values.template(parts, mergeLabels(result.labels, by.labels));
}

function constantMethod(run: Run, state: State, callee: MethodV, args: CallArgs): Value | null | undefined {
  const { receiver, name } = callee;
  if (isString(receiver) && /^replace(All)?$/.test(name)) {
    const replaced = replaceByHole(run, state, callee, args);
    if (replaced !== undefined) return replaced;
  }
  if (receiver.k === "const" && receiver.type === "regex" && inJs(run)) return patternMethod(run, state, { pattern: receiver, name }, args);
  if (!isString(receiver) && !isNumber(receiver)) return undefined;
  const self: Pure = receiver.type === "bytes" ? new ByteString(String(receiver.value)) : (receiver.value as Pure);
  const pure = pureArguments(run, state, name, args);
  const labels = mergeLabels(
    receiver.labels,
    ...args.positional.map((v) => deepLabels(state, v)),
    TRANSFORMS.test(name) ? [viaLabel("computed_name")] : [],
  );
  if (isString(receiver) && inJs(run) && args.positional.length > 0) {
    const result = regexMethod(run, state, { text: receiver, name }, args);
    if (result !== undefined) return result;
  }
  if (/^replace(All)?$/.test(name) && (args.positional[1]?.k === "closure" || isPattern(args.positional[0])))
    return regexReplace(run, state, callee, args);
  if (name === "join" && isString(receiver)) return joinText(run, state, receiver, args);
  if (name === "format" && !inJs(run)) return formatCall(run, state, receiver, args);
  if (name === "format_map" && !inJs(run) && args.positional[0]?.k === "ref") {
    const held = [...state.read(args.positional[0].addr).props].map(([key, value]): [string, Value] => [key.slice(2), value]);
    return formatCall(run, state, receiver, { ...args, positional: [], keywords: new Map(held) });
  }
  if (isString(receiver) && ["match", "matchAll", "search", "test"].includes(name)) return undefined;
  const ofBytes = receiver.type === "bytes" && inJs(run) ? bytesMethod(run, state, { bytes: receiver, name }, args) : undefined;
  if (ofBytes !== undefined) return ofBytes;
  if (pure.some((p, i) => p === undefined && args.positional[i]?.k !== "const")) return undefined;
  const result = inJs(run)
    ? callJavaScriptMethod(self, name, pure)
    : isNumber(receiver)
      ? callPythonNumber(receiver.value, name, pure)
      : callPythonMethod(self as string | ByteString, name, pure);
  if (Array.isArray(result) && /^r?partition$/.test(name))
    return listValue(
      run,
      state,
      result.map((piece) => fromPure(run, state, piece, labels)),
      "tuple",
    );
  return result === undefined ? undefined : fromPure(run, state, result, labels);
}

const isPattern = (value: Value | undefined): boolean => value?.k === "const" && value.type === "regex";

/** A replacement that is not evaluated: what comes out is not known, what the function does is. */
function regexReplace(run: Run, state: State, callee: MethodV, args: CallArgs): Value {
  const callback = args.positional[1];
  const results =
    callback?.k === "closure" ? run.call(state, callback, { ...args, positional: [], rest: run.values.unknown("local") }) : null;
  return run.values.unknown("local", { labels: mergeLabels(callee.receiver.labels, results?.labels ?? []) });
}

/** `sep.join(items)`: holes stay holes. */
function joinText(run: Run, state: State, separator: Value, args: CallArgs): Value | undefined {
  const list = args.positional[0];
  const elements = list === undefined ? null : takenElements(run, state, list);
  if (list === undefined || !isString(separator)) return undefined;
  if (elements === null) return joinSome(run, state, separator, list);
  const parts = elements.flatMap((e, i) => [
    ...(i === 0 ? [] : [separator.value]),
    ...partsOf(separator.type === "bytes" ? e : toText(run, state, e)),
  ]);
  return run.values.template(
    parts,
    mergeLabels(separator.labels, ...elements.map((e) => deepLabels(state, e)), [viaLabel("computed_name")]),
    separator.type === "bytes",
  );
}

const found = (part: string | Hole): string | Hole => (typeof part === "string" ? part : { ...part, cause: "local" });

/** Words and lines that are not all known: each of them is one that the list may hold. */
function joinSome(run: Run, state: State, separator: Value & { readonly value: string }, list: Value): Value | undefined {
  if (list.k !== "ref" || !/[\s,\0]/.test(separator.value) || headOf(state.read(list.addr)).length > 0) return undefined;
  const members = membersOf(someElement(run, state, list));
  if (!members.every((member) => isString(member) || member.k === "str")) return undefined;
  // Which names they are is for the program to find out, not for somebody outside to say.
  const texts = members.map((member) => run.values.template(partsOf(member).map(found), member.labels));
  return run.values.label(run.values.join(texts), [viaLabel("computed_name")]);
}

/** Case and whitespace methods on a text with holes work on its known parts. */
function templateMethod(run: Run, _state: State, callee: MethodV, args: CallArgs): Value | undefined {
  const { receiver, name } = callee;
  if (receiver.k !== "str") return undefined;
  if (
    /^(upper|toUpperCase|lower|toLowerCase|strip|trim|encode|decode|toString|rstrip|lstrip|format)$/.test(name) &&
    args.positional.length === 0
  ) {
    const parts = receiver.parts.map((p) =>
      typeof p !== "string" ? p : /upper|Upper/.test(name) ? p.toUpperCase() : /lower|Lower/.test(name) ? p.toLowerCase() : p,
    );
    return run.values.template(parts, receiver.labels);
  }
  return undefined;
}

function pythonContainer(
  run: Run,
  state: State,
  self: { addr: number; receiver: Value; name: string },
  args: CallArgs,
): Value | null | undefined {
  const { values } = run;
  const object = state.read(self.addr);
  const [first, second] = args.positional;
  switch (self.name) {
    case "appendleft":
      if (object.items !== null && first !== undefined && object.items.length < LONGEST_LIST) state.write(self.addr).items?.unshift(first);
      else addSomewhere(run, state, self.addr, first ?? values.unknown("local"));
      if (object.name === DEQUE) shorten(state, self.addr, "end");
      return values.none;
    case "append":
    case "add":
    case "put":
    case "put_nowait":
      if (object.type === "set" && first?.k === "const" && object.items?.includes(first) === true) return values.none;
      pushInto(run, state, self.addr, kept(run, state, first ?? values.unknown("local")));
      if (object.name === DEQUE) shorten(state, self.addr, "start");
      return values.none;
    case "extend":
    case "update":
    case "subtract":
      if (object.bases.length > 0 && countMore(run, state, self, args.positional)) return values.none;
      extend(run, state, self.addr, args);
      if (object.name === DEQUE) shorten(state, self.addr, "start");
      return values.none;
    case "insert":
      if (object.items !== null && first !== undefined && isNumber(first) && second !== undefined)
        state.write(self.addr).items?.splice(Number(first.value), 0, second);
      else if (second !== undefined) addSomewhere(run, state, self.addr, second);
      return values.none;
    case "reverse":
      state.write(self.addr).items?.reverse();
      return values.none;
    case "pop":
    case "popleft":
    case "popitem":
      if (object.items !== null && object.rest === null) {
        const items = state.write(self.addr).items as Value[];
        const at = self.name === "popleft" ? 0 : first !== undefined && isNumber(first) ? Number(first.value) : -1;
        return items.splice(at, 1)[0] ?? values.unknown("local");
      }
      if (object.type === "dict" && first !== undefined) return poppedEntry(run, state, self.receiver, args.positional);
      if (first !== undefined || self.name === "popleft") state.write(self.addr);
      return first === undefined ? someElement(run, state, self.receiver) : getItem(run, state, self.receiver, first);
    case "get_nowait":
    case "get":
    case "setdefault":
    case "__getitem__": {
      if (object.type === "list" && (self.name === "get_nowait" || self.name === "get")) return someElement(run, state, self.receiver);
      if (first === undefined) return undefined;
      const key = itemKey(first);
      const known = key !== null && object.rest === null && (object.type === "dict" || object.type === "frame");
      if (known && object.type === "dict" && !object.props.has(key)) {
        if (self.name === "setdefault" && second !== undefined) state.setProp(self.addr, key, second);
        return second ?? values.none;
      }
      if (self.name === "setdefault" && second !== undefined && key === null && object.type === "dict")
        state.addEntry(self.addr, { key: first, value: second }, values);
      const found = getItem(run, state, self.receiver, first);
      return second === undefined || known ? found : values.join([found, second]);
    }
    case "keys":
      return object.rest === null && object.type === "dict"
        ? listValue(
            run,
            state,
            [...object.props.keys()].map((k) => keyValue(run, k)),
          )
        : object.keys === null
          ? undefined
          : someList(run, state, someElement(run, state, self.receiver));
    case "values":
      return object.rest === null && object.type === "dict"
        ? listValue(run, state, [...object.props.values()])
        : listOfSome(run, state, self.receiver);
    case "items":
      if (object.keys !== null) return someList(run, state, someEntry(run, state, self.receiver, object));
      if (object.rest !== null || object.type !== "dict") return undefined;
      return listValue(
        run,
        state,
        [...object.props].map(([k, v]) => listValue(run, state, [keyValue(run, k), v], "tuple")),
      );
    default:
      return undefined;
  }
}

/** `d.pop(key, otherwise)`: the entry is gone, when it is known which it is. */
function poppedEntry(run: Run, state: State, dict: Value, [index, otherwise]: readonly Value[]): Value {
  if (dict.k !== "ref" || index === undefined) return run.values.unknown("local");
  const { props, rest } = state.read(dict.addr);
  const key = itemKey(index);
  const held = key === null ? undefined : props.get(key);
  if (key !== null && rest === null && held === undefined && otherwise !== undefined) return otherwise;
  const found = getItem(run, state, dict, index);
  if (key !== null && held !== undefined) state.write(dict.addr).props.delete(key);
  return held !== undefined && rest === null ? held : run.values.join([found, ...(otherwise === undefined ? [] : [otherwise])]);
}

/** A key of a dict with one of its values: which belongs to which is not known. */
function someEntry(run: Run, state: State, receiver: Value, object: HeapObject): Value {
  const held = [...object.props.values(), ...(object.rest === null ? [] : [object.rest])];
  return listValue(run, state, [someElement(run, state, receiver), run.values.join(held)], "tuple");
}

function listOfSome(run: Run, state: State, receiver: Value): Value {
  const object = receiver.k === "ref" ? state.read(receiver.addr) : null;
  const known = object === null ? [] : [...object.props.values(), ...(object.items ?? [])];
  const addr = newAddr(run);
  state.add(addr, { type: "list" });
  state.addRest(
    addr,
    run.values.join([
      ...known,
      ...(object === null || object.rest === null ? [] : [object.rest]),
      ...(known.length === 0 && object?.rest === null ? [run.values.unknown("local")] : []),
    ]),
    run.values,
  );
  return run.values.ref(addr);
}

/** Not only at the end: how the list begins is no longer known. */
function addSomewhere(run: Run, state: State, addr: number, value: Value): void {
  pushInto(run, state, addr, value);
  state.write(addr);
}

function extend(run: Run, state: State, addr: number, args: CallArgs): void {
  for (const source of args.positional) {
    const elements = elementsOf(run, state, source);
    if (state.read(addr).type === "list" && source.k !== "api") {
      if (elements !== null) pushAll(run, state, addr, elements);
      else addAtEnd(run, state, addr, someElement(run, state, source));
      continue;
    }
    const object = state.write(addr);
    if (object.items !== null && elements !== null) object.items.push(...elements);
    else if (source.k === "ref" && object.items === null) {
      const from = state.read(source.addr);
      for (const [key, value] of from.props) object.props.set(key, value);
      state.addUnknown(addr, from, run.values);
    } else state.addRest(addr, someElement(run, state, source), run.values);
  }
  for (const [key, value] of args.keywords) state.setProp(addr, `s:${key}`, value);
}
