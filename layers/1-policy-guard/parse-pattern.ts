/**
 * Pattern text to a pattern tree, by the front end that reads programs. A pattern need not be a program: a method, an
 * entry `k: v`, a decorator, a function's head or an `except` clause is put into the smallest program that holds it.
 */
import type { Diagnostic, Expr, FunctionBody, Language, Node, Stmt } from "../../analysis/tree.ts";
import { walk } from "../../analysis/tree.ts";
import { DOTS, FILLER, isDots, MARK, TYPED } from "./pattern-marks.ts";
import { readingsOf, substitute } from "./pattern-text.ts";
import { polish } from "./polish-pattern.ts";
import type { ParseSource, Pattern } from "./rule.ts";

export type ParsedPattern =
  | { readonly ok: true; readonly pattern: Pattern }
  /** `offset` into the pattern's text. */
  | { readonly ok: false; readonly message: string; readonly offset: number };

/** A program around the pattern, and where the pattern is in it; `pick` is null when the text turned out to be something else. */
type Frame = {
  readonly before: string;
  readonly after: string;
  readonly pick: (body: readonly Stmt[], written: string) => Omit<Pattern, "text"> | null;
  readonly applies?: RegExp;
};

export function parsePattern(text: string, language: Language, parse: ParseSource): ParsedPattern {
  const source = dedent(text.replace(/\r\n?/g, "\n").replace(/\s+$/, ""));
  const first = source.search(/\S/);
  if (first < 0) return { ok: false, message: "the pattern is empty", offset: 0 };
  let failure: { message: string; offset: number } | null = null;
  for (const frame of FRAMES[language]) {
    if (frame.applies !== undefined && !frame.applies.test(source)) continue;
    for (const reading of readingsOf(source, language)) {
      const written = `${frame.before}${substitute(source, language, reading)}${frame.after}`;
      const read = readAs(written, language, parse);
      if (read.ok) {
        const picked = frame.pick(read.body, written);
        if (picked !== null) {
          const nodes = picked.nodes.map((node) => polish(node, { language, written }));
          if (nodes.some(hasOpenType)) return { ok: false, message: OPEN_TYPE, offset: first };
          return { ok: true, pattern: { ...picked, nodes, text } };
        }
      } else if (frame.before === "") failure ??= read;
    }
  }
  const { message, offset } = failure ?? { message: "it is neither an expression nor a statement", offset: first };
  return { ok: false, message: `the pattern is not valid ${language}: ${message}`, offset: Math.min(Math.max(offset, 0), source.length) };
}

const OPEN_TYPE = "the type of a typed metavariable, as in `($X: T)`, cannot hold a metavariable or `...`";

/** What types an expression may have is known as text only: it binds nothing. */
function hasOpenType(pattern: Node): boolean {
  let found = false;
  walk(pattern, (node) => {
    const typed = node.kind === "Call" && node.callee.kind === "Name" && node.callee.name === TYPED;
    const type = typed ? node.args[1]?.value : undefined;
    if (type?.kind === "TypeNode" && /\$[A-Z_.]|\.\.\./.test(type.text.replaceAll(MARK, "$"))) found = true;
  });
  return found;
}

/** Without the indentation that all lines share. */
function dedent(text: string): string {
  const lines = text.split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  const shared = Math.min(...indents);
  return shared > 0 && Number.isFinite(shared) ? lines.map((line) => line.slice(shared)).join("\n") : text;
}

type Read =
  | { readonly ok: true; readonly body: readonly Stmt[] }
  | { readonly ok: false; readonly message: string; readonly offset: number };

function readAs(written: string, language: Language, parse: ParseSource): Read {
  const parsed = parse(written, language);
  if (!parsed.ok) return { ok: false, message: parsed.failure.message, offset: 0 };
  const problem = parsed.tree.diagnostics.find((diagnostic) => !isHarmless(diagnostic));
  if (problem !== undefined) return { ok: false, message: problem.message, offset: problem.location.offset };
  let unknown: Node | null = null;
  walk(parsed.tree.module, (node) => {
    if (node.kind === "Unsupported") unknown ??= node;
  });
  if (unknown !== null) return { ok: false, message: (unknown as { reason: string }).reason, offset: (unknown as Node).start };
  return { ok: true, body: parsed.tree.module.body };
}

/** Marked names repeat (`...`, `...`), and a pattern is cut out of where its `break` or `super` belongs. */
function isHarmless(diagnostic: Diagnostic): boolean {
  return /already been declared|name clash|Unsyntactic|is not defined|Duplicate|'super'|only be used|outside|strict mode|required|initiali[sz]er/i.test(
    diagnostic.message,
  );
}

// ---------------------------------------------------------------- what was read

type Picked = Omit<Pattern, "text"> | null;

function whole(body: readonly Stmt[]): Picked {
  const only = body[0];
  if (only === undefined) return null;
  if (body.length > 1) return { form: "stmts", nodes: body };
  return only.kind === "ExprStmt" ? { form: "expr", nodes: [only.value] } : { form: "stmt", nodes: [only] };
}

/** JavaScript `f();` with its semicolon is a statement. */
function script(body: readonly Stmt[], written: string): Picked {
  const picked = whole(body);
  const only = body[0];
  return picked?.form === "expr" && only !== undefined && written.charAt(only.end - 1) === ";" ? { form: "stmt", nodes: [only] } : picked;
}

function inParentheses(body: readonly Stmt[]): Picked {
  const only = body[0];
  return body.length === 1 && only?.kind === "ExprStmt" ? { form: "expr", nodes: [only.value] } : null;
}

function entry(body: readonly Stmt[]): Picked {
  const value = inParentheses(body)?.nodes[0];
  if (value?.kind !== "Dict") return null;
  const entries = value.entries.filter((each) => !isDots(each));
  const only = entries[0];
  return entries.length === 1 && only?.kind === "Entry" ? { form: "entry", nodes: [only] } : null;
}

function decoratorOf(body: readonly Stmt[]): Picked {
  const only = body[0];
  const owner: { decorators: readonly Expr[]; name: string | null } | null =
    only?.kind === "FunctionDef" ? only.fn : only?.kind === "ClassDef" ? only.cls : null;
  const decorator = owner?.decorators[0];
  return decorator !== undefined && owner?.name === FILLER ? { form: "decorator", nodes: [decorator] } : null;
}

function member(body: readonly Stmt[]): Picked {
  const members = body[0]?.kind === "ClassDef" ? body[0].cls.body : [];
  const only = members[0];
  if (only === undefined) return null;
  return members.length === 1 ? { form: "member", nodes: [only] } : { form: "stmts", nodes: members };
}

function clause(body: readonly Stmt[]): Picked {
  const only = body[0];
  if (only?.kind !== "Try") return null;
  const handler = only.handlers[0];
  if (handler !== undefined) return { form: "clause", nodes: [handler] };
  return only.finalizer === null ? null : { form: "clause", nodes: [{ ...only, body: [] }] };
}

function tryAlone(body: readonly Stmt[]): Picked {
  const only = body[0];
  return only?.kind === "Try" ? { form: "clause", nodes: [{ ...only, finalizer: null }] } : null;
}

/** A function, class or other compound statement without its body. */
function head(body: readonly Stmt[]): Picked {
  const only = body[0];
  if (body.length !== 1 || only === undefined) return null;
  if (only.kind === "FunctionDef" || only.kind === "ClassDef") return { form: "head", nodes: [only] };
  return only.kind === "ExprStmt" ? null : { form: "stmt", nodes: [only] };
}

function insideFunction(body: readonly Stmt[], written: string): Picked {
  const only = body[0];
  const fn: FunctionBody | null = only?.kind === "FunctionDef" ? only.fn : null;
  return fn === null ? null : script(fn.body, written);
}

function switchCase(body: readonly Stmt[]): Picked {
  const only = body[0];
  const first = only?.kind === "Switch" ? only.cases[0] : undefined;
  return first === undefined ? null : { form: "clause", nodes: [first] };
}

const PYTHON_FRAMES: readonly Frame[] = [
  { before: "", after: "", pick: whole },
  { before: "", after: `\ndef ${FILLER}(): pass`, pick: decoratorOf, applies: /^\s*@/ },
  { before: "", after: `\n    ${DOTS}`, pick: head, applies: /:\s*$/ },
  { before: "", after: `:\n    ${DOTS}`, pick: head, applies: /^\s*(?:@[\s\S]*\n\s*)?(?:async\s+)?(?:def|class|if|while|for|with)\b/ },
  { before: `try:\n    ${FILLER}\n`, after: "", pick: clause, applies: /^\s*(?:except|finally)\b/ },
  { before: `try:\n    ${FILLER}\n`, after: `\n    ${DOTS}`, pick: clause, applies: /^\s*(?:except|finally)\b/ },
  { before: "", after: `\nfinally:\n    ${FILLER}`, pick: tryAlone, applies: /^\s*try\s*:/ },
  { before: "{", after: "}", pick: entry },
  { before: "(", after: ")", pick: inParentheses },
];

const SCRIPT_FRAMES: readonly Frame[] = [
  { before: "(", after: "\n)", pick: inParentheses, applies: /^\s*\{/ },
  { before: "({", after: "\n})", pick: entry, applies: /^\s*(?!default\b|case\b)(?:"[^"]*"|'[^']*'|[\w$-]+|\[[^\]]*\])\s*:(?!:)/ },
  { before: "", after: "", pick: script },
  { before: "(", after: "\n)", pick: inParentheses },
  { before: "", after: `\nclass ${FILLER} {}`, pick: decoratorOf, applies: /^\s*@/ },
  {
    before: `class ${FILLER} {`,
    after: "\n}",
    pick: member,
    applies: /^\s*(?!(?:if|for|while|switch|catch|with|return|function)\b)/,
  },
  { before: "try {} ", after: "", pick: clause, applies: /^\s*(?:catch|finally)\b/ },
  { before: "", after: " finally {}", pick: tryAlone, applies: /^\s*try\b/ },
  {
    before: "",
    after: ` { ${DOTS} }`,
    pick: head,
    applies: /^\s*(?:async\s+)?(?:export\s+)?(?:default\s+)?(?:function|class|if|while|for)\b/,
  },
  { before: `function* ${FILLER}() {`, after: "\n}", pick: insideFunction },
  { before: `switch (${FILLER}) {`, after: "\n}", pick: switchCase, applies: /^\s*(?:case|default)\b/ },
];

const SHELL_FRAMES: readonly Frame[] = [{ before: "", after: "", pick: whole }];

const FRAMES: Readonly<Record<Language, readonly Frame[]>> = {
  python: PYTHON_FRAMES,
  javascript: SCRIPT_FRAMES,
  typescript: SCRIPT_FRAMES,
  shell: SHELL_FRAMES,
};
