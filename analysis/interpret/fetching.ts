/** `fetch` and its kin: what is requested, what leaves in the body, and what leaves in the address and the headers. */

import { carriedLabels } from "../carried.ts";
import { possibly, type State } from "../state.ts";
import { classifyHost } from "../targets.ts";
import { isString, mergeLabels, textOf, type Value } from "../values.ts";
import { handOver } from "./again.ts";
import { askedFacts } from "./asked-address.ts";
import type { Builtin } from "./builtin.ts";
import { withArgs } from "./call-args.ts";
import { emptyObject } from "./containers.ts";
import { emit } from "./effect-sink.ts";
import { besides, headerLabels } from "./header-labels.ts";
import { atBase, OPENED } from "./host-label.ts";
import { isPassedOn, requestOfOthers } from "./intercepted.ts";
import { deepLabels } from "./labels.ts";
import { isDelete, postsDeletion, reportApproval, reportMassRemoval } from "./mass-removal.ts";
import { isBlind, ONE_WAY } from "./page-forms.ts";
import { reportPayment } from "./payments.ts";
import { reportProbe } from "./probes.ts";
import { reportMailed } from "./recipients.ts";
import { reportRedirection } from "./redirections.ts";
import { rememberedVariable, setVariable } from "./remembered.ts";
import { methodOf, reportRemoteChange } from "./remote-records.ts";
import type { Run } from "./run.ts";
import { saidFacts } from "./sent-facts.ts";
import { bodyLabels } from "./signing-in.ts";
import { asAddress, withQuery } from "./web-objects.ts";

const BODY = ["s:body", "s:data", "s:json", "s:form"];
const QUERY = ["s:params", "s:searchParams", "s:qs", "s:query"];

/** Options of the request, of a `Request` and of what is said besides. */
const optionsOf = (state: State, given: readonly (Value | undefined)[]): ReadonlyMap<string, Value> =>
  new Map(given.flatMap((v) => (v?.k === "ref" ? [...state.read(v.addr).props] : [])));

/** Without a body or with GET it fetches, else it sends; what it fetches may carry enough to be sent. */
const fetchUrl: Builtin = (run, state, { callee, args }) => {
  const [first, second] = args.positional.map((v) => asAddress(run, state, v));
  const options = optionsOf(state, [first, second]);
  const url = atBase(run, state, addressOf(run, state, first ?? args.rest, options), { api: callee.path, labels: callee.labels });
  const method = options.get("s:method");
  const said = BODY.flatMap((name) => options.get(name) ?? []);
  const body = said.map((value) => bodyLabels(run, state, value, url));
  const labels = isPassedOn(url)
    ? []
    : mergeLabels(
        ...body,
        carriedLabels(withQuery(run, state, url, (name) => options.get(`s:${name}`))),
        headerLabels(state, options.get("s:headers")),
        ...QUERY.map((name) => besides(deepLabels(state, options.get(name) ?? run.values.undefined))),
        callee.labels.filter((l) => l.startsWith("via:")),
      );
  const written = isString(method) && !/^(get|head|options)$/i.test(method.value);
  const sends = body.length > 0 || written || besides(labels).length > 0 || isBlind(options.get("s:mode"), labels);
  emit(run, state, {
    kind: sends ? "net.send" : "net.fetch",
    target: textOf(url),
    classes: classifyHost(url),
    args: { ...askedFacts(run, url), ...(sends ? saidFacts(run, state, { said, target: url, place: url, api: callee.path }) : {}) },
    labels: isBlind(options.get("s:mode"), labels) ? mergeLabels(labels, [ONE_WAY]) : labels,
    basis: "api",
    api: callee.path,
  });
  const removal = { kind: "infra.change" as const, target: url, api: callee.path, labels };
  if (written) reportRemoteChange(run, state, { target: url, api: callee.path }, args);
  if (written) reportRedirection(run, state, { target: url, api: callee.path, method: methodOf(state, callee.path, args) }, args);
  if (sends) reportPayment(run, state, url, callee.path);
  if (written) reportApproval(run, state, { ...removal, target: url });
  if (sends) reportMailed(run, state, removal, said);
  reportProbe(run, state, { ...removal, kind: sends ? "net.send" : "net.fetch" }, [
    ...said,
    ...QUERY.flatMap((name) => options.get(name) ?? []),
  ]);
  if (method !== undefined && isDelete(method)) reportMassRemoval(run, state, removal, [url]);
  if (sends && postsDeletion(state, args)) reportMassRemoval(run, state, removal, args.positional);
  return run.values.unknown("network", { path: "response" });
};

function addressOf(run: Run, state: State, given: Value | null | undefined, options: ReadonlyMap<string, Value>): Value {
  const named = given?.k === "ref" ? (options.get("s:url") ?? options.get("s:uri")) : given;
  const url = named === null || named === undefined ? run.values.unknown("local") : asAddress(run, state, named);
  return url.k === "api" ? run.values.unknown("local") : url;
}

/** `client.interceptors.request.use(f)`: what f puts into every request leaves with it. */
const requestInterceptor: Builtin = (run, state, { callee, args }) => {
  const [change] = args.positional;
  if (change?.k !== "closure") return undefined;
  const given = emptyObject(run, state);
  for (const name of ["headers", "data", "params"]) state.setProp(given.addr, `s:${name}`, emptyObject(run, state));
  const made = possibly(state, () => run.call(state, change, withArgs(given)));
  possibly(state, () => handOver(run, state, change, withArgs(requestOfOthers(run, state))));
  const options = optionsOf(state, [given, made ?? given]);
  const body = [...BODY, "s:params"].flatMap((name) => options.get(name) ?? []);
  const labels = mergeLabels(...body.map((value) => deepLabels(state, value)), headerLabels(state, options.get("s:headers")));
  if (labels.length > 0)
    emit(run, state, { kind: "net.send", target: "{axios}", classes: [], args: {}, labels, basis: "api", api: callee.path });
  return run.values.unknown("local");
};

/** `request.open("POST", url)`, then `request.send(body)`. */
const openRequest: Builtin = (run, state, { args }) => {
  const url = asAddress(run, state, args.positional[1] ?? run.values.unknown("local"));
  setVariable(state, OPENED, url);
  return undefined;
};
const sendRequest: Builtin = (run, state, { callee, args }) => {
  const [body] = args.positional;
  if (body === undefined && args.rest === null) return run.values.undefined;
  const url = rememberedVariable(state, OPENED) ?? run.values.unknown("local");
  const given = body ?? args.rest ?? run.values.undefined;
  const labels = isPassedOn(url) ? [] : bodyLabels(run, state, given, url);
  reportPayment(run, state, url, callee.path);
  const facts = { ...askedFacts(run, url), ...saidFacts(run, state, { said: [given], target: url, place: url, api: callee.path }) };
  emit(run, state, {
    kind: "net.send",
    target: textOf(url),
    classes: classifyHost(url),
    args: facts,
    labels,
    basis: "api",
    api: callee.path,
  });
  return run.values.undefined;
};

export const BUILTINS_FETCH: Readonly<Record<string, Builtin>> = {
  request_open: openRequest,
  request_send: sendRequest,
  fetch: fetchUrl,
  request_interceptor: requestInterceptor,
};
