/** Items: what `a[b]` gives on each kind of value. */
import type { State } from "../state.ts";
import { isExternal, isNumber, isString, mergeLabels, type RefV, type Value, viaLabel } from "../values.ts";
import { keptWithApp } from "./app-state.ts";
import { bindTo, getAttr } from "./attributes.ts";
import { baseValue } from "./base-values.ts";
import { NO_ARGS } from "./call-args.ts";
import { ofClaim } from "./claims.ts";
import { classLookup, classOf, specialMethod } from "./classes.ts";
import { emit } from "./effect-sink.ts";
import { knownVariable, variableLabels } from "./environment.ts";
import { withMembers } from "./kinds-of-values.ts";
import { madeItem } from "./made-items.ts";
import { namedGroup } from "./regex-attributes.ts";
import { causeOfPart } from "./request-parts.ts";
import { fieldLabels } from "./rows.ts";
import { current, inJs, modelsOf, type Run } from "./run.ts";
import { columnLabels } from "./tables.ts";
import { lookUpName } from "./variables.ts";

/** Key under which a container keeps an item; null when the index is not known. */
export function itemKey(index: Value): string | null {
  if (index.k === "api" && /^globalThis\.Symbol\.|\bOp\.\w+$/.test(index.path)) return `y:${index.path}`;
  if (index.k !== "const") return null;
  if (index.type === "number") return Number.isInteger(index.value) ? `n:${String(index.value)}` : `s:${String(index.value)}`;
  if (index.type === "string") return `s:${String(index.value)}`;
  if (index.type === "bytes") return `b:${String(index.value)}`;
  return `c:${index.type}:${String(index.value)}`;
}

export function getItem(run: Run, state: State, object: Value, index: Value): Value {
  const { values } = run;
  if (object.k === "union") return values.join(withMembers(object.of).map((v) => getItem(run, state, v, index)));
  if (index.k === "union") return values.join(index.of.map((i) => getItem(run, state, object, i)));
  const name = isString(index) ? index.value : null;
  if (object.k === "ref") return refItem(run, state, object, index);
  if (object.k === "api") return apiItem(run, state, object, index);
  if (object.k === "unknown") {
    if (inJs(run) && name !== null) return getAttr(run, state, object, name);
    const kept = keptWithApp(state, object.path, index);
    if (kept !== undefined) return kept;
    const shown = name !== null ? `.${name}` : isNumber(index) ? `[${index.value}]` : "[]";
    const field = name ?? (isNumber(index) ? Number(index.value) : null);
    const ofRow = field === null ? null : fieldLabels(run, object.labels, field);
    const asked = index.k === "ref" && !inJs(run) && isExternal(object) ? columnLabels(run, state, index) : [];
    const labels =
      ofRow ?? mergeLabels(ofClaim(object.labels, name), asked, name === null || !isExternal(object) ? [] : run.sensitivity.ofName(name));
    const cause = name === null ? object.cause : causeOfPart(run, object, name);
    return values.unknown(cause, { path: object.path === null ? null : `${object.path}${shown}`, labels, mayCall: object.mayCall });
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
  // The program finds itself there.
  const own = current(run).unit.frame;
  if (object.path === "sys.modules" && index.k === "unknown" && index.path === "__name__" && own !== undefined) return values.ref(own);
  if (object.path === "builtins.globals()" && isString(index)) return lookUpName(run, state, index.value);
  if (!inJs(run) && !object.instance && isType(run, state, index)) return object;
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

/** `deque[str]`, `dict[str, int]`: with what it is to hold a class is the same class. */
function isType(run: Run, state: State, index: Value): boolean {
  if (index.k === "api") return /^(builtins|typing)\.\w+$/.test(index.path);
  if (index.k !== "ref") return false;
  const { type, items } = state.read(index.addr);
  return type === "class" || (type === "tuple" && items !== null && items.length > 0 && items.every((item) => isType(run, state, item)));
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
    const generic = target.type === "class" && !inJs(run) ? classLookup(run, state, object, "__class_getitem__") : null;
    if (generic?.k === "closure")
      return run.call(state, run.values.closure(generic, object), { ...NO_ARGS, positional: [index] }) ?? values.undefined;
    if (generic === null && target.type === "class" && !inJs(run) && name === null) return object;
    const base = baseValue(state, object);
    if (base !== null) return missing(run, state, object, { base, index }) ?? getItem(run, state, base, index);
    return name === null ? symbolItem(run, state, object, index) : getAttr(run, state, object, name);
  }
  if (target.items !== null) {
    if (isNumber(index)) {
      const found = target.items.at(Number(index.value));
      if (found === undefined && inJs(run) && target.rest === null) return values.undefined;
      return found === undefined ? values.unknown("local") : target.rest === null ? found : values.join([found, target.rest]);
    }
    if (name !== null && target.name === "Match" && !inJs(run)) return namedGroup(state, object.addr, name) ?? values.unknown("local");
    if (inJs(run) && name !== null)
      return /^\d+$/.test(name) ? (target.items[Number(name)] ?? values.undefined) : getAttr(run, state, object, name);
    if (index.k === "api" && inJs(run)) return target.props.get(itemKey(index) ?? "") ?? values.method(object, "values");
    return values.join([...target.items, ...(target.rest === null ? [] : [target.rest])]);
  }
  const key = itemKey(index);
  if (target.bases.length > 0 && target.type === "dict" && (key === null || !target.props.has(key)))
    return madeItem(run, state, object, { index, key });
  const found =
    key === null
      ? undefined
      : (target.props.get(key) ?? (inJs(run) && key.startsWith("n:") ? target.props.get(`s:${key.slice(2)}`) : undefined));
  if (found === undefined && target.props.has("#spread")) return getItem(run, state, target.props.get("#spread") as Value, index);
  if (found !== undefined) return target.rest === null ? bindTo(run, found, object) : values.join([found, target.rest]);
  if (key === null)
    return values.join([...target.props.values(), ...(target.rest === null ? noItem(run, target.props.size) : [target.rest])]);
  if (inJs(run) && name !== null) return getAttr(run, state, object, name);
  if (target.rest !== null) return target.rest;
  return values.unknown("local");
}

/** What a table has besides for a key that is not known: in Python it raises, unless nothing is in it; in JavaScript there is nothing. */
function noItem(run: Run, items: number): readonly Value[] {
  if (inJs(run)) return [run.values.undefined];
  return items > 0 ? [] : [run.values.unknown("local")];
}

/** `__missing__` of a class that is a dictionary, for a key that it does not have. */
function missing(run: Run, state: State, object: RefV, { base, index }: { base: Value; index: Value }): Value | null {
  const key = itemKey(index);
  if (base.k !== "ref" || key === null || inJs(run) || state.read(base.addr).props.has(key)) return null;
  const method = specialMethod(run, state, object, "__missing__");
  return method === null ? null : run.call(state, method, { ...NO_ARGS, positional: [index] });
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
