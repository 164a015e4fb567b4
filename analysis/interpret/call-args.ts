/** The arguments of a call, and the one function that the parts of the interpreter call each other through. */
import type { State } from "../state.ts";
import type { Value } from "../values.ts";

export type CallArgs = {
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
  /** Join of arguments whose position is not known. */
  readonly rest: Value | null;
  /** None of them has a name: they are elements of a list. */
  readonly unnamed?: true;
  readonly receiver: Value | null;
  readonly isNew: boolean;
  /** Runs with this frame instead of a fresh one (class bodies, evaluated code). */
  readonly frame?: number;
};

export const NO_ARGS: CallArgs = { positional: [], keywords: new Map(), rest: null, receiver: null, isNew: false };
export const withArgs = (...positional: Value[]): CallArgs => ({ ...NO_ARGS, positional });

/**
 * Calls a value; null means that the call never returns normally. The interpreter is recursive by nature (a getter runs a
 * function whose body reads an attribute); the recursion goes through this one entry of the run, so that imports run one way.
 */
export type CallValue = (state: State, callee: Value, args: CallArgs) => Value | null;
