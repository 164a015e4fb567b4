/** Making and filling the program's own lists. */
import type { State } from "../state.ts";
import type { Value } from "../values.ts";
import { newAddr, type Run } from "./run.ts";

export function listValue(run: Run, state: State, items: readonly Value[]): Value {
  const addr = newAddr(run);
  state.add(addr, { type: "list", items: [...items] });
  return run.values.ref(addr);
}

export function pushInto(run: Run, state: State, addr: number, value: Value): void {
  const object = state.write(addr);
  if (object.items !== null && object.items.length < 8192) object.items.push(value);
  else state.addRest(addr, value, run.values);
}

/** Methods that JavaScript arrays, Maps, Sets, promises and functions have. */
const JS_METHODS = new Set(
  "push pop shift unshift concat slice splice map filter forEach reduce reduceRight join reverse sort find findIndex some every includes indexOf flat flatMap fill keys values entries at lastIndexOf toString hasOwnProperty call apply bind then catch finally get set has add delete clear size next".split(
    " ",
  ),
); // prettier-ignore
export const isContainerMethod = (name: string): boolean => JS_METHODS.has(name);
