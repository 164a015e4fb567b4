/**
 * What names mean in a program, for matching: which are imports, and which stand for constants. The walk over the program
 * notes the places in it and what binds names; the names are bound when somebody asks, and questions are asked by offset, so
 * that only names that matter cost anything.
 */
import type { Dict, Expr, FunctionBody, Import, Module, Node, TypeNode } from "../../analysis/tree.ts";

/** One binding of a name: `value` is null when it is not known (a loop variable, a parameter, `x += f()`). */
export type Write = { readonly value: Expr | null; readonly at: number; readonly place: Place };
export type Binding = {
  readonly name: string;
  readonly place: Place;
  readonly writes: Write[];
  /** Path of the module or of the thing imported from it, if an import is the only source: `["subprocess", "call"]`. */
  path: readonly string[] | null;
  /** Parameters, functions, classes, loop variables: never a constant. */
  opaque: boolean;
  type: TypeNode | null;
};

/** A stretch of source in which names are bound and that runs as a whole, or not at all. */
export type Place = {
  readonly kind: "module" | "function" | "class" | "block";
  readonly parent: Place | null;
  readonly start: number;
  readonly end: number;
  readonly loop: boolean;
  readonly children: Place[];
  /** Modules whose every name was imported; kept on the module. */
  readonly stars: (readonly string[])[];
  /** Whether the children are in order of place. */
  sorted: boolean;
  bindings: Map<string, Binding> | null;
  /** Python `global` and `nonlocal`. */
  elsewhere: Map<string, Place> | null;
};

type Late = { readonly target: Expr; readonly value: Expr | null; readonly place: Place };
type Walk = { readonly python: boolean; readonly late: Late[] };

/** Statement lists that may not run, or run often. Blocks of JavaScript bind names of their own. */
const BRANCHES: Readonly<Partial<Record<Node["kind"], readonly string[]>>> = {
  If: ["then", "otherwise"],
  While: ["body", "otherwise"],
  ForEach: ["body", "otherwise"],
  ForLoop: ["body"],
  Try: ["body", "otherwise", "finalizer"],
  Handler: ["body"],
  SwitchCase: ["body"],
  Case: ["body"],
  Block: ["body"],
};
const LOOPS: ReadonlySet<Node["kind"]> = new Set(["While", "ForEach", "ForLoop"]);
const BINDERS: ReadonlySet<Node["kind"]> = new Set(
  "Import VarDecl Assign Update FunctionDef ClassDef FunctionBody ClassBody ScopeDecl ForEach ForLoop Comprehension Handler WithItem Case".split(
    " ",
  ) as Node["kind"][],
);

/** What one walk over a program notes, in source order: nodes that bind names, each with the place inside it. */
export type Survey = { readonly root: Place; readonly python: boolean; readonly binders: Node[]; readonly binderPlaces: Place[] };

export function startSurvey(module: Module): Survey {
  const root = newPlace("module", null, { start: 0, end: Number.MAX_SAFE_INTEGER });
  return { root, python: module.language === "python", binders: [], binderPlaces: [] };
}

/** The place of what is inside `node`. */
export function enter(survey: Survey, node: Node, outer: Place): Place {
  if (!BINDERS.has(node.kind)) return outer;
  const place = placeInside(node, outer, survey.python);
  survey.binders.push(node);
  survey.binderPlaces.push(place);
  return place;
}

/** The place of the nodes of a list that `node` has in `field`. */
export function enterList(node: Node, field: string, list: readonly (Node | null)[], place: Place): Place {
  if (BRANCHES[node.kind]?.includes(field) !== true) return place;
  const first = list[0];
  const last = list[list.length - 1];
  if (first == null || last == null) return place;
  return newPlace("block", place, { start: first.start, end: last.end, loop: LOOPS.has(node.kind) });
}

/** Binds the names of a program whose walk has ended. */
export function placesOf({ root, python, binders, binderPlaces }: Survey): Place {
  const walk: Walk = { python, late: [] };
  for (const [i, node] of binders.entries()) declare(node, binderPlaces[i] as Place, walk);
  // JavaScript assigns to whatever is declared, wherever that stands; only now everything is.
  for (const { target, value, place } of walk.late) assign(target, value, place, (name) => ownerOf(name, place, false));
  return root;
}

/** The innermost place that holds an offset. */
export function placeAt(root: Place, offset: number): Place {
  let at = root;
  for (;;) {
    const inner = childAt(at, offset);
    if (inner === null) return at;
    at = inner;
  }
}

/** Binary search; places beside each other do not overlap, and are put in order when somebody asks. */
function childAt(place: Place, offset: number): Place | null {
  const { children } = place;
  if (!place.sorted) children.sort((a, b) => a.start - b.start);
  place.sorted = true;
  let low = 0;
  let high = children.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((children[middle] as Place).start <= offset) low = middle;
    else high = middle - 1;
  }
  const found = children[low];
  return found !== undefined && found.start <= offset && offset < found.end ? found : null;
}

/** The binding a name has at a place; null for a free name. Class bodies are seen only from directly inside. */
export function lookup(place: Place, name: string): Binding | null {
  let inFunction = false;
  for (let at: Place | null = place; at !== null; at = at.parent) {
    if (at.kind === "class" && inFunction) continue;
    const found = at.elsewhere?.get(name)?.bindings?.get(name) ?? at.bindings?.get(name);
    if (found !== undefined) return found;
    if (at.kind === "function") inFunction = true;
  }
  return null;
}

function newPlace(kind: Place["kind"], parent: Place | null, span: { start: number; end: number; loop?: boolean }): Place {
  const place: Place = {
    kind,
    parent,
    start: span.start,
    end: span.end,
    loop: span.loop ?? false,
    children: [],
    stars: [],
    sorted: false,
    bindings: null,
    elsewhere: null,
  };
  parent?.children.push(place);
  return place;
}

function placeInside(node: Node, outer: Place, python: boolean): Place {
  if (node.kind === "FunctionBody") return newPlace("function", outer, node);
  if (node.kind === "ClassBody") return newPlace("class", outer, node);
  if (node.kind === "Comprehension") return newPlace("block", outer, node);
  return !python && (node.kind === "ForEach" || node.kind === "ForLoop")
    ? newPlace("block", outer, { start: node.start, end: node.end, loop: true })
    : outer;
}

/** Binds what `node` defines. `place` is inside it. */
function declare(node: Node, place: Place, walk: Walk): void {
  switch (node.kind) {
    case "Import":
      declareImport(node, place, walk.python);
      return;
    case "VarDecl": {
      const owner = node.keyword === "var" ? functionPlace(place) : place;
      for (const each of node.declarations) {
        if (each.value !== null || each.target.kind !== "Name") assign(each.target, each.value, place, () => owner);
        if (each.target.kind === "Name" && each.type !== undefined) bind(owner, each.target.name).type = each.type;
      }
      return;
    }
    case "Assign":
      declareAssign(node, place, walk);
      return;
    case "Update":
      write(node.operand, null, place, walk);
      return;
    case "FunctionDef":
    case "ClassDef": {
      const name = node.kind === "FunctionDef" ? node.fn.name : node.cls.name;
      if (name !== null && place.kind !== "class") bind(place, name).opaque = true;
      return;
    }
    case "FunctionBody":
      declareParameters(node, place);
      return;
    case "ScopeDecl": {
      const elsewhere = place.elsewhere ?? new Map<string, Place>();
      place.elsewhere = elsewhere;
      for (const name of node.names) elsewhere.set(name, node.scope === "global" ? modulePlace(place) : outerFunction(place));
      return;
    }
    default:
      declareTargets(node, place);
  }
}

function declareTargets(node: Node, place: Place): void {
  if (node.kind === "ForEach" && node.target.kind !== "VarDecl") opaque(node.target, functionPlace(place));
  else if (node.kind === "ForEach" && node.target.kind === "VarDecl")
    for (const each of node.target.declarations) opaque(each.target, place);
  else if (node.kind === "Comprehension") {
    for (const clause of node.clauses) if (clause.kind === "ComprehensionFor") opaque(clause.target, place);
  } else if (node.kind === "Handler" && node.target !== null) opaque(node.target, place);
  else if (node.kind === "WithItem" && node.target !== null) assign(node.target, null, place, (name) => ownerOf(name, place, true));
  else if (node.kind === "Case") opaque(node.pattern, place);
}

function declareParameters(fn: FunctionBody, place: Place): void {
  for (const param of fn.params) {
    opaque(param.target, place);
    if (param.target.kind === "Name") bind(place, param.target.name).type = param.type ?? null;
  }
}

function declareAssign(node: Node & { kind: "Assign" }, place: Place, walk: Walk): void {
  if (node.value === null && node.type !== undefined && node.target.kind === "Name") {
    bind(ownerOf(node.target.name, place, walk.python), node.target.name).type = node.type;
    return;
  }
  if (node.op !== null || node.value !== null) write(node.target, node.op === null ? node.value : null, place, walk);
  if (node.type !== undefined && walk.python && node.target.kind === "Name")
    bind(ownerOf(node.target.name, place, true), node.target.name).type = node.type;
}

function write(target: Expr, value: Expr | null, place: Place, walk: Walk): void {
  if (walk.python) assign(target, value, place, (name) => ownerOf(name, place, true));
  else walk.late.push({ target, value, place });
}

function ownerOf(name: string, place: Place, python: boolean): Place {
  if (python) return place.elsewhere?.get(name) ?? functionPlace(place).elsewhere?.get(name) ?? functionPlace(place);
  let at = place;
  while (at.bindings?.has(name) !== true && at.parent !== null) at = at.parent;
  return at;
}

/** The function, class, comprehension or module around a place: where Python binds names. */
function functionPlace(place: Place): Place {
  let at = place;
  while (at.kind === "block" && at.parent !== null) at = at.parent;
  return at;
}

function outerFunction(place: Place): Place {
  let at = functionPlace(place).parent ?? place;
  while (at.kind !== "function" && at.parent !== null) at = at.parent;
  return at;
}

function modulePlace(place: Place): Place {
  let at = place;
  while (at.parent !== null) at = at.parent;
  return at;
}

function bind(place: Place, name: string): Binding {
  const bindings = place.bindings ?? new Map<string, Binding>();
  place.bindings = bindings;
  let known = bindings.get(name);
  if (known === undefined) {
    known = { name, place, writes: [], path: null, opaque: false, type: null };
    bindings.set(name, known);
  }
  return known;
}

function opaque(target: Expr, place: Place): void {
  const stack: (Expr | null)[] = [target];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (top === null) continue;
    if (top.kind === "Name") bind(place, top.name).opaque = true;
    else if (top.kind === "DefaultPattern") stack.push(top.target, top.value);
    else if (top.kind === "Spread" || top.kind === "Cast") stack.push(top.value);
    else if (top.kind === "Collection") stack.push(...top.elements);
    else if (top.kind === "Dict") for (const entry of top.entries) stack.push(entry.value);
    else if (top.kind === "Call") for (const arg of top.args) stack.push(arg.value);
    else if (top.kind === "Binary") stack.push(top.left, top.right);
  }
}

/** Binds the names of a target at a place; `owner` says whose names they are. */
function assign(target: Expr, value: Expr | null, place: Place, owner: (name: string) => Place): void {
  const stack: [Expr, Expr | null][] = [[target, value]];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [to, from] = top;
    if (to.kind === "Name") addWrite(bind(owner(to.name), to.name), { value: from, at: from?.end ?? to.end, place });
    else if (to.kind === "DefaultPattern") stack.push([to.target, null]);
    else if (to.kind === "Spread" || to.kind === "Cast") stack.push([to.value, null]);
    else if (to.kind === "Dict") stack.push(...entryTargets(to, from));
    else if (to.kind === "Collection") {
      const values = from?.kind === "Collection" && from.elements.length === to.elements.length ? from.elements : null;
      for (const [i, element] of to.elements.entries()) if (element !== null) stack.push([element, values?.[i] ?? null]);
    }
  }
}

/** A name that is written more often is no constant; the bound keeps questions about it cheap. */
const MAX_WRITES = 64;

/** A declaration and the assignment in it are one write. */
function addWrite(binding: Binding, write: Write): void {
  if (binding.writes.length >= MAX_WRITES) binding.opaque = true;
  else if (!binding.writes.some((known) => known.at === write.at)) binding.writes.push(write);
}

/** `const {exec: run} = cp` binds `run` to `cp.exec`. */
function entryTargets(pattern: Dict, from: Expr | null): [Expr, Expr | null][] {
  return pattern.entries.map((entry) => {
    if (entry.kind === "Spread" || from === null || entry.key.kind !== "Str" || entry.value.kind !== "Name") return [entry.value, null];
    return [entry.value, { kind: "Member", object: from, name: entry.key.value, start: entry.start, end: entry.end }];
  });
}

/** `a.b` of Python is two names; a JavaScript specifier is one. */
function declareImport(node: Import, place: Place, python: boolean): void {
  const module = node.module.replace(/^node:/, "");
  const segments = python && !module.startsWith(".") ? module.split(".") : [module];
  for (const { imported, local, aliased } of node.names) {
    if (imported === "*" && local === "*") {
      modulePlace(place).stars.push(segments);
      continue;
    }
    const binding = bind(place, local);
    if (node.form === "module") binding.path = aliased ? segments : [local];
    else binding.path = imported === "*" || imported === "default" ? segments : [...segments, imported];
  }
}
