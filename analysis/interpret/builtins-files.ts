/** Evaluators for files, paths and requests, where the effect depends on a mode, a flag or the receiver. */

import { normalizePath, PATH_TEXTS } from "../pure/posix-paths.ts";
import type { State } from "../state.ts";
import { type ApiV, dataLabels, isNumber, isString, mergeLabels, partsOf, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { withArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { emit } from "./effect-sink.ts";
import { emitPath } from "./emit-path.ts";
import { reportTakenWhole } from "./exhaustion.ts";
import { contentLabels, FOUND, handleLabels, handlePath, isManifest, makeExecutable } from "./file-handles.ts";
import { toText } from "./formatting.ts";
import { isHolder } from "./holders.ts";
import { elementsOf } from "./iterate.ts";
import { fillBuffer } from "./javascript-buffers.ts";
import { deepLabels, heldLabels } from "./labels.ts";
import { asPath, joinPaths, placeHole, rewriteStart } from "./paths.ts";
import { rememberedFile, rememberedVariable, rememberFile, rememberLink, setVariable } from "./remembered.ts";
import { inJs, newAddr, type Run } from "./run.ts";
import { decideTruth } from "./truth.ts";

export function modeOf(value: Value | undefined): "read" | "write" | "unknown" {
  if (value === undefined || (value.k === "const" && value.type === "null")) return "read";
  if (isString(value)) return /[wax+]/.test(value.value) ? "write" : "read";
  return value.k === "const" ? "read" : "unknown";
}

const open: Builtin = (run, state, { callee, args }) => {
  // What is compressed into a buffer or another file is in there.
  const into = args.keywords.get("fileobj") ?? args.positional[0];
  if (into !== undefined && (into.k === "ref" ? isHolder(state, into.addr) : into.k === "api" && into.instance)) return into;
  const path = args.positional[0] ?? args.keywords.get("file") ?? args.keywords.get("filename") ?? args.rest ?? run.values.unknown("local");
  const written = args.positional[1] ?? args.keywords.get("mode");
  const mode = modeOf(written);
  const kind = mode === "read" ? "fs.read" : "fs.write";
  const append = isString(written) && written.value.startsWith("a");
  if (mode === "write" && !append) rememberFile(run, state, { path, content: run.values.string(""), append: false });
  emitPath(run, state, {
    kind,
    path: path.k === "ref" || path.k === "api" ? toText(run, state, path) : path,
    api: callee.path,
    labels: callee.labels.filter((l) => l.startsWith("via:")),
  });
  const content = mode === "write" ? undefined : rememberedFile(state, path);
  const held = content === undefined ? [] : heldLabels(state, content);
  return run.values.api("io.File", true, mergeLabels(handleLabels(path), mode === "write" ? [] : contentLabels(path), held));
};

/** A leading `~` is the home directory. */
const expandUser = (run: Run, value: Value): Value =>
  rewriteStart(run, value, (start) =>
    start.startsWith("~") ? run.values.template([...partsOf(placeHole(run, "{home}")), start.replace(/^~[^/]*/, "")]) : null,
  );

/** `fs.rm(path, {recursive: true})`. */
const nodeRm: Builtin = (run, state, { callee, args }) => {
  const [path, options] = args.positional;
  const recursive = options?.k === "ref" ? state.read(options.addr).props.get("s:recursive") : undefined;
  const tree = recursive !== undefined && decideTruth(run, state, recursive) !== false;
  emitPath(run, state, {
    kind: tree ? "fs.delete_tree" : "fs.delete",
    path: path ?? args.rest ?? run.values.unknown("local"),
    api: callee.path,
  });
  return run.values.unknown("local");
};

/** Files that the program found, not named, are overwritten with what it encrypted. */
function encrypts(run: Run, state: State, callee: ApiV): void {
  if (!callee.labels.includes(FOUND)) return;
  const found = { target: "files that it finds", classes: ["path.unknown" as const], args: { encrypts: true }, labels: ["encrypted"] };
  emit(run, state, { kind: "fs.write", ...found, basis: "api", api: callee.path });
}

/** What is written: of an object its text, of a response what came over the network. */
function contentOf(run: Run, state: State, value: Value): Value {
  if (value.k === "api" && /Response|Incoming|^http/.test(value.path)) return run.values.unknown("network", { path: value.path });
  return value.k === "ref" ? toText(run, state, value) : value;
}

/** The bytes of a list of numbers (`new Uint8Array([...])`); anything else as it is. */
function bytesOf(run: Run, state: State, value: Value | undefined): Value | undefined {
  const items = value?.k === "ref" ? elementsOf(run, state, value) : null;
  if (items === null || !items.every(isNumber)) return value;
  return run.values.bytes(String.fromCharCode(...items.map((v) => Number((v as { value: number }).value) & 255)));
}

/** `dirname(path)`, `basename(path)`, `extname(path)`: also of a path that is known only in part. */
/** What Node's `path` makes of texts that are known. */
function pathText(name: string, given: readonly Value[]): string | null {
  const texts = given.flatMap((value) => (isString(value) && value.type === "string" ? [value.value] : []));
  return texts.length === 0 || texts.length < given.length ? null : (PATH_TEXTS[name]?.(...texts) ?? null);
}

const pathPart: Builtin = (run, _state, { callee, args }) => {
  const [path] = args.positional;
  const name = callee.path.slice(callee.path.lastIndexOf(".") + 1);
  if (path?.k === "unknown") return path;
  const exact = inJs(run) ? pathText(name, args.positional) : null;
  if (exact !== null) return run.values.string(exact, path?.labels ?? []);
  if (path === undefined || (!isString(path) && path.k !== "str")) return run.values.unknown("local", { labels: path?.labels ?? [] });
  const parts = [...partsOf(path)];
  const last = parts[parts.length - 1];
  const cut = typeof last === "string" ? last.replace(/\/$/, "").lastIndexOf("/") : -1;
  if (typeof last !== "string" || cut < 0) return name === "dirname" && isString(path) ? run.values.string("", path.labels) : path;
  if (name === "dirname") return run.values.template([...parts.slice(0, -1), last.slice(0, cut)], path.labels);
  const base = last.replace(/\/$/, "").slice(cut + 1);
  return run.values.string(name === "extname" ? (/\.[^.]+$/.exec(base)?.[0] ?? "") : base, path.labels);
};

/** Where the state keeps what a program puts on shelves. */
const SHELF = "#shelf:";

/** `shelve.open("x")`: what the program put there, and what may have been there. */
const shelf: Builtin = (run, state, { args }) => {
  const name = args.positional[0] ?? args.keywords.get("filename");
  if (!isString(name)) return undefined;
  const before = rememberedVariable(state, SHELF + name.value);
  if (before !== undefined) return before;
  const addr = newAddr(run);
  state.add(addr, { type: "dict" }).rest = run.values.unknown("file", { path: "shelf[]" });
  const made = run.values.ref(addr);
  setVariable(state, SHELF + name.value, made);
  return made;
};

/** `os.path.expandvars("$PLACE/x")`: variables that the program set. */
const expandVariables: Builtin = (run, state, { args }) => {
  const [text] = args.positional;
  if (!isString(text)) return text;
  const parts = text.value.split(/(\$\w+|\$\{\w+\})/).flatMap((piece) => {
    const name = /^\$\{?(\w+)\}?$/.exec(piece)?.[1];
    const value = name === undefined ? undefined : rememberedVariable(state, name);
    return value === undefined ? [piece] : [...partsOf(value)];
  });
  return run.values.template(parts, text.labels);
};

/** `os.write(sock.fileno(), data)`: a descriptor of a connection sends. */
function throughSocket(run: Run, state: State, file: Value, content: Value): void {
  if (file.k !== "unknown" || file.cause !== "network") return;
  const given = content.k === "api" ? run.values.unknown("file", { labels: content.labels }) : content;
  run.call(state, run.values.api("socket.socket.sendall", true, file.labels), withArgs(given));
}

export const BUILTINS_FILES: Readonly<Record<string, Builtin>> = {
  open,
  path_join: (run, _state, { callee, args }) => {
    const parts = args.rest !== null ? [...args.positional, args.rest] : args.positional;
    if (!inJs(run) || !parts.every((part) => isString(part))) return joinPaths(run, parts);
    const labels = mergeLabels(...parts.map((part) => part.labels));
    if (callee.path.endsWith("join"))
      return run.values.string(
        normalizePath(
          parts
            .map((part) => String((part as { value: unknown }).value))
            .filter(Boolean)
            .join("/"),
        ),
        labels,
      );
    const joined = joinPaths(run, parts);
    return isString(joined) && String(joined.value).startsWith("/")
      ? run.values.string(normalizePath(String(joined.value)).replace(/(?<=.)\/$/, ""), labels)
      : joined;
  },
  expanduser: (run, _state, { args }) => expandUser(run, args.positional[0] ?? run.values.unknown("local")),
  path_part: pathPart,
  cwd: (run) => run.values.string(".", ["type:path"]),
  home: (run) => asPath(run, placeHole(run, "{home}")),
  tmp: (run) => asPath(run, placeHole(run, "{tmp}")),
  path: (run, _state, { args }) => asPath(run, args.positional.length === 0 ? run.values.string(".") : joinPaths(run, args.positional)),
  file_read: (run, state, { callee, args }) => {
    const path = handlePath(run, callee.labels);
    const remembered = path === null ? undefined : rememberedFile(state, path);
    const labels = dataLabels(callee.labels);
    const own = path !== null && isString(path) && isManifest(path.value);
    if (callee.path === "fs.FileHandle.read")
      fillBuffer(state, args.positional[0], run.values.unknown("file", { path: "file.read()", labels }));
    return remembered ?? run.values.unknown(own ? "local" : "file", { path: "file.read()", labels });
  },
  file_write: (run, state, { callee, args }) => {
    if (callee.path.endsWith("writelines")) reportTakenWhole(run, state, args.positional[0]);
    const path = handlePath(run, callee.labels);
    if (args.positional[0] !== undefined && deepLabels(state, args.positional[0]).includes("encrypted")) encrypts(run, state, callee);
    if (path !== null && args.positional[0] !== undefined)
      rememberFile(run, state, { path, content: contentOf(run, state, args.positional[0]), append: true, api: callee.path });
    return run.values.unknown("local");
  },
  node_read: (_run, state, { args }) => (args.positional[0] === undefined ? undefined : rememberedFile(state, args.positional[0])),
  node_write: (run, state, { callee, args }) => {
    const [path, content] = args.positional;
    const append = callee.path.includes("append");
    if (path !== undefined && content !== undefined)
      rememberFile(run, state, { path, content: contentOf(run, state, content), append, api: callee.path });
    return /Stream$/.test(callee.path) && path !== undefined ? run.values.api("fs.WriteStream", true, handleLabels(path)) : undefined;
  },
  copy_file: (run, state, { args }) => {
    const from = args.positional[0] ?? args.keywords.get("src") ?? args.keywords.get("localpath");
    const to = args.positional[1] ?? args.keywords.get("dst") ?? args.keywords.get("remotepath");
    const labels = from === undefined ? [] : contentLabels(from);
    const copy = labels.includes("file.private") ? run.values.unknown("file", { path: "copy", labels }) : undefined;
    const content = from === undefined ? undefined : (rememberedFile(state, from) ?? copy);
    if (to !== undefined && content !== undefined) rememberFile(run, state, { path: to, content, append: false });
    return undefined;
  },
  move_file: (run, state, { callee, args }) => {
    const [from, to] = [args.positional[0] ?? args.keywords.get("src"), args.positional[1] ?? args.keywords.get("dst")];
    const content = from === undefined ? undefined : rememberedFile(state, from);
    if (to !== undefined && content !== undefined) rememberFile(run, state, { path: to, content, append: false, api: callee.path });
    return undefined;
  },
  /** A file of its own with a name that nobody else knows; what is written there is read from there. */
  temp_file: (run, _state, { callee, args }) => {
    const place = placeHole(run, "{tmp}");
    const end = args.keywords.get("suffix");
    const path = run.values.template([...partsOf(place), `/file-${newAddr(run)}`, ...(end === undefined ? [] : partsOf(end))]);
    const file = run.values.api("io.File", true, handleLabels(path));
    return callee.path.endsWith("mkstemp") ? listValue(run, _state, [file, asPath(run, path)], "tuple") : file;
  },
  file_name: (run, _state, { callee }) => handlePath(run, callee.labels) ?? undefined,
  descriptor_written: (run, state, { callee, args }) => {
    const [file, content] = args.positional;
    const path = file === undefined ? null : handlePath(run, file.labels);
    if (path !== null && content !== undefined)
      rememberFile(run, state, { path, content: contentOf(run, state, content), append: true, api: callee.path });
    if (file !== undefined && content !== undefined) throughSocket(run, state, file, content);
    return undefined;
  },
  descriptor_sent: (run, state, { callee, args }) => {
    const [out, from] = /sendfile$/.test(callee.path) ? args.positional : args.positional.slice(0, 2).reverse();
    if (out !== undefined && from !== undefined) throughSocket(run, state, out, from);
    return run.values.unknown("file");
  },
  path_of_uri: (run, _state, { args }) => {
    const [uri] = args.positional;
    return uri !== undefined && isString(uri)
      ? asPath(run, run.values.string(uri.value.replace(/^file:(\/\/(localhost)?)?/, ""), uri.labels))
      : undefined;
  },
  link: (run, state, { args }) => {
    const target = args.positional[0] ?? args.keywords.get("src");
    const path = args.positional[1] ?? args.keywords.get("dst");
    if (target !== undefined && path !== undefined) rememberLink(run, state, { target, path });
    return undefined;
  },
  copy_object: (run, state, { args }) => {
    const [from, to] = args.positional;
    const path = to === undefined ? null : handlePath(run, to.labels);
    if (from !== undefined && path !== null) rememberFile(run, state, { path, content: contentOf(run, state, from), append: true });
    return undefined;
  },
  url_retrieve: (run, state, { callee, args }) => {
    const path = args.positional[1] ?? args.keywords.get("filename");
    if (path === undefined) return undefined;
    rememberFile(run, state, { path, content: run.values.unknown("network", { path: "download" }), append: false });
    emitPath(run, state, { kind: "fs.write", path, api: callee.path });
    return run.values.unknown("file", { path: "urlretrieve()" });
  },
  chmod: (run, state, { callee, args }) => {
    const [path, mode] = args.positional;
    if (path !== undefined && mode !== undefined) makeExecutable(run, state, { path, mode, api: callee.path });
    return undefined;
  },
  node_rm: nodeRm,
  shelf,
  expand_variables: expandVariables,
  text_codec: (run, state, { callee, args }) => {
    const [given] = args.positional;
    if (callee.path.endsWith(".encode") && isString(given) && given.type === "string")
      return run.values.bytes(Buffer.from(given.value, "utf8").toString("latin1"), given.labels);
    const text = bytesOf(run, state, args.positional[0]);
    return text !== undefined && isString(text)
      ? run.values.string(Buffer.from(text.value, "latin1").toString("utf8"), mergeLabels(text.labels, ["via:decoded"]))
      : undefined;
  },
};

export { expandUser };
