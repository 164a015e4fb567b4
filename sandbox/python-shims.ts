/**
 * What the interpreter finds of a browser: text coding, randomness, a clock, and a WebAssembly that closes once it has
 * started. Turned into text and compiled inside the isolate: a function may use only its arguments, the functions of the
 * `python-*.ts` realm files and syntax.
 */

/** What the worker gives the isolate: functions that take and return primitives only. */
export type PythonHost = {
  /** Takes 0 (stdout) or 1 (stderr) and a text. */
  readonly emit: (stream: number, text: string) => void;
  readonly observe: (kind: string, target: string, allowed: boolean) => void;
  /** Hexadecimal text of so many random bytes. */
  readonly random: (bytes: number) => string;
  /** ms, monotonic. */
  readonly now: () => number;
  /** Waits so many ms, or less. */
  readonly sleep: (ms: number) => void;
  /** JSON text of a request and its body, one character for each byte; waits so many ms (negative: as long as the run may). The answer likewise, after a line end. */
  readonly ask: (request: string, body: string, ms: number) => string;
  /** A package of the host's own, one character for each byte; null when it has none of this name. */
  readonly wheel: (file: string) => string | null;
  /** Whether the host's packages hold a library of just these bytes. */
  readonly allows: (library: Uint8Array) => boolean;
};

/** The part of the WebAssembly interface that is used here; the compiler knows it in browsers only. */
type Constructed<T> = { new (...given: unknown[]): T; readonly prototype: T };
type Memory = { readonly buffer: ArrayBuffer; grow(delta: number): number };
type NativeWasm = {
  readonly Module: Constructed<object>;
  readonly Instance: Constructed<object>;
  readonly Memory: Constructed<Memory>;
} & Readonly<Record<"Table" | "Global" | "Tag" | "Exception" | "RuntimeError" | "CompileError", Constructed<object> | undefined>>;

export function createCrypto(host: PythonHost) {
  return {
    getRandomValues(view: ArrayBufferView) {
      const bytes = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
      for (let at = 0; at < bytes.length; at += 1024) {
        const text = host.random(bytes.length - at < 1024 ? bytes.length - at : 1024);
        for (let i = 0; 2 * i < text.length; i++) bytes[at + i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
      }
      return view;
    },
  };
}

/** The bytes that a view or buffer holds. */
function bytesOf(given: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(given)
    ? new Uint8Array(given.buffer as ArrayBuffer, given.byteOffset, given.byteLength)
    : new Uint8Array(given);
}

export function createTextEncoder() {
  function encodeInto(text: string, into: Uint8Array) {
    let written = 0;
    let read = 0;
    for (; read < text.length; read++) {
      let point = text.codePointAt(read)!;
      const rest = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
      if (written + rest >= into.length) break;
      if (rest === 3) read++;
      if (point >= 0xd800 && point < 0xe000) point = 0xfffd;
      into[written++] = rest === 0 ? point : [0, 0xc0, 0xe0, 0xf0][rest]! | (point >> (6 * rest));
      for (let left = rest - 1; left >= 0; left--) into[written++] = 0x80 | ((point >> (6 * left)) & 0x3f);
    }
    return { read, written };
  }
  return class TextEncoder {
    encodeInto(text: string, into: Uint8Array) {
      return encodeInto(text, into);
    }
    encode(text: string) {
      const room = new Uint8Array(text.length * 3);
      return room.slice(0, encodeInto(text, room).written);
    }
  };
}

/** How many bytes at the end begin a character that is not complete: at most 3. */
export function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

/** Text of UTF-8 bytes; anything malformed becomes U+FFFD. */
export function textOfUtf8(bytes: Uint8Array): string {
  let text = "";
  let units: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i++]!;
    const rest = first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
    let point = rest <= 0 ? first : first & (0x3f >> rest);
    let left = rest;
    for (; left > 0 && i < bytes.length && (bytes[i]! & 0xc0) === 0x80; left--) point = (point << 6) | (bytes[i++]! & 0x3f);
    const least = rest === 3 ? 0x10000 : rest === 2 ? 0x800 : 0;
    if (rest < 0 || left > 0 || point < least || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) point = 0xfffd;
    if (point > 0xffff) units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + (point & 0x3ff));
    else units.push(point);
    if (units.length > 4096) {
      text += String.fromCharCode.apply(null, units);
      units = [];
    }
  }
  return text + String.fromCharCode.apply(null, units);
}

export function createTextDecoder() {
  return class TextDecoder {
    readonly #label: string;
    constructor(label = "utf-8") {
      this.#label = label;
    }
    decode(given?: ArrayBuffer | ArrayBufferView) {
      const bytes = given === undefined ? new Uint8Array(0) : bytesOf(given);
      if (this.#label !== "latin1" && this.#label !== "utf-16le") return textOfUtf8(bytes);
      let text = "";
      const step = this.#label === "latin1" ? 1 : 2;
      for (let i = 0; i + step <= bytes.length; i += step) {
        text += String.fromCharCode(step === 1 ? bytes[i]! : bytes[i]! | (bytes[i + 1]! << 8));
      }
      return text;
    }
  };
}

/** 64 KiB pages of the interpreter's memory: at most `pages`, whatever the module itself declares. */
export type MemoryBound = { pages: number };

/**
 * The interpreter's WebAssembly. Compiling is synchronous: nothing in an isolate waits for another thread. `close`
 * takes away what makes new code, and the way from any instance back to the constructors.
 */
export function createWasm(bound: MemoryBound, allows: PythonHost["allows"]) {
  const native = (globalThis as unknown as { WebAssembly: NativeWasm }).WebAssembly;
  const refuse = function refused() {
    throw new Error("WebAssembly is not available in the sandbox");
  } as unknown as never;
  const allowed = allowedWasm(native, allows);
  const tie = (memory: Memory) => {
    const grow = memory.grow;
    const within = (delta: number) => {
      if (memory.buffer.byteLength / 65_536 + delta > bound.pages) throw new RangeError("out of memory");
      return Reflect.apply(grow, memory, [delta]) as number;
    };
    Object.defineProperty(memory, "grow", { value: within, writable: false, configurable: false });
    return memory;
  };
  const offered: Record<string, unknown> = {
    Module: native.Module,
    Instance: native.Instance,
    Table: native.Table,
    Global: native.Global,
    RuntimeError: native.RuntimeError,
    CompileError: native.CompileError,
    Exception: native.Exception,
    Tag: native.Tag,
    Memory: native.Memory,
    compile: async (bytes: object) => new native.Module(bytes),
    instantiate: async (given: object, imports: object) => {
      if (given instanceof native.Module) return new native.Instance(given, imports);
      const module = new native.Module(given);
      const instance = new native.Instance(module, imports) as { exports: Record<string, unknown> };
      for (const made of Object.values(instance.exports)) if (made instanceof native.Memory) tie(made);
      return { module, instance };
    },
  };
  const close = (hasPackages: boolean) => {
    for (const name of ["Module", "Instance", "Table", "Memory", "compile", "instantiate"]) offered[name] = refuse;
    if (hasPackages) Object.assign(offered, allowed);
    for (const made of [native.Module, native.Instance, native.Table, native.Memory, native.Global, native.Tag, native.Exception]) {
      delete (made?.prototype as { constructor?: unknown } | undefined)?.constructor;
    }
  };
  return { offered, close };
}

/**
 * What of WebAssembly stays open where packages may bring libraries: code that the host knows, and modules without code of
 * their own, by which a table gets a function of the interpreter's realm.
 */
export function allowedWasm(native: NativeWasm, allows: PythonHost["allows"]) {
  const made = new WeakSet<object>();
  const { has, add } = WeakSet.prototype;
  const { apply } = Reflect;
  function Module(bytes: Uint8Array): object {
    const own = new Uint8Array(bytes);
    if (!isTrampoline(own) && allows(own) !== true) throw new Error("this library is of no package that the sandbox offers");
    const module = new native.Module(own);
    apply(add, made, [module]);
    return module;
  }
  Object.defineProperty(Module, "prototype", { value: native.Module.prototype, writable: false });
  function Instance(module: object, imports: object): object {
    if (!apply(has, made, [module])) throw new Error("WebAssembly is not available in the sandbox");
    return new native.Instance(module, imports);
  }
  return { Module, Instance };
}

/** A module of one type, one imported function `e.f`, and its export: it has no code. */
export function isTrampoline(bytes: Uint8Array): boolean {
  const start = [0, 97, 115, 109, 1, 0, 0, 0, 1];
  const end = [2, 7, 1, 1, 101, 1, 102, 0, 0, 7, 5, 1, 1, 102, 0, 0];
  const typeBytes = bytes.length - start.length - 1 - end.length;
  if (typeBytes < 1 || typeBytes > 127 || bytes[start.length] !== typeBytes) return false;
  const at = bytes.length - end.length;
  return start.every((byte, i) => bytes[i] === byte) && end.every((byte, i) => bytes[at + i] === byte);
}

/** Text is no longer code in this realm, and what JavaScript guests do not have is not here either. */
export function closeRealm(): void {
  const refuse = function refused() {
    throw new EvalError("code from text is not available in the sandbox");
  };
  // the interpreter calls through what hangs on it
  Object.defineProperty(refuse, "prototype", { value: Function.prototype, writable: false });
  const samples = [() => {}, async () => {}, function* () {}, async function* () {}];
  for (const sample of samples) {
    Object.defineProperty(Object.getPrototypeOf(sample), "constructor", { value: refuse, writable: false, configurable: false });
  }
  for (const name of ["eval", "Function"]) {
    Object.defineProperty(globalThis, name, { value: refuse, writable: false, configurable: false, enumerable: false });
  }
  // V8 lets it be replaced, not deleted
  if ("gc" in globalThis) (globalThis as { gc?: unknown }).gc = undefined;
  for (const name of ["WebAssembly", "SharedArrayBuffer", "Atomics"]) delete (globalThis as Record<string, unknown>)[name];
}

/** What the isolate is given of this file, as text. */
export const SHIM_FUNCTIONS: readonly ((...given: never[]) => unknown)[] = [
  ...[
    createCrypto,
    bytesOf,
    createTextEncoder,
    unfinishedBytes,
    textOfUtf8,
    createTextDecoder,
    createWasm,
    allowedWasm,
    isTrampoline,
    closeRealm,
  ],
];
