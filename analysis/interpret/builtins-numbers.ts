/** Rows of whole numbers that a program writes down: `np.array([114, 109], dtype=np.uint8)`, `np.frombuffer(b"..", np.uint8)`. */
import type { State } from "../state.ts";
import { isNumber, isString, mergeLabels, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { withArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { elementsOf } from "./iterate.ts";
import { deepLabels } from "./labels.ts";
import type { Run } from "./run.ts";
import { sliceBounds } from "./slices.ts";
import { writtenPython } from "./written.ts";

/** More of them are data. */
const MOST = 4_000;

/** One byte each, by numpy's names of kinds. */
const isSmall = (kind: Value | undefined): boolean =>
  kind !== undefined &&
  ((kind.k === "api" && /\.(uint8|int8|ubyte|byte)$/.test(kind.path)) ||
    (isString(kind) && /^([<>|=]?[ui]1|u?int8|[bB])$/.test(String(kind.value))));

function numbersIn(run: Run, state: State, data: Value | undefined): readonly Value[] | null {
  if (data === undefined) return null;
  if (isString(data) && data.type === "bytes") return [...String(data.value)].map((c) => run.values.number(c.charCodeAt(0), data.labels));
  const items = data.k === "ref" ? elementsOf(run, state, data) : null;
  return items?.every((item) => isNumber(item) && Number.isInteger(item.value)) === true ? items : null;
}

const unknownArray = (run: Run, state: State, path: string, given: readonly Value[]): Value =>
  run.values.unknown("unmodelled", {
    path,
    labels: mergeLabels(...given.map((value) => deepLabels(state, value))).filter((label) => !/^(via|type):/.test(label)),
  });

export const BUILTINS_NUMBERS: Readonly<Record<string, Builtin>> = {
  number_row: (run, state, { callee, args }) => {
    const [data, kind] = [
      args.positional[0] ?? args.keywords.get("object") ?? args.keywords.get("buffer"),
      args.keywords.get("dtype") ?? args.positional[1],
    ];
    const items = numbersIn(run, state, data);
    const bytes = data !== undefined && isString(data);
    const made =
      items === null || items.length < 2 || items.length > MOST || (bytes && !isSmall(kind))
        ? undefined
        : writtenPython(run, state, "numbers.Numbers");
    if (made?.k !== "ref" || items === null)
      return unknownArray(run, state, `${callee.path}()`, [...args.positional, ...args.keywords.values()]);
    return run.call(state, made, withArgs(listValue(run, state, items), run.values.bool(isSmall(kind))));
  },
  /** `np.bitwise_xor(row, key)`, where the row is one of those. */
  number_function: (run, state, { callee, args }) => {
    const [first] = args.positional;
    const rows = first?.k === "ref" ? (state.read(first.addr).type === "instance" ? [first] : (elementsOf(run, state, first) ?? [])) : [];
    const own = rows.length > 0 && rows.every((row) => row.k === "ref" && state.read(row.addr).name === "Numbers");
    const found = own ? writtenPython(run, state, `numbers.${callee.path.slice(callee.path.lastIndexOf(".") + 1)}`) : undefined;
    return found === undefined
      ? unknownArray(run, state, `${callee.path}()`, args.positional)
      : run.call(state, found, { ...args, receiver: null });
  },
  is_slice: (run, _state, { args }) => run.values.bool(args.positional[0] !== undefined && sliceBounds(args.positional[0]) !== null),
  is_small: (run, _state, { args }) => run.values.bool(isSmall(args.positional[0])),
  numbers_like: (run, state, { args }) => unknownArray(run, state, "numpy.array()", args.positional),
};
