/** What `a.b = c`, `a[b] = c` and `del a[b]` do on each kind of value: setters, descriptors and proxies of the program's own run. */
import { type HeapObject, possibly, type State } from "../state.ts";
import { type Addr, type ApiV, isNumber, isString, membersOf, partsOf, type RefV, textOf, type UnknownV, type Value } from "../values.ts";
import { keepWithApp } from "./app-state.ts";
import { assignedEffect } from "./assignments.ts";
import { baseValue } from "./base-values.ts";
import { saysAlways } from "./builtins-connections.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { classLookup } from "./classes.ts";
import { setClientDefault } from "./client-settings.ts";
import { emptyObject } from "./containers.ts";
import { emit } from "./effect-sink.ts";
import { functionAttribute, PATCHES, setDefaults, setFunctionAttribute } from "./function-attributes.ts";
import { intercept } from "./intercepted.ts";
import { itemKey } from "./items.ts";
import { reportFieldSet } from "./mapper-writes.ts";
import { FIXED, FROZEN, GUARDED } from "./own-keys.ts";
import { setElement, setOfPage } from "./page.ts";
import { noteSubmit } from "./page-forms.ts";
import { isProxy, proxyTrap } from "./proxies.ts";
import { rememberPlace, rememberVariable } from "./remembered.ts";
import { inJs, modelsOf, type Run } from "./run.ts";
import { reportLifted } from "./safeguards.ts";
import { setSlice } from "./slices.ts";
import { fitted, isTyped } from "./typed-arrays.ts";
import { reportReversed } from "./verdicts.ts";

export function setAttr(run: Run, state: State, object: Value, to: { name: string; value: Value }): void {
  const { name, value } = to;
  assignedEffect(run, state, value, { target: name, object });
  reportLifted(run, state, value, { target: name, object });
  reportFieldSet(run, state, value, { target: name, object });
  reportReversed(run, state, value, { target: name, object });
  lifecycleScript(run, state, name, value);
  if (object.k === "union") {
    for (const member of object.of)
      if (member.k === "ref")
        state.setProp(member.addr, attrKey(state, member.addr, name), run.values.join([value, run.values.unknown("local")]));
    return;
  }
  if (object.k === "ref") {
    if (!ownSetter(run, state, object, to)) state.setProp(object.addr, attrKey(state, object.addr, name), value);
    return;
  }
  if (
    value.k === "closure" &&
    /^on_?[a-z]/.test(name) &&
    (object.k === "unknown" || (object.k === "api" && (object.instance || isPage(object.path))))
  )
    handle(run, state, object, { name, handler: value });
  if (!inJs(run) && (object.k === "unknown" || object.k === "api")) keepWithApp(state, object.path, to);
  if (inJs(run) && PAGE_NAMES.has(name) && (object.k === "unknown" || object.k === "api")) setOfPage(run, state, object.path ?? "", to);
  if (object.k === "closure") setFunctionAttribute(state, object, name, value);
  if (object.k === "closure" && name === "__defaults__") setDefaults(run, state, object, value);
  if (object.k === "api" && object.instance) setElement(run, state, object, to);
  if (object.k === "api" && inJs(run)) setClientDefault(run, state, object, to);
  if (object.k === "api" && !inJs(run)) turnOff(run, state, object, to);
  if (object.k === "api" && !inJs(run)) saidFromNowOn(run, state, { ...object, path: `${object.path}.${name}` }, value);
  if (object.k === "api" && !object.instance) patch(run, state, `${object.path}.${name}`, value);
}

const PAGE_NAMES: ReadonlySet<string> = new Set(["innerHTML", "outerHTML", "action", "href", "location"]);
const isPage = (path: string): boolean => /^globalThis(\.(window|document|self))?$/.test(path);

/** `client.on_message = f`: the library calls it with what it receives, which is as private as what it listens to. */
function handle(run: Run, state: State, object: UnknownV | ApiV, to: { name: string; handler: Value }): void {
  const { path } = object;
  noteSubmit(run, to.name, withArgs(to.handler));
  const typed = /^on(key|paste)/.test(to.name) && object.k === "api" && isPage(object.path);
  const rest = typed
    ? run.values.unknown("input", { path: "key", labels: ["file", "file.private"] })
    : run.values.unknown(isReceiver(run, to.name) ? "request" : "unmodelled", {
        path,
        labels: object.labels.filter((l) => l === "file.private"),
      });
  possibly(state, () => run.call(state, to.handler, { ...NO_ARGS, receiver: object, rest }));
}

/** What a client of Python gets from the other side of its connection. */
const isReceiver = (run: Run, name: string): boolean => !inJs(run) && /^on_(message|data|packet|receive\w*)$/.test(name);

const LIFECYCLE = new Set(["preinstall", "postinstall", "prepare", "prepublish", "preuninstall", "postuninstall"]);

/** A script that a package manager runs by itself is a program that is started: whoever installs the package starts it. */
function lifecycleScript(run: Run, state: State, name: string, value: Value): void {
  if (!LIFECYCLE.has(name)) return;
  const starts = run.values.api("package.json.scripts");
  for (const line of membersOf(value))
    if ((isString(line) || line.k === "str") && /[\s;|&]/.test(textOf(line)))
      possibly(state, () => run.call(state, starts, { ...NO_ARGS, positional: [ownPart(run, line)] }));
}

/** `${scripts.test} && more`: what stands there already is nobody's doing here. */
const ownPart = (run: Run, line: Value): Value =>
  run.values.string(
    partsOf(line)
      .map((part) => (typeof part === "string" ? part : "true"))
      .join(""),
    line.labels,
  );

/** Names of functions that decide who may do what. */
const CHECK =
  /verif(y|ies)|authenticate|authori[sz]|compare_?digest|timingsafeequal|check_?pw|check_?password|(has|check|require)_?(perm|auth|access|login|role)|is_?(admin|allowed|authori[sz]ed|authenticated)|validate_?(token|signature|session)|add_?audit_?hook|(login|permission|auth)_required$|user_passes_test/i;

/** A check of another module now is a function or a constant of the program. */
const replacesCheck = (path: string, value: Value): boolean =>
  (CHECK.test(path.slice(path.lastIndexOf(".") + 1)) || /(^|\.)jwt\.decode$/.test(path)) &&
  (value.k === "closure" || value.k === "partial" || value.k === "const") &&
  !/^(globalThis\.)?(module\.)?exports\b|\.prototype\./.test(path);

/** `ssl._create_default_https_context = ssl._create_unverified_context` */
const isUnverified = (value: Value): boolean => value.k === "api" && /(^|[._])(unverified|insecure|no_?verify)/i.test(value.path);

/** `session.verify = False`: from now on nobody asks whom the library talks to. */
function turnOff(run: Run, state: State, object: ApiV, to: { name: string; value: Value }): void {
  if (!/^(verify|verify_ssl|ssl_verify|verify_certs)$/.test(to.name) || to.value.k !== "const" || to.value.value !== false) return;
  const target = `${object.path}.${to.name}`;
  emit(run, state, { kind: "code.patch", target, classes: [], args: { check: true }, labels: [], basis: "api", api: target });
}

/** What Python calls by itself; a function there is run like any that nobody calls, an object by what it is called with. */
const HOOKS: ReadonlySet<string> = new Set(["sys.excepthook", "sys.unraisablehook", "sys.displayhook", "threading.excepthook"]);

/** `session.headers = {...}`, `session.headers["X"] = value`: what a client says in every request. */
function saidFromNowOn(run: Run, state: State, object: ApiV, said: Value): void {
  if (modelsOf(run).api(`${object.path}.update`)?.builtin === "session_said") saysAlways(run, state, object, said);
}

function saidItem(run: Run, state: State, to: { index: Value; value: Value }): Value {
  const said = emptyObject(run, state);
  state.setProp(said.addr, itemKey(to.index) ?? "s:?", to.value);
  return said;
}

/** A library function is replaced: from now on it is what it was replaced by. */
function patch(run: Run, state: State, path: string, value: Value): void {
  if (HOOKS.has(path) && value.k === "ref")
    possibly(state, () => run.call(state, value, { ...NO_ARGS, rest: run.values.unknown("unmodelled", { path }) }));
  intercept(run, state, path, value);
  if (path.endsWith("$.cwd")) rememberPlace(run, state, value);
  const check = replacesCheck(path, value) || isUnverified(value);
  if (check || modelsOf(run).api(path) !== null || /^globalThis\.\w+\.prototype\.\w+$/.test(path))
    emit(run, state, { kind: "code.patch", target: path, classes: [], args: check ? { check } : {}, labels: [], basis: "api", api: path });
  if (/\.env\.\w+$/.test(path)) rememberVariable(run, state, { name: path.slice(path.lastIndexOf(".") + 1), value, api: path });
  state.setProp(PATCHES, path, value);
}

/** A setter, descriptor, `__setattr__` or proxy trap of the program's own runs instead of the assignment. */
function ownSetter(run: Run, state: State, object: RefV, to: { name: string; value: Value }): boolean {
  const target = state.read(object.addr);
  if (isProxy(target)) {
    proxyTrap(run, state, object, { name: "set", args: [run.values.string(to.name), to.value, object] });
    return false;
  }
  if (target.props.has(GUARDED) && (target.props.has(FROZEN) || target.props.has(FIXED + to.name))) return true;
  const own = inJs(run) ? target.props.get(`set:${to.name}`) : undefined;
  if (own !== undefined) {
    run.call(state, own, { ...NO_ARGS, positional: [to.value], receiver: object });
    return true;
  }
  if (target.type !== "instance" || target.parent === null) return false;
  const cls = run.values.ref(target.parent) as RefV;
  return inJs(run) ? classSetter(run, state, { cls, object }, to) : pythonSetter(run, state, { cls, object }, to);
}

type Of = { readonly cls: RefV; readonly object: RefV };

function classSetter(run: Run, state: State, of: Of, to: { name: string; value: Value }): boolean {
  const setter = classLookup(run, state, of.cls, `set ${to.name}`);
  if (setter?.k !== "closure") return false;
  run.call(state, run.values.closure(setter, of.object), { ...NO_ARGS, positional: [to.value], receiver: of.object });
  return true;
}

function pythonSetter(run: Run, state: State, of: Of, to: { name: string; value: Value }): boolean {
  const found = classLookup(run, state, of.cls, to.name);
  const setter = found?.k === "closure" ? functionAttribute(state, found, "__setter__") : undefined;
  if (setter?.k === "closure") {
    run.call(state, run.values.closure(setter, of.object), { ...NO_ARGS, positional: [to.value] });
    return true;
  }
  if (found?.k === "ref" && state.read(found.addr).type === "instance") {
    const owner = state.read(found.addr).parent;
    const set = owner === null ? null : classLookup(run, state, run.values.ref(owner) as RefV, "__set__");
    if (set?.k === "closure") {
      run.call(state, run.values.closure(set, found), { ...NO_ARGS, positional: [of.object, to.value] });
      return true;
    }
  }
  const own = classLookup(run, state, of.cls, "__setattr__");
  if (own?.k === "closure" && !run.stack.some((act) => act.fn.name === "__setattr__" && act.self === of.object))
    run.call(state, run.values.closure(own, of.object), { ...NO_ARGS, positional: [run.values.string(to.name), to.value] });
  return false;
}

/** Frames and classes keep names plainly, everything else under `s:`. */
function attrKey(state: State, addr: Addr, name: string): string {
  const type = state.read(addr).type;
  return type === "frame" || type === "class" ? name : `s:${name}`;
}

export function setItem(run: Run, state: State, object: Value, to: { index: Value; value: Value; quiet?: boolean }): void {
  const { index, value } = to;
  const name = isString(index) ? index.value : null;
  if (name !== null) lifecycleScript(run, state, name, value);
  if (name !== null && to.quiet !== true) {
    assignedEffect(run, state, value, { target: name, object });
    reportLifted(run, state, value, { target: name, object });
    reportReversed(run, state, value, { target: name, object });
  }
  if (!inJs(run) && name !== null && (object.k === "unknown" || object.k === "api")) keepWithApp(state, object.path, { name, value });
  if (object.k === "api") {
    if (!inJs(run)) saidFromNowOn(run, state, object, saidItem(run, state, to));
    else if (isString(to.index)) setClientDefault(run, state, object, { name: String(to.index.value), value: to.value });
    if (object.path === "os.environ" || object.path.endsWith("process.env"))
      rememberVariable(run, state, { name: name ?? "{?}", value, api: object.path });
    else if (name !== null && inJs(run)) patch(run, state, `${object.path}.${name}`, value);
    return;
  }
  if (object.k !== "ref") return;
  const base = baseValue(state, object);
  if (base !== null && !setItemMethod(run, state, object, to)) {
    setItem(run, state, base, { ...to, quiet: true });
    return;
  }
  if (base !== null) return;
  const target = state.write(object.addr);
  if (target.type === "frame" || target.type === "instance" || target.type === "class") {
    const symbol = name === null ? itemKey(index) : null;
    if (symbol?.startsWith("y:") === true) state.setProp(object.addr, symbol, value);
    if (name !== null && !(target.type === "instance" && setItemMethod(run, state, object, to)))
      state.setProp(object.addr, attrKey(state, object.addr, name), value);
    return;
  }
  if (target.type === "list" && !inJs(run) && setSlice(run, state, object.addr, { index, value })) return;
  const place = target.items === null ? null : placeOf(run, index);
  if (place !== null) {
    putItem(run, target, place, value);
    return;
  }
  if (name !== null && to.quiet !== true && ownSetter(run, state, object, { name, value })) return;
  const key = itemKey(index);
  if (key !== null && target.props.size < 256) state.setProp(object.addr, key, value);
  else if (target.type === "dict") state.addEntry(object.addr, { key: index, value }, run.values);
  else state.addRest(object.addr, value, run.values);
}

/** A number; in JavaScript also its text. */
function placeOf(run: Run, index: Value): number | null {
  if (isNumber(index)) return Number(index.value);
  return inJs(run) && isString(index) && /^\d+$/.test(index.value) ? Number(index.value) : null;
}

/** In its place, or at the end; what is put elsewhere may be anywhere. */
function putItem(run: Run, target: HeapObject, at: number, given: Value): void {
  const items = target.items as Value[];
  const value = target.name === "" ? given : fitted(run, target.name, given);
  const place = at < 0 && !inJs(run) ? at + items.length : at;
  if (place >= 0 && place < items.length) items[place] = value;
  else if (isTyped(target)) return;
  else if (inJs(run) && at === items.length) items.push(value);
  else target.rest = target.rest === null ? value : run.values.join([target.rest, value]);
}

/** `__setitem__` of the program's own objects. */
function setItemMethod(run: Run, state: State, object: RefV, to: { index: Value; value: Value }): boolean {
  const { parent } = state.read(object.addr);
  const method = parent === null || inJs(run) ? null : classLookup(run, state, run.values.ref(parent) as RefV, "__setitem__");
  if (method?.k !== "closure") return false;
  run.call(state, run.values.closure(method, object), { ...NO_ARGS, positional: [to.index, to.value] });
  return true;
}

/** `del object.name`: a property's own function, when it has one. */
export function deleteAttr(run: Run, state: State, object: Value, name: string): void {
  const { parent } = object.k === "ref" && !inJs(run) ? state.read(object.addr) : { parent: null };
  const found = parent === null ? null : classLookup(run, state, run.values.ref(parent) as RefV, name);
  const deleter = found?.k === "closure" ? functionAttribute(state, found, "__deleter__") : undefined;
  if (deleter?.k === "closure") run.call(state, run.values.closure(deleter, object), NO_ARGS);
  else deleteItem(run, state, object, run.values.string(name));
}

export function deleteItem(run: Run, state: State, object: Value, index: Value): void {
  if (object.k !== "ref") return;
  const { type, parent } = state.read(object.addr);
  const own =
    type !== "instance" || parent === null || inJs(run) ? null : classLookup(run, state, run.values.ref(parent) as RefV, "__delitem__");
  if (own?.k === "closure") {
    run.call(state, run.values.closure(own, object), { ...NO_ARGS, positional: [index] });
    return;
  }
  const key = itemKey(index);
  const target = state.write(object.addr);
  if (key !== null) target.props.delete(key);
  if (target.items !== null && isNumber(index)) target.items.splice(Number(index.value), 1);
}
