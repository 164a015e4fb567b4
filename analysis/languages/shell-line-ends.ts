/**
 * Line ends that the grammar lost: behind certain pipelines it takes the next line's words for arguments of the command
 * before. Written as `;` such ends are unmistakable, and every offset stays as it is.
 */
import type { Cst, CstNode } from "./tree-sitter-cst.ts";

/** The text with every lost line end written as `;` (and the comment before it blanked), or null when none was lost. */
export function withLineEnds(text: string, cst: Cst): string | null {
  let out: string[] | null = null;
  for (const node of cst.nodes) {
    if (node.type !== "command" && node.type !== "redirected_statement") continue;
    for (let i = 1; i < node.children.length; i++) {
      const from = (node.children[i - 1] as CstNode).end;
      const at = mayEnd(node, i) ? lineEnd(text, from, (node.children[i] as CstNode).start) : -1;
      if (at < 0) continue;
      out ??= text.split("");
      out.fill(" ", from, at);
      out[at] = ";";
    }
  }
  return out?.join("") ?? null;
}

/** What follows a here-document's mark stands on lines of its own. */
function mayEnd(node: CstNode, i: number): boolean {
  const child = node.children[i] as CstNode;
  if (node.type === "redirected_statement" && child.type !== "file_redirect") return false;
  return !node.children.slice(0, i).some((before) => before.type.startsWith("heredoc"));
}

/** The first line end between two words that no backslash takes away. */
function lineEnd(text: string, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const c = text.charCodeAt(at);
    if (c === 92) at++;
    else if (c === 10) return at;
    else if (c === 35) {
      const end = text.indexOf("\n", at);
      return end >= 0 && end < to ? end : -1;
    }
  }
  return -1;
}
