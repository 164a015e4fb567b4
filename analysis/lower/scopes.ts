/**
 * Where a name lives: lexical scopes over run-time frames, and the `VarRef` that a use of a name becomes.
 *
 * A *frame* is what exists at run time: one for the module, one for each activation of a function, one for each class
 * body while it runs. A *scope* is a stretch of text in which names mean something; several scopes (JavaScript blocks,
 * Python comprehensions) share the frame of the function around them, with their variables renamed to `x#2` where
 * needed.
 *
 * How hops count. Every frame but the module's has a static parent: the nearest enclosing frame that is not a class
 * frame. `hops` is the number of static parents to follow from the frame in which the code runs:
 * - in a function: 0 is its own frame, 1 the frame of the function around it; class bodies in between do not count,
 *   for a method sees the function around its class and never the class's variables;
 * - directly in a class body: 0 is the class frame, 1 the nearest function around it (classes around it do not count).
 * A name found in the module's frame is `"global"` unless the code runs in the module's frame itself (hops 0); a name
 * that no scope declares is `"global"`.
 * INVARIANT: the closure that MakeFunction or MakeClass makes has as its static parent the nearest frame, from the
 * running one outwards, that is not a class frame.
 *
 * Renaming. A variable of a nested scope keeps its plain name when nothing else in its frame has it. In the module's
 * frame it never does, since `"global"` finds names there; neither do comprehension variables. Variables of scopes
 * opened directly in a class body live in the class frame's static parent: closures could not reach them otherwise.
 */
import type { VarRef } from "../ir.ts";
import type { Expr, Node } from "../tree.ts";

export type Frame = {
  readonly role: "module" | "function" | "class";
  /** The static parent; null for the module. */
  readonly parent: Frame | null;
  /** Names of its variables, complete once `nameVariables` has run. */
  readonly locals: Set<string>;
  serial: number;
};

export type Scope = {
  /** `with` is JavaScript's `with (object)`: names may be properties of the object in variable `object`. */
  readonly kind: "module" | "function" | "class" | "block" | "comprehension" | "with";
  readonly parent: Scope | null;
  readonly frame: Frame;
  /** Source name -> variable of `frame`. */
  readonly names: Map<string, string>;
  /** Python `global` and `nonlocal` declarations. */
  elsewhere: Map<string, "global" | "nonlocal"> | null;
  object: string | null;
  /** Of a block in a loop (JavaScript): its variables that each iteration has anew, with where their declarations end. */
  fresh: Map<string, number> | null;
};

export function makeFrame(role: Frame["role"], around: Frame | null): Frame {
  return { role, parent: around === null ? null : home(around), locals: new Set(), serial: 1 };
}

/** The frame itself, or for a class frame its static parent: where closures can find variables. */
export function home(frame: Frame): Frame {
  return frame.role === "class" && frame.parent !== null ? frame.parent : frame;
}

export function makeScope(kind: Scope["kind"], parent: Scope | null, frame: Frame): Scope {
  return { kind, parent, frame, names: new Map(), elsewhere: null, object: null, fresh: null };
}

export function declare(scope: Scope, name: string): void {
  if (!scope.names.has(name)) scope.names.set(name, name);
}

/** Every name that assigning to `targets` would bind. */
export function boundNames(targets: readonly Expr[]): string[] {
  const names: string[] = [];
  const stack: (Node | null)[] = targets.toReversed();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node === null) continue;
    if (node.kind === "Name") names.push(node.name);
    else if (node.kind === "Collection") stack.push(...node.elements.toReversed());
    else if (node.kind === "Dict") stack.push(...node.entries.toReversed());
    else if (node.kind === "DefaultPattern" || node.kind === "Assign") stack.push(node.target);
    else if (node.kind === "Spread" || node.kind === "Entry" || node.kind === "Cast") stack.push(node.value);
    else if (node.kind === "Unsupported") stack.push(...node.parts);
  }
  return names;
}

/** A variable of the lowering's own; no source name can be equal to it. */
export function hiddenVariable(frame: Frame, name: string): string {
  const variable = `${name}#${++frame.serial}`;
  frame.locals.add(variable);
  return variable;
}

/** Gives every declared name its variable. Runs once, when all declarations of the source are known. */
export function nameVariables(scopes: readonly Scope[]): void {
  for (const scope of scopes) {
    if (scope.elsewhere !== null) for (const name of scope.elsewhere.keys()) scope.names.delete(name);
    if (isFrameScope(scope)) for (const name of scope.names.keys()) scope.frame.locals.add(name);
  }
  for (const scope of scopes) {
    if (isFrameScope(scope)) continue;
    for (const name of scope.names.keys()) scope.names.set(name, nestedName(scope, name));
  }
}

function isFrameScope(scope: Scope): boolean {
  return scope.kind === "module" || scope.kind === "function" || scope.kind === "class";
}

function nestedName(scope: Scope, name: string): string {
  const { frame } = scope;
  const plain = frame.role === "function" && scope.kind === "block" && !frame.locals.has(name);
  if (!plain) return hiddenVariable(frame, name);
  frame.locals.add(name);
  return name;
}

/** What `name` means in `scope`, for code that runs in `frame`. */
export function resolve(scope: Scope, frame: Frame, name: string): VarRef {
  let inClassBody = true;
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    if (at.kind !== "class" || inClassBody) {
      const where = at.elsewhere?.get(name);
      if (where === "global") return { name, hops: "global" };
      const variable = where === undefined ? at.names.get(name) : undefined;
      if (variable !== undefined) return { name: variable, hops: hopsBetween(frame, at.frame) };
    }
    if (at.kind === "function" || at.kind === "comprehension") inClassBody = false;
  }
  return { name, hops: "global" };
}

/** The object variables of the `with` statements that are asked for `name` before the scope that declares it. */
export function withObjects(scope: Scope, frame: Frame, name: string): VarRef[] {
  const found: VarRef[] = [];
  for (let at: Scope | null = scope; at !== null && !at.names.has(name); at = at.parent) {
    if (at.object !== null) found.push({ name: at.object, hops: hopsBetween(frame, at.frame) });
  }
  return found;
}

/** INVARIANT: `to` is `from` or one of its static ancestors; the module's frame is "global" from anywhere else. */
export function hopsBetween(from: Frame, to: Frame): VarRef["hops"] {
  if (to.role === "module" && from !== to) return "global";
  let hops = 0;
  for (let frame: Frame | null = from; frame !== null; frame = frame.parent) {
    if (frame === to) return hops;
    hops++;
  }
  return "global";
}
