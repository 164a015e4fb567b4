/** Source-to-source editing on syntax trees: a node's text is its source with the texts of its children put in. */
import { childrenOf, type Language, type Node } from "../../analysis/tree.ts";
import { treeOf } from "../analysis/test-parser.ts";

/** `text` gives the edited text of any node below; `ancestors` are the nodes around, outermost first. Null keeps the node. */
export type Replace = (node: Node, text: (of: Node) => string, ancestors: readonly Node[]) => string | null;

/** The source with every node for which `replace` answers replaced, innermost first. */
export function rewriteTree(code: string, language: Language, replace: Replace): string {
  const { module } = treeOf(code, language);
  return renderer(code, replace)(module, [], [0, code.length]);
}

function renderer(code: string, replace: Replace) {
  const known = new Map<Node, string>();
  const render = (node: Node, ancestors: readonly Node[], span: readonly [number, number] = [node.start, node.end]): string => {
    const inside = [...ancestors, node];
    let out = "";
    let at = span[0];
    for (const child of childrenOf(node).toSorted((a, b) => a.start - b.start || b.end - a.end)) {
      if (child.start < at || child.end > span[1] || child.start === child.end) continue;
      out += code.slice(at, child.start) + render(child, inside);
      at = child.end;
    }
    out += code.slice(at, span[1]);
    known.set(node, out);
    const replaced = replace(node, (of) => known.get(of) ?? code.slice(of.start, of.end), ancestors);
    if (replaced !== null) known.set(node, replaced);
    return replaced ?? out;
  };
  return render;
}

/** Whether a node stands where a value is stored, matched or declared instead of read. */
export function isStored(node: Node, ancestors: readonly Node[]): boolean {
  let inner = node;
  for (let i = ancestors.length - 1; i >= 0; i--) {
    const outer = ancestors[i] as Node;
    if (outer.kind === "Assign" || outer.kind === "DefaultPattern") return outer.target === inner;
    if (outer.kind === "ForEach" || outer.kind === "ComprehensionFor" || outer.kind === "WithItem" || outer.kind === "Param")
      return outer.target === inner;
    if (outer.kind === "Case") return outer.pattern === inner;
    if (outer.kind === "Update" || outer.kind === "Delete" || (outer.kind === "Unary" && outer.op === "delete")) return true;
    if (outer.kind !== "Collection" && outer.kind !== "Dict" && outer.kind !== "Entry" && outer.kind !== "Spread" && outer.kind !== "Call")
      return false;
    inner = outer;
  }
  return false;
}

/** Nodes inside which text cannot be replaced by other text: f-strings, decorators' heads, patterns, types. */
const FIXED = new Set<Node["kind"]>([
  "Template",
  "TaggedTemplate",
  "TypeNode",
  "Unsupported",
  "Jsx",
  "ImportName",
  "ScopeDecl",
  "TypeDecl",
]);
export const isFixed = (ancestors: readonly Node[]): boolean => ancestors.some((node) => FIXED.has(node.kind));

/** A piece of text that runs in a place of its own (a lambda, an arrow) cannot hold these. */
export function holds(node: Node, kinds: ReadonlySet<Node["kind"]>, names: ReadonlySet<string>): boolean {
  const stack: Node[] = [node];
  for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
    if (kinds.has(each.kind) || (each.kind === "Name" && names.has(each.name))) return true;
    stack.push(...childrenOf(each));
  }
  return false;
}

/** Deterministic choices: a number below `n` for each place of a text. */
export function choice(text: string, n: number): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return (hash >>> 0) % n;
}
