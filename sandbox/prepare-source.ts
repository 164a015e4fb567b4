/**
 * Makes a program out of what was submitted: types stripped, the value of the last expression returned, module syntax
 * turned into refused loads. The text becomes the body of one async function; positions map back to the guest's own.
 */
import type * as BabelParser from "@babel/parser";
import { type Position, stripTypes } from "./strip-types.ts";

export type Prepared =
  | { readonly ok: true; readonly script: string; readonly filename: string; readonly locate: (position: Position) => Position }
  | { readonly ok: false; readonly error: string };

type Parse = typeof BabelParser.parse;
type Node = { type: string; start: number; end: number };
type Statement = Node & {
  declaration?: Node & { id?: unknown };
  source?: { value: string };
  specifiers?: readonly { type: string; local: { name: string }; imported?: { name?: string; value?: string } }[];
  attributes?: readonly { key: { name?: string; value?: string }; value: { value: string } }[];
  expression?: Node;
};
type Edit = { readonly start: number; readonly end: number; readonly text: string };

/** `refuse`: module syntax becomes a call of the loader that says no; `load`: it becomes `import()`, which the engine answers. */
type Modules = "refuse" | "load";

/** Six letters, as `import` has: replacing one by the other moves nothing. */
const LOAD = "$load$";
/** Stands on a line of its own; scripts are compiled with a line offset of -1. */
const PREFIX = `(async function (${LOAD}) {\n`;
const SUFFIX = "\n})";
const RETURN = "return (";

export function prepareSource(parse: Parse, language: "javascript" | "typescript", code: string, modules: Modules = "refuse"): Prepared {
  const filename = language === "typescript" ? "user.ts" : "user.js";
  const stripped = language === "typescript" ? stripTypes(code) : { ok: true as const, text: code, locate: (at: Position) => at };
  if (!stripped.ok) return { ok: false, error: syntaxError(stripped.message, filename, stripped.position) };
  const parsed = parseBody(parse, stripped.text, modules);
  if (!parsed.ok) {
    return { ok: false, error: syntaxError(parsed.message, filename, parsed.position ? stripped.locate(parsed.position) : null) };
  }
  const edits = parsed.edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const body = applyEdits(stripped.text, edits);
  const locate = (at: Position) => stripped.locate(moveBack(stripped.text, body, edits, at));
  return { ok: true, script: PREFIX + body + SUFFIX, filename, locate };
}

function syntaxError(message: string, filename: string, position: Position | null): string {
  return `SyntaxError: ${message}${position ? `\n    at ${filename}:${position.line}:${position.column}` : ""}`;
}

type ParsedBody =
  | { readonly ok: true; readonly edits: readonly Edit[] }
  | { readonly ok: false; readonly message: string; readonly position: Position | null };

/** What the parser refuses does not run: text that only closes the wrapper early would otherwise be accepted by V8. */
function parseBody(parse: Parse, code: string, modules: Modules): ParsedBody {
  try {
    const { program } = parse(code, {
      sourceType: "script",
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowImportExportEverywhere: true,
      createImportExpressions: true,
      errorRecovery: true,
      attachComment: false,
    });
    const shebang = program.interpreter ? [blank(code, program.interpreter.start!, program.interpreter.end!)] : [];
    const last = (program.body.at(-1) ?? program.directives.at(-1)) as Statement | undefined;
    const moduleEdits = program.body.flatMap((node) =>
      moduleEdit(code, node as Statement, { isLast: node === (last as unknown), modules }),
    );
    const dynamic = modules === "refuse" ? dynamicImports(code, program) : [];
    return { ok: true, edits: [...shebang, ...moduleEdits, ...lastValue(code, last), ...dynamic] };
  } catch (error) {
    const { message, loc } = error as { message?: string; loc?: { line: number; column: number } };
    const text = (message ?? "cannot be parsed").replace(/ \(\d+:\d+\)$/, "");
    return { ok: false, message: text, position: loc ? { line: loc.line, column: loc.column + 1 } : null };
  }
}

/** The last statement's value is the program's: `x + 1;` becomes `return (x + 1);`. A lone string is a directive to the parser. */
function lastValue(code: string, last: Statement | undefined): Edit[] {
  if (last?.type !== "ExpressionStatement" && last?.type !== "Directive") return [];
  const end = code[last.end - 1] === ";" ? last.end - 1 : last.end;
  return [
    { start: last.start, end: last.start, text: RETURN },
    { start: end, end, text: ")" },
  ];
}

/** Static imports and re-exports are loads; the word `export` before a declaration is blanked. */
function moduleEdit(code: string, node: Statement, { isLast, modules }: { isLast: boolean; modules: Modules }): Edit[] {
  const { start, end, declaration, source } = node;
  if (node.type === "ImportDeclaration" || (node.type.startsWith("Export") && source)) {
    const breaks = code.slice(start, end).replace(/[^\n\r\u2028\u2029]/g, "");
    return [{ start, end, text: `${modules === "load" ? loadOf(node) : `await ${LOAD}(${JSON.stringify(source?.value)})`};${breaks}` }];
  }
  if (node.type === "ExportNamedDeclaration") return [blank(code, start, declaration ? declaration.start : end)];
  if (node.type !== "ExportDefaultDeclaration" || !declaration) return [];
  const blanked = blank(code, start, declaration.start);
  const named = declaration.type.endsWith("Declaration") && declaration.id;
  if (named) return [blanked];
  // an expression, or a function or class without a name: only an expression may stand alone
  const opening = isLast ? RETURN : "void (";
  return [
    { ...blanked, text: blanked.text.slice(opening.length) + opening },
    { start: declaration.end, end: declaration.end, text: ")" },
  ];
}

/** `import a, { b as c } from "x"` as constants of what `import("x")` gives. */
function loadOf({ source, specifiers = [], attributes = [] }: Statement): string {
  const options = attributes.map(({ key, value }) => `${JSON.stringify(key.name ?? key.value)}: ${JSON.stringify(value.value)}`);
  const load = `await import(${JSON.stringify(source?.value)}${options.length > 0 ? `, { with: { ${options.join(", ")} } }` : ""})`;
  const locals = specifiers.filter(({ type }) => type.startsWith("Import"));
  const whole = locals.find(({ type }) => type === "ImportNamespaceSpecifier");
  const named = locals.filter((each) => each !== whole);
  const names = named.map(({ imported, local }) => `${JSON.stringify(imported?.name ?? imported?.value ?? "default")}: ${local.name}`);
  const taken = names.length > 0 ? `const { ${names.join(", ")} } = ` : "";
  if (whole) return `const ${whole.local.name} = ${load}${taken && `; ${taken}${whole.local.name}`}`;
  return taken + load;
}

function blank(code: string, start: number, end: number): Edit {
  return { start, end, text: code.slice(start, end).replace(/[^\n\r\u2028\u2029]/g, " ") };
}

/** `import(name)` becomes a call of the loader. The walk keeps its own stack: nesting is the guest's choice. */
function dynamicImports(code: string, program: unknown): Edit[] {
  const edits: Edit[] = [];
  const pending: unknown[] = code.includes("import") ? [program] : [];
  while (pending.length > 0) {
    const node = pending.pop();
    if (typeof node !== "object" || node === null) continue;
    const { type, start } = node as Node;
    if (type === "ImportExpression") edits.push({ start, end: start + LOAD.length, text: LOAD });
    for (const [key, value] of Object.entries(node)) if (key !== "loc" && typeof value === "object") pending.push(value);
  }
  return edits;
}

function applyEdits(code: string, edits: readonly Edit[]): string {
  let text = "";
  let at = 0;
  for (const edit of edits) {
    text += code.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + code.slice(at);
}

/** The position in `before` of a position in `after`, which is `before` with `edits` applied. */
function moveBack(before: string, after: string, edits: readonly Edit[], position: Position): Position {
  const offset = offsetOf(after, position);
  let shift = 0;
  for (const edit of edits) {
    const start = edit.start + shift;
    if (offset < start) break;
    if (offset < start + edit.text.length) return positionOf(before, edit.start);
    shift += edit.text.length - (edit.end - edit.start);
  }
  return positionOf(before, offset - shift);
}

const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/g;

function offsetOf(text: string, position: Position): number {
  let start = 0;
  let line = 1;
  for (const found of text.matchAll(LINE_BREAK)) {
    if (line === position.line) break;
    line++;
    start = found.index + found[0].length;
  }
  return start + position.column - 1;
}

function positionOf(text: string, offset: number): Position {
  let start = 0;
  let line = 1;
  for (const found of text.matchAll(LINE_BREAK)) {
    if (found.index + found[0].length > offset) break;
    line++;
    start = found.index + found[0].length;
  }
  return { line, column: offset - start + 1 };
}
