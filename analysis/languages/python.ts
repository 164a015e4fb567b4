/**
 * Python front end: web-tree-sitter with the grammar of tree-sitter-python, read into the generic tree.
 * The grammar is more tolerant than CPython; what CPython would refuse or read differently is a `syntax` diagnostic.
 */
import { type Case, type Diagnostic, LineIndex, type Module, type ParsedTree, type Stmt } from "../tree.ts";
import { type Context, type Convert, outputs, report, unsupportedNode } from "./python-context.ts";
import { EXPRESSIONS } from "./python-expressions.ts";
import { DEFINITIONS } from "./python-functions.ts";
import { checkLayout } from "./python-layout.ts";
import { notebookForms } from "./python-notebook.ts";
import { PATTERNS } from "./python-patterns.ts";
import { alteredText } from "./python-rereading.ts";
import { prepareSource } from "./python-source.ts";
import { STATEMENTS } from "./python-statements.ts";
import { STRINGS } from "./python-strings.ts";
import { type Cst, type CstNode, type CstReader, createCstReader } from "./tree-sitter-cst.ts";

/** `null` when the program is nested too deeply to be converted. */
export type PythonFrontEnd = { parse(source: string): ParsedTree | null };

/** Nodes that hold statements: what is broken inside one is kept beside it. */
const HOLDERS = new Set(["module", "block"]);
const FUNCTIONS = new Set(["function_definition", "lambda"]);

export async function createPythonFrontEnd(runtimeWasm: Uint8Array, grammarWasm: Uint8Array): Promise<PythonFrontEnd> {
  const { read, words } = await createCstReader(runtimeWasm, grammarWasm);
  const handlers = words.types.map((type, id): Convert | undefined => (words.named[id] === true ? HANDLERS[type] : undefined));
  return { parse: (source) => parsePython(source, read, handlers) };
}

const HANDLERS: Readonly<Record<string, Convert>> = { ...EXPRESSIONS, ...STRINGS, ...DEFINITIONS, ...PATTERNS, ...STATEMENTS };

type Handlers = readonly (Convert | undefined)[];

function parsePython(source: string, read: CstReader["read"], handlers: Handlers): ParsedTree | null {
  const { text, problems } = prepareSource(source);
  const lines = new LineIndex(source);
  const diagnostics: Diagnostic[] = [];
  let { cst, hasError } = read(text);
  const forms = hasError && !cst.tooDeep ? notebookForms(text) : null;
  if (forms !== null) ({ cst, hasError } = read(forms.text));
  const parsed = forms?.text ?? text;
  const notebook = forms === null ? {} : { standIns: forms.names, margin: forms.indented };
  const cx: Context = { text: parsed, ascii: !/[^\x00-\x7f]/.test(parsed), lines, diagnostics, ...notebook };
  for (const problem of problems) report(cx, "syntax", problem, problem.message);
  const altered = cst.tooDeep ? null : alteredText(parsed, cst, hasError);
  if (altered !== null) {
    const again = read(altered);
    if (!again.hasError || hasError) ({ cst, hasError } = again);
  }
  if (cst.tooDeep) return null;
  convertAll(cst, handlers, cx);
  checkLayout(cst, cx);
  if (hasError && !diagnostics.some((diagnostic) => diagnostic.kind === "syntax")) report(cx, "syntax", cst.root, "invalid syntax");
  const module: Module = { kind: "Module", start: 0, end: source.length, language: "python", body: body(cst.root, cx) };
  return { module, diagnostics, lines };
}

function convertAll(cst: Cst, handlers: Handlers, cx: Context): void {
  for (let i = cst.nodes.length - 1; i >= 0; i--) {
    const node = cst.nodes[i] as CstNode;
    if (node.type === "yield") node.yields = true;
    if (node.type === "ERROR") {
      const message = node.parent === null ? "invalid syntax" : "unexpected text";
      report(cx, "syntax", node, message);
      node.out = unsupportedNode(cx, node, message, outputs(node));
    } else if (node.missing) {
      const message = node.named ? `${node.type.replaceAll("_", " ")} is missing` : `\`${node.type}\` is missing`;
      report(cx, "syntax", node, message);
      node.out = node.named ? unsupportedNode(cx, node, message, []) : null;
    } else {
      const convert = handlers[node.typeId];
      const standIn = node.type === "identifier" ? cx.standIns?.get(node.start) : undefined;
      if (standIn !== undefined) node.out = standIn;
      else if (convert !== undefined) node.out = convert(node, cx);
    }
    if (node.parent !== null) {
      if (node.broken) node.parent.broken = true;
      if (node.yields && !FUNCTIONS.has(node.type)) node.parent.yields = true;
    }
    if (node.broken && node.parent !== null && HOLDERS.has(node.parent.type) && node.type !== "ERROR") keepBroken(node, cx);
  }
}

/** Puts the unreadable pieces of a statement behind it, so that no part of the text disappears. */
function keepBroken(statement: CstNode, cx: Context): void {
  const pieces: Stmt[] = [];
  const stack = [statement];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === "ERROR" || node.missing) {
      if (node.type === "ERROR" && node.out !== null) pieces.push(node.out as Stmt);
      else pieces.push(unsupportedNode(cx, node, "missing text", []));
    } else if (!HOLDERS.has(node.type)) for (const child of node.children) if (child.broken) stack.push(child);
  }
  pieces.reverse();
  // The block of a `match` holds cases, which are no statements: the pieces go into the case.
  if (statement.type === "case_clause" && statement.out !== null && !Array.isArray(statement.out)) {
    const { body, ...rest } = statement.out as Case;
    statement.out = { ...rest, body: [...body, ...pieces] };
    return;
  }
  const own = Array.isArray(statement.out) ? (statement.out as readonly Stmt[]) : [];
  statement.out = [...own, ...pieces];
}

/** A root that is itself an ERROR keeps whatever statements could be read, then what could not. */
function body(root: CstNode, cx: Context): Stmt[] {
  const out: Stmt[] = [];
  for (const child of root.children) {
    if (child.out === null || !child.named) continue;
    if (Array.isArray(child.out)) out.push(...(child.out as readonly Stmt[]));
    else if (root.type === "ERROR" || child.type !== "ERROR") out.push(asStatement(child, cx));
    else out.push(child.out as Stmt);
  }
  return out;
}

function asStatement(node: CstNode, cx: Context): Stmt {
  if ((node.out as { kind?: string }).kind === "Unsupported") return node.out as Stmt;
  return unsupportedNode(cx, node, "unexpected text", outputs(node).length > 0 && node.out === null ? outputs(node) : [node.out as never]);
}
