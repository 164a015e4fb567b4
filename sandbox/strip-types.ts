/** TypeScript to JavaScript inside the worker, with node's own stripper, keeping or mapping every position. */
import { SourceMap, type SourceMapping, stripTypeScriptTypes } from "node:module";

/** 1-based line and column. */
export type Position = { readonly line: number; readonly column: number };
type Stripped =
  | { readonly ok: true; readonly text: string; readonly locate: (position: Position) => Position }
  | { readonly ok: false; readonly message: string; readonly position: Position | null };

const UNSUPPORTED = "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX";
/** Makes a top-level `return` legal for the stripper; a line of its own, so that columns stay. */
const OPEN = "async function $() {\n";
const CLOSE = "\n}";

/** Types are blanked in place; only enums, namespaces and parameter properties need a rewrite, whose source map is used. */
export function stripTypes(code: string): Stripped {
  const plain = attempt(code, 0);
  if (plain.ok || !plain.message.startsWith("Return statement")) return plain;
  const wrapped = attempt(OPEN + code + CLOSE, 1);
  if (!wrapped.ok) return wrapped;
  // the first line of the wrapper is cut after its brace, its line break stays: lines count as in the wrapped text
  const open = wrapped.text.indexOf("{") + 1;
  return { ...wrapped, text: wrapped.text.slice(open, wrapped.text.lastIndexOf("}")) };
}

/** `linesAdded`: how many lines stand before the guest's own first line. */
function attempt(code: string, linesAdded: number): Stripped {
  const back = (position: Position): Position => ({ line: Math.max(1, position.line - linesAdded), column: position.column });
  try {
    return { ok: true, text: stripTypeScriptTypes(code, { mode: "strip" }), locate: back };
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNSUPPORTED) return failure(error, back);
  }
  try {
    const text = stripTypeScriptTypes(code, { mode: "transform", sourceMap: true });
    return { ok: true, text, locate: mapped(text, back) };
  } catch (error) {
    return failure(error, back);
  }
}

function mapped(text: string, back: (position: Position) => Position): (position: Position) => Position {
  const marker = "//# sourceMappingURL=data:application/json;base64,";
  const payload = Buffer.from(text.slice(text.lastIndexOf(marker) + marker.length), "base64").toString("utf8");
  const map = new SourceMap(JSON.parse(payload));
  return (position) => {
    const entry = map.findEntry(position.line - 1, position.column - 1) as Partial<SourceMapping>;
    if (entry.originalLine === undefined || entry.originalColumn === undefined) return back(position);
    return back({ line: entry.originalLine + 1, column: entry.originalColumn + 1 });
  };
}

/** The stripper tells the place only as text before its message: `:line`, some lines, a caret under the column. */
function failure(error: unknown, back: (position: Position) => Position): Stripped {
  const { message, stack } = error as Error;
  const place = /^[^\n]*:(\d+)\n[\s\S]*?\n( *)\^+\n/.exec(stack ?? "");
  const first = (message ?? "").split("\n", 1)[0] ?? "";
  return { ok: false, message: first, position: place ? back({ line: Number(place[1]), column: place[2]!.length + 1 }) : null };
}
