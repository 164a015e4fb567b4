/**
 * What a program puts in the place of a function that sends: it is given what other code sends, with its keys. Passing that on to
 * where it goes is what the function is for; telling somebody else is not.
 */
import type { Label } from "../effects.ts";
import { possibly, type State } from "../state.ts";
import type { Value } from "../values.ts";
import { handOver } from "./again.ts";
import type { Builtin } from "./builtin.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { emptyObject, listValue, someList } from "./containers.ts";
import { isProxy, proxyHandler, proxyTarget } from "./proxies.ts";
import { inJs, modelsOf, type Run } from "./run.ts";

/** Path of what an intercepted call was given. */
const GIVEN = "intercepted";
const OF_PAGE = /^globalThis\.(window\.)?XMLHttpRequest\.prototype\.(open|send|setRequestHeader)$/;

const sends = (run: Run, path: string): boolean => {
  const model = modelsOf(run).api(path);
  return OF_PAGE.test(path) || model?.builtin === "fetch" || model?.effects.some(({ kind }) => kind === "net.send") === true;
};

/** Methods of Python's clients through which every request goes: `send(self, request)`. */
const OF_CLIENTS =
  /^(requests\.(sessions\.)?Session|requests\.adapters\.HTTPAdapter|httpx\.(Async)?(Client|HTTPTransport))\.(send|handle_(async_)?request)$/;

/** A request of other code: where it goes is no secret, what it says is. */
export function requestOfOthers(run: Run, state: State): Value {
  const request = emptyObject(run, state);
  const part = (name: string, labels: readonly Label[]): void =>
    state.setProp(request.addr, `s:${name}`, run.values.unknown("parameter", { path: `${GIVEN}.${name}`, labels }));
  for (const name of ["url", "method", "baseURL", "params", "timeout"]) part(name, []);
  for (const name of ["headers", "data", "body", "auth", "content", "cookies"]) part(name, ["file.private"]);
  return request;
}

/** What came back to other code: whatever says what was asked, too. */
function answerToOthers(run: Run, state: State): Value {
  const answer = emptyObject(run, state);
  for (const name of ["status_code", "url", "ok", "reason", "elapsed"])
    state.setProp(answer.addr, `s:${name}`, run.values.unknown("network", { path: `${GIVEN}.${name}` }));
  state.setProp(answer.addr, "s:request", requestOfOthers(run, state));
  return answer;
}

/** `session.hooks["response"].append(f)`: f is given every answer, and what was asked for it. */
const answerHook: Builtin = (run, state, { args }) => {
  const [by] = args.positional;
  if (by !== undefined) possibly(state, () => handOver(run, state, by, withArgs(answerToOthers(run, state))));
  return run.values.none;
};
export const BUILTINS_INTERCEPTED: Readonly<Record<string, Builtin>> = { answer_hook: answerHook };

/** A function in the place of one that sends runs on what others send. */
export function intercept(run: Run, state: State, path: string, by: Value): void {
  if (by.k === "closure" && OF_CLIENTS.test(path)) {
    const given = withArgs(run.values.unknown("parameter", { path: `${GIVEN}.self` }), requestOfOthers(run, state));
    possibly(state, () => handOver(run, state, by, given));
    return;
  }
  if (!inJs(run)) return;
  const handler = handlerOf(run, state, by);
  if (handler === null) return;
  if (!sends(run, path)) {
    if (handles(run, path)) runOnOthers(run, state, handler);
    return;
  }
  const address = run.values.unknown("parameter", { path: `${GIVEN}.url` });
  const options = run.values.unknown("parameter", { path: `${GIVEN}.options`, labels: ["file.private"] });
  const given = OF_PAGE.test(path) ? [options, options] : [address, options];
  possibly(state, () => handOver(run, state, handler.by, withArgs(...handler.before, ...handler.pack(given))));
}

type Handler = { readonly by: Value; readonly before: readonly Value[]; readonly pack: (given: readonly Value[]) => readonly Value[] };

/** A function, or a proxy whose `apply` is one: that is given the function itself, `this` and a list. */
function handlerOf(run: Run, state: State, by: Value): Handler | null {
  if (by.k === "closure") return { by, before: [], pack: (given) => given };
  if (by.k !== "ref" || !isProxy(state.read(by.addr))) return null;
  const trap = proxyHandler(state, by)?.get("s:apply");
  if (trap?.k !== "closure") return null;
  return { by: trap, before: [proxyTarget(state, by), run.values.undefined], pack: (given) => [listValue(run, state, given)] };
}

/** What only shows, and what is told to nobody else, is given nothing that others keep to themselves. */
const SHOWS = /^(globalThis\.)?console\.|^(globalThis\.)?process\.(stdout|stderr)/;
const OF_LANGUAGE = /^globalThis\.\w+\.prototype\.\w+$/;

/** A function of the platform or of a library that other code calls with its own data. */
const handles = (run: Run, path: string): boolean =>
  !SHOWS.test(path) && (OF_LANGUAGE.test(path) || (modelsOf(run).api(path) !== null && !/\.env\.\w+$/.test(path)));

/** `JSON.parse = function (text) { ... }`: whatever other code parses. */
function runOnOthers(run: Run, state: State, handler: Handler): void {
  const rest = run.values.unknown("parameter", { path: `${GIVEN}.data`, labels: ["file.private"] });
  const isTrap = handler.before.length > 0;
  const positional = isTrap ? [...handler.before, someList(run, state, rest)] : [];
  const args = { ...NO_ARGS, positional, rest: isTrap ? null : rest, receiver: rest };
  possibly(state, () => handOver(run, state, handler.by, args));
}

/** It goes where it was to go. */
export const isPassedOn = (target: Value | null): boolean => target?.k === "unknown" && target.path?.startsWith(GIVEN) === true;
