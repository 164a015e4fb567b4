/** Calls: what happens for each kind of callee. Null as a result means that the call never returns normally. */

import type { Label } from "../effects.ts";
import { memo } from "../memo.ts";
import { possibly, type State } from "../state.ts";
import { type ApiV, dataLabels, isExternal, isString, mergeLabels, type RefV, type UnknownV, type Value } from "../values.ts";
import { askedBy, passesOn } from "./acting.ts";
import { calledLater } from "./again.ts";
import { callApi, callMethodModels } from "./api-call.ts";
import { keepAllWithApp } from "./app-state.ts";
import { getAttr } from "./attributes.ts";
import { fillBaseValue } from "./base-values.ts";
import { pipeInto } from "./builtins-streams.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { callCallbacks } from "./callbacks.ts";
import { askedOf } from "./checked.ts";
import { eachWay } from "./choices.ts";
import { metaCall } from "./class-creation.ts";
import { classOf, construct, foreignBase, specialMethod } from "./classes.ts";
import { callClosure } from "./closures.ts";
import { callBuiltinMethod } from "./container-methods.ts";
import { listValue } from "./containers.ts";
import { noteDecorator, routeLabels, takesRoute } from "./decorated.ts";
import { memberOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { memberOfValue } from "./enums.ts";
import { keepArguments } from "./exceptions.ts";
import { isFetched } from "./file-handles.ts";
import { reportGuess } from "./guessing.ts";
import { givenLabels } from "./keys.ts";
import { boundOf, maskedLabels } from "./masking.ts";
import { makesTable, noteMade } from "./migrations.ts";
import { callDetail, decorates, inferFromName } from "./name-inference.ts";
import { notePage, ofForm } from "./page-forms.ts";
import { isProxy, proxyTarget, proxyTrap } from "./proxies.ts";
import { loggedEntry } from "./redaction.ts";
import { rememberFile } from "./remembered.ts";
import { afterCut } from "./rotation.ts";
import { fetchedLabels, isRowLabel } from "./rows.ts";
import { current, inJs, type Run } from "./run.ts";
import { searchedLabels } from "./secret-patterns.ts";
import { setAttr } from "./set-attributes.ts";
import { reportStarted } from "./started-children.ts";
import { askedColumns, isCounted } from "./tables.ts";
import { ofDatabase } from "./throwaway.ts";
import { callOnElements } from "./unknown-lists.ts";

export function callValue(run: Run, state: State, callee: Value, args: CallArgs): Value | null {
  const asked = callee.k === "api" || callee.k === "unknown" ? saidBy(run, state, callee, args) : NO_LABELS;
  const answer = ofDatabase(run, state, callee, args, callAny(run, state, callee, args));
  const found = mergeLabels(searchedLabels(callee, args), asked);
  const result = found.length === 0 || answer === null ? answer : run.values.label(answer, found);
  return result !== null && run.values.requested && callee.k !== "closure" ? askedOf(run, callee, args, result) : result;
}

/** What calling something outside says besides what it does. */
function saidBy(run: Run, state: State, callee: ApiV | UnknownV, args: CallArgs): readonly Label[] {
  if (args.positional.length === 1) noteDecorator(run, callee, args);
  const asked = askedBy(run, state, callee, args);
  if (callee.path === null || !saysMore(callee.path)) return asked;
  noteMade(run, callee.path, args);
  if (inJs(run)) notePage(run, callee.path);
  const route = routeLabels(run, callee, args);
  return route.length === 0 ? asked : mergeLabels(asked, route);
}
/** It makes a table, takes a route or is of a form. */
const saysMore = memo((path) => makesTable(path) || takesRoute(path) || ofForm(path) !== null);

function callAny(run: Run, state: State, callee: Value, args: CallArgs): Value | null {
  if (callee.k === "api" || callee.k === "method" || callee.k === "unknown") run.calls.push({ callee, first: args.positional[0] });
  switch (callee.k) {
    case "union":
      return eachWay(
        run,
        state,
        callee.of.map((member) => (copy) => callValue(run, copy, member, args)),
      );
    case "closure":
      return callClosure(run, state, callee, args);
    case "ref":
      return callRef(run, state, callee, args);
    case "api": {
      const entry = loggedEntry(run, state, callee, args);
      return entry === null ? run.values.none : callApi(run, state, callee, entry);
    }
    case "method":
      return callBuiltinMethod(run, state, callee, args);
    case "partial":
      return callValue(run, state, callee.callee, { ...args, positional: [...callee.args, ...args.positional] });
    case "unknown":
      return callUnknown(run, state, callee, args);
    default:
      callCallbacks(run, state, args);
      return run.values.unknown("local");
  }
}

function callRef(run: Run, state: State, callee: Extract<Value, { k: "ref" }>, args: CallArgs): Value | null {
  const object = state.read(callee.addr);
  if (object.type === "class") {
    const result = metaCall(run, state, callee, args);
    if (result !== undefined) return result;
    return memberOfValue(run, state, callee, args.positional[0]) ?? construct(run, state, callee, args);
  }
  if (isProxy(object)) return callProxy(run, state, callee, args);
  if (object.type === "instance") {
    const call = object.name === "super" ? (object.props.get("s:constructor") ?? null) : specialMethod(run, state, callee, "__call__");
    if (call !== null) return callValue(run, state, call, { ...args, isNew: false });
    const self = object.name === "super" ? current(run).self : null;
    if (self?.k === "ref" && !fillBase(run, state, self, args)) keepArguments(run, state, self, args.positional);
  }
  callCallbacks(run, state, args);
  return run.values.unknown("local");
}

function fillBase(run: Run, state: State, self: RefV, args: CallArgs): boolean {
  const cls = classOf(run, state, self);
  return fillBaseValue(run, state, { self, base: cls === null ? null : foreignBase(state, cls) }, args);
}

/** The target is called, by the handler's function or without it. */
function callProxy(run: Run, state: State, proxy: Extract<Value, { k: "ref" }>, args: CallArgs): Value | null {
  const list = listValue(run, state, args.positional);
  const trap = args.isNew ? { name: "construct", args: [list] } : { name: "apply", args: [args.receiver ?? run.values.undefined, list] };
  const trapped = proxyTrap(run, state, proxy, trap);
  if (trapped !== null) return trapped;
  return callValue(run, state, proxyTarget(state, proxy), args);
}

export function callUnknown(run: Run, state: State, callee: UnknownV, args: CallArgs): Value | null {
  const { values } = run;
  const results: Value[] = [];
  for (const target of callee.mayCall) {
    if (target.k === "api" && target.path.endsWith(".*"))
      emit(run, state, {
        kind: "call.dynamic",
        target: target.path,
        classes: target.labels.includes("type:unknown.parameter") ? ["unknown.parameter"] : [],
        args: {},
        labels: callee.labels,
        basis: "api",
        api: target.path,
      });
    else if (target.k !== "unknown") {
      const result = possibly(state, () => callValue(run, state, target, args));
      if (result !== null) results.push(result);
    }
  }
  passesOn(run, callee, args.positional.length);
  const path = callee.path ?? "";
  const name = path.slice(path.lastIndexOf(".") + 1);
  const receiver = path.includes(".") ? path.slice(0, path.lastIndexOf(".")) : "";
  const decorated = decorates(run, state, args, path);
  if (decorated !== null) return decorated;
  const [attribute, assigned] = args.positional;
  // A promise's callback gets what the promise came from: text from the network stays text from the network.
  if (name === "then" && inJs(run) && attribute !== undefined && callee.mayCall.length === 0) {
    const settled = values.unknown(callee.cause, { path: receiver, labels: callee.labels });
    return calledLater(run, "once", () => run.call(state, attribute, withArgs(settled))) ?? values.undefined;
  }
  if (inJs(run)) reportStarted(run, state, callee, args);
  if (name === "pipe" && inJs(run)) pipeInto(run, state, callee, attribute, path);
  if (name === "pipe" && inJs(run) && attribute?.k === "ref") return attribute;
  if ((name === "__getattr__" || name === "__getattribute__") && isString(attribute))
    return getAttr(run, state, values.unknown(callee.cause, { path: receiver, labels: callee.labels }), attribute.value);
  if (name === "__setattr__" && isString(attribute) && assigned !== undefined)
    setAttr(run, state, values.unknown(callee.cause, { path: receiver }), { name: attribute.value, value: assigned });
  const modelled = callMethodModels(run, state, { name, receiver, value: callee }, args);
  if (!modelled && isExternal(callee)) inferFromName(run, state, { name, path, labels: callee.labels }, args);
  if (!inJs(run)) keepAllWithApp(state, { name, receiver }, args);
  if (callee.cause !== "local") reportGuess(run, state, { model: null, api: path }, args);
  const table = !inJs(run) && OF_TABLES.has(callee.cause);
  const columns = table ? askedColumns(run, state, name, args) : NO_LABELS;
  const made = callOnElements(run, state, { list: callee, name }, args);
  if (made !== null && results.length === 0) return made;
  if (SAVES.test(name)) saveTable(run, state, callee, args);
  if (name === "save") saveUpload(run, state, callee, args);
  if (table && isCounted(name)) return values.unknown("local", { path: `${path}()` });
  const labels = mergeLabels(columns, run.sensitivity.ofName(name), givenLabels(state, path, callee.labels, args));
  const given = args.positional[0];
  const asked = inJs(run) && name.startsWith("find") && given?.k === "ref" ? askedFields(run, state, given) : NO_LABELS;
  const fetched = callee.cause === "unmodelled" && given !== undefined && isFetched(given);
  const rows = modelled || /^fetch/.test(name) || callee.labels.some(isRowLabel) ? fetchedLabels(state, name, callee.labels) : NO_LABELS;
  const cause = fetched ? "network" : callee.cause === "free" ? "unmodelled" : isConverted(callee, args) ? "local" : callee.cause;
  results.push(
    values.unknown(cause, {
      path: path === "" ? null : `${path}${callDetail(state, name, args)}`,
      labels: mergeLabels(
        dataLabels(mergeLabels(maskedLabels(labels, { name, path: receiver }, args.positional), asked)),
        rows,
        name === "slice" ? afterCut(boundOf(args.positional[0], receiver), boundOf(args.positional[1], receiver)) : NO_LABELS,
      ),
    }),
  );
  return values.join(results);
}

const NO_LABELS: readonly Label[] = [];
/** Where tables come from. */
const OF_TABLES: ReadonlySet<string> = new Set(["file", "network", "unmodelled"]);

/** `request.files["model"].save(path)`: the file is what somebody sent. */
function saveUpload(run: Run, state: State, upload: UnknownV, args: CallArgs): void {
  const [path] = args.positional;
  if (path === undefined || (upload.cause !== "request" && upload.cause !== "network")) return;
  rememberFile(run, state, {
    path,
    content: run.values.unknown(upload.cause, { path: receiverPath(upload), labels: upload.labels }),
    append: false,
  });
}

const receiverPath = ({ path }: UnknownV): string | null => path?.slice(0, path.lastIndexOf(".")) ?? null;

/** `args.get("page", type=int)` is converted. */
const isConverted = (callee: UnknownV, args: CallArgs): boolean => callee.cause === "request" && args.keywords.has("type");

/** `df.to_csv(path)`: what a table holds is in the file, or in the buffer, that it is saved to. */
const SAVES = /^to_(csv|excel|json|parquet|feather|html|xml|pickle|stata|hdf|string|markdown)$/;

function saveTable(run: Run, state: State, table: UnknownV, args: CallArgs): void {
  const [to] = args.positional;
  const labels = dataLabels(table.labels);
  if (to === undefined || labels.length === 0) return;
  const content = run.values.unknown("local", { path: "table", labels });
  if (isString(to) || to.k === "str" || to.k === "union") rememberFile(run, state, { path: to, content, append: false });
  else if (to.k === "ref") run.call(state, getAttr(run, state, to, "write"), withArgs(content));
}

/** `patients.findMany({ select: { diagnosis: true } })`: what comes back is as sensitive as the fields that are asked for. */
function askedFields(run: Run, state: State, options: Value): readonly Label[] {
  const fields = memberOf(state, options, "select");
  if (fields?.k !== "ref") return NO_LABELS;
  return mergeLabels(...[...state.read(fields.addr).props.keys()].map((key) => run.sensitivity.ofName(key.slice(2))));
}
