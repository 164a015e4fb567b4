/** Attributes and items: what `a.b`, `a[b]`, `a.b = c` and slices give on each kind of value. */
import type { State } from "../state.ts";
import {
  type ClosureV,
  isExternal,
  isNumber,
  isString,
  mergeLabels,
  partsOf,
  type RefV,
  type UnknownV,
  type Value,
  viaLabel,
} from "../values.ts";
import { NO_ARGS } from "./call-args.ts";
import { classLookup, classOf, foreignBase, specialMethod } from "./classes.ts";
import { isContainerMethod } from "./containers.ts";
import { described } from "./descriptors.ts";
import { emit } from "./effect-sink.ts";
import { knownVariable, placeVariable, variableLabels } from "./environment.ts";
import { functionAttribute, PATCHES, prototypeOf } from "./function-attributes.ts";
import { isHolder } from "./holders.ts";
import { PATH_LABEL } from "./path-label.ts";
import { isProxy, proxyTarget, proxyTrap } from "./proxies.ts";
import { patternAttribute } from "./regex-attributes.ts";
import { rememberedVariable } from "./remembered.ts";
import { inJs, modelsOf, type Run } from "./run.ts";
import { lookUpName } from "./variables.ts";

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
      return closureAttr(run, state, object, name);
    case "partial":
    case "method":
      return callableAttr(run, object, name);
    default:
      return constantAttr(run, object, name);
  }
}

/** Modules that other modules import: `shutil.os` is `os`. */
const IMPORTED_BY_OTHERS = new Set(["os", "sys", "subprocess", "shutil", "builtins", "importlib"]);

function apiAttr(run: Run, state: State, object: Extract<Value, { k: "api" }>, name: string): Value {
  const { values } = run;
  if (name === "__dict__" || name === "default" || (name === "__call__" && !inJs(run))) return object;
  if (name === "__getattribute__" && object.instance && !inJs(run)) return values.method(object, name);
  if (inJs(run) && name === "constructor" && object.path !== "globalThis.module")
    return values.api("globalThis.Function", false, [viaLabel("reflection")]);
  if (object.path === "globalThis") return values.label(lookUpName(run, state, name), object.labels);
  const path = `${object.path}.${name}`;
  const patched = state.read(PATCHES).props.get(path);
  if (patched !== undefined) return patched;
  const variable = object.path.endsWith("process.env") ? rememberedVariable(state, name) : undefined;
  if (variable !== undefined) return variable;
  const member = modelsOf(run).api(path);
  if (member !== null && member.value !== null) return values.string(member.value);
  if (member?.attribute === true)
    return values.unknown(member.cause ?? "unmodelled", { path, labels: mergeLabels(object.labels, member.labels) });
  if (!inJs(run) && name === "__file__" && !object.instance)
    return values.template([{ cause: "unmodelled", labels: [], path }, `/site-packages/${object.path.replaceAll(".", "/")}/__init__.py`]);
  if (!inJs(run) && member === null && !object.instance && IMPORTED_BY_OTHERS.has(name)) return values.api(name, false, object.labels);
  const own = modelsOf(run).api(object.path);
  const inherited =
    own?.cause !== null &&
    own?.cause !== undefined &&
    own.effects.length === 0 &&
    modelsOf(run).api(path) === null &&
    !["get", "pop", "copy", "items", "keys", "values", "setdefault"].includes(name);
  if (inherited && own !== null) {
    const place = placeVariable(run, own, name);
    if (place !== undefined) return place;
  }
  if (inherited) return values.unknown(own?.cause ?? "unmodelled", { path, labels: own === null ? [] : variableLabels(run, own, name) });
  return values.api(path, false, mergeLabels(object.labels, member?.cause === "env" ? member.labels : [], run.sensitivity.ofName(name)));
}

function unknownAttr(run: Run, object: UnknownV, name: string): Value {
  const { values } = run;
  if (inJs(run) && name === "constructor" && object.path?.endsWith(".constructor"))
    return values.api("globalThis.Function", false, [viaLabel("reflection")]);
  if (inJs(run) && OF_ANY_FUNCTION.has(name)) return values.method(object, name);
  if (name === "__call__" && !inJs(run)) return object;
  if (name === "__getattribute__" && !inJs(run)) return values.method(object, name);
  const path = object.path === null ? null : `${object.path}.${name}`;
  const kept = object.labels.length === 0 ? object.labels : object.labels.filter((l) => !l.startsWith("via:") || l === "via:decoded");
  const labels = isExternal(object) ? mergeLabels(kept, run.sensitivity.ofName(name)) : kept;
  // How long a secret is does not say what it is.
  if (name === "length" && inJs(run)) return values.unknown(object.cause, { path });
  if (object.mayCall.length === 0) return values.unknown(object.cause, { path, labels });
  const mayCall = object.mayCall.flatMap((v) => (v.k === "api" ? [values.api(`${v.path}.${name}`, false, v.labels)] : []));
  return values.unknown(object.cause, { path, labels, mayCall });
}

const OF_ANY_FUNCTION: ReadonlySet<string> = new Set(["call", "apply", "bind", "valueOf"]);

function refAttr(run: Run, state: State, object: RefV, name: string): Value {
  const { values } = run;
  const target = state.read(object.addr);
  if (target.type === "frame") return target.props.get(name) ?? values.method(object, name);
  if (isProxy(target)) {
    const trapped = proxyTrap(run, state, object, { name: "get", args: [values.string(name), object] });
    return trapped ?? getAttr(run, state, proxyTarget(state, object), name);
  }
  if (isHolder(state, object.addr)) return target.props.get(`s:${name}`) ?? values.method(object, name);
  if (target.type === "instance") return instanceAttr(run, state, object, name);
  if (target.type === "class" && name === "prototype") return object;
  if (target.type === "class") return classAttr(run, state, object, name);
  const own = target.props.get(`s:${name}`);
  if (inJs(run) || target.type === "object") {
    const getter = target.props.get(`get:${name}`);
    if (getter !== undefined) return run.call(state, getter, { ...NO_ARGS, receiver: object }) ?? values.undefined;
    // The function in a property's descriptor is not the descriptor's.
    if (own !== undefined) return name === "value" ? own : bindTo(run, own, object);
    const inherited = inheritedAttr(run, state, object, name);
    if (inherited !== null) return inherited;
    if ((name === "length" || name === "size") && target.items !== null && target.rest === null) return values.number(target.items.length);
    if (name === "size" && target.name === "Map") return target.rest === null ? values.number(target.props.size) : values.unknown("local");
    if (name === "constructor")
      return values.api(target.items === null ? "globalThis.Object" : "globalThis.Array", false, [viaLabel("reflection")]);
    if (isContainerMethod(name)) return values.method(object, name);
    if (target.rest !== null) return values.join([target.rest]);
    return target.items === null && target.type === "object" ? values.undefined : values.method(object, name);
  }
  return values.method(object, name);
}

function classAttr(run: Run, state: State, cls: RefV, name: string): Value {
  const { values } = run;
  const found = classLookup(run, state, cls, `static ${name}`) ?? classLookup(run, state, cls, name);
  if (found?.k === "closure" && found.self === null) {
    if (isClassMethod(run, found)) return values.closure(found, cls, found.labels);
    if (inJs(run) && isGetter(run, found)) return run.call(state, values.closure(found, cls), NO_ARGS) ?? values.undefined;
  }
  if (found?.k === "ref" && !inJs(run)) return described(run, state, found, { object: null, cls });
  if (found !== null) return found;
  const meta = state.read(cls.addr).props.get("#metaclass");
  const inherited = meta?.k === "ref" ? classLookup(run, state, meta, name) : null;
  if (inherited?.k === "closure") return values.closure(inherited, cls, inherited.labels);
  if (name === "__call__") return cls;
  if (name === "__getattribute__") return values.method(cls, name);
  return values.unknown("local", { path: `${state.read(cls.addr).name}.${name}` });
}

/** From the prototype of the function that made the object, or from a library that was spread into it. */
function inheritedAttr(run: Run, state: State, object: RefV, name: string): Value | null {
  const target = state.read(object.addr);
  const library = target.props.get("#spread");
  if (library !== undefined) return getAttr(run, state, library, name);
  let { parent } = target;
  for (let depth = 0; target.type === "object" && parent !== null && depth < 8; depth++) {
    const { props, parent: next } = state.read(parent);
    const found = props.get(`s:${name}`);
    if (found !== undefined) return bindTo(run, found, object);
    const getter = props.get(`get:${name}`);
    if (getter !== undefined) return run.call(state, getter, { ...NO_ARGS, receiver: object }) ?? run.values.undefined;
    parent = next;
  }
  return null;
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
    return run.call(state, values.closure(found, object), { ...NO_ARGS, receiver: object }) ?? values.undefined;
  if (found?.k === "closure") return values.closure(found, isClassMethod(run, found) ? cls : object, found.labels);
  if (found?.k === "ref" && cls !== null) return described(run, state, found, { object, cls });
  if (found !== null) return found;
  const dynamic = cls === null ? null : classLookup(run, state, cls, "__getattr__");
  if (dynamic?.k === "closure")
    return (
      run.call(state, values.closure(dynamic, object), { ...NO_ARGS, positional: [values.string(name)], receiver: object }) ??
      values.undefined
    );
  if (name === "__getattribute__") return values.method(object, name);
  if (target.rest !== null) return target.rest;
  const base = cls === null ? null : foreignBase(state, cls);
  if (base !== null && modelsOf(run).api(`${base.path}.${name}`) !== null)
    return getAttr(run, state, values.api(base.path, true, base.labels), name);
  return values.unknown("local", { path: `self.${name}` });
}

const isClassMethod = (run: Run, method: ClosureV): boolean =>
  run.units[method.module]?.ir.get(method.fn).decorators.includes("classmethod") === true;

/** `get x()`, `@property`. */
function isGetter(run: Run, method: ClosureV): boolean {
  const fn = run.units[method.module]?.ir.get(method.fn);
  return fn?.flavour === "getter" || fn?.decorators.some((d) => /^(property|cached_property|functools\.cached_property)$/.test(d)) === true;
}

function closureAttr(run: Run, state: State, object: ClosureV, name: string): Value {
  const own = functionAttribute(state, object, name);
  if (own !== undefined) return own;
  return inJs(run) && name === "prototype" ? prototypeOf(run, state, object) : callableAttr(run, object, name);
}

function callableAttr(run: Run, object: Value, name: string): Value {
  const { values } = run;
  if (inJs(run) && name === "constructor") return values.api("globalThis.Function", false, [viaLabel("reflection")]);
  if (name === "__globals__") return values.api("builtins.globals()");
  if (object.k === "partial" && object.callee.k === "api") {
    // What a library made of arguments (`string.Template(text)`) knows its own methods.
    const path = `${object.callee.path}.${name}`;
    if (modelsOf(run).api(path) !== null) return values.partial(values.api(path, false, object.labels), object.args);
  }
  if (object.k === "partial" && name === "func") return object.callee;
  return values.method(object, name);
}

function constantAttr(run: Run, object: Value, name: string): Value {
  const { values } = run;
  if (inJs(run)) {
    if (name === "length" && isString(object)) return values.number(object.value.length);
    const found = object.k === "const" && object.type === "regex" ? patternAttribute(run, object, name) : null;
    if (found !== null) return found;
    if (name === "constructor")
      return values.api(isString(object) ? "globalThis.String" : "globalThis.Number", false, [viaLabel("reflection")]);
  }
  if (name === "__class__") return values.api("builtins.type");
  if (object.labels.includes(PATH_LABEL)) {
    const part = pathAttribute(run, object, name);
    if (part !== null) return part;
  }
  return values.method(object, name);
}

/** `path.parent`, `path.name`: also of a path that is known only in part. */
function pathAttribute(run: Run, path: Value, name: string): Value | null {
  if (!["parent", "name", "stem", "suffix"].includes(name)) return null;
  const parts = [...partsOf(path)];
  const last = parts[parts.length - 1];
  if (typeof last !== "string") return run.values.unknown("local", { labels: path.labels });
  const text = last.replace(/\/$/, "");
  const cut = text.lastIndexOf("/");
  if (name === "parent") {
    if (cut < 0) return parts.length === 1 ? run.values.string(".", path.labels) : run.values.unknown("local", { labels: path.labels });
    return run.values.template([...parts.slice(0, -1), text.slice(0, cut) || (parts.length === 1 ? "/" : "")], path.labels);
  }
  if (cut < 0 && parts.length > 1) return run.values.unknown("local", { labels: path.labels });
  const base = text.slice(cut + 1);
  const suffix = /(?<=.)\.[^.]+$/.exec(base)?.[0] ?? "";
  const labels = path.labels.filter((l) => l !== PATH_LABEL);
  return run.values.string(name === "name" ? base : name === "suffix" ? suffix : base.slice(0, base.length - suffix.length), labels);
}

/** Key under which a container keeps an item; null when the index is not known. */
export function itemKey(index: Value): string | null {
  if (index.k === "api" && index.path.startsWith("globalThis.Symbol.")) return `y:${index.path}`;
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
  // `execSync["call"]` is a member of the function, not of what it gives.
  if (model !== null && model.cause !== null && (model.effects.length === 0 || name === null)) {
    const variable = name === null ? undefined : knownVariable(run, state, model, name);
    if (variable !== undefined) return variable;
    const labels = variableLabels(run, model, name);
    if (model.cause === "env")
      emit(run, state, { kind: "env.read", target: name ?? "{?}", classes: [], args: {}, labels: [], basis: "api", api: object.path });
    const shown = isNumber(index) && !inJs(run) ? `[${index.value}]` : `.${name ?? "{?}"}`;
    return values.unknown(model.cause, { path: `${object.path}${shown}`, labels });
  }
  if (name !== null) return values.label(getAttr(run, state, object, name), [viaLabel("computed_name")]);
  return dynamicMember(run, object, index);
}

/** Where members come from that any library may have. */
const ANY_LIBRARY = /^(sys\.modules|\?|builtins\.globals\(\))$/;

/**
 * A member of a library by a name that is not known. Only of a library that can do something does it matter which; a name
 * that is a parameter is recorded, and judged when a call supplies it.
 */
export function dynamicMember(run: Run, object: Extract<Value, { k: "api" }>, name: Value | undefined): Value {
  const path = `${object.path}.{?}`;
  const { harmful, effectful } = modelsOf(run).members(object.path);
  if (!harmful && !ANY_LIBRARY.test(object.path))
    return run.values.unknown("unmodelled", { path, mayCall: effectful.map((member) => run.values.api(member)) });
  const parameter = name?.k === "unknown" && name.cause === "parameter";
  const member = run.values.api(`${object.path}.*`, false, parameter ? ["type:unknown.parameter"] : []);
  return run.values.unknown("unmodelled", { path, mayCall: [member] });
}

function refItem(run: Run, state: State, object: RefV, index: Value): Value {
  const { values } = run;
  const target = state.read(object.addr);
  const name = isString(index) ? index.value : null;
  if (target.type === "frame") return name === null ? values.widen([...target.props.values()]) : lookUpName(run, state, name);
  if (target.type === "instance" || target.type === "class") {
    const method = inJs(run) || target.type === "class" ? null : specialMethod(run, state, object, "__getitem__");
    if (method !== null) return run.call(state, method, { ...NO_ARGS, positional: [index], receiver: object }) ?? values.undefined;
    return name === null ? symbolItem(run, state, object, index) : getAttr(run, state, object, name);
  }
  if (target.items !== null) {
    if (isNumber(index)) {
      const found = target.items.at(Number(index.value));
      return found === undefined ? values.unknown("local") : target.rest === null ? found : values.join([found, target.rest]);
    }
    if (inJs(run) && name !== null)
      return /^\d+$/.test(name) ? (target.items[Number(name)] ?? values.undefined) : getAttr(run, state, object, name);
    if (index.k === "api" && inJs(run)) return target.props.get(itemKey(index) ?? "") ?? values.method(object, "values");
    return values.join([...target.items, ...(target.rest === null ? [] : [target.rest])]);
  }
  const key = itemKey(index);
  const found =
    key === null
      ? undefined
      : (target.props.get(key) ?? (inJs(run) && key.startsWith("n:") ? target.props.get(`s:${key.slice(2)}`) : undefined));
  if (found === undefined && target.props.has("#spread")) return getItem(run, state, target.props.get("#spread") as Value, index);
  if (found !== undefined) return target.rest === null ? bindTo(run, found, object) : values.join([found, target.rest]);
  if (key === null) return values.join([...target.props.values(), ...(target.rest === null ? [values.unknown("local")] : [target.rest])]);
  if (inJs(run) && name !== null) return refAttr(run, state, object, name);
  if (target.rest !== null) return target.rest;
  return values.unknown("local");
}

/** `object[SYMBOL]` of the program's own classes. */
function symbolItem(run: Run, state: State, object: RefV, index: Value): Value {
  const key = inJs(run) ? itemKey(index) : null;
  const own = key === null ? undefined : state.read(object.addr).props.get(key);
  if (own !== undefined) return own;
  const cls = state.read(object.addr).type === "class" ? object : classOf(run, state, object);
  const found = key === null || cls === null ? null : classLookup(run, state, cls, key);
  if (found === null) return run.values.unknown("local");
  return found.k === "closure" ? run.values.closure(found, object, found.labels) : found;
}
