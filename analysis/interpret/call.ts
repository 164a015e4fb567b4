/** Calls: what happens for each kind of callee. Null as a result means that the call never returns normally. */

import type { Label } from "../effects.ts";
import { joinStates, type State } from "../state.ts";
import { isExternal, isString, mergeLabels, type UnknownV, type Value } from "../values.ts";
import { callApi, callMethodModels } from "./api-call.ts";
import { getAttr } from "./attributes.ts";
import { pipeInto } from "./builtins-streams.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { callCallbacks } from "./callbacks.ts";
import { metaCall } from "./class-creation.ts";
import { construct, specialMethod } from "./classes.ts";
import { callClosure } from "./closures.ts";
import { callBuiltinMethod } from "./container-methods.ts";
import { listValue } from "./containers.ts";
import { memberOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { keepArguments } from "./exceptions.ts";
import { isFetched } from "./file-handles.ts";
import { reportGuess } from "./guessing.ts";
import { deepLabels } from "./labels.ts";
import { callDetail, decorates, inferFromName } from "./name-inference.ts";
import { isProxy, proxyTarget, proxyTrap } from "./proxies.ts";
import { current, inJs, type Run } from "./run.ts";
import { setAttr } from "./set-attributes.ts";

export function callValue(run: Run, state: State, callee: Value, args: CallArgs): Value | null {
  switch (callee.k) {
    case "union":
      return callUnion(run, state, callee.of, args);
    case "closure":
      return callClosure(run, state, callee, args);
    case "ref":
      return callRef(run, state, callee, args);
    case "api":
      return callApi(run, state, callee, args);
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

/** Each member on its own copy of the state; afterwards the states are joined. */
function callUnion(run: Run, state: State, members: readonly Value[], args: CallArgs): Value | null {
  const certain = state.certain;
  const results: Value[] = [];
  let joined: State | null = null;
  for (const member of members) {
    const copy = state.fork();
    copy.certain = false;
    const result = callValue(run, copy, member, args);
    if (result === null) continue;
    results.push(result);
    joined = joined === null ? copy : joinStates(joined, copy, run.values);
  }
  if (joined === null) return null;
  state.adopt(joined);
  state.certain = certain;
  return run.values.join(results);
}

function callRef(run: Run, state: State, callee: Extract<Value, { k: "ref" }>, args: CallArgs): Value | null {
  const object = state.read(callee.addr);
  if (object.type === "class") {
    const result = metaCall(run, state, callee, args);
    return result === undefined ? construct(run, state, callee, args) : result;
  }
  if (isProxy(object)) return callProxy(run, state, callee, args);
  if (object.type === "instance") {
    const call = object.name === "super" ? (object.props.get("s:constructor") ?? null) : specialMethod(run, state, callee, "__call__");
    if (call !== null) return callValue(run, state, call, { ...args, isNew: false });
    const self = object.name === "super" ? current(run).self : null;
    if (self?.k === "ref") keepArguments(run, state, self, args.positional);
  }
  callCallbacks(run, state, args);
  return run.values.unknown("local");
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
      const certain = state.certain;
      state.certain = false;
      const result = callValue(run, state, target, args);
      state.certain = certain;
      if (result !== null) results.push(result);
    }
  }
  const path = callee.path ?? "";
  const name = path.slice(path.lastIndexOf(".") + 1);
  const receiver = path.includes(".") ? path.slice(0, path.lastIndexOf(".")) : "";
  const decorated = decorates(run, state, args, path);
  if (decorated !== null) return decorated;
  const [attribute, assigned] = args.positional;
  // A promise's callback gets what the promise came from: text from the network stays text from the network.
  if (name === "then" && inJs(run) && attribute !== undefined && callee.mayCall.length === 0) {
    const settled = values.unknown(callee.cause, { path: receiver, labels: callee.labels });
    return run.call(state, attribute, withArgs(settled)) ?? values.undefined;
  }
  if (name === "pipe" && inJs(run)) pipeInto(run, state, callee, attribute, path);
  if ((name === "__getattr__" || name === "__getattribute__") && isString(attribute))
    return getAttr(run, state, values.unknown(callee.cause, { path: receiver, labels: callee.labels }), attribute.value);
  if (name === "__setattr__" && isString(attribute) && assigned !== undefined)
    setAttr(run, state, values.unknown(callee.cause, { path: receiver }), { name: attribute.value, value: assigned });
  const modelled = callMethodModels(run, state, { name, receiver, value: callee }, args);
  if (!modelled && isExternal(callee)) inferFromName(run, state, { name, path, labels: callee.labels }, args);
  if (callee.cause !== "local") reportGuess(run, state, { model: null, api: path }, args);
  callCallbacks(run, state, args, callee);
  const labels = mergeLabels(
    callee.labels,
    run.sensitivity.ofName(name),
    ...args.positional.map((v) => deepLabels(state, v)),
    ...[...args.keywords.values()].map((v) => deepLabels(state, v)),
  );
  const given = args.positional[0];
  const asked = inJs(run) && name.startsWith("find") && given?.k === "ref" ? askedFields(run, state, given) : NO_LABELS;
  const fetched = callee.cause === "unmodelled" && given !== undefined && isFetched(given);
  const cause = fetched ? "network" : callee.cause === "free" ? "unmodelled" : callee.cause;
  results.push(
    values.unknown(cause, {
      path: path === "" ? null : `${path}${callDetail(name, args)}`,
      labels: mergeLabels(labels, asked).filter((l) => !l.startsWith("via:") && !l.startsWith("type:")),
    }),
  );
  return values.join(results);
}

const NO_LABELS: readonly Label[] = [];

/** `patients.findMany({ select: { diagnosis: true } })`: what comes back is as sensitive as the fields that are asked for. */
function askedFields(run: Run, state: State, options: Value): readonly Label[] {
  const fields = memberOf(state, options, "select");
  if (fields?.k !== "ref") return NO_LABELS;
  return mergeLabels(...[...state.read(fields.addr).props.keys()].map((key) => run.sensitivity.ofName(key.slice(2))));
}
