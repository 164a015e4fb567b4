/**
 * Shell front end (POSIX sh and bash): web-tree-sitter with the grammar of tree-sitter-bash, read into the generic tree.
 *
 * A command is a `Call` whose callee is a `Name` and whose arguments are words; a word is a `Str`, or a `Template` when it holds
 * expansions. `a | b`, `a > f` and `a <<EOF` are `Binary` with the operator as written, `a && b` is `Logical`, `! a` is `Unary`.
 * `$x` is the `Name` x; `$(...)` and `(...)` call a function without parameters where they stand.
 */
import { type Diagnostic, LineIndex, type Module, type ParsedTree } from "../tree.ts";
import { SHELL_COMMANDS } from "./shell-commands.ts";
import { type Convert, report, type ShellContext, statements, unsupported } from "./shell-context.ts";
import { withLineEnds } from "./shell-line-ends.ts";
import { SHELL_STATEMENTS } from "./shell-statements.ts";
import { SHELL_WORDS } from "./shell-words.ts";
import { type Cst, type CstNode, type CstReader, createCstReader } from "./tree-sitter-cst.ts";

/** `null` when the program is nested too deeply to be converted. */
export type ShellFrontEnd = { parse(source: string): ParsedTree | null };

const HANDLERS: Readonly<Record<string, Convert>> = { ...SHELL_WORDS, ...SHELL_COMMANDS, ...SHELL_STATEMENTS };

export async function createShellFrontEnd(runtimeWasm: Uint8Array, grammarWasm: Uint8Array): Promise<ShellFrontEnd> {
  const { read } = await createCstReader(runtimeWasm, grammarWasm);
  return { parse: (source) => parseShell(source, read) };
}

function parseShell(source: string, read: CstReader["read"]): ParsedTree | null {
  // A byte order mark and carriage returns are not part of any word; offsets stay as they are.
  const written = source.replace(/^\ufeff/, " ").replace(/\r(?=\n)/g, " ");
  const lines = new LineIndex(source);
  const diagnostics: Diagnostic[] = [];
  const { text, cst, lost } = readLines(written, read);
  const cx: ShellContext = { text, lines, diagnostics };
  if (cst.tooDeep) return null;
  if (lost) report(cx, "unsupported", cst.root, "lines that cannot be told apart");
  for (let i = cst.nodes.length - 1; i >= 0; i--) convertNode(cst.nodes[i] as CstNode, cx);
  const module: Module = { kind: "Module", start: 0, end: source.length, language: "shell", body: statements(cst.root.children) };
  return { module, diagnostics, lines };
}

/** Rounds of reading again; each can bring a lost line end to light that another one hid. */
const MAX_ROUNDS = 6;

type Lines = { readonly text: string; readonly cst: Cst; readonly lost: boolean };

function readLines(written: string, read: CstReader["read"]): Lines {
  let text = written;
  let { cst } = read(text);
  for (let round = 0; round < MAX_ROUNDS && !cst.tooDeep; round++) {
    const ended = withLineEnds(text, cst);
    if (ended === null) return { text, cst, lost: false };
    text = ended;
    ({ cst } = read(text));
  }
  return { text, cst, lost: !cst.tooDeep && withLineEnds(text, cst) !== null };
}

/**
 * What the grammar does not know need not be wrong, and a shell runs what stands before an error: such text is `unsupported`.
 * INVARIANT: text that is not understood becomes `Unsupported` and a diagnostic, never nothing.
 */
function convertNode(node: CstNode, cx: ShellContext): void {
  if (node.type === "ERROR") {
    report(cx, "unsupported", node, "unexpected text");
    node.out = unsupported(node, "unexpected text");
    return;
  }
  if (node.missing) {
    report(cx, "unsupported", node, `${node.named ? node.type.replaceAll("_", " ") : `\`${node.type}\``} is missing`);
    node.out = unsupported(node, "missing text");
    return;
  }
  if (!node.named || node.parent === null) return;
  const convert = HANDLERS[node.type];
  if (convert !== undefined) node.out = convert(node, cx);
  else {
    report(cx, "unsupported", node, `\`${node.type}\` is not understood`);
    node.out = unsupported(node, node.type);
  }
}
