/** From the generic tree to the IR: `lower` surveys a source at once and lowers each function when it is asked for. */
import type { FunctionId, FunctionIr, ModuleIr, Span } from "../ir.ts";
import type { ParsedTree } from "../tree.ts";
import type { Dialect, FunctionInfo, Unit } from "./context.ts";
import { lowerExpr } from "./expressions.ts";
import { lowerFunction, opaqueFunction } from "./functions.ts";
import { javascript } from "./javascript.ts";
import { python } from "./python.ts";
import { lowerStatement } from "./statements.ts";
import { startUnit, surveyModule } from "./survey.ts";

const LOWER = { expr: lowerExpr, statement: lowerStatement };

/** Never throws: what cannot be lowered becomes a function that may do anything, with a diagnostic. */
export function lower(tree: ParsedTree, source: string): ModuleIr {
  const unit = surveyed(tree, source);
  const done = new Map<FunctionId, FunctionIr>();
  return {
    language: unit.language,
    source,
    get: (id) => {
      const known = done.get(id);
      if (known !== undefined) return known;
      const info = unit.functions[id];
      if (info === undefined) throw new RangeError(`no function ${id}`);
      const ir = lowerSafely(unit, info);
      done.set(id, ir);
      return ir;
    },
    functionCount: () => unit.functions.length,
    diagnostics: unit.diagnostics,
  };
}

function lowerSafely(unit: Unit, info: FunctionInfo): FunctionIr {
  if (unit.surveyFailed) return opaqueFunction(unit, info, LOWER);
  try {
    return lowerFunction(unit, info, LOWER);
  } catch (error) {
    report(unit, info.node, `\`${info.name}\` could not be lowered: ${reasonOf(error)}`);
    return opaqueFunction(unit, info, LOWER);
  }
}

const DIALECTS: { readonly [language in Unit["language"]]: Dialect } = {
  python,
  javascript,
  typescript: javascript,
  shell: python,
};

function surveyed(tree: ParsedTree, source: string): Unit {
  const dialect = DIALECTS[tree.module.language];
  // A shell program is a function without instructions here: what it does is read from its commands.
  const module = tree.module.language === "shell" ? { ...tree.module, body: [] } : tree.module;
  const unit = startUnit({ ...tree, module }, source, dialect);
  try {
    surveyModule(unit, module);
    return unit;
  } catch (error) {
    return failed(startUnit(tree, source, dialect), tree.module, `the source could not be surveyed: ${reasonOf(error)}`);
  }
}

function failed(unit: Unit, at: Span, message: string): Unit {
  unit.surveyFailed = true;
  report(unit, at, message);
  return unit;
}

function report(unit: Unit, at: Span, message: string): void {
  unit.diagnostics.push({ kind: "limit", message, location: unit.lines.locate(at) });
}

function reasonOf(error: unknown): string {
  return error instanceof RangeError ? "nested too deeply" : error instanceof Error ? error.message : "unknown";
}
