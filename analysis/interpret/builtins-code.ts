/** Evaluators for code that is run or loaded: eval, exec, Function, require, timers, threads. */

import type { Label, TargetClass } from "../effects.ts";
import { possibly, type State } from "../state.ts";
import { holeClasses } from "../targets.ts";
import { type Addr, isString, membersOf, mergeLabels, textOf, type Value, viaLabel } from "../values.ts";
import { handOver } from "./again.ts";
import { getAttr } from "./attributes.ts";
import type { Builtin, BuiltinCall } from "./builtin.ts";
import { withKeywords } from "./builtins-objects.ts";
import { unmarshal } from "./bytecode.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { execCommand } from "./commands.ts";
import { listValue } from "./containers.ts";
import { emit } from "./effect-sink.ts";
import { reportRushed, reportSelfStart } from "./exhaustion.ts";
import { isFetched, isForeign, isManifest, remoteCode, toldCode } from "./file-handles.ts";
import { toText } from "./formatting.ts";
import { elementsOf } from "./iterate.ts";
import { moduleName, ownModule, shareNames } from "./modules.ts";
import { evaluate, runNested } from "./nested-code.ts";
import { fromPure } from "./purity.ts";
import { namedText, rememberedPath } from "./remembered.ts";
import { reportRepeated, timedAs } from "./rescheduled.ts";
import { current, inJs, newAddr, type Run } from "./run.ts";
import { writtenMember } from "./written-libraries.ts";

const evalCode: Builtin = (run, state, { callee, args }) => {
  const code = args.positional[0] ?? args.keywords.get("source") ?? args.rest;
  if (code === null || code === undefined) return run.values.unknown("local");
  if (code.k === "closure" || code.k === "partial") return run.call(state, code, NO_ARGS);
  if (inJs(run) && code.k === "const" && code.type !== "string") return code;
  const scope = inJs(run) ? undefined : (args.positional[1] ?? args.keywords.get("globals"));
  if (scope?.k === "ref" && state.read(scope.addr).type === "dict")
    return evalIn(run, state, { scope: scope.addr, code, api: callee.path, labels: callee.labels });
  const frame = /^vm\.runIn(New)?Context$/.test(callee.path) ? contextFrame(run, state, args.positional[1]) : {};
  return evaluate(run, state, code, { api: callee.path, labels: callee.labels, language: inJs(run) ? "javascript" : "python", ...frame });
};

/** `vm.runInNewContext(code, { fs })`: the names that the code knows. */
function contextFrame(run: Run, state: State, context: Value | undefined): { frame?: number } {
  if (context?.k !== "ref") return {};
  const frame = newAddr(run);
  const scope = state.add(frame, { type: "frame", parent: current(run).unit.frame });
  for (const [key, value] of state.read(context.addr).props) if (key.startsWith("s:")) scope.props.set(key.slice(2), value);
  return { frame };
}

type Scoped = { readonly scope: Addr; readonly code: Value; readonly api: string; readonly labels: readonly Label[] };

/** `exec(code, names)`: what the dictionary holds are its names, and what it defines is in the dictionary afterwards. */
function evalIn(run: Run, state: State, { scope, code, api, labels }: Scoped): Value {
  const frame = newAddr(run);
  const names = state.add(frame, { type: "frame", parent: current(run).unit.frame });
  for (const [key, value] of state.read(scope).props) if (key.startsWith("s:")) names.props.set(key.slice(2), value);
  const result = evaluate(run, state, code, { api, labels, language: "python", frame });
  for (const [name, value] of state.read(frame).props) if (/^[A-Za-z_]\w*$/.test(name)) state.setProp(scope, `s:${name}`, value);
  return result;
}

/** `Function("a", "return a")`: what it gives runs the last argument. */
const functionConstructor: Builtin = (run, state, { callee, args }) => {
  // After names that are not all known the text is among what follows them.
  const code = args.rest ?? args.positional.at(-1) ?? run.values.string("");
  const names = args.positional
    .slice(0, args.rest === null ? -1 : undefined)
    .flatMap((name) => (isString(name) ? name.value.split(",") : []));
  const parameters = listValue(
    run,
    state,
    names.map((name) => run.values.string(name.trim())),
  ); // prettier-ignore
  return run.values.partial(run.values.api("globalThis.Function()", false, callee.labels), [code, parameters]);
};

/** What `Function(...)` gave is called: its text runs in the global scope, its parameters are what was passed. */
const functionRun: Builtin = (run, state, { callee, args }) => {
  const [code = run.values.string(""), parameters, ...given] = args.positional;
  const names = parameters === undefined ? [] : (elementsOf(run, state, parameters) ?? []);
  const frame = newAddr(run);
  const scope = state.add(frame, { type: "frame", parent: current(run).unit.frame });
  names.forEach((name, i) => {
    if (isString(name)) scope.props.set(name.value, given[i] ?? args.rest ?? run.values.undefined);
  });
  return evaluate(run, state, isString(code) || code.k === "str" ? code : toText(run, state, code), {
    api: "globalThis.Function",
    labels: callee.labels,
    language: "javascript",
    ...(names.length > 0 ? { frame } : {}),
  });
};

function importModuleByName(run: Run, state: State, { callee, args }: BuiltinCall): Value {
  const name = args.positional[0] ?? args.keywords.get("name");
  if (name === undefined) return run.values.unknown("local");
  const fromList = args.positional[3] ?? args.keywords.get("fromlist");
  const whole = callee.path !== "builtins.__import__" || fromList !== undefined;
  return run.values.join(
    membersOf(name).map((member) => {
      if (isString(member)) {
        const module = moduleName(run, member.value.replace(":", "."));
        const own = ownModule(run, state, module);
        if (own !== null) return own;
        return run.values.api(
          whole ? module : (module.split(".")[0] as string),
          false,
          mergeLabels(callee.labels, member.labels, [viaLabel("reflection")]),
        );
      }
      reportLoad(run, state, member, callee.path);
      return run.values.unknown("unmodelled", {
        path: "module",
        mayCall: member.k === "unknown" && member.cause === "parameter" ? [] : [run.values.api("?.*")],
      });
    }),
  );
}

/** A module whose name is not known. */
function reportLoad(run: Run, state: State, name: Value, api: string): void {
  const found = { target: textOf(name), classes: loadClasses(run, name), labels: name.labels };
  emit(run, state, { ...found, kind: "code.load", args: {}, basis: "api", api });
}

/** The known beginning keeps it inside a package or a folder: `plugins.` and a name, `./locales/` and a name. */
function loadClasses(run: Run, name: Value): TargetClass[] {
  const start = name.k === "str" && typeof name.parts[0] === "string" ? name.parts[0] : "";
  const inside = inJs(run) ? /^\.{1,2}\/|^(@[\w.-]+\/)?[\w.-]+\//.test(start) : /^\.|^[A-Za-z_]\w*\./.test(start);
  return inside ? [] : holeClasses(name);
}

/** `require("/tmp/m.js")` of what the program wrote or saved there. */
function runOwnFile(run: Run, state: State, module: Value, api: string): void {
  const path = namedText(module)
    .replace(/^file:\/\//, "")
    .replace(/[?#].*$/, "");
  if (!/^[./{]/.test(path)) return;
  const source = ["", ".js", ".ts", ".mjs"].map((end) => rememberedPath(run, state, path + end)).find((found) => found !== undefined);
  for (const member of source === undefined ? [] : membersOf(source)) {
    if (isFetched(member)) remoteCode(run, state, { target: path, api });
    else if (isString(member))
      runNested(run, state, { source: member.value, language: "javascript", labels: member.labels, ownFrame: true, api });
    else toldCode(run, state, member, { target: path, api, labels: [] });
  }
}

/** `import("data:text/javascript;base64,...")`: the module is in its name. */
const DATA_MODULE = /^data:(?:text|application)\/(?:javascript|ecmascript)[^,]*?(;base64)?,([\s\S]*)$/;

function dataModule(run: Run, name: Value): Value | null {
  const found = isString(name) ? DATA_MODULE.exec(name.value) : null;
  if (found === null) return null;
  const [, encoded, body = ""] = found;
  const source = encoded === undefined ? unescaped(body) : Buffer.from(body, "base64").toString("utf8");
  return run.values.string(source, mergeLabels(name.labels, encoded === undefined ? [] : [viaLabel("decoded")]));
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A module by its address, which is no registry of modules. */
const REMOTE_MODULE =
  /^https?:\/\/(?!(deno\.land|esm\.(sh|run)|jsr\.io|cdn\.jsdelivr\.net|unpkg\.com|cdn\.skypack\.dev|ga\.jspm\.io|cdnjs\.cloudflare\.com|localhost|127\.)\b)/;

const remoteModule = (run: Run, state: State, target: string, api: string): void =>
  emit(run, state, { kind: "code.load", target, classes: ["unknown.network"], args: {}, labels: [], basis: "api", api });

const requireModule: Builtin = (run, state, { callee, args }) => {
  const name = args.positional[0];
  if (name === undefined) return run.values.unknown("local");
  return run.values.join(
    membersOf(name).map((member) => {
      if (isString(member)) {
        const written = dataModule(run, member);
        if (written !== null) return evaluate(run, state, written, { api: callee.path, labels: callee.labels, language: "javascript" });
        if (REMOTE_MODULE.test(member.value)) remoteModule(run, state, member.value, callee.path);
        runOwnFile(run, state, member, callee.path);
        shareNames(run, member.value);
        if (isManifest(member.value) && member.value.startsWith("."))
          return run.values.unknown("local", { path: member.value.replace(/^.*\//, "") });
        return run.values.api(moduleName(run, member.value), false, member.labels);
      }
      runOwnFile(run, state, member, callee.path);
      reportLoad(run, state, member, callee.path);
      return run.values.unknown("unmodelled", { path: "module" });
    }),
  );
};

/** What somebody else says is a text, and no function. */
const isTold = (value: Value): boolean => value.k === "unknown" && (value.cause === "request" || value.cause === "input");

/** `setTimeout(f)` calls f; `setTimeout("code")` runs the text. */
const timer: Builtin = (run, state, { callee, args }) => {
  const [action, ...after] = args.positional;
  const given = /\.(nextTick|setImmediate|queueMicrotask)$/.test(callee.path) ? after : after.slice(1);
  if (action !== undefined && (isString(action) || action.k === "str" || isFetched(action) || isTold(action)))
    evaluate(run, state, action, { api: callee.path, labels: callee.labels, language: "javascript" });
  else if (action !== undefined) {
    const as = timedAs(callee.path, after[0]);
    const before = { calls: run.calls.length, addr: run.nextAddr };
    handOver(run, state, action, withArgs(...given), as);
    reportRepeated(run, state, action, as);
    if (callee.path.endsWith("setInterval")) reportRushed(run, state, before, after[0]);
  }
  return run.values.unknown("local");
};

const thread: Builtin = (run, state, { callee, args }) => {
  const target = args.keywords.get("target") ?? args.keywords.get("function") ?? args.positional[1];
  const given = args.keywords.get("args") ?? args.positional[3] ?? args.positional[2];
  const named = args.keywords.get("kwargs");
  if (given === undefined && named === undefined && !callee.path.endsWith("Timer")) reportSelfStart(run, state, target);
  if (named?.k === "ref" && target !== undefined) {
    const entries = [...state.read(named.addr).props].map(([key, value]): [string, Value] => [key.slice(2), value]);
    const passed = given === undefined ? [] : (elementsOf(run, state, given) ?? []);
    handOver(run, state, target, { ...withArgs(...passed), keywords: new Map(entries) });
  } else callLater(run, state, target, given);
  return run.values.unknown("local", { path: "thread" });
};

/** The function with the keyword arguments that it is to get, `kwargs={"path": x}`. */
function withNamed(run: Run, state: State, callback: Value | undefined, named: Value | undefined): Value | undefined {
  if (callback === undefined || named?.k !== "ref") return callback;
  const entries = [...state.read(named.addr).props].map(([key, value]): [string, Value] => [key.slice(2), value]);
  return withKeywords(run, state, callback, new Map(entries));
}

/** `scheduler.enter(delay, priority, f, (x, y), {"key": z})`. */
const scheduled: Builtin = (run, state, { args }) => {
  const action = args.keywords.get("action") ?? args.positional[2];
  const called = withNamed(run, state, action, args.keywords.get("kwargs") ?? args.positional[4]);
  return maybeLater(run, state, called, args.keywords.get("argument") ?? args.positional[3]);
};

/** `scheduler.add_job(f, "interval", args=[x])`. */
const job: Builtin = (run, state, { args }) =>
  maybeLater(
    run,
    state,
    withNamed(run, state, args.keywords.get("func") ?? args.positional[0], args.keywords.get("kwargs")),
    args.keywords.get("args") ?? args.positional[2],
  );

/** `runpy.run_module("pip")` is `python -m pip` with what the program made of `sys.argv`. */
const runModule: Builtin = (run, state, { callee, args }) => {
  const name = args.keywords.get("mod_name") ?? args.positional[0];
  const argv = getAttr(run, state, run.values.api("sys"), "argv");
  const saved = isString(name) ? rememberedPath(run, state, `${name.value.replaceAll(".", "/")}.py`) : undefined;
  if (saved !== undefined && isForeign(saved)) remoteCode(run, state, { target: textOf(name as Value), api: callee.path });
  if (name === undefined || argv.k !== "ref") return undefined;
  const [, ...given] = elementsOf(run, state, argv) ?? [];
  const words = [run.values.string("python3"), run.values.string("-m"), name, ...given];
  execCommand(
    run,
    state,
    { value: listValue(run, state, words), api: callee.path, labels: callee.labels, place: undefined, node: false, all: false },
    NO_ARGS,
  );
  return undefined;
};

/** `pool.apply(f, (x, y))`. */
const applied: Builtin = (run, state, { callee, args }) => {
  const result = callLater(run, state, args.keywords.get("func") ?? args.positional[0], args.keywords.get("args") ?? args.positional[1]);
  const value = result ?? run.values.none;
  return callee.path.endsWith("_async") ? run.values.partial(run.values.api("concurrent.Future()"), [value]) : value;
};

/** What a schedule says: nobody knows whether its time comes. */
function maybeLater(run: Run, state: State, target: Value | undefined, given: Value | undefined): Value {
  possibly(state, () => callLater(run, state, target, given));
  return run.values.unknown("local");
}

function callLater(run: Run, state: State, target: Value | undefined, given: Value | undefined): Value | null {
  const passed = given === undefined ? [] : elementsOf(run, state, given);
  if (target === undefined) return null;
  return handOver(run, state, target, passed === null ? { ...NO_ARGS, rest: run.values.unknown("unmodelled") } : withArgs(...passed));
}

const marshal: Builtin = (run, state, { args }) => {
  const [bytes] = args.positional;
  const known = bytes === undefined ? undefined : unmarshal(run, state, bytes);
  return known ?? run.values.unknown("unmodelled", { labels: mergeLabels(bytes?.labels ?? [], [viaLabel("decoded")]) });
};

const literalEval: Builtin = (run, state, { args }) => {
  const text = args.positional[0];
  if (!isString(text)) return undefined;
  try {
    return fromPure(
      run,
      state,
      JSON.parse(
        text.value
          .replace(/'/g, '"')
          .replace(/\bTrue\b/g, "true")
          .replace(/\bFalse\b/g, "false")
          .replace(/\bNone\b/g, "null"),
      ),
      text.labels,
    );
  } catch {
    return undefined;
  }
};

export const BUILTINS_CODE: Readonly<Record<string, Builtin>> = {
  eval: evalCode,
  exec: (run, state, call) => {
    const result = evalCode(run, state, call);
    return result === null ? null : run.values.none;
  },
  exec_if_string: (run, state, call) => {
    const texts = call.args.positional.slice(0, 2).filter((text) => isString(text) || isFetched(text));
    for (const text of texts) evalCode(run, state, { ...call, args: { ...call.args, positional: [text] } });
    return texts.length > 0 ? run.values.unknown("local") : undefined;
  },
  compile: (_run, _state, { args }) => args.positional[0] ?? args.keywords.get("source"),
  literal_eval: literalEval,
  marshal,
  import_module: importModuleByName,
  require: requireModule,
  create_require: (run) => run.values.api("globalThis.require"),
  function_constructor: functionConstructor,
  function_run: functionRun,
  vm_script: (run, state, { callee, args }) => {
    const written = writtenMember(run, state, callee.path.endsWith("Module") ? "vm.SourceTextModule" : "vm.Script");
    return written === null ? undefined : run.call(state, written, { ...args, isNew: true });
  },
  /** `vm.compileFunction(code, ["a", "b"])`. */
  vm_function: (run, state, { args }) => {
    const [code, parameters] = args.positional;
    const made = run.values.api("globalThis.Function()");
    return run.values.partial(made, [code ?? run.values.string(""), parameters ?? listValue(run, state, [])]);
  },
  timer,
  thread,
  scheduled,
  applied,
  job,
  run_module: runModule,
  /** `Depends(get_db)`: what the function gives. */
  result_of: (run, state, { args }) => {
    const made = args.positional[0] ?? args.keywords.get("dependency");
    return made?.k === "closure" ? (run.call(state, made, NO_ARGS) ?? undefined) : undefined;
  },
  callback_first: (run, state, { args }) => {
    const [callback, ...given] = args.positional;
    if (callback !== undefined) handOver(run, state, withKeywords(run, state, callback, args.keywords), withArgs(...given));
    return callback ?? run.values.none;
  },
  /** `weakref.finalize(object, f, x)`: f runs when the object is gone, and at the latest when the program ends. */
  finalized: (run, state, { args }) => {
    const [, callback, ...given] = args.positional;
    if (callback === undefined) return undefined;
    handOver(run, state, withKeywords(run, state, callback, args.keywords), withArgs(...given));
    return run.values.unknown("local");
  },
  /** `signal.signal(number, f)`: f runs whenever the signal comes. */
  signal_handler: (run, state, { args }) => {
    const handler = args.positional[1] ?? args.keywords.get("handler");
    const given = withArgs(run.values.unknown("local"), run.values.unknown("local"));
    if (handler?.k === "closure" || handler?.k === "partial") possibly(state, () => handOver(run, state, handler, given));
    return run.values.none;
  },
  callback_maybe: (run, state, { args }) => {
    const [callback, ...given] = args.positional;
    if (callback === undefined) return run.values.unknown("local");
    return possibly(state, () => run.call(state, callback, { ...args, positional: given, receiver: null })) ?? run.values.unknown("local");
  },
};
