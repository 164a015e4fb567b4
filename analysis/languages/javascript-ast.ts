/**
 * Babel's syntax tree as this front end sees it: nodes listed after their parents, so that walking the list backwards
 * meets children first and the conversion needs no recursion.
 */
import type { Node } from "../tree.ts";

export type Converted = Node | readonly Node[] | null;

/** A Babel node. `out` is filled by the conversion. */
export type BabelNode = { readonly type: string; readonly start: number; readonly end: number; out?: Converted } & {
  readonly [field: string]: unknown;
};

/** Types are kept as text, and positions and comments are no children. */
const SKIPPED = new Set([
  "loc",
  "extra",
  "out",
  "leadingComments",
  "trailingComments",
  "innerComments",
  "typeAnnotation",
  "typeParameters",
  "typeArguments",
  "returnType",
  "superTypeArguments",
  "implements",
  "interpreter",
]);
/** Types that run nothing: their text is enough. */
const TYPES_ONLY = new Set([
  "TSInterfaceDeclaration",
  "TSTypeAliasDeclaration",
  "TSDeclareFunction",
  "TSDeclareMethod",
  "TSIndexSignature",
  "TSNamespaceExportDeclaration",
]);
/** Chains nest to the left (`a + b + c`, `a.b().c()`) or along `else if`: such depth is ordinary. */
const CHAIN_FIELDS = new Set(["left", "object", "callee", "tag", "alternate"]);
const CHAINS = new Set([
  "BinaryExpression",
  "LogicalExpression",
  "MemberExpression",
  "OptionalMemberExpression",
  "CallExpression",
  "OptionalCallExpression",
  "TaggedTemplateExpression",
  "IfStatement",
]);
const MAX_NESTING = 1_200;
const MAX_CHAIN = 20_000;

/** Every node below `root`, parents first; null when they nest too deeply. */
export function listNodes(root: BabelNode): BabelNode[] | null {
  const nodes: BabelNode[] = [];
  const stack: BabelNode[] = [root];
  const depths: number[] = [0];
  const nestings: number[] = [0];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const depth = depths.pop() as number;
    const nesting = nestings.pop() as number;
    if (depth > MAX_CHAIN || nesting > MAX_NESTING) return null;
    nodes.push(node);
    if (TYPES_ONLY.has(node.type) || node.declare === true) continue;
    for (const field in node) {
      const value = node[field];
      if (typeof value !== "object" || value === null || SKIPPED.has(field)) continue;
      const inner = CHAIN_FIELDS.has(field) && CHAINS.has(node.type) ? nesting : nesting + 1;
      const items = Array.isArray(value) ? value : [value];
      for (const item of items) {
        if (!isNode(item)) continue;
        stack.push(item);
        depths.push(depth + 1);
        nestings.push(inner);
      }
    }
  }
  return nodes;
}

function isNode(value: unknown): value is BabelNode {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

// ---------------------------------------------------------------- fields

export function child(node: BabelNode, field: string): BabelNode | null {
  const value = node[field];
  return isNode(value) ? value : null;
}

/** A list field; holes (of array literals) are null. */
export function children(node: BabelNode, field: string): readonly (BabelNode | null)[] {
  const value = node[field];
  return Array.isArray(value) ? (value as (BabelNode | null)[]) : NONE;
}

/** What stands in a list field. Only text that is not valid leaves a hole in one, as `f(, 1)` does; a diagnostic says so. */
export function nodesOf(node: BabelNode, field: string): readonly BabelNode[] {
  const value = node[field];
  if (!Array.isArray(value)) return NONE;
  return value.includes(null) ? value.filter((item) => item !== null) : value;
}
const NONE: readonly never[] = [];

export function text(node: BabelNode | null, field: string): string {
  const value = node?.[field];
  return typeof value === "string" ? value : "";
}

export function flag(node: BabelNode, field: string): boolean {
  return node[field] === true;
}
