/** What of a JavaScript stack is the program's own. */
import type { Prepared } from "./prepare-source.ts";

/** A stack with the guest's own frames only, at the positions of the text that was submitted. */
export function ownFrames(stack: string, prepared: Prepared & { ok: true }): string {
  const lines: string[] = [];
  for (const line of stack.slice(0, 8192).split("\n")) {
    const frame = /^\s+at /.test(line);
    if (frame && !line.includes(prepared.filename)) continue;
    const shown = line.replace(/(user\.[jt]s):(\d+):(\d+)/g, (_whole, file: string, row: string, column: string) => {
      const at = prepared.locate({ line: Number(row), column: Number(column) });
      return `${file}:${at.line}:${at.column}`;
    });
    lines.push(frame ? shown.replace(/^\s+at async (?=user\.)/, "    at ") : shown);
  }
  return lines.join("\n");
}
