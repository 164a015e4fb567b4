/**
 * What Python's `marshal` wrote: data, and code objects of CPython 3.8 to 3.14, whose names and constants are listed and
 * whose instructions are not read. Formats after CPython's marshal.c and codeobject.c.
 */
import { ByteReader, Unreadable, utf8Of } from "./byte-reader.ts";
import { ByteString, type Pure } from "./pure-value.ts";

export class CodeObject {
  readonly name: string;
  /** Globals, attributes and modules, in the order of their first use. */
  readonly names: readonly string[];
  readonly constants: readonly Marshalled[];

  constructor(name: string, names: readonly string[], constants: readonly Marshalled[]) {
    this.name = name;
    this.names = names;
    this.constants = constants;
  }
}
export type Marshalled = Pure | CodeObject | readonly Marshalled[];

const DEEPEST = 40;
const MOST_VALUES = 20_000;
/** A reference to an object that is read already may stand anywhere; CPython marks such objects with this bit. */
const REFERENCED = 0x80;
/** Magic number, flags, and time with size, or a hash (PEP 552). */
const PYC_HEADER = 16;

type Layout = "3.11" | "3.8";
/** `weight`: how many values it is, each as often as it stands there, so that few bytes do not become many values. */
type Seen = { value: Marshalled; weight: number };
type Reading = { readonly bytes: ByteReader; readonly layout: Layout; readonly seen: Seen[]; left: number };

/** Undefined for what is neither. Of two layouts of code objects only one can fit. */
export function readMarshalled(data: string): Marshalled | undefined {
  for (const layout of ["3.11", "3.8"] as const) {
    try {
      return read({ bytes: new ByteReader(data), layout, seen: [], left: MOST_VALUES }, 0);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
    }
  }
  return undefined;
}

/** The code of a `.pyc` file. */
export function readPyc(data: string): CodeObject | undefined {
  if (!/^[\s\S][\x0d\x0e]\r\n/.test(data)) return undefined;
  const code = readMarshalled(data.slice(PYC_HEADER));
  return code instanceof CodeObject ? code : undefined;
}

function read(reading: Reading, depth: number): Marshalled {
  if (depth > DEEPEST || --reading.left < 0) throw new Unreadable("too much is marshalled");
  const tag = reading.bytes.byte();
  const type = String.fromCharCode(tag & ~REFERENCED);
  if (type === "r") return referenced(reading);
  // The place is taken before what is inside is read.
  const own: Seen | null = (tag & REFERENCED) === 0 ? null : { value: null, weight: 1 };
  if (own !== null) reading.seen.push(own);
  const before = reading.left;
  const value = scalar(reading, type) ?? compound(reading, type, depth);
  if (own !== null) Object.assign(own, { value, weight: 1 + before - reading.left });
  return value;
}

function referenced(reading: Reading): Marshalled {
  const found = reading.seen[reading.bytes.unsigned(4)];
  if (found === undefined) throw new Unreadable("a reference to nothing");
  reading.left -= found.weight;
  if (reading.left < 0) throw new Unreadable("too much is marshalled");
  return found.value;
}

const CONSTANTS: Readonly<Record<string, Pure>> = { T: true, F: false };

/** Null for what has parts, and for None, which `compound` reads. */
function scalar({ bytes }: Reading, type: string): Marshalled | null {
  if (type in CONSTANTS) return CONSTANTS[type] as Pure;
  if (type === "i") return bytes.signed(4);
  if (type === "g") return Buffer.from(bytes.text(8), "latin1").readDoubleLE();
  if (type === "l") return longInteger(bytes);
  if (type === "s") return new ByteString(bytes.text(bytes.unsigned(4)));
  if (type === "u" || type === "t") return utf8Of(bytes.text(bytes.unsigned(4)));
  if (type === "a" || type === "A") return bytes.text(bytes.unsigned(4));
  if (type === "z" || type === "Z") return bytes.text(bytes.byte());
  return null;
}

/** Digits of 15 bits; the sign is that of their number. */
function longInteger(bytes: ByteReader): bigint {
  const count = bytes.signed(4);
  let value = 0n;
  for (let i = 0; i < Math.abs(count); i++) {
    const digit = BigInt(bytes.unsigned(2));
    if (i < 64) value += digit << BigInt(15 * i);
  }
  return count < 0 ? -value : value;
}

function compound(reading: Reading, type: string, depth: number): Marshalled {
  const { bytes } = reading;
  const several = (count: number): Marshalled[] => {
    const items: Marshalled[] = [];
    for (let i = 0; i < count; i++) items.push(read(reading, depth + 1));
    return items;
  };
  switch (type) {
    case "N":
    case ".":
    case "S":
      return null;
    case "y":
      return [bytes.text(16)];
    case ")":
      return several(bytes.byte());
    case "(":
    case "[":
    case "<":
    case ">":
      return several(bytes.unsigned(4));
    case ":":
      return several(3);
    case "{":
      return entries(reading, depth);
    case "c":
      return code(reading, depth);
    default:
      throw new Unreadable("not marshalled");
  }
}

const NULL = "0".charCodeAt(0);

/** Keys and values in turn, up to a null. */
function entries(reading: Reading, depth: number): Marshalled {
  const pairs: Marshalled[] = [];
  while (reading.bytes.peek() !== NULL) pairs.push([read(reading, depth + 1), read(reading, depth + 1)]);
  reading.bytes.byte();
  return pairs;
}

/** As `w_complex_object` writes it: six counts before 3.11, five since. */
function code(reading: Reading, depth: number): CodeObject {
  const { bytes, layout } = reading;
  const next = (): Marshalled => read(reading, depth + 1);
  const isNew = layout === "3.11";
  bytes.text(4 * (isNew ? 5 : 6));
  const instructions = next();
  const constants = next();
  const names = next();
  // 3.11: names of locals, their kinds. Before: locals, free variables, cells.
  for (let i = 0; i < (isNew ? 2 : 3); i++) next();
  const file = next();
  const name = next();
  if (isNew) next();
  bytes.unsigned(4);
  for (let i = 0; i < (isNew ? 2 : 1); i++) next();
  const isCode = instructions instanceof ByteString && typeof file === "string" && typeof name === "string";
  if (!isCode || !Array.isArray(constants) || !isTexts(names)) throw new Unreadable("not a code object");
  return new CodeObject(name, names, constants as readonly Marshalled[]);
}

const isTexts = (value: Marshalled): value is readonly string[] =>
  Array.isArray(value) && value.every((each: unknown) => typeof each === "string");
