/** A bound of the analysis itself: what was not looked at to its end has no result (INVARIANT 1), and never a partial one. */
export class LimitError extends Error {
  override readonly name: string = "LimitError";
}
