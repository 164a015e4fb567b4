/** Attributes and items: what `a.b`, `a[b]`, `a.b = c` and slices give on each kind of value. */

import type { State } from "../state.ts";
import {
  type Addr,
  type ClosureV,
  isExternal,
  isNumber,
  isString,
  mergeLabels,
  type RefV,
  type UnknownV,
  type Value,
  viaLabel,
} from "../values.ts";
import { assignedEffect } from "./assignments.ts";
import { classLookup, classOf } from "./classes.ts";
import { isContainerMethod } from "./containers.ts";
import { emit } from "./effect-sink.ts";
import { elementsOf, someElement } from "./iterate.ts";
import { PATH_LABEL } from "./path-label.ts";
import { inJs, modelsOf, newAddr, type Run } from "./run.ts";
import { lookUpName } from "./variables.ts";

/** Frame address 0 holds library functions that the program replaced. */
export const PATCHES: Addr = 0;

export function getAttr(run: Run, state: State, object: Value, name: string): Value {
  const { values } = run;
  switch (object.k) {
    case "union":
      return values.join(object.of.map((v) => getAttr(run, state, v, name)));
    case "api":
      return apiAttr(run, state, object, name);
    case "unknown":
      return unknownAttr(run, object, name);
    case "ref":
      return refAttr(run, state, object, name);
    case "closure":
    case "partial":
    case "method":
      return callableAttr(run, object, name);
    default:
      return constantAttr(run, object, name);
  }
}

function apiAttr(run: Run, state: State, object: Extract<Value, { k: "api" }>, name: string): Value {
  const { values } = run;
  if (name === "__dict__" || name === "default" || (name === "prototype" && false)) return object;
  if (inJs(run) && name === "constructor") return values.api("globalThis.Function", false, [viaLabel("reflection")]);
  if (object.path === "globalThis") return values.label(lookUpName(run, state, name), object.labels);
  const path = `${object.path}.${name}`;
  const patched = state.read(PATCHES).props.get(path);
  if (patched !== undefined) return patched;
  const member = modelsOf(run).api(path);
  if (member !== null && member.value !== null) return values.string(member.value);
  if (member?.attribute === true)
    return values.unknown(member.cause ?? "unmodelled", { path, labels: mergeLabels(object.labels, member.labels) });
  const own = modelsOf(run).api(object.path);
  const inherited =
    own?.cause !== null &&
    own?.cause !== undefined &&
    own.effects.length === 0 &&
    modelsOf(run).api(path) === null &&
    !["get", "pop", "copy", "items", "keys", "values", "setdefault"].includes(name);
  if (inherited)
    return values.unknown(own?.cause ?? "unmodelled", { path, labels: mergeLabels(own?.labels ?? [], run.sensitivity.ofName(name)) });
  return values.api(path, false, mergeLabels(object.labels, run.sensitivity.ofName(name)));
}

function unknownAttr(run: Run, object: UnknownV, name: string): Value {
  const { values } = run;
  if (inJs(run) && name === "constructor" && object.path?.endsWith(".constructor"))
    return values.api("globalThis.Function", false, [viaLabel("reflection")]);
  if (inJs(run) && (name === "call" || name === "apply" || name === "bind")) return values.method(object, name);
  const path = object.path === null ? null : `${object.path}.${name}`;
  const labels = mergeLabels(
    object.labels.filter((l) => !l.startsWith("via:") || l === "via:decoded"),
    isExternal(object) ? run.sensitivity.ofName(name) : [],
  );
  const mayCall = object.mayCall.flatMap((v) => (v.k === "api" ? [values.api(`${v.path}.${name}`, false, v.labels)] : []));
  return values.unknown(object.cause, { path, labels, mayCall });
}

function refAttr(run: Run, state: State, object: RefV, name: string): Value {
  const { values } = run;
  const target = state.read(object.addr);
  if (target.type === "frame") return target.props.get(name) ?? values.method(object, name);
  if (target.type === "instance") return instanceAttr(run, state, object, name);
  if (target.type === "class" && name === "prototype") return object;
  if (target.type === "class")
    return (
      classLookup(run, state, object, `static ${name}`) ??
      classLookup(run, state, object, name) ??
      values.unknown("local", { path: `${target.name}.${name}` })
    );
  const own = target.props.get(`s:${name}`);
  if (inJs(run) || target.type === "object") {
    const getter = target.props.get(`get:${name}`);
    if (getter !== undefined)
      return (
        run.call(state, getter, { positional: [], keywords: new Map(), rest: null, receiver: object, isNew: false }) ?? values.undefined
      );
    if (own !== undefined) return bindTo(run, own, object);
    if (name === "length" && target.items !== null && target.rest === null) return values.number(target.items.length);
    if (name === "constructor")
      return values.api(target.items === null ? "globalThis.Object" : "globalThis.Array", false, [viaLabel("reflection")]);
    if (isContainerMethod(name)) return values.method(object, name);
    if (target.rest !== null) return values.join([target.rest]);
    return target.items === null && target.type === "object" ? values.undefined : values.method(object, name);
  }
  return values.method(object, name);
}

/** A function kept in an object literal runs with the object as `this`. */
function bindTo(run: Run, value: Value, self: Value): Value {
  return value.k === "closure" && value.self === null && inJs(run) ? run.values.closure(value, self, value.labels) : value;
}

function instanceAttr(run: Run, state: State, object: RefV, name: string): Value {
  const { values } = run;
  const target = state.read(object.addr);
  if (name === "__class__" || name === "constructor") return values.ref(target.parent ?? 0);
  if (name === "__dict__") return object;
  const own = target.props.get(`s:${name}`);
  if (own !== undefined) return own;
  const cls = classOf(run, state, object);
  const found = cls === null ? null : classLookup(run, state, cls, name);
  if (found?.k === "closure" && isGetter(run, found))
    return (
      run.call(state, values.closure(found, object), {
        positional: [],
        keywords: new Map(),
        rest: null,
        receiver: object,
        isNew: false,
      }) ?? values.undefined
    );
  if (found?.k === "closure") return values.closure(found, object, found.labels);
  if (found !== null) return found;
  const dynamic = cls === null ? null : classLookup(run, state, cls, "__getattr__");
  if (dynamic?.k === "closure")
    return (
      run.call(state, values.closure(dynamic, object), {
        positional: [values.string(name)],
        keywords: new Map(),
        rest: null,
        receiver: object,
        isNew: false,
      }) ?? values.undefined
    );
  if (target.rest !== null) return target.rest;
  return values.unknown("local", { path: `self.${name}` });
}

/** `get x()`, `@property`. */
function isGetter(run: Run, method: ClosureV): boolean {
  const fn = run.units[method.module]?.ir.get(method.fn);
  return fn?.flavour === "getter" || fn?.decorators.some((d) => /^(property|cached_property|functools\.cached_property)$/.test(d)) === true;
}

function callableAttr(run: Run, object: Value, name: string): Value {
  const { values } = run;
  if (inJs(run) && name === "constructor") return values.api("globalThis.Function", false, [viaLabel("reflection")]);
  if (name === "__globals__") return values.api("builtins.globals()");
  if (object.k === "partial" && name === "func") return object.callee;
  return values.method(object, name);
}

function constantAttr(run: Run, object: Value, name: string): Value {
  const { values } = run;
  if (inJs(run)) {
    if (name === "length" && isString(object)) return values.number(object.value.length);
    if (name === "constructor")
      return values.api(isString(object) ? "globalThis.String" : "globalThis.Number", false, [viaLabel("reflection")]);
  }
  if (name === "__class__") return values.api("builtins.type");
  if (object.labels.includes(PATH_LABEL) && ["parent", "name", "stem", "suffix", "parts"].includes(name))
    return values.method(object, `.${name}`);
  return values.method(object, name);
}

/** Key under which a container keeps an item; null when the index is not known. */
export function itemKey(index: Value): string | null {
  if (index.k !== "const") return null;
  if (index.type === "number") return Number.isInteger(index.value) ? `n:${String(index.value)}` : `s:${String(index.value)}`;
  if (index.type === "string") return `s:${String(index.value)}`;
  if (index.type === "bytes") return `b:${String(index.value)}`;
  return `c:${index.type}:${String(index.value)}`;
}

export function getItem(run: Run, state: State, object: Value, index: Value): Value {
  const { values } = run;
  if (object.k === "union") return values.join(object.of.map((v) => getItem(run, state, v, index)));
  if (index.k === "union") return values.join(index.of.map((i) => getItem(run, state, object, i)));
  const name = isString(index) ? index.value : null;
  if (object.k === "ref") return refItem(run, state, object, index);
  if (object.k === "api") return apiItem(run, state, object, index);
  if (object.k === "unknown") {
    if (inJs(run) && name !== null) return unknownAttr(run, object, name);
    const shown = name !== null ? `.${name}` : isNumber(index) ? `[${index.value}]` : "[]";
    const labels = mergeLabels(object.labels, name === null || !isExternal(object) ? [] : run.sensitivity.ofName(name));
    return values.unknown(object.cause, { path: object.path === null ? null : `${object.path}${shown}`, labels, mayCall: object.mayCall });
  }
  if (name !== null && inJs(run)) return values.label(getAttr(run, state, object, name), [viaLabel("computed_name")]);
  if (isString(object) && isNumber(index)) {
    const at = Number(index.value);
    const c = object.value.at(inJs(run) && at < 0 ? object.value.length : at);
    if (c === undefined) return values.undefined;
    return object.type === "bytes" ? values.number(c.charCodeAt(0), object.labels) : values.string(c, object.labels);
  }
  return values.unknown(object.k === "str" ? "unmodelled" : "local", { labels: object.labels });
}

function apiItem(run: Run, state: State, object: Extract<Value, { k: "api" }>, index: Value): Value {
  const { values } = run;
  if (object.path === "sys.modules" && isString(index)) return values.api(index.value, false, [viaLabel("computed_name")]);
  if (object.path === "builtins.globals()" && isString(index)) return lookUpName(run, state, index.value);
  const model = modelsOf(run).api(object.path);
  const name = isString(index) ? index.value : null;
  if (model !== null && model.cause !== null) {
    const labels = mergeLabels(model.labels, name === null ? [] : run.sensitivity.ofName(name));
    if (model.cause === "env")
      emit(run, state, { kind: "env.read", target: name ?? "{?}", classes: [], args: {}, labels: [], basis: "api", api: object.path });
    return values.unknown(model.cause, { path: `${object.path}.${name ?? "{?}"}`, labels });
  }
  if (name !== null) return values.label(getAttr(run, state, object, name), [viaLabel("computed_name")]);
  return dynamicMember(run, object);
}

/** A member of a library by a name that is not known. */
export function dynamicMember(run: Run, object: Extract<Value, { k: "api" }>): Value {
  return run.values.unknown("unmodelled", { path: `${object.path}.{?}`, mayCall: [run.values.api(`${object.path}.*`)] });
}

function refItem(run: Run, state: State, object: RefV, index: Value): Value {
  const { values } = run;
  const target = state.read(object.addr);
  const name = isString(index) ? index.value : null;
  if (target.type === "frame") return name === null ? values.widen([...target.props.values()]) : lookUpName(run, state, name);
  if (target.type === "instance" || target.type === "class") {
    const method = getAttr(run, state, object, "__getitem__");
    if (method.k === "closure")
      return (
        run.call(state, method, { positional: [index], keywords: new Map(), rest: null, receiver: object, isNew: false }) ??
        values.undefined
      );
    return name === null ? values.unknown("local") : getAttr(run, state, object, name);
  }
  if (target.items !== null) {
    if (isNumber(index)) {
      const found = target.items.at(Number(index.value));
      return found === undefined ? values.unknown("local") : target.rest === null ? found : values.join([found, target.rest]);
    }
    if (inJs(run) && name !== null)
      return /^\d+$/.test(name) ? (target.items[Number(name)] ?? values.undefined) : getAttr(run, state, object, name);
    return values.join([...target.items, ...(target.rest === null ? [] : [target.rest])]);
  }
  const key = itemKey(index);
  const found =
    key === null
      ? undefined
      : (target.props.get(key) ?? (inJs(run) && key.startsWith("n:") ? target.props.get(`s:${key.slice(2)}`) : undefined));
  if (found !== undefined) return target.rest === null ? bindTo(run, found, object) : values.join([found, target.rest]);
  if (key === null) return values.join([...target.props.values(), ...(target.rest === null ? [values.unknown("local")] : [target.rest])]);
  if (inJs(run) && name !== null) return refAttr(run, state, object, name);
  if (target.rest !== null) return target.rest;
  return values.unknown("local", { labels: name === null ? [] : [] });
}

export function setAttr(run: Run, state: State, object: Value, to: { name: string; value: Value }): void {
  const { name, value } = to;
  assignedEffect(run, state, value, { target: name, object });
  if (object.k === "union") {
    for (const member of object.of)
      if (member.k === "ref")
        state.setProp(member.addr, attrKey(state, member.addr, name), run.values.join([value, run.values.unknown("local")]));
    return;
  }
  if (object.k === "ref") {
    state.setProp(object.addr, attrKey(state, object.addr, name), value);
    return;
  }
  if (object.k === "api" && !object.instance) {
    const path = `${object.path}.${name}`;
    if (modelsOf(run).api(path) !== null)
      emit(run, state, { kind: "code.patch", target: path, classes: [], args: {}, labels: [], basis: "api", api: path });
    if (!/^(globalThis\.)?module\.exports/.test(path)) state.setProp(PATCHES, path, value);
  }
}

/** Frames and classes keep names plainly, everything else under `s:`. */
function attrKey(state: State, addr: Addr, name: string): string {
  const type = state.read(addr).type;
  return type === "frame" || type === "class" ? name : `s:${name}`;
}

export function setItem(run: Run, state: State, object: Value, to: { index: Value; value: Value; quiet?: boolean }): void {
  const { index, value } = to;
  const name = isString(index) ? index.value : null;
  if (name !== null && to.quiet !== true) assignedEffect(run, state, value, { target: name, object });
  if (object.k === "api") {
    if (object.path === "os.environ" || object.path.endsWith("process.env"))
      emit(run, state, {
        kind: "env.write",
        target: name ?? "{?}",
        classes: [],
        args: {},
        labels: value.labels,
        basis: "api",
        api: object.path,
      });
    return;
  }
  if (object.k !== "ref") return;
  const target = state.write(object.addr);
  if (target.type === "frame" || target.type === "instance" || target.type === "class") {
    if (name !== null) state.setProp(object.addr, attrKey(state, object.addr, name), value);
    return;
  }
  if (target.items !== null && isNumber(index)) {
    const at = Number(index.value);
    if (at >= 0 && at < target.items.length) target.items[at] = value;
    else if (inJs(run) && at === target.items.length) target.items.push(value);
    else target.rest = target.rest === null ? value : run.values.join([target.rest, value]);
    return;
  }
  const key = itemKey(index);
  if (key !== null && target.props.size < 256) state.setProp(object.addr, key, value);
  else state.addRest(object.addr, value, run.values);
}

export function deleteItem(_run: Run, state: State, object: Value, index: Value): void {
  if (object.k !== "ref") return;
  const key = itemKey(index);
  const target = state.write(object.addr);
  if (key !== null) target.props.delete(key);
  if (target.items !== null && isNumber(index)) target.items.splice(Number(index.value), 1);
}

export function getSlice(run: Run, state: State, object: Value, bounds: readonly [Value | null, Value | null, Value | null]): Value {
  const { values } = run;
  const [lower, upper, step] = bounds.map((b) =>
    b === null || (b.k === "const" && b.type === "null") ? null : isNumber(b) ? Number(b.value) : undefined,
  );
  if (lower === undefined || upper === undefined || step === undefined)
    return values.unknown("unmodelled", { labels: object.labels, path: object.k === "unknown" ? object.path : null });
  if (isString(object)) {
    const text = sliced([...(object.type === "bytes" ? object.value : object.value)], { lower, upper, step }).join("");
    return object.type === "bytes" ? values.bytes(text, object.labels) : values.string(text, object.labels);
  }
  const elements = elementsOf(run, state, object);
  if (elements !== null) {
    const addr = newAddr(run);
    state.add(addr, { type: "list", items: sliced(elements, { lower, upper, step }) });
    return values.ref(addr);
  }
  if (object.k === "unknown") return values.unknown(object.cause, { path: object.path, labels: object.labels });
  const addr = newAddr(run);
  state.add(addr, { type: "list" });
  state.addRest(addr, someElement(run, state, object), values);
  return object.k === "ref" ? values.ref(addr) : values.unknown("local", { labels: object.labels });
}

/** Python's slice on a sequence. */
export function sliced<T>(items: readonly T[], bounds: { lower: number | null; upper: number | null; step: number | null }): T[] {
  const step = bounds.step ?? 1;
  const n = items.length;
  if (step === 0) return [];
  const clamp = (value: number | null, fallback: number): number => {
    if (value === null) return fallback;
    const from = value < 0 ? value + n : value;
    return step > 0 ? Math.min(n, Math.max(0, from)) : Math.min(n - 1, Math.max(-1, from));
  };
  const from = clamp(bounds.lower, step > 0 ? 0 : n - 1);
  const to = clamp(bounds.upper, step > 0 ? n : -1);
  const out: T[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) out.push(items[i] as T);
  return out;
}
