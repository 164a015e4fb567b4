/** `io.StringIO` and `io.BytesIO` of which the text is known: where reading and writing go on, and what that gives. */
import type { State } from "../state.ts";
import { type Addr, type ConstV, isNumber, isString, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import type { Run } from "./run.ts";

type Text = ConstV & { readonly value: string };
type Stream = { readonly run: Run; readonly state: State; readonly addr: Addr; readonly text: Text; readonly at: number };
type Method = (stream: Stream, args: CallArgs) => Value | undefined;

export const STREAM = /^io\.(String|Bytes)IO$/;

/** Null: it is no such stream, or what it holds is not known. */
export function streamOf(run: Run, state: State, addr: Addr): Stream | null {
  const { bases, rest, position } = state.read(addr);
  const [made] = bases;
  const kind = made?.k === "api" ? STREAM.exec(made.path)?.[1] : undefined;
  const text = rest ?? (kind === "Bytes" ? run.values.bytes("") : run.values.string(""));
  return kind !== undefined && position >= 0 && isString(text) ? { run, state, addr, text, at: position } : null;
}

const made = ({ run, text }: Stream, value: string): Value =>
  text.type === "bytes" ? run.values.bytes(value, text.labels) : run.values.string(value, text.labels);

function moveTo(stream: Stream, at: number): void {
  stream.state.write(stream.addr).position = at;
}

/** The next so many characters, or all. */
function taken(stream: Stream, count: number | null): string {
  const end = count === null || count < 0 ? stream.text.value.length : Math.min(stream.text.value.length, stream.at + count);
  moveTo(stream, Math.max(end, stream.at));
  return stream.text.value.slice(stream.at, end);
}

const countOf = ({ positional: [count] }: CallArgs): number | null | undefined =>
  count === undefined || (count.k === "const" && count.value === null) ? null : isNumber(count) ? Number(count.value) : undefined;

/** Lines with their ends. */
const linesIn = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+/g) ?? [];

/** What is left, line by line. */
export function streamLines(run: Run, state: State, addr: Addr): Value[] | null {
  const stream = streamOf(run, state, addr);
  return stream === null ? null : linesIn(stream.text.value.slice(stream.at)).map((line) => made(stream, line));
}

/** All lines have been taken. */
export function endStream(state: State, addr: Addr): void {
  const { bases, rest } = state.read(addr);
  const [made] = bases;
  if (made?.k === "api" && STREAM.test(made.path) && rest !== null && isString(rest)) state.write(addr).position = rest.value.length;
}

const read: Method = (stream, args) => {
  const count = countOf(args);
  return count === undefined ? undefined : made(stream, taken(stream, count));
};

const METHODS: Readonly<Record<string, Method>> = {
  read,
  read1: read,
  readline: (stream, args) => {
    if (args.positional.length > 0) return undefined;
    const [line = ""] = linesIn(stream.text.value.slice(stream.at));
    return made(stream, taken(stream, line.length));
  },
  readlines: (stream, args) => {
    if (args.positional.length > 0) return undefined;
    const lines = linesIn(taken(stream, null)).map((line) => made(stream, line));
    return listValue(stream.run, stream.state, lines);
  },
  getvalue: (stream) => stream.text,
  getbuffer: (stream) => stream.text,
  tell: (stream) => stream.run.values.number(stream.at),
  seek: (stream, args) => {
    const [offset, whence] = args.positional;
    const from = whence === undefined ? 0 : isNumber(whence) ? [0, stream.at, stream.text.value.length][Number(whence.value)] : undefined;
    if (offset === undefined || !isNumber(offset) || from === undefined) return undefined;
    moveTo(stream, Math.max(0, from + Number(offset.value)));
    return stream.run.values.number(Math.max(0, from + Number(offset.value)));
  },
  writelines: (stream, args) => {
    const [lines] = args.positional;
    const items = lines?.k === "ref" ? stream.state.read(lines.addr) : null;
    if (items === null || items.items === null || items.rest !== null || items.type === "iter") return undefined;
    if (!items.items.every((line) => isString(line) && line.type === stream.text.type)) return undefined;
    for (const line of items.items)
      streamMethod(stream.run, stream.state, { addr: stream.addr, name: "write" }, { ...args, positional: [line] });
    return stream.run.values.none;
  },
  write: (stream, args) => {
    const [given] = args.positional;
    if (!isString(given) || given.type !== stream.text.type || stream.at > stream.text.value.length) return undefined;
    const { value } = stream.text;
    const all = value.slice(0, stream.at) + given.value + value.slice(stream.at + given.value.length);
    const object = stream.state.write(stream.addr);
    object.rest = stream.run.values.label(made(stream, all), given.labels);
    object.position = stream.at + given.value.length;
    return stream.run.values.number(given.value.length);
  },
};

/** undefined: not evaluated. */
export function streamMethod(run: Run, state: State, of: { addr: Addr; name: string }, args: CallArgs): Value | undefined {
  const method = Object.hasOwn(METHODS, of.name) ? METHODS[of.name] : undefined;
  const stream = method === undefined || args.keywords.size > 0 || args.rest !== null ? null : streamOf(run, state, of.addr);
  return stream === null ? undefined : method?.(stream, args);
}
