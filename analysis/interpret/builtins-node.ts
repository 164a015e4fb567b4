/** Evaluators for Node's own modules: descriptors and file handles, children that are fed, callbacks that get what a call gives. */
import { possibly, type State } from "../state.ts";
import { classifyHost, classifyPath } from "../targets.ts";
import { isNumber, isString, mergeLabels, textOf, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { modeOf } from "./builtins-files.ts";
import { type CallArgs, NO_ARGS, withArgs } from "./call-args.ts";
import { execCommand } from "./commands.ts";
import { listValue } from "./containers.ts";
import { memberOf, optionOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { emitPath } from "./emit-path.ts";
import { feedInput, wordsOf } from "./fed-input.ts";
import { contentLabels, handleLabels, handlePath, makeExecutable, OWN } from "./file-handles.ts";
import { besides, headerLabels } from "./header-labels.ts";
import { elementsOf } from "./iterate.ts";
import { fillBuffer } from "./javascript-buffers.ts";
import { deepLabels } from "./labels.ts";
import { evaluate } from "./nested-code.ts";
import { rememberFile } from "./remembered.ts";
import { modelsOf, type Run } from "./run.ts";
import { lineLabels, startedWords } from "./started.ts";

/** `O_WRONLY`, `O_RDWR`, `O_CREAT`, `O_TRUNC`, `O_APPEND`. */
const WRITING_BITS = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000;

/** Flags that are computed from constants mean to write: reading needs none. */
function opensFor(flags: Value | undefined): "fs.read" | "fs.write" {
  if (flags !== undefined && isNumber(flags)) return (Number(flags.value) & WRITING_BITS) === 0 ? "fs.read" : "fs.write";
  if (flags?.k === "closure" || (flags?.k === "api" && /O_RDONLY$/.test(flags.path))) return "fs.read";
  return modeOf(flags) === "read" ? "fs.read" : "fs.write";
}

/** The function at the end gets `null` and the values. */
function callBack(run: Run, state: State, args: CallArgs, ...values: Value[]): boolean {
  const callback = args.positional.at(-1);
  if (callback?.k !== "closure" && callback?.k !== "partial") return false;
  possibly(state, () => run.call(state, callback, withArgs(run.values.none, ...values)));
  return true;
}

const nodeOpen: Builtin = (run, state, { callee, args }) => {
  const path = args.positional[0] ?? args.rest ?? run.values.unknown("local");
  const kind = opensFor(args.positional[1]);
  emitPath(run, state, { kind, path, api: callee.path });
  const labels = mergeLabels(handleLabels(path), kind === "fs.read" ? contentLabels(path) : []);
  const handle = run.values.api("fs.FileHandle", true, labels);
  return callBack(run, state, args, handle) ? run.values.undefined : handle;
};

const contentOf = (run: Run, handle: Value | undefined): Value =>
  run.values.unknown("file", { path: "file.read()", labels: (handle?.labels ?? []).filter((l) => l.startsWith("file")) });

/** `fs.writeSync(fd, data)`. */
const writeDescriptor: Builtin = (run, state, { args }) => {
  const [handle, content] = args.positional;
  const path = handle?.k === "api" ? handlePath(run, handle.labels) : null;
  if (path !== null && content !== undefined) rememberFile(run, state, { path, content, append: true });
  return run.values.unknown("local");
};

/** `new ChildProcess().spawn({ file, args })`: the vector begins with the program's name for itself. */
const spawnRecord: Builtin = (run, state, { callee, args }) => {
  const [record] = args.positional;
  const [file, list] = record === undefined ? [] : [memberOf(state, record, "file"), memberOf(state, record, "args")];
  const vector = list === undefined ? [] : (elementsOf(run, state, list) ?? []);
  if (file === undefined) return undefined;
  const value = listValue(run, state, [file, ...vector.slice(1)]);
  execCommand(run, state, { value, api: callee.path, labels: callee.labels, node: false, all: false }, NO_ARGS);
  return run.values.unknown("local");
};

/** `new Deno.Command("rm", { args })`, `Deno.run({ cmd: [...] })`. */
const denoCommand: Builtin = (run, state, { callee, args }) => {
  const [program] = args.positional;
  const list = optionOf(state, args, program?.k === "ref" ? "cmd" : "args");
  const rest = list === undefined ? [] : (elementsOf(run, state, list) ?? [list]);
  const words = program === undefined || program.k === "ref" ? rest : [program, ...rest];
  const value = listValue(run, state, words);
  execCommand(run, state, { value, api: callee.path, labels: callee.labels, node: false, all: false }, NO_ARGS);
  return run.values.api("Deno.Command", true, lineLabels(wordsOf(words).join(" ")));
};

/** `Bun.file(path).write(text)`, `.writer()`, `.delete()`. */
const bunWrite: Builtin = (run, state, { callee, args }) => {
  const path = handlePath(run, callee.labels) ?? run.values.unknown("local");
  const name = callee.path.slice(callee.path.lastIndexOf(".") + 1);
  emitPath(run, state, { kind: /^(delete|unlink)$/.test(name) ? "fs.delete" : "fs.write", path, api: callee.path });
  const [content] = args.positional;
  if (name === "write" && content !== undefined) rememberFile(run, state, { path, content, append: false });
  return name === "writer" ? run.values.api("fs.WriteStream", true, callee.labels) : run.values.unknown("local");
};

/** `session.post("Runtime.evaluate", { expression })` runs the text here. */
const inspectorPost: Builtin = (run, state, { callee, args }) => {
  const [method] = args.positional;
  const code = optionOf(state, args, "expression") ?? optionOf(state, args, "functionDeclaration");
  if (method !== undefined && isString(method) && /^(Runtime|Debugger)\./.test(method.value) && code !== undefined)
    evaluate(run, state, code, { api: callee.path, labels: callee.labels, language: "javascript" });
  return undefined;
};

/** The same as the function of the name with `Sync` behind it, whose result the function at the end gets. */
const withCallback: Builtin = (run, state, { callee, args }) => {
  const given = args.positional.filter((v) => v.k !== "closure");
  const result = run.call(state, run.values.api(`${callee.path}Sync`, false, callee.labels), { ...NO_ARGS, positional: given });
  if (result !== null) callBack(run, state, args, result);
  return result;
};

/** The path of a request carries what it is made of; a private file has no business there, nor has the whole environment. */
const requestOptions: Builtin = (run, state, { callee, args }) => {
  const path = optionOf(state, args, "path");
  const headers = optionOf(state, args, "headers");
  const labels = mergeLabels(path === undefined ? [] : besides(deepLabels(state, path)), headerLabels(state, headers));
  if (labels.length === 0) return undefined;
  const host = optionOf(state, args, "hostname") ?? optionOf(state, args, "host") ?? args.positional[0];
  const target = host === undefined || host.k === "ref" ? "{?}" : textOf(host);
  const classes = host === undefined || host.k === "ref" ? [] : classifyHost(host);
  emit(run, state, { kind: "net.send", target, classes, args: {}, labels, basis: "api", api: callee.path });
  return undefined;
};

/** A directory that WebAssembly is given is open to it. */
const preopened: Builtin = (run, state, { callee, args }) => {
  const directories = optionOf(state, args, "preopens");
  if (directories?.k !== "ref") return undefined;
  for (const [name, path] of state.read(directories.addr).props)
    if (name.startsWith("s:")) emitPath(run, state, { kind: "fs.write", path, api: callee.path });
  return undefined;
};

/** Names in a directory of the program's own are no files that it found. */
const ownListing: Builtin = (run, _state, { callee, args }) => {
  const [path] = args.positional;
  const last = args.positional.at(-1);
  if (path === undefined || last?.k === "closure" || last?.k === "partial") return undefined;
  const classes = path.k === "unknown" ? [] : classifyPath(path).filter((c) => c.startsWith("path."));
  const own = classes.length > 0 && classes.every((c) => c === "path.workspace" || c === "path.tmp");
  const labels = own ? [OWN] : handleLabels(path).filter((l) => l.startsWith("type:file:"));
  return labels.length > 0 ? run.values.unknown("file", { path: `${callee.path}()`, labels }) : undefined;
};

export const BUILTINS_NODE: Readonly<Record<string, Builtin>> = {
  node_open: nodeOpen,
  descriptor_write: writeDescriptor,
  descriptor_read: (run, state, { args }) => {
    const content = contentOf(run, args.positional[0]);
    fillBuffer(state, args.positional[1], content);
    callBack(run, state, args, run.values.unknown("local"), content);
    return undefined;
  },
  handle_chmod: (run, state, { callee, args }) => {
    const path = handlePath(run, callee.labels);
    const [mode] = args.positional;
    if (path !== null && mode !== undefined) makeExecutable(run, state, { path, mode, api: callee.path });
    return undefined;
  },
  /** What it gives stands for the same as what it is of. */
  handle_kept: (run, _state, { callee }) => {
    const made = modelsOf(run).api(callee.path)?.returns ?? null;
    return made === null ? undefined : run.values.api(made, true, callee.labels);
  },
  handle_stream: (run, _state, { callee }) => run.values.api("fs.WriteStream", true, callee.labels),
  node_binding: (run, _state, { args }) => {
    const [name] = args.positional;
    return name !== undefined && isString(name) ? run.values.api(`node.binding.${name.value}`) : undefined;
  },
  spawn_record: spawnRecord,
  deno_command: denoCommand,
  bun_file: (run, _state, { args }) => {
    const [path] = args.positional;
    return path === undefined ? undefined : run.values.api("fs.BunFile", true, mergeLabels(handleLabels(path), contentLabels(path)));
  },
  bun_write: bunWrite,
  /** `child.stdin.write(text)`. */
  child_input: (run, state, { callee, args }) => {
    const data = args.positional[0] ?? args.keywords.get("input");
    if (data !== undefined && data.k !== "closure")
      feedInput(run, state, { words: startedWords(callee.labels), api: callee.path, labels: [] }, data);
    return undefined;
  },
  inspector_post: inspectorPost,
  with_callback: withCallback,
  request_options: requestOptions,
  preopened,
  own_listing: ownListing,
};
