/** The shape of an evaluator that an API model names with `builtin:`. */
import type { State } from "../state.ts";
import type { ApiV, Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import type { Run } from "./run.ts";

export type BuiltinCall = { readonly callee: ApiV; readonly args: CallArgs };
/** Null: never returns; undefined: not evaluated, fall back to the model. */
export type Builtin = (run: Run, state: State, call: BuiltinCall) => Value | null | undefined;
