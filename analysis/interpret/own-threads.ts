/**
 * Threads and processes that run the program's own file once more: `new Worker(__filename)`, `fork(__filename)`, `cluster.fork()`.
 * There the program takes its other branch, and what it was started with and what it is told come from here.
 */
import { possibly, type State } from "../state.ts";
import { isString, type RefV, type Value } from "../values.ts";
import { getAttr } from "./attributes.ts";
import type { Builtin } from "./builtin.ts";
import { type CallArgs, NO_ARGS, withArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { optionOf } from "./effect-conditions.ts";
import { PATCHES } from "./function-attributes.ts";
import { elementsOf } from "./iterate.ts";
import { evaluate } from "./nested-code.ts";
import { newAddr, type Run } from "./run.ts";
import { decideTruth } from "./truth.ts";
import { asAddress } from "./web-objects.ts";
import { writtenMember } from "./written-libraries.ts";

const OWN = "./program.js";
const isOwn = (value: Value | undefined): boolean => value !== undefined && isString(value) && value.value === OWN;

type Ends = { readonly here: Value; readonly there: Value };

/** Two ends of a line, each of which hears what is said at the other. */
function line(run: Run, state: State): Ends | null {
  const channel = writtenMember(run, state, "worker_threads.MessageChannel");
  const made = channel === null ? null : run.call(state, channel, { ...NO_ARGS, isNew: true });
  if (made?.k !== "ref") return null;
  return { here: getAttr(run, state, made, "port1"), there: getAttr(run, state, made, "port2") };
}

/** What the names of a platform mean while something runs. */
function meanwhile(state: State, names: ReadonlyMap<string, Value>, action: () => void): void {
  const before = [...names.keys()].map((name) => [name, state.read(PATCHES).props.get(name)] as const);
  for (const [name, value] of names) state.setProp(PATCHES, name, value);
  action();
  for (const [name, value] of before)
    if (value === undefined) state.write(PATCHES).props.delete(name);
    else state.setProp(PATCHES, name, value);
}

/** The whole program, in a frame of its own. One that it starts in turn is not followed. */
function runOwn(run: Run, state: State, names: ReadonlyMap<string, Value>): void {
  const [main] = run.units;
  if (main === undefined || run.stack.some((act) => act.unitIndex > 0 && act.unit.ir === main.ir)) return;
  const frame = newAddr(run);
  state.add(frame, { type: "frame", name: "<module>" });
  const module = run.units.length;
  run.units.push({ ...main, frame });
  const closure = run.values.closure({ module, fn: 0, env: frame }, null);
  meanwhile(state, names, () => possibly(state, () => run.call(state, closure, { ...NO_ARGS, frame })));
  // What nobody calls there nobody calls here: it is looked at once.
  for (const {
    closure: { module: of, fn },
  } of run.made.values())
    if (of === module) run.ran.add(`${of}.${fn}`);
}

const ofProcess = (name: string): string[] => [`globalThis.process.${name}`, `process.${name}`];

/** The variables that it is started with. */
function environment(state: State, args: CallArgs): [string, Value][] {
  const env = optionOf(state, args, "env");
  return env?.k === "ref" ? ofProcess("env").map((name) => [name, env]) : [];
}

/** The program's name and the words behind it. */
function words(run: Run, state: State, given: Value | undefined): [string, Value][] {
  const list = given?.k === "ref" ? elementsOf(run, state, given) : null;
  if (list === null) return [];
  const all = listValue(run, state, [run.values.string("node"), run.values.string(OWN), ...list]);
  return ofProcess("argv").map((name) => [name, all]);
}

/** `process.on("message", f)` and `process.send(x)` of a process that was started by another. */
function parent(run: Run, state: State, there: Value): [string, Value][] {
  const methods = { on: "on", once: "on", addListener: "on", send: "postMessage" };
  return Object.entries(methods).flatMap(([name, method]) =>
    ofProcess(name).map((path): [string, Value] => [path, getAttr(run, state, there, method)]),
  );
}

const worker: Builtin = (run, state, { callee, args }) => {
  const [code, options] = args.positional;
  const address = code === undefined ? code : asAddress(run, state, code);
  // A program in its own address, or in a file, is loaded as a module is.
  if (isString(address) && /^(data:|file:|\.{0,2}\/)/.test(address.value) && !isOwn(address))
    run.call(state, run.values.api("globalThis.import"), withArgs(address));
  const flag = options?.k === "ref" ? state.read(options.addr).props.get("s:eval") : undefined;
  const isText = code !== undefined && flag !== undefined && decideTruth(run, state, flag) !== false;
  if (!isText && !isOwn(address)) return undefined;
  const ends = line(run, state);
  const threads: [string, Value][] = [
    ["isMainThread", run.values.bool(false)],
    ["workerData", optionOf(state, args, "workerData") ?? run.values.none],
    ...(ends === null ? [] : [["parentPort", ends.there] as [string, Value]]),
  ];
  const names = new Map([
    ...["worker_threads", "worker_threads.default"].flatMap((of) => threads.map(([name, v]): [string, Value] => [`${of}.${name}`, v])),
    ...environment(state, args),
    ...words(run, state, optionOf(state, args, "argv")),
  ]);
  if (isText)
    meanwhile(state, names, () => evaluate(run, state, code, { api: callee.path, labels: callee.labels, language: "javascript" }));
  else runOwn(run, state, names);
  return ends?.here ?? run.values.unknown("local", { path: "worker" });
};

/** Another process that runs this file; null when it runs something else. */
export function forkOwn(run: Run, state: State, args: CallArgs): Value | null {
  const [module, list] = args.positional;
  if (!isOwn(module === undefined ? module : asAddress(run, state, module))) return null;
  const ends = line(run, state);
  if (ends === null) return null;
  runOwn(run, state, new Map([...parent(run, state, ends.there), ...environment(state, args), ...words(run, state, list)]));
  return ends.here;
}

const IS_FIRST = { isPrimary: true, isMaster: true, isWorker: false };

/** `cluster.fork(env)`: variables stand beside those of this process. */
const clusterFork: Builtin = (run, state, { args }) => {
  const ends = line(run, state);
  if (ends === null) return undefined;
  const [env] = args.positional;
  const names = Object.entries(IS_FIRST).flatMap(([name, here]) =>
    ["cluster", "cluster.default"].map((of): [string, Value] => [`${of}.${name}`, run.values.bool(!here)]),
  );
  const given: [string, Value][] = env?.k === "ref" ? ofProcess("env").map((name) => [name, env as RefV]) : [];
  runOwn(run, state, new Map([...names, ...parent(run, state, ends.there), ...given]));
  return ends.here;
};

export const BUILTINS_THREADS: Readonly<Record<string, Builtin>> = { worker, cluster_fork: clusterFork };
