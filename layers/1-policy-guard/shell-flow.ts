/**
 * A shell program as taint can follow it: what a shell hands on by pipes, output and positional parameters is written as
 * assignments, arguments and results. Only data flow is kept; every expression stands where it stood, so that the places of
 * a rule's matches are found again.
 */
import {
  type Arg,
  type Assign,
  type Binary,
  type Call,
  CHILD_FIELDS,
  type Expr,
  type FunctionBody,
  type Module,
  type Name,
  type Node,
  type Stmt,
  type VarDecl,
} from "../../analysis/tree.ts";

/** No shell variable has such a name: what commands read, and what the commands of a function print. */
const INPUT = "<input>";
const OUTPUT = "<output>";
const PARAMETERS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;
const PIPES: ReadonlySet<string> = new Set(["|", "|&"]);
/** The text on the right is what the command on the left reads. */
const HERE: ReadonlySet<string> = new Set(["<<<", "<<", "<<-"]);
const REDIRECTIONS: ReadonlySet<string> = new Set([">", ">>", "<", ">&", "<&", "&>", ">|", ...HERE]);
const READERS: ReadonlySet<string> = new Set(["read", "mapfile", "readarray"]);
const LOCALS: ReadonlySet<string> = new Set(["local", "declare", "typeset"]);
/** Redirections of one command that are looked through. */
const MOST_REDIRECTIONS = 8;

type Span = { readonly start: number; readonly end: number };
/** Variables of the program and, by function, those that are its own. */
type Names = { readonly shared: Set<string>; readonly own: Map<Node, Set<string>> };

/** Without recursion over the program: parts are rewritten before what holds them. */
export function shellFlow(module: Module): Module {
  const { nodes, names } = survey(module);
  const nowhere = { start: module.end + 1, end: module.end + 1 };
  const done = new Map<Node, Node>();
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as Node;
    done.set(node, rewritten(rebuilt(node, done, nowhere), node, names, nowhere));
  }
  const whole = done.get(module) as Module;
  return { ...whole, body: [declaration([INPUT, OUTPUT, ...names.shared], nowhere), ...whole.body] };
}

// ---------------------------------------------------------------- what variables there are

function survey(module: Module): { nodes: Node[]; names: Names } {
  const nodes: Node[] = [];
  const names: Names = { shared: new Set(), own: new Map() };
  const writes: [name: string, fn: Node | null][] = [];
  const stack: [Node, Node | null][] = [[module, null]];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [node, around] = top;
    nodes.push(node);
    const fn = node.kind === "FunctionBody" && node.flavour === "function" ? node : around;
    for (const name of namesWritten(node)) writes.push([name, fn]);
    if (node.kind === "Call" && fn !== null && LOCALS.has(commandOf(node))) addLocals(node, fn, names);
    for (const child of children(node)) stack.push([child, fn]);
  }
  for (const [name, fn] of writes) if (fn === null || names.own.get(fn)?.has(name) !== true) names.shared.add(name);
  return { nodes, names };
}

function namesWritten(node: Node): readonly string[] {
  if (node.kind === "Assign" || node.kind === "ForEach") return node.target.kind === "Name" ? [node.target.name] : [];
  return node.kind === "Call" && READERS.has(commandOf(node)) ? wordsRead(node).map((word) => word.value) : [];
}

function addLocals(call: Call, fn: Node, names: Names): void {
  const own = names.own.get(fn) ?? new Set<string>();
  names.own.set(fn, own);
  for (const { value } of call.args) {
    if (value.kind === "Assign" && value.target.kind === "Name") own.add(value.target.name);
    else if (value.kind === "Str" && !value.value.startsWith("-")) own.add(value.value);
    else if (value.kind === "Name") own.add(value.name);
  }
}

/** The variables that `read` writes. */
function wordsRead(call: Call): (Expr & { kind: "Str" })[] {
  return call.args.flatMap(({ value }) => (value.kind === "Str" && /^[A-Za-z_]\w*$/.test(value.value) ? [value] : []));
}

function commandOf({ callee }: Call): string {
  return callee.kind === "Name" ? callee.name : "";
}

// ---------------------------------------------------------------- rewriting

function children(node: Node): Node[] {
  const fields = node as unknown as Record<string, Node | readonly (Node | null)[] | null | undefined>;
  return CHILD_FIELDS[node.kind].flatMap((field) => {
    const value = fields[field];
    const items = Array.isArray(value) ? (value as (Node | null)[]) : [value as Node | null | undefined];
    return items.filter((item) => item !== null && item !== undefined);
  });
}

function rebuilt(node: Node, done: ReadonlyMap<Node, Node>, nowhere: Span): Node {
  const copy: Record<string, unknown> = { ...node };
  for (const field of CHILD_FIELDS[node.kind]) {
    const value = copy[field] as Node | readonly (Node | null)[] | null | undefined;
    if (value === null || value === undefined) continue;
    if (!Array.isArray(value)) copy[field] = done.get(value as Node);
    else
      copy[field] = (value as (Node | null)[]).flatMap((item) =>
        item === null ? [null] : withReset(done.get(item) as Node, item, nowhere),
      );
  }
  return copy as unknown as Node;
}

/** What a pipe hands over is gone behind it. */
function withReset(node: Node, item: Node, nowhere: Span): Node[] {
  if (item.kind !== "ExprStmt" || item.value.kind !== "Binary" || !handsOver(item.value)) return [node];
  return [node, statement(assign(INPUT, { kind: "Str", ...nowhere, value: "" }, nowhere))];
}

const handsOver = ({ op }: Binary): boolean => PIPES.has(op) || HERE.has(op);

/** `nowhere` is inside of nothing that a rule can match. */
function rewritten(node: Node, original: Node, names: Names, nowhere: Span): Node {
  switch (node.kind) {
    case "Binary":
      if (!handsOver(node)) return node;
      return PIPES.has(node.op) ? handedOver(node, node.left, node.right, nowhere) : handedOver(node, node.right, node.left, nowhere);
    case "Call":
      return READERS.has(commandOf(node)) ? reading(node) : node;
    case "ExprStmt":
      return node.value.kind === "Assign" ? node : { ...node, value: { ...assign(OUTPUT, node.value, nowhere), ...nowhere, op: "+" } };
    case "FunctionBody":
      return withResult(node, names.own.get(original) ?? new Set(), nowhere);
    default:
      return node;
  }
}

/** `a | b`: `b` is given what `a` prints, and what it prints itself is all that comes out. */
function handedOver({ start, end }: Span, given: Expr, to: Expr, nowhere: Span): Expr {
  return { kind: "Sequence", start, end, expressions: [assign(INPUT, given, nowhere), withInput(to)] };
}

function withInput(expr: Expr): Expr {
  const around: Binary[] = [];
  let at = expr;
  for (; at.kind === "Binary" && REDIRECTIONS.has(at.op) && around.length < MOST_REDIRECTIONS; at = at.left) around.push(at);
  if (at.kind !== "Call") return expr;
  const span = { start: at.end, end: at.end };
  const input: Arg = { kind: "Arg", ...span, value: name(INPUT, span) };
  return around.reduceRight<Expr>((left, each) => ({ ...each, left }), { ...at, args: [...at.args, input] });
}

/** `read x` is `x = input`. */
function reading(call: Call): Call {
  const words = new Set<Expr>(wordsRead(call));
  const args = call.args.map((arg) =>
    words.has(arg.value) ? { ...arg, value: assign((arg.value as { value: string }).value, name(INPUT, arg), arg) } : arg,
  );
  return { ...call, args };
}

/** A function takes positional parameters, and what its commands print is its result. */
function withResult(fn: FunctionBody, own: ReadonlySet<string>, nowhere: Span): FunctionBody {
  const isFunction = fn.flavour === "function";
  const result: Stmt = { kind: "Return", ...nowhere, value: name(OUTPUT, nowhere) };
  return {
    ...fn,
    params: isFunction
      ? PARAMETERS.map((each) => ({ kind: "Param", ...nowhere, target: name(each, nowhere), default: null, form: "normal" }))
      : [],
    body: [declaration([OUTPUT, ...own], nowhere), ...fn.body, result],
  };
}

const name = (text: string, { start, end }: Span): Name => ({ kind: "Name", start, end, name: text });
const statement = (value: Expr): Stmt => ({ kind: "ExprStmt", start: value.start, end: value.end, value });

/** `to` is where the variable stands. */
function assign(target: string, value: Expr, to: Span): Assign {
  return { kind: "Assign", start: value.start, end: value.end, target: name(target, to), op: null, value };
}

function declaration(names: readonly string[], { start }: Span): VarDecl {
  const at = { start, end: start };
  const declarations = names.map((each): Assign => ({ kind: "Assign", ...at, target: name(each, at), op: null, value: null }));
  return { kind: "VarDecl", ...at, keyword: "var", declarations };
}
