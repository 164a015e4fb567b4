/**
 * JavaScript, TypeScript and JSX front end: @babel/parser, converted to the generic tree without recursion.
 * A program that Babel refuses is read in pieces (`javascript-pieces.ts`), so that what is valid in it is still seen.
 */
import { type Diagnostic, LineIndex, type Module, type Node, type ParsedTree, type Stmt } from "../tree.ts";
import { type BabelNode, listNodes, nodesOf } from "./javascript-ast.ts";
import { type Context, type Convert, outputs, report, statements, unmodelled } from "./javascript-context.ts";
import { EXPRESSIONS } from "./javascript-expressions.ts";
import { FUNCTIONS } from "./javascript-functions.ts";
import { JSX } from "./javascript-jsx.ts";
import { type Piece, parsePieces } from "./javascript-pieces.ts";
import { STATEMENTS } from "./javascript-statements.ts";
import { TYPESCRIPT } from "./javascript-typescript.ts";

const HANDLERS: ReadonlyMap<string, Convert> = new Map(
  Object.entries({ ...EXPRESSIONS, ...FUNCTIONS, ...STATEMENTS, ...TYPESCRIPT, ...JSX }),
);

/** Read by their parents from the node itself. */
const SILENT = new Set(["Program", "File", "TemplateElement"]);

/** `null` when the program is nested too deeply to be converted. */
export function parseJavaScript(source: string, language: "javascript" | "typescript"): ParsedTree | null {
  const lines = new LineIndex(source);
  const diagnostics: Diagnostic[] = [];
  const cx: Context = { source, lines, diagnostics };
  const body: Stmt[] = [];
  for (const piece of parsePieces(source, language)) {
    const out = convertPiece(piece, cx);
    if (out === null) return null;
    body.push(...out);
  }
  const module: Module = { kind: "Module", start: 0, end: source.length, language, body };
  return { module, diagnostics, lines };
}

function convertPiece(piece: Piece, cx: Context): Stmt[] | null {
  for (const problem of piece.problems) report(cx, "syntax", problem, problem.message);
  if (piece.program === null) {
    const text = cx.source.slice(piece.start, piece.end);
    const span = { start: piece.start, end: piece.end };
    return [{ kind: "Unsupported", ...span, reason: "text that is not valid here", parts: [], mayCall: /[(`@.[]|\bimport\b/.test(text) }];
  }
  const nodes = listNodes(piece.program);
  if (nodes === null) return null;
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as BabelNode;
    const convert = HANDLERS.get(node.type);
    if (convert !== undefined) node.out = convert(node, cx);
    else if (!SILENT.has(node.type)) node.out = unmodelled(cx, node, `${node.type} is not modelled`, childOutputs(node));
  }
  return statements([...nodesOf(piece.program, "directives"), ...nodesOf(piece.program, "body")]);
}

/** Whatever could be built below a node that has no conversion of its own. */
function childOutputs(node: BabelNode): Node[] {
  const out: Node[] = [];
  for (const [field, value] of Object.entries(node)) {
    if (field === "out" || typeof value !== "object" || value === null) continue;
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item === "object" && item !== null && "out" in item) out.push(...outputs(item as BabelNode));
    }
  }
  return out;
}
