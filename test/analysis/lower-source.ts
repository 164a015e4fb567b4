/** Source text -> IR with the real front ends, for the tests of the lowering. */
import type { FunctionIr, ModuleIr, VarRef } from "../../analysis/ir.ts";
import { lower } from "../../analysis/lower/lower.ts";
import { createParser } from "../../analysis/parse.ts";
import type { Language, ParsedTree } from "../../analysis/tree.ts";
import { loadGrammars } from "../../src/analysis-pool/grammars.ts";

const parser = await createParser(loadGrammars());

export function parseSource(source: string, language: Language): ParsedTree {
  const result = parser.parse(source, language);
  if (!result.ok) throw new Error(`${result.failure.reason}: ${result.failure.message}`);
  return result.tree;
}

export function lowerSource(source: string, language: Language): ModuleIr {
  return lower(parseSource(source, language), source);
}

export function functionsOf(ir: ModuleIr): FunctionIr[] {
  return Array.from({ length: ir.functionCount() }, (_, id) => ir.get(id));
}

/** `x` in its own frame, `x^1` one frame up, `@x` global. */
export function showRef(ref: VarRef): string {
  if (ref.hops === "global") return `@${ref.name}`;
  return ref.hops === 0 ? ref.name : `${ref.name}^${ref.hops}`;
}

/** Takes the common indentation and the outer line breaks off a template literal. */
export function dedent(text: string): string {
  const lines = text.replace(/^\n/, "").trimEnd().split("\n");
  const indent = Math.min(...lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length));
  return lines.map((line) => line.slice(indent)).join("\n");
}
