/** Meaning-preserving rewrites of a source text, made on its tree and applied by span. */
import { childrenOf, type Node, type Stmt, walk } from "../../../analysis/tree.ts";
import { treeOf } from "../test-parser.ts";

export type Rewritable = "python" | "javascript";
type Edit = { readonly start: number; readonly end: number; readonly text: string };

function apply(code: string, edits: readonly Edit[]): string {
  let out = code;
  for (const { start, end, text } of [...edits].sort((a, b) => b.start - a.start || b.end - a.end))
    out = out.slice(0, start) + text + out.slice(end);
  return out;
}

// ---------------------------------------------------------------- renaming

/** Every name that the program binds itself gets another one; free names, attributes, keywords and modules keep theirs. */
export function renameLocals(code: string, language: Rewritable): string {
  const { module } = treeOf(code, language);
  const names = boundNames(module);
  for (const kept of unrenamable(module)) names.delete(kept);
  const fresh = new Map([...names].map((name, i) => [name, `q${i}_z`]));
  const edits = new Map<number, Edit>();
  const edit = (start: number, name: string): void => {
    const text = fresh.get(name);
    if (text !== undefined && code.startsWith(name, start)) edits.set(start, { start, end: start + name.length, text });
  };
  walk(module, (node) => {
    if (node.kind === "Name") edit(node.start, node.name);
    else if (node.kind === "FunctionDef" || node.kind === "ClassDef") nameOfDefinition(code, node, edit);
    else if (node.kind === "ImportName" && node.aliased) edit(code.lastIndexOf(node.local, node.end - 1), node.local);
    else if (node.kind === "ScopeDecl")
      for (const match of code.slice(node.start, node.end).matchAll(/\w+/g)) edit(node.start + match.index, match[0]);
  });
  return apply(code, [...edits.values()]);
}

function nameOfDefinition(
  code: string,
  node: Extract<Stmt, { kind: "FunctionDef" | "ClassDef" }>,
  edit: (at: number, name: string) => void,
): void {
  const name = node.kind === "FunctionDef" ? node.fn.name : node.cls.name;
  if (name === null) return;
  const body = node.kind === "FunctionDef" ? node.fn : node.cls;
  const from = body.decorators.reduce((at, d) => Math.max(at, d.end), node.start);
  const found = /\b(?:def|class|function\*?)\s+/.exec(code.slice(from, node.end));
  if (found !== null) edit(from + found.index + found[0].length, name);
}

/** Targets of assignments, parameters, definitions, aliases of imports; what a class body binds is an attribute. */
function boundNames(module: Node): Set<string> {
  const names = new Set<string>();
  const targets = (target: Node): void => {
    if (target.kind === "Name") names.add(target.name);
    else if (target.kind === "Collection" || target.kind === "Spread" || target.kind === "DefaultPattern")
      for (const child of childrenOf(target)) targets(child);
    else if (target.kind === "VarDecl") for (const declaration of target.declarations) targets(declaration.target);
  };
  const attributes = attributesOf(module);
  walk(module, (node) => {
    if (attributes.has(node)) return;
    if (node.kind === "Assign" || node.kind === "Param" || node.kind === "ForEach" || node.kind === "ComprehensionFor")
      targets(node.target);
    else if ((node.kind === "WithItem" || node.kind === "Handler") && node.target !== null) targets(node.target);
    else if (node.kind === "FunctionDef" && node.fn.name !== null) names.add(node.fn.name);
    else if (node.kind === "ClassDef" && node.cls.name !== null) names.add(node.cls.name);
    else if (node.kind === "ImportName" && node.aliased) names.add(node.local);
  });
  return names;
}

function attributesOf(module: Node): Set<Node> {
  const out = new Set<Node>();
  walk(module, (node) => {
    if (node.kind !== "ClassBody") return;
    for (const statement of node.body) {
      out.add(statement);
      if (statement.kind === "ExprStmt") out.add(statement.value);
    }
  });
  return out;
}

/** Names that something else than their binding speaks of: keyword arguments, shorthand properties, words of string literals, class attributes. */
function unrenamable(module: Node): Set<string> {
  const out = new Set<string>(["arguments", "undefined"]);
  const attributes = attributesOf(module);
  walk(module, (node) => {
    if (node.kind === "Arg" && node.name !== undefined) out.add(node.name);
    else if (node.kind === "Entry" && node.shorthand === true && node.key.kind === "Str") out.add(node.key.value);
    else if (node.kind === "Str") for (const [word] of node.value.matchAll(/\w+/g)) out.add(word);
    else if (node.kind === "ImportName" && !node.aliased) out.add(node.local);
    if (!attributes.has(node)) return;
    if (node.kind === "FunctionDef" && node.fn.name !== null) out.add(node.fn.name);
    else if (node.kind === "Assign" && node.target.kind === "Name") out.add(node.target.name);
  });
  return out;
}

// ---------------------------------------------------------------- aliases

const SIMPLE = new Set(["ExprStmt", "Assign", "Return", "VarDecl"]);
/** Callees that mean something else under another name, in these languages themselves. */
const SPECIAL = new Set(["super", "import", "locals", "globals", "vars"]);

/** Before every simple statement, each function that it calls is given a name of its own, and called by that. */
export function aliasCalls(code: string, language: Rewritable): string {
  const { module } = treeOf(code, language);
  const edits: Edit[] = [];
  const done = new Set<Node>();
  let count = 0;
  walk(module, (statement) => {
    if (!SIMPLE.has(statement.kind) || !startsStatement(code, statement)) return;
    const own = namesBoundInside(statement);
    const aliases: string[] = [];
    for (const callee of calleesOf(statement)) {
      const root = rootName(callee);
      if (done.has(callee) || root === null || own.has(root) || SPECIAL.has(root)) continue;
      done.add(callee);
      const name = `alias${count++}`;
      const text = code.slice(callee.start, callee.end);
      const object = callee.kind !== "Name" ? code.slice(callee.object.start, callee.object.end) : null;
      aliases.push(
        language === "python" ? `${name} = ${text}; ` : `const ${name} = ${object === null ? text : `${text}.bind(${object})`}; `,
      );
      edits.push({ start: callee.start, end: callee.end, text: name });
    }
    if (aliases.length > 0) edits.push({ start: statement.start, end: statement.start, text: aliases.join("") });
  });
  return apply(code, edits);
}

/** An assignment inside an expression or a loop's head is no statement of its own. */
const startsStatement = (code: string, node: Node): boolean =>
  /(^|[\n;{}:])[ \t]*$/.test(code.slice(0, node.start)) &&
  !/\blambda\b[^:\n]*:[ \t]*$/.test(code.slice(0, node.start)) &&
  !/\bfor *\([^)]*$/.test(code.slice(0, node.start));

type Callee = Extract<Node, { kind: "Name" | "Member" | "Index" }>;

function calleesOf(statement: Node): Callee[] {
  const out: Callee[] = [];
  const stack: Node[] = [statement];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    // A function's body is made of statements of its own; an expression inside it runs later.
    if (node.kind === "FunctionExpr" || node.kind === "ClassExpr" || node.kind === "Comprehension") continue;
    if (node.kind === "Call" && node.isNew !== true && node.optional !== true && isCallee(node.callee)) out.push(node.callee);
    stack.push(...childrenOf(node));
  }
  return out;
}

const isCallee = (node: Node): node is Callee => node.kind === "Name" || node.kind === "Member" || node.kind === "Index";

/** The free-standing name that a chain of attributes begins with; null for anything that computes. */
function rootName(callee: Node): string | null {
  let node = callee;
  while (
    (node.kind === "Member" || (node.kind === "Index" && (node.index.kind === "Name" || node.index.kind === "Str"))) &&
    node.optional !== true
  )
    node = node.object;
  return node.kind === "Name" ? node.name : null;
}

function namesBoundInside(statement: Node): Set<string> {
  const out = new Set<string>();
  walk(statement, (node) => {
    if (node.kind === "Assign" && node.target.kind === "Name") out.add(node.target.name);
  });
  return out;
}

// ---------------------------------------------------------------- words without meaning

/** The text as a comment. */
export const inComment = (code: string, language: Rewritable): string =>
  language === "python" ? `${code.replace(/^/gm, "# ")}\npass\n` : `/* ${code.replaceAll("*/", "* /")} */\n${code.replace(/^/gm, "// ")}\n`;

/** The text as the value of a variable that nobody uses. */
export const inString = (code: string, language: Rewritable): string =>
  language === "python"
    ? `text = ${JSON.stringify(code)}\n`
    : `const text = ${JSON.stringify(code)};\nconst other = \`${code.replace(/[`\\$]/g, "\\$&")}\`;\n`;
