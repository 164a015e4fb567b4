/** Methods of Buffers that are known: those of a list of their bytes, and those that put them elsewhere or read them as a library says. */
import type { State } from "../state.ts";
import type { ConstV, Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { elementsOf } from "./iterate.ts";
import { javascriptArrayMethod } from "./javascript-arrays.ts";
import { copyBytes } from "./javascript-buffers.ts";
import type { Run } from "./run.ts";

const OF_NUMBERS: ReadonlySet<string> = new Set(
  "map filter forEach reduce reduceRight some every find findIndex entries keys values join".split(" "),
);
/** `CryptoJS.enc.Utf8` */
const ENCODER = /\.enc\.(Utf8|Hex|Base64|Latin1)$/;

/** Undefined: as of any text. */
export function bytesMethod(
  run: Run,
  state: State,
  { bytes, name }: { bytes: ConstV; name: string },
  args: CallArgs,
): Value | null | undefined {
  const [first] = args.positional;
  if (name === "copy") return copyBytes(run, state, bytes, args.positional) ? run.values.undefined : undefined;
  const encoding = name === "toString" && first?.k === "api" ? ENCODER.exec(first.path)?.[1]?.toLowerCase() : undefined;
  if (encoding !== undefined)
    return run.values.string(Buffer.from(String(bytes.value), "latin1").toString(encoding as BufferEncoding), bytes.labels);
  if (!OF_NUMBERS.has(name)) return undefined;
  const list = listValue(run, state, elementsOf(run, state, bytes) ?? []);
  return list.k === "ref" ? javascriptArrayMethod(run, state, { receiver: list, name }, args) : undefined;
}
