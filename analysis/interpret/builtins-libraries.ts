/** Evaluators for walks through directories, sockets that feed shells, stored objects, and shells written as templates. */
import { possibly, type State } from "../state.ts";
import { FOUND_PATH } from "../targets.ts";
import { type Hole, isString, mergeLabels, partsOf, textOf, type Value } from "../values.ts";
import { handOver } from "./again.ts";
import type { Builtin } from "./builtin.ts";
import { pageField } from "./builtins-forms.ts";
import { letters } from "./builtins-tools.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { callableOf } from "./classes.ts";
import { execShell } from "./commands.ts";
import { listValue, someList } from "./containers.ts";
import { optionOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { emitPath } from "./emit-path.ts";
import { isFetched, isForeign, remoteCode } from "./file-handles.ts";
import { hostContainer } from "./host-containers.ts";
import { elementsOf } from "./iterate.ts";
import { runNested } from "./nested-code.ts";
import { noteSubmit } from "./page-forms.ts";
import { asPath } from "./paths.ts";
import { unpickle } from "./pickles.ts";
import { rememberedFile } from "./remembered.ts";
import { inJs, type Run } from "./run.ts";
import { lineLabels, printedLabels, runsItsInput } from "./started.ts";
import { reportOutputFile } from "./started-children.ts";

const found: Hole = { cause: "file", labels: [], path: FOUND_PATH };

/** A path below a directory: what is known of the directory stays known. */
function below(run: Run, directory: Value | undefined): Value {
  if (directory === undefined) return run.values.template(["./", found]);
  if (directory.k === "unknown" || directory.k === "ref" || directory.k === "api") return run.values.unknown("file", { path: "found" });
  const parts = partsOf(directory);
  const last = parts.at(-1);
  return run.values.template([...parts, ...(typeof last === "string" && last.endsWith("/") ? [] : ["/"]), found]);
}

const osWalk: Builtin = (run, state, { callee, args }) => {
  const top = args.positional[0] ?? args.keywords.get("top");
  const root =
    top === undefined ? run.values.unknown("file") : run.values.join([top.k === "ref" ? run.values.unknown("file") : top, below(run, top)]);
  // What `fwalk` lists is meant below the directory that is open there.
  const open = callee.path.endsWith("fwalk");
  const names = (): Value => someList(run, state, open ? below(run, top) : run.values.unknown("file", { path: "name" }));
  const found = [root, names(), names(), ...(open ? [run.values.unknown("local", { path: "dir_fd" })] : [])];
  return someList(run, state, listValue(run, state, found, "tuple"));
};

/** One pattern or several, below a directory that an option names. */
const glob: Builtin = (run, state, { callee, args }) => {
  const given = args.positional[0] ?? args.keywords.get("pathname");
  const cwd = inJs(run) ? optionOf(state, args, "cwd") : undefined;
  const known = given?.k === "ref" ? elementsOf(run, state, given) : given === undefined ? null : [given];
  const patterns = (known ?? []).filter((v) => (isString(v) && !String(v.value).startsWith("!")) || v.k === "str");
  if (patterns.length === 0) return undefined;
  const places = patterns.map((pattern) => run.values.template(foundParts(cwd === undefined ? pattern : joined(run, cwd, pattern))));
  if (given?.k === "ref" || cwd !== undefined) for (const path of places) emitPath(run, state, { kind: "fs.read", path, api: callee.path });
  const made = someList(run, state, run.values.join(places));
  const [done] = args.positional.filter((v) => v.k === "closure");
  if (done !== undefined && inJs(run)) possibly(state, () => handOver(run, state, done, withArgs(run.values.none, made)));
  return made;
};

const joined = (run: Run, directory: Value, pattern: Value): Value =>
  run.values.template([...partsOf(directory), "/", ...partsOf(pattern)], mergeLabels(directory.labels, pattern.labels));

const foundParts = (pattern: Value): (string | Hole)[] =>
  partsOf(pattern)
    .flatMap((p): (string | Hole)[] =>
      typeof p === "string" ? p.split(/(\*\*?|\?|\[[^\]]*\])/).map((piece, i) => (i % 2 === 0 ? piece : found)) : [p],
    )
    .filter((p) => p !== "");

/** `os.dup2(sock.fileno(), 0)`: whoever is at the other end types into what the program starts. */
const dup2: Builtin = (run, state, { callee, args }) => {
  const [fd] = args.positional;
  if (fd?.k === "unknown" && fd.cause === "network") remoteCode(run, state, { target: "a shell fed by a socket", api: callee.path });
  return fd ?? run.values.unknown("local");
};

const pipe: Builtin = (run, state, { callee, args }) => {
  const [to] = args.positional;
  if (to !== undefined && runsItsInput(to)) remoteCode(run, state, { target: "a program fed by a socket", api: callee.path });
  return to ?? run.values.unknown("local");
};

/** `$`rm -rf ${dir}`` of zx, Bun and execa. */
const shellTemplate: Builtin = (run, state, { callee, args }) => {
  const [strings, ...holes] = args.positional;
  const texts = strings?.k === "ref" ? elementsOf(run, state, strings) : null;
  // `$({ quiet: true })` is another one; a page's own `$` takes selectors.
  if (texts === null && callee.path === "globalThis.$") return undefined;
  if (texts === null) reportOutputFile(run, state, args, callee.path);
  if (texts === null) return strings?.k === "ref" ? callee : run.values.unknown("file");
  const parts = texts.flatMap((t, i) => [
    ...partsOf(t),
    ...(i < texts.length - 1 && holes[i] !== undefined ? wordsOf(run, state, holes[i] as Value) : []),
  ]);
  const line = run.values.template(parts);
  execShell(run, state, { value: line, api: callee.path, labels: callee.labels });
  return run.values.unknown("file", { path: "output", labels: mergeLabels(printedLabels(run, textOf(line)), lineLabels(textOf(line))) });
};

/** A list stands for its elements, one word each. */
function wordsOf(run: Run, state: State, hole: Value): readonly (string | Hole)[] {
  const elements = hole.k === "ref" ? elementsOf(run, state, hole) : null;
  return elements === null ? partsOf(hole) : elements.flatMap((word, i) => [...(i === 0 ? [] : [" "]), ...partsOf(word)]);
}

const shelljsRm: Builtin = (run, state, { callee, args }) => {
  const flags = args.positional.flatMap((v) => letters(state, v) ?? (isString(v) && /^-/.test(String(v.value)) ? [String(v.value)] : []));
  const paths = args.positional.filter((v) => letters(state, v) === null && !(isString(v) && flags.includes(String(v.value))));
  const tree = flags.some((flag) => /^-\w*[rR]/.test(flag));
  for (const path of paths.flatMap((p) => (p.k === "ref" ? (elementsOf(run, state, p) ?? [p]) : [p])))
    emitPath(run, state, { kind: tree ? "fs.delete_tree" : "fs.delete", path, api: callee.path });
  return run.values.unknown("local");
};

/** A module that is loaded from a file: one that the program wrote is followed. */
const loadFile =
  (at: number): Builtin =>
  (run, state, { callee, args }) => {
    const path = args.positional[at] ?? args.keywords.get("location") ?? args.keywords.get("path");
    const source = path === undefined ? undefined : rememberedFile(state, path);
    if (source !== undefined && isForeign(source)) remoteCode(run, state, { target: textOf(path as Value), api: callee.path });
    if (source !== undefined && isString(source))
      runNested(run, state, {
        source: source.value,
        language: inJs(run) ? "javascript" : "python",
        labels: source.labels,
        ownFrame: true,
        api: callee.path,
      });
    return run.values.unknown("unmodelled", { path: "module" });
  };

/** A place that code is loaded from from now on: what the program saved there from the network runs. */
const loadPath: Builtin = (run, state, { callee, args }) => {
  for (const path of args.positional) {
    const source = rememberedFile(state, path);
    if (source !== undefined && isForeign(source)) remoteCode(run, state, { target: textOf(path), api: callee.path });
  }
  return run.values.none;
};

/** The object, and those in what is stored. */
function heldObjects(state: State, value: Value, depth = 0): readonly Value[] {
  if (value.k !== "ref" || depth > DEEPEST_STORED) return [];
  const { type, props, items } = state.read(value.addr);
  const inner = /^(dict|list|tuple|set)$/.test(type) ? [...props.values(), ...(items ?? [])] : [];
  return [value, ...inner.flatMap((held) => heldObjects(state, held, depth + 1))];
}
const DEEPEST_STORED = 3;

/** `pickle.dumps(x)` is a text that gives x back, by way of its `__reduce__`. */
const STORED = "pickle.object()";
const pickleLoads: Builtin = (run, state, { callee, args }) => {
  const [data] = args.positional;
  if (data?.k === "partial" && data.callee.k === "api" && data.callee.path === STORED) return restored(run, state, data.args[0]);
  if (isString(data)) return unpickle(run, state, { data: data.value, api: callee.path, labels: mergeLabels(callee.labels, data.labels) });
  return undefined;
};

function restored(run: Run, state: State, object: Value | undefined): Value | null | undefined {
  if (object?.k !== "ref") return object;
  const { parent } = state.read(object.addr);
  const reduce = parent === null ? undefined : state.read(parent).props.get("__reduce__");
  if (reduce?.k !== "closure") return object;
  const parts = run.call(state, run.values.closure(reduce, object), withArgs());
  const items = parts === null ? null : elementsOf(run, state, parts);
  const [callee, given] = items ?? [];
  if (callee === undefined || given === undefined) return object;
  return run.call(state, callee, withArgs(...(elementsOf(run, state, given) ?? [])));
}

/** What is typed goes to the function that listens. */
const listener: Builtin = (run, state, { args }) =>
  listens(run, state, args, run.values.unknown("input", { path: "key", labels: ["file", "file.private"] }));

function listens(run: Run, state: State, args: CallArgs, rest: Value): Value {
  for (const given of [...args.positional, ...args.keywords.values()]) {
    const callback = callableOf(run, state, given);
    if (callback !== null) possibly(state, () => handOver(run, state, callback, { ...withArgs(), rest }, "repeats"));
  }
  return run.values.unknown("local", { path: "listener" });
}

export const BUILTINS_LIBRARIES: Readonly<Record<string, Builtin>> = {
  os_walk: osWalk,
  glob,
  entries_below: (run, state, { args }) => someList(run, state, asPath(run, below(run, args.positional[0]))),
  dup2,
  pipe,
  shell_template: shellTemplate,
  command_or_template: (run, state, call) => {
    if (call.args.positional[0]?.k === "ref") return shellTemplate(run, state, call);
    reportOutputFile(run, state, call.args, call.callee.path);
    return undefined;
  },
  /** `$` of a shell's template, or of a page. */
  page_or_template: (run, state, call) => shellTemplate(run, state, call) ?? pageField(run, state, call),
  shelljs_rm: shelljsRm,
  load_path: loadPath,
  load_file: loadFile(1),
  load_file_first: loadFile(0),
  /** What a stored object says about how it is restored happens to whoever restores it. */
  pickle_dumps: (run, state, { args }) => {
    const [object] = args.positional;
    if (object === undefined) return undefined;
    for (const held of heldObjects(state, object)) possibly(state, () => restored(run, state, held));
    return run.values.partial(run.values.api(STORED), [object]);
  },
  pickle_loads: pickleLoads,
  listener,
  /** What is typed into a program that waits for commands. */
  shell_input: (run, state, { callee, args }) => {
    const [line] = args.positional;
    if (line !== undefined && isString(line)) execShell(run, state, { value: line, api: callee.path, labels: callee.labels });
    return undefined;
  },
  host_container: hostContainer,
  /** `repl.start({ input: socket })`: whoever is at the other end writes code. */
  repl_start: (run, state, { callee, args }) => {
    const options = args.positional.flatMap((v) => (v.k === "ref" ? [...state.read(v.addr).props.values()] : [v]));
    if (options.some((v) => isFetched(v) || (v.k === "api" && /^(net|tls)\.Socket/.test(v.path))))
      remoteCode(run, state, { target: "a prompt fed by a socket", api: callee.path });
    return undefined;
  },
  /** Objects that somebody else sent, in a format that can run code. */
  remote_objects: (run, state, { callee }) => {
    const found = { target: "objects from the network", classes: ["unknown.network" as const], args: {}, labels: [] };
    emit(run, state, { kind: "code.deserialize", ...found, basis: "api", api: callee.path });
    return undefined;
  },
  /** `scan_iter("session:*")`: a pattern says which of them are meant, and the program has written it. */
  whole_listing: (run, _state, { callee, args }) => {
    const pattern = args.positional.find(isString) ?? args.keywords.get("match") ?? args.keywords.get("pattern");
    const narrows = pattern !== undefined && isString(pattern) && !/^\**$/.test(pattern.value);
    return narrows ? run.values.unknown("local", { path: `${callee.path}(..)` }) : undefined;
  },
  /** What is typed goes to the function that listens to keys. */
  dom_listener: (run, state, call) => {
    const [event] = call.args.positional;
    noteSubmit(run, "addEventListener", call.args);
    if (isString(event) && /^(key|paste)/.test(event.value)) return listener(run, state, call);
    if (!isString(event) || event.value !== "message") return undefined;
    // Other windows say what they like.
    return listens(run, state, call.args, run.values.unknown("unmodelled", { path: "event" }));
  },
  processes: (run, state) => someList(run, state, run.values.api("psutil.Process", true)),
};
