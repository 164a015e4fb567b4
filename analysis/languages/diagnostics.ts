/** What a front end says about text that it cannot read. */
import type { Diagnostic, LineIndex } from "../tree.ts";

/** More diagnostics than this say nothing new; the first is what fails closed. */
const MAX_DIAGNOSTICS = 100;

export function report(
  to: { readonly lines: LineIndex; readonly diagnostics: Diagnostic[] },
  kind: Diagnostic["kind"],
  span: { readonly start: number; readonly end: number },
  message: string,
): void {
  if (to.diagnostics.length < MAX_DIAGNOSTICS) to.diagnostics.push({ kind, message, location: to.lines.locate(span) });
}
