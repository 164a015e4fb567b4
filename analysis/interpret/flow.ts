/** A point of execution. */
import type { State } from "../state.ts";
import type { Value } from "../values.ts";

/** A point of execution: the heap and the registers. */
export type Flow = { state: State; regs: (Value | undefined)[] };
