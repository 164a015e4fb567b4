/** Attributes: what `a.b` gives on each kind of value. */
import type { State } from "../state.ts";
import { type ClosureV, isExternal, isString, mergeLabels, type RefV, type UnknownV, type Value, viaLabel } from "../values.ts";
import { keptWithApp } from "./app-state.ts";
import { BASE_VALUE } from "./base-values.ts";
import { fieldMember } from "./builtins-fields.ts";
import { NO_ARGS } from "./call-args.ts";
import { ofClaim } from "./claims.ts";
import { classLookup, classOf, fieldNames, foreignBase } from "./classes.ts";
import { isContainerMethod, listValue } from "./containers.ts";
import { described } from "./descriptors.ts";
import { placeVariable, variableLabels } from "./environment.ts";
import { handlePath } from "./file-handles.ts";
import { defaultsOf, functionAttribute, isFactory, PATCHES, prototypeOf } from "./function-attributes.ts";
import { isHolder } from "./holders.ts";
import { builtinName, withMembers } from "./kinds-of-values.ts";
import { typedLabels } from "./page-forms.ts";
import { pathAttribute } from "./path-attributes.ts";
import { PATH_LABEL } from "./path-label.ts";
import { isProxy, proxyTarget, proxyTrap } from "./proxies.ts";
import { matchAttribute, patternAttribute } from "./regex-attributes.ts";
import { rememberedVariable } from "./remembered.ts";
import { causeOfPart } from "./request-parts.ts";
import { fieldLabels } from "./rows.ts";
import { inJs, modelsOf, type Run } from "./run.ts";
import { isMap, webMember } from "./url-text.ts";
import { lookUpName } from "./variables.ts";

export function getAttr(run: Run, state: State, object: Value, name: string): Value {
  const { values } = run;
  switch (object.k) {
    case "union":
      return values.join(withMembers(object.of).map((v) => getAttr(run, state, v, name)));
    case "api":
      return apiAttr(run, state, object, name);
    case "unknown":
      return (inJs(run) ? undefined : keptWithApp(state, object.path, name)) ?? unknownAttr(run, object, name);
    case "ref":
      return refAttr(run, state, object, name);
    case "closure":
      return closureAttr(run, state, object, name);
    case "partial":
    case "method":
      return callableAttr(run, object, name);
    default:
      return constantAttr(run, state, object, name);
  }
}

/** Modules that other modules import: `shutil.os` is `os`. */
const IMPORTED_BY_OTHERS = new Set(["os", "sys", "subprocess", "shutil", "builtins", "importlib"]);

/** `os.environ`: what it has comes from outside. */
const isSource = (run: Run, path: string): boolean => (modelsOf(run).api(path)?.cause ?? null) !== null;

function apiAttr(run: Run, state: State, object: Extract<Value, { k: "api" }>, name: string): Value {
  const { values } = run;
  if (name === "__dict__" || name === "default" || (name === "__call__" && !inJs(run))) return object;
  if (name === "__getattribute__" && !inJs(run) && (object.instance || isSource(run, object.path))) return values.method(object, name);
  if (inJs(run) && name === "constructor" && object.path !== "globalThis.module")
    return values.api("globalThis.Function", false, [viaLabel("reflection")]);
  if (object.path === "globalThis") return values.label(lookUpName(run, state, name), object.labels);
  if (!inJs(run) && !object.instance && name.startsWith("__")) {
    const said = ofClass(run, object, name);
    if (said !== null) return said;
  }
  const kept = inJs(run) ? undefined : keptWithApp(state, object.path, name);
  if (kept !== undefined) return kept;
  if (name === "name" && object.path === "io.File") return handlePath(run, object.labels) ?? values.unknown("local", { path: "file.name" });
  const path = `${object.path}.${name}`;
  const patched = state.read(PATCHES).props.get(path);
  if (patched !== undefined) return patched;
  const variable = object.path.endsWith("process.env") ? rememberedVariable(state, name) : undefined;
  if (variable !== undefined) return variable;
  const member = modelsOf(run).api(path);
  if (member !== null && member.value !== null)
    return typeof member.value === "number" ? values.number(member.value) : values.string(member.value);
  // `zx.fs` is another library.
  if (member?.attribute === true && member.returns !== null) return values.api(member.returns, false, object.labels);
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
    !(inJs(run) && OF_ANY_FUNCTION.has(name)) &&
    !["get", "pop", "copy", "items", "keys", "values", "setdefault"].includes(name);
  if (inherited && own !== null) {
    const place = placeVariable(run, own, name);
    if (place !== undefined) return place;
  }
  if (inherited) return values.unknown(own?.cause ?? "unmodelled", { path, labels: own === null ? [] : variableLabels(run, own, name) });
  return values.api(path, false, mergeLabels(object.labels, member?.cause === "env" ? member.labels : [], run.sensitivity.ofName(name)));
}

/** What a class of a library says of itself: `Popen.__name__`, `str.__base__`. */
function ofClass(run: Run, { path }: Extract<Value, { k: "api" }>, name: string): Value | null {
  const cut = path.lastIndexOf(".");
  if (name === "__name__" && path.endsWith(".__class__")) return run.values.unknown("local");
  if (name === "__name__" || name === "__qualname__") return run.values.string(path.slice(cut + 1));
  if (name === "__module__") return run.values.string(cut < 0 ? "builtins" : path.slice(0, cut));
  if (name === "__subclasses__" && /^builtins\.(type|object)$/.test(path)) return run.values.api(`${path}.${name}`);
  if (name === "__globals__" && /\.__\w+__$/.test(path)) return run.values.api(path.slice(0, path.indexOf(".")));
  return name === "__base__" && path.startsWith("builtins.") ? run.values.api("builtins.object") : null;
}

function unknownAttr(run: Run, object: UnknownV, name: string): Value {
  const { values } = run;
  if (inJs(run) && name === "constructor" && object.path?.endsWith(".constructor"))
    return values.api("globalThis.Function", false, [viaLabel("reflection")]);
  if (inJs(run) && OF_ANY_FUNCTION.has(name)) return values.method(object, name);
  if (name === "__call__" && !inJs(run)) return object;
  if (name === "__getattribute__" && !inJs(run)) return values.method(object, name);
  // What is made of private data keeps it, whatever method it goes through.
  const held = object.path === null && inJs(run) && object.labels.length > 0 ? "value" : object.path;
  const path = held === null ? null : `${held}.${name}`;
  const cause = causeOfPart(run, object, name);
  const listed = name === "parentPath" && inJs(run) ? handlePath(run, object.labels) : null;
  if (listed !== null) return listed;
  const kept = object.labels.length === 0 ? object.labels : object.labels.filter((l) => !l.startsWith("via:") || l === "via:decoded");
  const typed = typedLabels(run, object, name);
  if (typed.length > 0) return values.unknown(cause, { path, labels: mergeLabels(kept, typed) });
  const said = ofClaim(kept, name);
  const labels = fieldLabels(run, kept, name) ?? (isExternal(object) ? mergeLabels(said, run.sensitivity.ofName(name)) : said);
  // How long a secret is does not say what it is, and what a vault says about it neither.
  if (inJs(run) && (name === "length" || (object.cause === "network" && ABOUT_SECRETS.test(name))))
    return values.unknown(object.cause, { path, labels: name === "length" ? [] : labels.filter((label) => !label.startsWith("secret.")) });
  if (object.mayCall.length === 0) return values.unknown(cause, { path, labels });
  const mayCall = object.mayCall.flatMap((v) => (v.k === "api" ? [values.api(`${v.path}.${name}`, false, v.labels)] : []));
  return values.unknown(object.cause, { path, labels, mayCall });
}

const ABOUT_SECRETS =
  /^(name|Name|id|ARN|Version|VersionId|version|versionId|createdOn|updatedOn|expiresOn|CreatedDate|LastModifiedDate|enabled|contentType|recoveryLevel|\$metadata)$/;
const OF_ANY_FUNCTION: ReadonlySet<string> = new Set(["call", "apply", "bind", "valueOf"]);

function refAttr(run: Run, state: State, object: RefV, name: string): Value {
  const { values } = run;
  const target = state.read(object.addr);
  if (target.type === "frame") return target.props.get(name) ?? values.method(object, name);
  if (isProxy(target)) {
    const trapped = proxyTrap(run, state, object, { name: "get", args: [values.string(name), object] });
    return trapped ?? getAttr(run, state, proxyTarget(state, object), name);
  }
  if (target.name === "Match" && !inJs(run)) return matchAttribute(run, state, object.addr, name) ?? values.method(object, name);
  if (isHolder(state, object.addr)) return target.props.get(`s:${name}`) ?? values.method(object, name);
  const web = target.type === "object" && target.name !== "" ? webMember(run, state, object, name) : undefined;
  if (web !== undefined) return web;
  if (target.type === "instance") return instanceAttr(run, state, object, name);
  if (target.type === "class" && name === "prototype") return object;
  if (target.type === "class") return classAttr(run, state, object, name);
  if (name === "__class__" && !inJs(run)) return values.api(`builtins.${target.type}`);
  const own = target.props.get(`s:${name}`);
  if (inJs(run) || target.type === "object") {
    const getter = target.props.get(`get:${name}`);
    if (getter !== undefined) return run.call(state, getter, { ...NO_ARGS, receiver: object }) ?? values.undefined;
    // The function in a property's descriptor is not the descriptor's.
    if (own !== undefined) return name === "value" ? own : bindTo(run, own, object);
    const inherited = inheritedAttr(run, state, object, name);
    if (inherited !== null) return inherited;
    if ((name === "length" || name === "size") && target.items !== null && target.rest === null) return values.number(target.items.length);
    if (name === "size" && isMap(target)) return target.rest === null ? values.number(target.props.size) : values.unknown("local");
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
  const library = inJs(run) ? null : foreignBase(state, cls);
  const brought = library === null ? null : fieldMember(run, library.path, cls, name);
  if (brought !== null) return brought;
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
  if (name === (inJs(run) ? "name" : "__name__") && state.read(cls.addr).name !== "") return values.string(state.read(cls.addr).name);
  const above = inJs(run) ? null : ancestors(run, state, cls, name);
  if (above !== null) return above;
  if (name === "__getattribute__") return values.method(cls, name);
  return values.unknown("local", { path: `${state.read(cls.addr).name}.${name}` });
}

/** `C.__mro__`, `C.__bases__`, `C.__base__`. */
function ancestors(run: Run, state: State, cls: RefV, name: string): Value | null {
  const { bases } = state.read(cls.addr);
  if (name === "__base__") return bases[0] ?? run.values.api("builtins.object");
  if (name === "__bases__") return listValue(run, state, bases, "tuple");
  if (name !== "__mro__" && name !== "mro") return null;
  const all: Value[] = [];
  for (const next: Value[] = [cls]; next.length > 0 && all.length < MOST_ANCESTORS; ) {
    const one = next.shift() as Value;
    if (!all.includes(one)) all.push(one);
    if (one.k === "ref") next.push(...state.read(one.addr).bases);
  }
  const last = run.values.api("builtins.object");
  const list = listValue(run, state, all.includes(last) ? all : [...all, last], "tuple");
  return name === "mro" ? run.values.partial(run.values.api("identity()"), [list]) : list;
}
const MOST_ANCESTORS = 32;

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
export function bindTo(run: Run, value: Value, self: Value): Value {
  return value.k === "closure" && value.self === null && inJs(run) ? run.values.closure(value, self, value.labels) : value;
}

function instanceAttr(run: Run, state: State, object: RefV, name: string): Value {
  const { values } = run;
  const target = state.read(object.addr);
  if (name === "__class__" || name === "constructor") return values.ref(target.parent ?? 0);
  if (name === "__dict__") return object;
  const own = target.props.get(`s:${name}`);
  // `super.name` of a class that has a getter of the name, too.
  if (own?.k === "closure" && target.name === "super" && inJs(run) && isGetter(run, own))
    return run.call(state, own, NO_ARGS) ?? values.undefined;
  if (own !== undefined) return own;
  const cls = classOf(run, state, object);
  const found = cls === null ? null : classLookup(run, state, cls, name);
  if (found?.k === "closure" && isGetter(run, found)) {
    const given = run.call(state, values.closure(found, object), { ...NO_ARGS, receiver: object }) ?? values.undefined;
    if (!inJs(run) && isKept(run, found)) state.setProp(object.addr, `s:${name}`, given);
    return given;
  }
  if (found?.k === "partial" && isFactory(found)) {
    const made = run.call(state, found.args[0] as Value, NO_ARGS) ?? values.unknown("local");
    state.setProp(object.addr, `s:${name}`, made);
    return made;
  }
  if (found?.k === "closure") return values.closure(found, isClassMethod(run, found) ? cls : object, found.labels);
  if (found?.k === "ref" && cls !== null) return described(run, state, found, { object, cls });
  const base = target.props.get(BASE_VALUE);
  if (found?.k === "api" && modelsOf(run).api(found.path)?.attribute === true)
    return getAttr(run, state, values.api(found.path.slice(0, -name.length - 1), true), name);
  const library = found?.k === "api" || found === null ? (cls === null ? null : foreignBase(state, cls)) : null;
  const brought = library === null ? null : fieldMember(run, library.path, object, name);
  if (brought !== null) return brought;
  if (found !== null && (base === undefined || found.k !== "api")) return found;
  if (name === "__getattribute__") return values.method(object, name);
  const dynamic = cls === null ? null : (classLookup(run, state, cls, "__getattr__") ?? classLookup(run, state, cls, "__getattribute__"));
  if (dynamic?.k === "closure")
    return (
      run.call(state, values.closure(dynamic, object), { ...NO_ARGS, positional: [values.string(name)], receiver: object }) ??
      values.undefined
    );
  if (name === "__match_args__" && cls !== null) return matchNames(run, state, cls);
  if (base !== undefined) return getAttr(run, state, base, name);
  const foreign = cls === null ? null : foreignBase(state, cls);
  if (foreign !== null && modelsOf(run).api(`${foreign.path}.${name}`) !== null)
    return getAttr(run, state, values.api(foreign.path, true, foreign.labels), name);
  if (target.rest !== null) return target.rest;
  // `self.__dict__` is the object itself, whose fields its methods change.
  if (OF_FIELDS.has(name) && !inJs(run)) return values.method(object, name);
  return values.unknown("local", { path: `self.${name}` });
}

const OF_FIELDS: ReadonlySet<string> = new Set(["update", "setdefault", "__setitem__"]);

/** The names that positions of a class pattern stand for. */
function matchNames(run: Run, state: State, cls: RefV): Value {
  const names = fieldNames(state, cls);
  return names.length === 0
    ? run.values.unknown("local")
    : listValue(
        run,
        state,
        names.map((name) => run.values.string(name)),
        "tuple",
      ); // prettier-ignore
}

const isClassMethod = (run: Run, method: ClosureV): boolean =>
  run.units[method.module]?.ir.get(method.fn).decorators.includes("classmethod") === true;

/** `@cached_property`: what it gave once is the attribute. */
const isKept = (run: Run, method: ClosureV): boolean =>
  run.units[method.module]?.ir.get(method.fn).decorators.some((d) => d.endsWith("cached_property")) === true;

/** `get x()`, `@property`. */
function isGetter(run: Run, method: ClosureV): boolean {
  const fn = run.units[method.module]?.ir.get(method.fn);
  return fn?.flavour === "getter" || fn?.decorators.some((d) => /^(property|cached_property|functools\.cached_property)$/.test(d)) === true;
}

function closureAttr(run: Run, state: State, object: ClosureV, name: string): Value {
  const own = functionAttribute(state, object, name);
  if (own !== undefined) return own;
  if (name === "__defaults__" && !inJs(run)) return defaultsOf(run, state, object);
  // What a function runs is all that counts of it.
  if (name === "__code__" && !inJs(run)) return object;
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

function constantAttr(run: Run, state: State, object: Value, name: string): Value {
  const { values } = run;
  if (inJs(run)) {
    if (name === "length" && isString(object)) return values.number(object.value.length);
    // The address of a file is its path.
    if ((name === "pathname" || name === "href") && isString(object)) return object;
    const found = object.k === "const" && object.type === "regex" ? patternAttribute(run, object, name) : null;
    if (found !== null) return found;
    if (name === "constructor")
      return values.api(isString(object) ? "globalThis.String" : "globalThis.Number", false, [viaLabel("reflection")]);
  }
  if (name === "__class__") {
    const cls = object.k === "const" ? builtinName(object) : null;
    return cls === null ? values.unknown("local") : values.api(`builtins.${cls}`);
  }
  if (object.labels.includes(PATH_LABEL)) {
    const part = pathAttribute(run, state, object, name);
    if (part !== null) return part;
  }
  return values.method(object, name);
}
