/** Writes a tree as one line of S-expressions, for tests that show what a source becomes. */
import { CHILD_FIELDS, type Node } from "../../analysis/tree.ts";

const HIDDEN = new Set(["kind", "start", "end"]);

/** `(Kind scalar=... field:(...))`; names, strings and numbers are written in short. */
export function dumpTree(node: Node): string {
  if (node.kind === "Name") return node.name;
  if (node.kind === "Str") return JSON.stringify(node.value);
  if (node.kind === "Num") return typeof node.value === "bigint" ? `${node.value}n` : `${node.value}${node.imaginary ? "j" : ""}`;
  if (node.kind === "Bool") return String(node.value);
  if (node.kind === "ExprStmt") return dumpTree(node.value);
  if (node.kind === "Arg" && node.name === undefined && node.spread === undefined) return dumpTree(node.value);
  const fields = CHILD_FIELDS[node.kind];
  const words: string[] = [node.kind];
  for (const [field, value] of Object.entries(node)) {
    if (HIDDEN.has(field) || fields.includes(field) || value === null || value === undefined) continue;
    if (node.kind === "Unsupported" && field === "mayCall") continue;
    if (node.kind === "TypeNode" && field === "names") continue;
    words.push(value === true ? field : `${field}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  }
  for (const field of fields) {
    const value = (node as unknown as Record<string, unknown>)[field];
    if (value === null || value === undefined) continue;
    if (Array.isArray(value)) {
      if (value.length > 0) words.push(`${field}:[${value.map((item) => (item === null ? "-" : dumpTree(item as Node))).join(" ")}]`);
    } else words.push(`${field}:${dumpTree(value as Node)}`);
  }
  return `(${words.join(" ")})`;
}
