/** Lists that the interpreter keeps in the state under names that no variable has: handlers of logs, filters, destinations. */
import type { State } from "../state.ts";
import type { Value } from "../values.ts";
import { listValue } from "./containers.ts";
import { elementsOf } from "./iterate.ts";
import { rememberedVariable, setVariable } from "./remembered.ts";
import type { Run } from "./run.ts";

export function keptList(run: Run, state: State, name: string): readonly Value[] {
  const list = rememberedVariable(state, name);
  return list === undefined ? [] : (elementsOf(run, state, list) ?? []);
}

export const keepList = (run: Run, state: State, name: string, values: readonly Value[]): void =>
  setVariable(state, name, listValue(run, state, values));
