/**
 * Objects of libraries that only hold what is put into them: `io.BytesIO`, mail messages, forms, archives in memory. What goes in
 * by any method comes out of any other.
 */
import type { Label } from "../effects.ts";
import type { State } from "../state.ts";
import { type Addr, isString, mergeLabels, partsOf, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import type { CallArgs } from "./call-args.ts";
import { contentLabels } from "./file-handles.ts";
import { deepLabels, HOLDER } from "./labels.ts";
import { newAddr, type Run } from "./run.ts";
import { STREAM, streamMethod } from "./text-streams.ts";

const TAKES = /^(read|readlines?|getvalue|getbuffer|as_(string|bytes)|get_(content|payload|body)|getHeaders|toString|stream)$/;

const ATTACHES = /^(attach_file|attach_path|add_file|add_attachment_from_path)$/;

export const isHolder = (state: State, addr: Addr): boolean => state.read(addr).name === HOLDER;

/** `io.BytesIO(data)`, `MIMEText(text)`: a new one, with what it was made of. */
export const makeHolder: Builtin = (run, state, { callee, args }) => {
  const addr = newAddr(run);
  state.add(addr, { type: "dict", name: HOLDER, bases: STREAM.test(callee.path) ? [callee] : [] });
  for (const value of [...args.positional, ...args.keywords.values()]) put(run, state, addr, value);
  return run.values.ref(addr);
};

function put(run: Run, state: State, addr: Addr, value: Value): void {
  if (value.k === "closure" || (value.k === "ref" && value.addr === addr)) return;
  const held = value.k === "ref" ? run.values.unknown("local", { labels: deepLabels(state, value) }) : value;
  state.addRest(addr, held, run.values);
}

const isText = (value: Value | null): value is Value => value !== null && (isString(value) || value.k === "str");

/** What is written follows what was written before. */
function append(run: Run, state: State, addr: Addr, texts: readonly Value[]): void {
  const [first] = texts;
  const bytes = first?.k === "str" ? first.bytes : first?.k === "const" && first.type === "bytes";
  const all = run.values.template(
    texts.flatMap((text) => [...partsOf(text)]),
    mergeLabels(...texts.map((text) => text.labels)),
    bytes,
  );
  state.write(addr).rest = all;
}

/** What a library wrote into a holder that it was given: as sensitive as what the library was told. */
export function fill(run: Run, state: State, addr: Addr, labels: readonly Label[]): void {
  state.addRest(addr, run.values.unknown("unmodelled", { labels: labels.filter((l) => !l.startsWith("type:")) }), run.values);
}

export function holderMethod(run: Run, state: State, holder: { addr: Addr; name: string }, args: CallArgs): Value {
  const known = streamMethod(run, state, holder, args);
  if (known !== undefined) return known;
  const { rest } = state.read(holder.addr);
  if (TAKES.test(holder.name)) return rest ?? run.values.string("");
  const [text] = args.positional;
  // `message.attach_file(path)`
  if (ATTACHES.test(holder.name) && text !== undefined)
    put(run, state, holder.addr, run.values.unknown("file", { labels: contentLabels(text) }));
  if (holder.name === "write" && text !== undefined && isText(rest) && isText(text)) append(run, state, holder.addr, [rest, text]);
  else for (const value of [...args.positional, ...args.keywords.values()]) put(run, state, holder.addr, value);
  return run.values.unknown("local", { labels: deepLabels(state, run.values.ref(holder.addr)) });
}
