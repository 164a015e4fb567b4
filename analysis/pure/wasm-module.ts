/** What a WebAssembly module asks for and offers: its imports and exports (WebAssembly Core Specification 2.0, 5.5). Nothing of it is run. */
import { ByteReader, Unreadable, utf8Of } from "./byte-reader.ts";

export type WasmImport = { readonly module: string; readonly name: string; readonly isFunction: boolean };
export type WasmModule = { readonly imports: readonly WasmImport[]; readonly exports: readonly string[]; readonly starts: boolean };

const MAGIC = "\0asm\u0001\0\0\0";
const IMPORTS = 2;
const EXPORTS = 7;
const START = 8;
/** More are not listed; a module that needs more is one that cannot be read. */
const MOST_NAMES = 2_000;
const MOST_SECTIONS = 1_000;

/** Undefined for what is no module, or one that cannot be read to its end. */
export function readWasm(data: string): WasmModule | undefined {
  if (!data.startsWith(MAGIC)) return undefined;
  try {
    return readSections(new ByteReader(data, MAGIC.length));
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

function readSections(bytes: ByteReader): WasmModule {
  let imports: readonly WasmImport[] = [];
  let exports: readonly string[] = [];
  let starts = false;
  for (let i = 0; !bytes.done; i++) {
    if (i > MOST_SECTIONS) throw new Unreadable("too many sections");
    const id = bytes.byte();
    const section = bytes.part(bytes.leb());
    if (id === IMPORTS) imports = several(section, readImport);
    else if (id === EXPORTS) exports = several(section, readExport);
    else if (id === START) starts = true;
  }
  return { imports, exports, starts };
}

function several<T>(bytes: ByteReader, read: (bytes: ByteReader) => T): T[] {
  const count = bytes.leb();
  if (count > MOST_NAMES) throw new Unreadable("too many names");
  return Array.from({ length: count }, () => read(bytes));
}

const name = (bytes: ByteReader): string => utf8Of(bytes.text(bytes.leb()));

function readImport(bytes: ByteReader): WasmImport {
  const [module, field, kind] = [name(bytes), name(bytes), bytes.byte()];
  if (kind === 0) bytes.leb();
  else if (kind === 1) readTable(bytes);
  else if (kind === 2) readLimits(bytes);
  else if (kind === 3) bytes.text(2);
  else if (kind === 4) readTag(bytes);
  else throw new Unreadable("an import of an unknown kind");
  return { module, name: field, isFunction: kind === 0 };
}

function readTable(bytes: ByteReader): void {
  bytes.byte();
  readLimits(bytes);
}

/** An attribute and a type (exception handling). */
function readTag(bytes: ByteReader): void {
  bytes.byte();
  bytes.leb();
}

/** Bit 0: there is a maximum. */
function readLimits(bytes: ByteReader): void {
  const flags = bytes.byte();
  bytes.leb();
  if ((flags & 1) !== 0) bytes.leb();
}

function readExport(bytes: ByteReader): string {
  const exported = name(bytes);
  bytes.byte();
  bytes.leb();
  return exported;
}
