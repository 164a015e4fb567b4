/** Imports: a library is its dotted path; names of modules are normalised (`node:fs` is `fs`). */
import type { Instr } from "../ir.ts";
import type { State } from "../state.ts";
import type { Value } from "../values.ts";
import { current, inJs, modelsOf, type Run } from "./run.ts";

export function moduleName(run: Run, module: string): string {
  if (!inJs(run)) return module === "posix" || module === "nt" ? "os" : module === "__builtin__" ? "builtins" : module.replace(/^\.+/, "");
  const name = module.replace(/^node:/, "");
  return name === "process"
    ? "globalThis.process"
    : name === "console"
      ? "globalThis.console"
      : name.replace(/^(\.{0,2}\/)+/, "").replace(/\.(js|ts|mjs|cjs|json)$/, "");
}

export function importModule(run: Run, _state: State, instr: Extract<Instr, { op: "Import" }>): Value {
  const { values } = run;
  const module = moduleName(run, instr.module);
  if (instr.name === null) return values.api(instr.first === true ? (module.split(".")[0] as string) : module);
  if (instr.name === "*") {
    if (!inJs(run)) current(run).unit.starImports.push(module);
    return values.api(module);
  }
  if (instr.name === "default" && inJs(run)) return values.api(module);
  const constant = modelsOf(run).api(`${module}.${instr.name}`)?.value;
  return constant === null || constant === undefined ? values.api(`${module}.${instr.name}`) : values.string(constant);
}
