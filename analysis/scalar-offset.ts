/** From a place in a YAML text value back to the place in the file where it is written. */
import { isScalar } from "yaml";
import type { RuleReader, YamlNode } from "./rule-file.ts";

/** Offset in the file of the `offset`-th character of the scalar's value (exact for one-line plain, quoted and block text). */
export function offsetInScalar(reader: RuleReader, node: YamlNode, offset: number): number {
  const scalar = reader.resolve(node);
  if (!isScalar(scalar) || scalar.range == null || typeof scalar.value !== "string") return node?.range?.[0] ?? 0;
  const [start, end] = scalar.range;
  if (scalar.type === "QUOTE_DOUBLE" || scalar.type === "QUOTE_SINGLE") return Math.min(start + 1 + offset, end);
  if (scalar.type !== "BLOCK_LITERAL" && scalar.type !== "BLOCK_FOLDED") return Math.min(start + offset, end);
  return offsetInBlock(reader.file.text.slice(0, end), start, offset);
}

/** Every line of a block is its text without the indentation and one character for its end, a line break or a space. */
function offsetInBlock(text: string, start: number, offset: number): number {
  let at = text.indexOf("\n", start) + 1;
  const lines = text.slice(at).split("\n");
  const indent = lines.find((line) => line.trim() !== "")?.search(/\S/) ?? 0;
  let left = offset;
  for (const line of lines) {
    const length = Math.max(0, line.length - indent);
    if (left <= length) return at + indent + left;
    left -= length + 1;
    at += line.length + 1;
  }
  return text.length;
}
