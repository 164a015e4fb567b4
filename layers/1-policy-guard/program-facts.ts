/**
 * One program as matching sees it: its nodes by kind, its statement lists and the words in it (one walk), and, only when
 * some rule needs them, its scopes. Everything is in source order.
 */
import {
  type Assign,
  type Call,
  CHILD_FIELDS,
  type Expr,
  type LineIndex,
  type Node,
  type ParsedTree,
  type Stmt,
} from "../../analysis/tree.ts";
import { enter, enterList, type Place, placesOf, startSurvey } from "./scopes.ts";

export type ProgramFacts = {
  readonly tree: ParsedTree;
  readonly source: string;
  readonly lines: LineIndex;
  readonly python: boolean;
  readonly byKind: ReadonlyMap<Node["kind"], readonly Node[]>;
  readonly lists: readonly (readonly Stmt[])[];
  readonly words: ReadonlySet<string>;
  places(): Place;
};

/** Longer strings are no names of anything. */
const MAX_WORD = 64;

export function programFacts(tree: ParsedTree): ProgramFacts {
  const python = tree.module.language === "python";
  const shell = tree.module.language === "shell";
  const byKind = new Map<Node["kind"], Node[]>();
  const lists: (readonly Stmt[])[] = [];
  const words = new Set<string>();
  const survey = startSurvey(tree.module);
  const walk: Walk = { nodes: [tree.module], places: [survey.root], place: survey.root, lists, words, python, shell };
  for (let node = walk.nodes.pop(); node !== undefined; node = walk.nodes.pop()) {
    walk.place = enter(survey, node, walk.places.pop() as Place);
    const known = byKind.get(node.kind);
    if (known === undefined) byKind.set(node.kind, [node]);
    else known.push(node);
    addWords(node, words);
    pushChildren(node, walk);
  }
  addAssignments(byKind);
  addDecoratorCalls(byKind);
  let places: Place | null = null;
  return {
    tree,
    source: tree.lines.source,
    lines: tree.lines,
    python,
    byKind,
    lists,
    words,
    places: () => (places ??= placesOf(survey)),
  };
}

const LISTS: ReadonlySet<string> = new Set(["body", "then", "otherwise", "finalizer"]);

/** `nodes` and `places` are one stack: what is still to be visited, and where it is. */
type Walk = {
  readonly nodes: Node[];
  readonly places: Place[];
  /** Inside the node that is visited. */
  place: Place;
  readonly lists: (readonly Stmt[])[];
  readonly words: Set<string>;
  readonly python: boolean;
  readonly shell: boolean;
};

/** `IFS=, read x`: the shell itself assigns nothing. */
function isForOneCommand(owner: Node, item: Node, shell: boolean): item is Assign {
  if (!shell || owner.kind !== "Sequence" || item.kind !== "Assign") return false;
  const last = owner.expressions[owner.expressions.length - 1];
  return last !== undefined && last.kind !== "Assign";
}

function pushChildren(node: Node, walk: Walk): void {
  const fields = CHILD_FIELDS[node.kind];
  for (let f = fields.length - 1; f >= 0; f--) {
    const field = fields[f] as string;
    const value = (node as unknown as Record<string, unknown>)[field] as Node | readonly (Node | null)[] | null | undefined;
    if (value === null || value === undefined) continue;
    if (Array.isArray(value)) pushList(node, field, value, walk);
    else if (isNoExpression(node, field, value as Node, walk.python)) addWords(value as Node, walk.words);
    else push(value as Node, walk.place, walk);
  }
}

function pushList(node: Node, field: string, list: readonly (Node | null)[], walk: Walk): void {
  if (list.length === 0) return;
  if (LISTS.has(field)) walk.lists.push(list as readonly Stmt[]);
  const inner = enterList(node, field, list, walk.place);
  const text = node.kind === "Jsx" && field === "children";
  for (let i = list.length - 1; i >= 0; i--) {
    const item = list[i];
    if (item === null || item === undefined || (text && item.kind === "Str")) continue;
    push(isForOneCommand(node, item, walk.shell) ? (item.value ?? item.target) : item, inner, walk);
  }
}

function push(node: Node, place: Place, walk: Walk): void {
  walk.nodes.push(node);
  walk.places.push(place);
}

/** Names that define something, and keys of JavaScript objects, are words, not expressions. */
function isNoExpression(owner: Node, field: string, value: Node, python: boolean): boolean {
  switch (owner.kind) {
    case "Param":
    case "ForEach":
    case "ComprehensionFor":
      return field === "target" && value.kind === "Name";
    case "Entry":
      return field === "key" && !python && owner.computed !== true;
    case "Jsx":
      return field === "tag" && (value.kind === "Str" || value.kind === "Name");
    default:
      return false;
  }
}

function addWords(node: Node, words: Set<string>): void {
  switch (node.kind) {
    case "Name":
    case "Member":
    case "ImportName":
      if (node.kind !== "ImportName") words.add(node.name);
      else words.add(node.imported).add(node.local);
      return;
    case "Str":
      if (node.value.length <= MAX_WORD) words.add(node.value.startsWith("node:") ? node.value.slice("node:".length) : node.value);
      return;
    case "Arg":
    case "Field":
    case "FunctionBody":
    case "ClassBody":
      if (node.name !== null && node.name !== undefined) words.add(node.name);
      return;
    case "Import": {
      const module = node.module.replace(/^node:/, "");
      words.add(module);
      for (const part of module.split(".")) words.add(part);
      return;
    }
    case "ScopeDecl":
      for (const name of node.names) words.add(name);
      return;
    case "TypeNode":
      for (const name of node.names) words.add(name);
      return;
    default:
  }
}

/** `with open(p) as f` and a class's field `x = 1` assign, though they are not written as assignments. */
function addAssignments(byKind: Map<Node["kind"], Node[]>): void {
  const added: Assign[] = [];
  for (const node of byKind.get("WithItem") ?? []) {
    if (node.kind !== "WithItem" || node.target === null) continue;
    added.push({ kind: "Assign", start: node.start, end: node.end, target: node.target, op: null, value: node.value });
  }
  for (const node of byKind.get("Field") ?? []) {
    const assign = node.kind === "Field" ? fieldAssign(node) : null;
    if (assign !== null) added.push(assign);
  }
  if (added.length > 0) byKind.set("Assign", [...(byKind.get("Assign") ?? []), ...added]);
}

export function fieldAssign(field: Stmt & { kind: "Field" }): Assign | null {
  if (field.name === null || field.value === null) return null;
  const target: Expr = { kind: "Name", name: field.name, start: field.start, end: field.start + field.name.length };
  return {
    kind: "Assign",
    start: field.start,
    end: field.end,
    target,
    op: null,
    value: field.value,
    ...(field.type === undefined ? {} : { type: field.type }),
  };
}

/** `@app.route` without arguments is a call for expression patterns. */
function addDecoratorCalls(byKind: Map<Node["kind"], Node[]>): void {
  const added: Call[] = [];
  for (const kind of ["FunctionBody", "ClassBody"] as const) {
    for (const node of byKind.get(kind) ?? []) {
      for (const decorator of (node as Node & { decorators: readonly Expr[] }).decorators) {
        if (decorator.kind !== "Name" && decorator.kind !== "Member") continue;
        added.push({ kind: "Call", start: decorator.start, end: decorator.end, callee: decorator, args: [] });
      }
    }
  }
  if (added.length > 0) byKind.set("Call", [...(byKind.get("Call") ?? []), ...added]);
}
