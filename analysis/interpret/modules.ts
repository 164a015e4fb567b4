/** Imports: a library is its dotted path; names of modules are normalised (`node:fs` is `fs`). */
import type { Instr } from "../ir.ts";
import type { State } from "../state.ts";
import { isString, type Value } from "../values.ts";
import { isForeign, isManifest, remoteCode } from "./file-handles.ts";
import { PATCHES } from "./function-attributes.ts";
import { runNested } from "./nested-code.ts";
import { rememberedPath } from "./remembered.ts";
import { current, inJs, modelsOf, newAddr, type Run } from "./run.ts";

/** Modules under the names that their parts have. */
const PYTHON_NAMES: ReadonlyMap<string, string> = new Map([
  ["posix", "os"],
  ["nt", "os"],
  ["posixpath", "os.path"],
  ["genericpath", "os.path"],
  ["__builtin__", "builtins"],
]);

/** Libraries that give what another one gives, under a name of their own. */
const JAVASCRIPT_NAMES: ReadonlyMap<string, string> = new Map([
  ["fs-extra/esm", "fs-extra"],
  ["mz/fs", "fs-extra"],
  ["mz/child_process", "child_process"],
  ["@david/dax", "dax"],
  ["walkdir/walkdir", "walkdir"],
]);

/** `jsr:@std/fs@1`, `npm:got@14`, `https://esm.sh/got@14`, `https://deno.land/x/dax@0.39/mod.ts`: packages by where they are fetched. */
const FETCHED =
  /^(?:(?:jsr|npm):\/?|https?:\/\/(?:esm\.(?:sh|run)|jsr\.io|unpkg\.com|cdn\.skypack\.dev|cdn\.jsdelivr\.net\/npm|deno\.land\/x)\/(?:v\d+\/|npm\/)?)((?:@[\w.-]+\/)?[\w.-]+)(?:@[^/]*)?(.*)$/;
const STANDARD = /^https?:\/\/deno\.land\/std(?:@[^/]*)?\/(\w+)(.*)$/;

/** The package that such an address names. */
function packageName(module: string): string {
  const [, owned = `@std/${STANDARD.exec(module)?.[1] ?? ""}`, inside = STANDARD.exec(module)?.[2] ?? ""] = FETCHED.exec(module) ?? [];
  return owned === "@std/" ? module : `${owned}${inside.replace(/(?:\/mod)?\.[jt]s$/, "").replace(/\?.*$/, "")}`;
}

export function moduleName(run: Run, module: string): string {
  if (!inJs(run)) return PYTHON_NAMES.get(module) ?? module.replace(/^\.+/, "");
  const fetched = module.includes(":") ? packageName(module.replace(/^node:/, "")) : module;
  const name = JAVASCRIPT_NAMES.get(fetched) ?? fetched;
  if (name === "process" || name === "console") return `globalThis.${name}`;
  return name.replace(/\.(js|ts|mjs|cjs|json)$/, "");
}

/** A module that the program wrote itself: it runs, and its names are what it defined. */
export function ownModule(run: Run, state: State, module: string): Value | null {
  const path = module.replace(/^\.+/, "").replace(/\./g, "/");
  const source = rememberedPath(run, state, `${path}.py`) ?? rememberedPath(run, state, `${path}/__init__.py`);
  if (source !== undefined && isForeign(source)) remoteCode(run, state, { target: module, api: "import" });
  if (source === undefined || !isString(source)) return null;
  const frame = newAddr(run);
  state.add(frame, { type: "frame" });
  runNested(run, state, { source: source.value, language: "python", labels: source.labels, ownFrame: true, frame, api: "import" });
  return run.values.ref(frame);
}

/** `import pkg from "./package.json"`. */
function ownManifest(run: Run, { module, name }: Extract<Instr, { op: "Import" }>): Value {
  const manifest = module.replace(/^.*\//, "");
  return run.values.unknown("local", { path: name === null || name === "*" || name === "default" ? manifest : `${manifest}.${name}` });
}

/** Modules that make the names of a library known everywhere. */
const SHARES: ReadonlyMap<string, string> = new Map([
  ["shelljs/global", "shelljs"],
  ["zx/globals", "zx"],
]);

export function shareNames(run: Run, module: string): void {
  const library = SHARES.get(module);
  if (library !== undefined) current(run).unit.starImports.push(library);
}

export function importModule(run: Run, state: State, instr: Extract<Instr, { op: "Import" }>): Value {
  const { values } = run;
  if (inJs(run) && instr.module.startsWith(".") && isManifest(instr.module)) return ownManifest(run, instr);
  const module = moduleName(run, instr.module);
  const own = inJs(run) ? null : ownModule(run, state, module);
  if (own?.k === "ref")
    return instr.name === null || instr.name === "*" ? own : (state.read(own.addr).props.get(instr.name) ?? values.unknown("local"));
  if (inJs(run)) shareNames(run, module);
  if (instr.name === null)
    return values.api(instr.first === true && instr.module.includes(".") ? (module.split(".")[0] as string) : module);
  if (instr.name === "*") {
    if (!inJs(run)) current(run).unit.starImports.push(module);
    return values.api(module);
  }
  if (instr.name === "default" && inJs(run)) return values.api(module);
  const replaced = inJs(run) ? state.read(PATCHES).props.get(`${module}.${instr.name}`) : undefined;
  if (replaced !== undefined) return replaced;
  const model = modelsOf(run).api(`${module}.${instr.name}`);
  if (model?.attribute === true && model.returns !== null) return values.api(model.returns);
  if (model?.value !== null && model?.value !== undefined)
    return typeof model.value === "number" ? values.number(model.value) : values.string(model.value);
  return values.api(`${module}.${instr.name}`, false, model?.cause === "env" ? model.labels : []);
}
