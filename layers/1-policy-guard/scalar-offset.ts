/** From a place in a YAML text value back to the place in the file where it is written. */
import { isScalar } from "yaml";
import type { RuleReader, YamlNode } from "../../analysis/rule-file.ts";

/** Offset in the file of the `offset`-th character of the scalar's value (exact for plain, quoted and literal block text). */
export function offsetInScalar(reader: RuleReader, node: YamlNode, offset: number): number {
  const scalar = reader.resolve(node);
  if (!isScalar(scalar) || scalar.range == null || typeof scalar.value !== "string") return node?.range?.[0] ?? 0;
  const [start, end] = scalar.range;
  if (scalar.type === "QUOTE_DOUBLE" || scalar.type === "QUOTE_SINGLE") return Math.min(start + 1 + offset, end);
  if (scalar.type !== "BLOCK_LITERAL" && scalar.type !== "BLOCK_FOLDED") return Math.min(start + offset, end);
  const before = scalar.value.slice(0, offset);
  const line = before.split("\n").length - 1;
  const column = before.length - (before.lastIndexOf("\n") + 1);
  return lineStart(reader.file.text, start, end, line) + column;
}

/** Where the text of the `line`-th line of a block begins, after its indentation. */
function lineStart(text: string, start: number, end: number, line: number): number {
  const body = text.indexOf("\n", start) + 1;
  const lines = text.slice(body, end).split("\n");
  const indents = lines.filter((each) => each.trim() !== "").map((each) => each.length - each.trimStart().length);
  const indent = indents[0] ?? 0;
  let at = body;
  for (let i = 0; i < line && i < lines.length; i++) at += (lines[i] as string).length + 1;
  return at + indent;
}
