/**
 * Pattern text to a pattern tree, by the same front end that reads programs: `$X` and `...` become identifiers of the
 * same length before parsing and are named back afterwards, so that places in errors stay true. Supported now: one call,
 * whose parts are names, metavariables, `...`, members, literals, objects, lists, `new` and keyword arguments.
 */
import type { ParseResult } from "../../analysis/parse.ts";
import { type Call, childrenOf, type Language, type Node } from "../../analysis/tree.ts";
import { ELLIPSIS, isMetavariable } from "./rule.ts";

export type ParseSource = (source: string, language: Language) => ParseResult;
export type ParsedPattern =
  | { readonly ok: true; readonly call: Call }
  /** `offset` into the pattern's text. */
  | { readonly ok: false; readonly message: string; readonly offset: number };

/** A letter (U+01C2) that is an identifier in every language, is left alone by NFKC, and that no rule is written with. */
const MARK = "\u01c2";
const DOTS = MARK.repeat(3);

const SUPPORTED: ReadonlySet<Node["kind"]> = new Set([
  "Name",
  "Str",
  "Bytes",
  "Num",
  "Bool",
  "Null",
  "EllipsisLiteral",
  "Call",
  "Arg",
  "Member",
  "Unary",
  "Collection",
  "Dict",
  "Entry",
  "Spread",
] as const);

class PatternError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

export function parsePattern(text: string, language: Language, parse: ParseSource): ParsedPattern {
  try {
    return { ok: true, call: readPattern(text, language, parse) };
  } catch (error) {
    if (error instanceof PatternError) return { ok: false, message: error.message, offset: error.offset };
    throw error;
  }
}

function readPattern(text: string, language: Language, parse: ParseSource): Call {
  const parsed = parse(substitute(text, language), language);
  if (!parsed.ok) throw new PatternError(`the pattern cannot be read as ${language}`, 0);
  const problem = parsed.tree.diagnostics[0];
  if (problem !== undefined) throw new PatternError(`the pattern is not valid ${language}: ${problem.message}`, problem.location.offset);
  const [statement, second] = parsed.tree.module.body;
  if (statement === undefined || second !== undefined) throw new PatternError("the pattern must be one call", second?.start ?? 0);
  if (statement.kind !== "ExprStmt" || statement.value.kind !== "Call") {
    const kind = statement.kind === "ExprStmt" ? statement.value.kind : statement.kind;
    throw new PatternError(`the pattern must be a call; \`${kind}\` patterns are not supported yet`, statement.start);
  }
  checkSupported(statement.value);
  const call = rename(statement.value) as Call;
  checkLists(call);
  return call;
}

const TOKEN = /""".*?"""|'''.*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|<\.\.\.|\$\.\.\.|\$[A-Z_]|\.\.\.|[([{]|[)\]}]/gs;

/**
 * `$X` to `ǂX` (Python has no `$`) and `...` to a name, to a dict's `**ǂ` in Python braces, or left alone where it is
 * Python's own `...` or a JavaScript spread. Strings stay as they are.
 */
function substitute(text: string, language: Language): string {
  const open: string[] = [];
  return text.replace(TOKEN, (found, offset: number) => {
    if (found === "<...") throw new PatternError("deep matches `<... ...>` are not supported yet", offset);
    if (found === "$...") throw new PatternError("ellipsis metavariables `$...X` are not supported yet", offset);
    if (found === "...") return ellipsisText(language, open.at(-1), text.slice(offset + 3));
    if (/^[([{]$/.test(found)) open.push(found);
    else if (/^[)\]}]$/.test(found)) open.pop();
    return language === "python" && found.startsWith("$") ? MARK + found.slice(1) : found;
  });
}

function ellipsisText(language: Language, bracket: string | undefined, after: string): string {
  if (language === "python") return bracket === "{" ? `**${MARK}` : ELLIPSIS;
  return /^\s*(?:[,)\]}]|$)/.test(after) ? DOTS : ELLIPSIS;
}

function checkSupported(root: Call): void {
  const stack: Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!SUPPORTED.has(node.kind)) throw new PatternError(`\`${node.kind}\` in a pattern is not supported yet`, node.start);
    if (node.kind === "Arg" && node.spread !== undefined)
      throw new PatternError("a spread argument in a pattern is not supported yet", node.start);
    if (node.kind === "Spread" && !isDictEllipsis(node)) throw new PatternError("a spread in a pattern is not supported yet", node.start);
    if (node.kind === "Arg" && node.name?.startsWith(MARK)) {
      throw new PatternError("a metavariable as the name of an argument is not supported yet", node.start);
    }
    if (node.kind === "Entry" && node.computed) throw new PatternError("a computed key in a pattern is not supported yet", node.start);
    if (node.kind === "Str" && /^=~\/|^\$[A-Z_][A-Z0-9_]*$/.test(node.value)) {
      throw new PatternError("a string pattern other than a plain text or `...` is not supported yet", node.start);
    }
    stack.push(...childrenOf(node));
  }
}

function isDictEllipsis(node: Node & { kind: "Spread" }): boolean {
  return node.dict === true && node.value.kind === "Name" && node.value.name === MARK;
}

/** A copy in which substituted names have their pattern names again. Recurses over a pattern, never over a program. */
function rename<T>(value: T): T {
  if (Array.isArray(value)) return value.map(rename) as T;
  if (value === null || typeof value !== "object") return value;
  const node = value as unknown as Node;
  if (node.kind === "EllipsisLiteral" || (node.kind === "Spread" && isDictEllipsis(node)))
    return { kind: "Name", name: ELLIPSIS, start: node.start, end: node.end } as T;
  if (node.kind === "Entry" && node.shorthand && node.key.kind === "Str" && node.key.value === DOTS) return rename(node.value) as T;
  const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rename(part)]));
  if ((node.kind === "Name" || node.kind === "Member") && node.name.startsWith(MARK)) {
    copy.name = node.name === DOTS ? ELLIPSIS : `$${node.name.slice(1)}`;
  }
  return copy as T;
}

/** Several `...` in one list and a metavariable used twice would need a search; refused, so that matching stays linear. */
function checkLists(root: Call): void {
  const uses = new Map<string, number>();
  let crowded: Node | null = null;
  const stack: Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const children = childrenOf(node);
    const name = node.kind === "Name" || node.kind === "Member" ? node.name : "";
    if (isMetavariable(name) && name !== "$_") uses.set(name, (uses.get(name) ?? 0) + 1);
    if (node.kind !== "Dict" && children.filter(isEllipsis).length > 1) crowded = node;
    stack.push(...children);
  }
  const twice = [...uses].find(([, count]) => count > 1);
  if (crowded !== null && twice !== undefined) {
    throw new PatternError(`\`${twice[0]}\` used twice beside more than one \`...\` in a list is not supported yet`, crowded.start);
  }
}

/** `...` as an argument, an element or an entry of a pattern. */
export function isEllipsis(node: Node): boolean {
  if (node.kind === "Arg") return node.name === undefined && isEllipsis(node.value);
  return node.kind === "Name" && node.name === ELLIPSIS;
}
