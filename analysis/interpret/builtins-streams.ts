/** Evaluators for what flows: archives, pipes between streams, servers that are given what others send, machine code in memory. */
import type { Label } from "../effects.ts";
import { possibly, type State } from "../state.ts";
import { isString, mergeLabels, partsOf, type RefV, type Value } from "../values.ts";
import { getAttr } from "./attributes.ts";
import type { Builtin } from "./builtin.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { someList } from "./containers.ts";
import { optionOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { emitPath } from "./emit-path.ts";
import { runaway } from "./exhaustion.ts";
import { contentLabels, handleLabels, handlePath, remoteCode } from "./file-handles.ts";
import { isHolder, makeHolder } from "./holders.ts";
import { elementsOf, someElement } from "./iterate.ts";
import { deepLabels, heldLabels } from "./labels.ts";
import { joinPaths } from "./paths.ts";
import { rememberedFile, rememberFile } from "./remembered.ts";
import { modelsOf, type Run } from "./run.ts";
import { runsItsInput } from "./started.ts";
import { writtenMember } from "./written-libraries.ts";

/** `zipfile.ZipFile(path, "w")`: an archive knows which file it is. */
const openArchive: Builtin = (run, state, { callee, args }) => {
  const path = args.positional[0] ?? args.keywords.get("file") ?? args.keywords.get("name") ?? args.keywords.get("fileobj");
  if (path?.k === "ref")
    return run.values.api(callee.path.startsWith("tarfile") ? "tarfile.TarFile" : "zipfile.ZipFile", true, [`${INTO}${path.addr}`]);
  const mode = args.positional[1] ?? args.keywords.get("mode");
  const kind = isString(mode) && /^[wxa]/.test(mode.value) ? "fs.write" : "fs.read";
  if (path !== undefined && path.k !== "api") emitPath(run, state, { kind, path, api: callee.path });
  return run.values.api(
    callee.path.startsWith("tarfile") ? "tarfile.TarFile" : "zipfile.ZipFile",
    true,
    path === undefined ? [] : handleLabels(path),
  );
};

/** The buffer that an archive is made in. */
const INTO = "type:into:";

function putInto(run: Run, state: State, archive: readonly Label[], content: Value): void {
  const into = archive.find((l) => l.startsWith(INTO));
  const path = handlePath(run, archive);
  if (into !== undefined && isHolder(state, Number(into.slice(INTO.length))))
    state.addRest(Number(into.slice(INTO.length)), content, run.values);
  else if (path !== null) rememberFile(run, state, { path, content, append: true });
}

/** `archive.writestr(name, text)`. */
const addText: Builtin = (run, state, { callee, args }) => {
  const text = args.positional[1] ?? args.keywords.get("data");
  const labels = text === undefined ? [] : deepLabels(state, text).filter((l) => !l.startsWith("type:"));
  if (labels.length > 0) putInto(run, state, callee.labels, run.values.unknown("file", { path: "archive", labels }));
  return run.values.unknown("local");
};

/** What is put into an archive is in its file. */
const addToArchive: Builtin = (run, state, { callee, args }) => {
  const [added] = args.positional;
  if (added !== undefined)
    putInto(run, state, callee.labels, run.values.unknown("file", { path: "archive", labels: contentLabels(added) }));
  return run.values.unknown("local");
};

/** `with archive.open("name", "w") as entry`: what is written there is in the archive. */
const openEntry: Builtin = (run, _state, { callee, args }) => {
  const [, mode] = args.positional;
  return isString(mode) && mode.value.startsWith("w") ? run.values.api("zipfile.Entry", true, callee.labels) : undefined;
};

const ENDINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({ zip: ".zip", tar: ".tar", gztar: ".tar.gz", bztar: ".tar.bz2", xztar: ".tar.xz" }),
);

/** `shutil.make_archive("x", "zip", root_dir, base_dir)`: the archive holds what is there, and the call gives its path. */
const makeArchive: Builtin = (run, state, { callee, args }) => {
  const [name, format, root = args.keywords.get("root_dir"), base = args.keywords.get("base_dir")] = args.positional;
  const given = [root, base].filter((v) => v !== undefined && !(v.k === "const" && v.type === "null")) as Value[];
  const from = given.length === 0 ? run.values.string(".") : joinPaths(run, given);
  emitPath(run, state, { kind: "fs.read", path: from, api: callee.path });
  if (name === undefined) return undefined;
  const path = run.values.template([...partsOf(name), isString(format) ? (ENDINGS.get(format.value) ?? "") : ""], name.labels);
  const labels = contentLabels(from);
  rememberFile(run, state, { path, content: run.values.unknown("file", { path: "archive", labels }), append: false });
  return path;
};

const DEVICE = /^\/dev\/(zero|u?random|full)$/;
/** Stays with such a stream inside the interpreter. */
const WITHOUT_END = "type:without-end";

/** A stream of the program's own is given what flows, and its end; what comes out of it. */
function throughOwn(run: Run, state: State, chunk: Value, stream: RefV): Value {
  for (const [name, given] of [
    ["write", withArgs(chunk)],
    ["end", NO_ARGS],
  ] as const) {
    const method = getAttr(run, state, stream, name);
    if (method.k === "closure") run.call(state, method, { ...given, receiver: stream });
  }
  const made = getAttr(run, state, stream, "chunks");
  const labels = chunk.labels.filter((label) => !label.startsWith("type:"));
  return made.k === "ref" ? run.values.label(someElement(run, state, made), labels) : chunk;
}

/** From one to the next: streams of the program's own, generators, and what a library makes of what flows. */
function throughAll(run: Run, state: State, from: Value, others: readonly Value[]): void {
  let chunk = from;
  for (const part of others) {
    if (part.k === "ref") chunk = throughOwn(run, state, chunk, part);
    else if (part.k === "closure") {
      const made = run.call(state, part, withArgs(someList(run, state, chunk)));
      if (made !== null) chunk = run.values.label(someElement(run, state, made), chunk.labels);
    }
  }
}

/** `a.pipe(b)`: a file that is written from the network, or a program that is fed by it. */
export function pipeInto(run: Run, state: State, from: Value, to: Value | undefined, api: string): void {
  if (to?.k === "ref") throughOwn(run, state, from, to);
  if (to?.k !== "api") return;
  if (runsItsInput(to) && from.k === "unknown" && from.cause === "network")
    remoteCode(run, state, { target: "a program fed by a socket", api });
  if (from.k === "unknown" && modelsOf(run).api(`${to.path}.write`) !== null)
    run.call(state, run.values.api(`${to.path}.write`, false, to.labels), withArgs(from));
  const path = handlePath(run, to.labels);
  if (path !== null && from.labels.includes(WITHOUT_END)) runaway(run, state);
  if (path !== null && from.k === "unknown") rememberFile(run, state, { path, content: from, append: true });
}

/** `pipeline(response.body, createWriteStream(path))`. */
const pipeline: Builtin = (run, state, { callee, args }) => {
  const [from] = args.positional;
  const own = from?.k === "ref" || from?.k === "closure" ? writtenMember(run, state, "stream.pipeline") : null;
  if (own !== null) return run.call(state, own, args);
  const streams = args.positional.filter((v) => v.k === "api");
  // What goes through a cipher comes out of it encrypted.
  const through = mergeLabels(...streams.slice(0, -1).map((v) => v.labels)).filter((l) => l === "encrypted");
  if (from !== undefined) pipeInto(run, state, run.values.label(from, through), streams.at(-1), callee.path);
  if (from !== undefined) throughAll(run, state, run.values.label(from, through), args.positional.slice(1));
  return run.values.unknown("local");
};

/** `asyncio.start_server(handle)`: what the handler reads is what somebody else sent. */
const streamServer: Builtin = (run, state, { args }) => {
  const [handler] = args.positional;
  const reader = run.values.unknown("network", { path: "reader" });
  const given = withArgs(reader, run.values.api("asyncio.StreamWriter", true));
  if (handler?.k === "closure" || handler?.k === "partial") possibly(state, () => run.call(state, handler, given));
  return run.values.unknown("local", { path: "server" });
};

/** `csv.writer(out).writerow(row)`: what the rows hold goes to where the writer writes. */
const writeRows: Builtin = (run, state, { args }) => {
  const [out, rows] = args.positional;
  if (out === undefined || rows === undefined || out.k === "unknown") return undefined;
  const held = mergeLabels(heldLabels(state, rows), rows.k === "ref" ? [] : heldLabels(state, someElement(run, state, rows)));
  const text = run.values.unknown("local", { path: "rows", labels: held });
  return run.call(state, getAttr(run, state, out, "write"), withArgs(text));
};

/** `CFUNCTYPE(c_int)(address)` makes a function of an address; of a function of the program it makes a callback. */
const nativeFunction: Builtin = (run, state, { callee, args }) => {
  const [address] = args.positional;
  const code = address !== undefined && (address.k === "unknown" || (address.k === "const" && address.type === "number"));
  if (code)
    emit(run, state, {
      kind: "code.hidden",
      target: "machine code in memory",
      classes: [],
      args: {},
      labels: [],
      basis: "api",
      api: callee.path,
    });
  return run.values.unknown("local");
};

export const BUILTINS_STREAMS: Readonly<Record<string, Builtin>> = {
  holder: makeHolder,
  archive: openArchive,
  archive_add: addToArchive,
  archive_text: addText,
  archive_entry: openEntry,
  archive_content: (run, state, call) =>
    addText(run, state, { ...call, args: { ...call.args, positional: [run.values.none, ...call.args.positional] } }),
  make_archive: makeArchive,
  pipeline,
  stream_server: streamServer,
  /** `cv2.imwrite(path, image)`: the file holds what is given. */
  save_data: (run, state, { args }) => {
    const [path, ...data] = args.positional;
    const labels = mergeLabels(...data.map((v) => deepLabels(state, v))).filter((l) => !l.startsWith("type:"));
    if (path !== undefined && labels.length > 0)
      rememberFile(run, state, { path, content: run.values.unknown("file", { path: "data", labels }), append: false });
    return undefined;
  },
  /** A function that only puts out: nothing in it says that there is no more. */
  never_ends: (run, _state, { args }) => {
    const [read] = args.positional;
    const blocks = read?.k === "closure" ? (run.units[read.module]?.ir.get(read.fn).blocks ?? []) : [];
    const straight = blocks.every(
      ({ end, instrs }) => end.op !== "Branch" && !instrs.some((i) => i.op === "Await" || (i.op === "Const" && i.value.type === "null")),
    );
    return run.values.bool(straight && blocks.some(({ instrs }) => instrs.some((i) => i.op === "GetAttr" && i.name === "push")));
  },
  /** A stream of a file; of a device that always has more it has no end of its own. */
  read_stream: (run, state, { args }) => {
    const [path] = args.positional;
    const before = path === undefined ? undefined : rememberedFile(state, path);
    if (before !== undefined || !isString(path) || !DEVICE.test(path.value) || optionOf(state, args, "end") !== undefined) return before;
    return run.values.unknown("file", { path: path.value, labels: ["file", WITHOUT_END] });
  },
  csv_write: writeRows,
  native_function: nativeFunction,
  /** `Buffer.concat(chunks)`: made of what the pieces are made of. */
  concatenated: (run, state, { args }) => {
    const [list] = args.positional;
    if (list === undefined) return undefined;
    const pieces = elementsOf(run, state, list);
    if (pieces?.every((v) => isString(v)) === true)
      return run.values.bytes(
        pieces.map((v) => String((v as { value: unknown }).value)).join(""),
        mergeLabels(...pieces.map((v) => v.labels)),
      );
    const piece = someElement(run, state, list);
    return piece.k === "unknown" && piece.cause !== "local"
      ? run.values.unknown(piece.cause, { labels: mergeLabels(piece.labels) })
      : undefined;
  },
};
