/** Methods of pathlib paths, which are texts marked `type:path`. */

import type { EffectKind } from "../effects.ts";
import type { State } from "../state.ts";
import { FOUND_PATH } from "../targets.ts";
import { type Hole, isString, type MethodV, mergeLabels, partsOf, type Value } from "../values.ts";
import { expandUser, modeOf } from "./builtins-files.ts";
import type { CallArgs } from "./call-args.ts";
import { listValue, someList } from "./containers.ts";
import { emitPath } from "./emit-path.ts";
import { contentLabels, handleLabels, makeExecutable } from "./file-handles.ts";
import { deepLabels } from "./labels.ts";
import { inPositions } from "./named-arguments.ts";
import { asPath, joinPaths } from "./paths.ts";
import { rememberedFile, rememberFile, rememberLink } from "./remembered.ts";
import { newAddr, type Run } from "./run.ts";

const EFFECTS: Readonly<Record<string, EffectKind>> = {
  unlink: "fs.delete",
  rmdir: "fs.delete",
  rmtree: "fs.delete_tree",
  delete: "fs.delete_tree",
  write_text: "fs.write",
  write_bytes: "fs.write",
  touch: "fs.write",
  mkdir: "fs.write",
  chmod: "fs.write",
  lchmod: "fs.write",
  rename: "fs.write",
  replace: "fs.write",
  symlink_to: "fs.write",
  hardlink_to: "fs.write",
  link_to: "fs.read",
  copy: "fs.read",
  copy_into: "fs.read",
  move: "fs.write",
  move_into: "fs.write",
  read_text: "fs.read",
  read_bytes: "fs.read",
  iterdir: "fs.read",
  glob: "fs.read",
  rglob: "fs.read",
};

/** What the first argument of a method is called; of those below it is where something comes to be. */
const FIRST: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ write_text: "data", write_bytes: "data", open: "mode", chmod: "mode", glob: "pattern", rglob: "pattern" },
    ...{ symlink_to: "target", hardlink_to: "target", with_name: "name", with_suffix: "suffix", with_stem: "stem" },
  }),
);
const TO: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ rename: "target", replace: "target", link_to: "target", copy: "target", move: "target" },
    ...{ copy_into: "target_dir", move_into: "target_dir" },
  }),
);

/** `path.rename(target)`, `path.copy_into(target_dir)`: what is there afterwards is what was here before. */
function arrive(run: Run, state: State, from: { path: Value; name: string }, to: Value): Value {
  const path = from.name.endsWith("_into") ? joinPaths(run, [to, baseOf(run, from.path)]) : to;
  emitPath(run, state, { kind: "fs.write", path, api: `pathlib.Path.${from.name}` });
  const labels = contentLabels(from.path);
  const unseen = labels.includes("file.private") ? run.values.unknown("file", { path: "copy", labels }) : undefined;
  const content = rememberedFile(state, from.path) ?? unseen;
  if (content !== undefined) rememberFile(run, state, { path, content, append: false, api: `pathlib.Path.${from.name}` });
  return asPath(run, path);
}

const baseOf = (run: Run, path: Value): Value =>
  isString(path) ? run.values.string(/[^/]*\/?$/.exec(path.value)?.[0] ?? "") : run.values.unknown("local");

export function pathMethod(run: Run, state: State, callee: MethodV, given: CallArgs): Value | undefined {
  const { receiver, name } = callee;
  const { values } = run;
  const first = FIRST.get(name) ?? TO.get(name);
  const args = first === undefined ? given : inPositions(given, [[first]]);
  if (name === "joinpath" || name === "with_name")
    return asPath(
      run,
      joinPaths(run, name === "joinpath" ? [receiver, ...args.positional] : [parentOf(run, receiver), ...args.positional]),
    );
  if (name === "with_stem" && isString(receiver) && isString(args.positional[0])) {
    const suffix = /(?<=[^/])\.[^./]*$/.exec(receiver.value)?.[0] ?? "";
    return asPath(run, joinPaths(run, [parentOf(run, receiver), run.values.string(args.positional[0].value + suffix)]));
  }
  if (name === "expanduser") return expandUser(run, receiver);
  if (name === "with_suffix" && isString(receiver) && isString(args.positional[0]))
    return values.string(receiver.value.replace(/(?<=[^/])\.[^./]*$/, "") + args.positional[0].value, receiver.labels);
  if (name === "relative_to" && isString(receiver) && isString(args.positional[0])) {
    const from = `${args.positional[0].value.replace(/\/$/, "")}/`;
    return receiver.value.startsWith(from) ? values.string(receiver.value.slice(from.length), receiver.labels) : receiver;
  }
  if (["resolve", "absolute", "as_posix", "__str__", "__fspath__", "with_suffix", "relative_to"].includes(name)) return receiver;
  if (name === "walk") return walked(run, state, receiver);
  if (name === "open") {
    const kind = modeOf(args.positional[0] ?? args.keywords.get("mode")) === "read" ? "fs.read" : "fs.write";
    emitPath(run, state, { kind, path: receiver, api: "pathlib.Path.open" });
    if (kind === "fs.write") rememberFile(run, state, { path: receiver, content: values.string(""), append: false });
    return values.api("io.File", true, mergeLabels(handleLabels(receiver), kind === "fs.read" ? contentLabels(receiver) : []));
  }
  if (["exists", "is_file", "is_dir", "stat", "is_symlink", "samefile"].includes(name))
    return values.unknown("file", { path: `path.${name}()` });
  const kind = EFFECTS[name];
  if (kind === undefined) return undefined;
  const labels = args.positional.flatMap((v) => [...deepLabels(state, v)]);
  // Of a text that may be one, too: `text.replace(a, b)`, and a list's `copy()`.
  const [to] = TO.has(name) ? args.positional : [];
  if (TO.has(name) && (to === undefined || args.positional.length > 1)) return undefined;
  emitPath(run, state, { kind, path: receiver, api: `pathlib.Path.${name}`, labels });
  if (to !== undefined) return arrive(run, state, { path: receiver, name }, to);
  const [content] = args.positional;
  if (content !== undefined && (name === "symlink_to" || name === "hardlink_to"))
    rememberLink(run, state, { target: content, path: receiver });
  if (name.startsWith("write") && content !== undefined)
    rememberFile(run, state, { path: receiver, content, append: false, api: `pathlib.Path.${name}` });
  if (name === "chmod" && content !== undefined) makeExecutable(run, state, { path: receiver, mode: content, api: "pathlib.Path.chmod" });
  if (kind === "fs.read") {
    if (name.startsWith("read"))
      return rememberedFile(state, receiver) ?? values.unknown("file", { path: "file.read()", labels: contentLabels(receiver) });
    const addr = newAddr(run);
    state.add(addr, { type: "list" });
    state.addRest(addr, asPath(run, values.template([...partsOf(receiver), "/", ...foundBy(args.positional[0])])), values);
    return values.ref(addr);
  }
  return values.none;
}

/** `for root, folders, files in path.walk()`. */
function walked(run: Run, state: State, path: Value): Value {
  emitPath(run, state, { kind: "fs.read", path, api: "pathlib.Path.walk" });
  const hole: Hole = { cause: "file", labels: [], path: FOUND_PATH };
  const below = run.values.template([...partsOf(path), "/", hole]);
  const names = (): Value => someList(run, state, run.values.unknown("file", { path: "name" }));
  const root = asPath(run, run.values.join([path, below]));
  return someList(run, state, listValue(run, state, [root, names(), names()], "tuple"));
}

/** What a pattern finds: below any directory a name that ends as the pattern does. */
function foundBy(pattern: Value | undefined): (string | Hole)[] {
  const hole: Hole = { cause: "file", labels: [], path: FOUND_PATH };
  const end = isString(pattern) ? /[^*?[\]]*$/.exec(pattern.value)?.[0] : undefined;
  return end === undefined || end === ""
    ? [hole]
    : end.startsWith(".") || pattern?.k !== "const" || /[*?\]]/.test(String(pattern.value))
      ? [hole, end]
      : [hole, `/${end}`];
}

function parentOf(run: Run, path: Value): Value {
  return isString(path) ? run.values.string(path.value.replace(/\/[^/]*$/, "")) : path;
}
