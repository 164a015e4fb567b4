/**
 * The realm in which the Python interpreter lives, and the few entries through which the worker drives it.
 * INVARIANT: what crosses is primitive; no object of the host's realm or of isolated-vm is reachable from here.
 */
import type { PythonPackage } from "./python-package.ts";
import {
  closeRealm,
  createCrypto,
  createTextDecoder,
  createTextEncoder,
  createWasm,
  type MemoryBound,
  type PythonHost,
  SHIM_FUNCTIONS,
  textOfUtf8,
  unfinishedBytes,
} from "./python-shims.ts";

type Load = (options: object) => Promise<Pyodide>;
type Driver = {
  install(): void;
  begin(host: object): void;
  run(code: string, inputs: string, files: string | undefined, limit: number): string;
};
type Pyodide = {
  runPython(code: string, options?: object): unknown;
  toPy(value: object): unknown;
  makeMemorySnapshot(): Uint8Array;
  _api: { config: { _loadSnapshot: unknown } };
  setStdin(options: object): void;
  setStdout(options: object): void;
  setStderr(options: object): void;
};
type Bytes = { wasm: Uint8Array; standardLibrary: Uint8Array; snapshot: Uint8Array | undefined };
/** `silent`: the package's own messages go nowhere; `dying`: it has met a fatal error, and what it says is kept. */
type Voice = { silent: boolean; dying: boolean; words: string };
type Environment = {
  readonly host: PythonHost;
  readonly bytes: Bytes;
  readonly bound: MemoryBound;
  readonly voice: Voice;
  readonly lock: string;
};

/** What the worker holds references to. Throws only what the interpreter itself dies of. */
export type PythonEntries = {
  /** Starts the interpreter; all of it happens before this returns. */
  readonly start: () => void;
  /** Null: it runs; otherwise why it does not. */
  readonly fault: () => string | null;
  /** Without a snapshot: loads the driver, and the modules that the snapshot is to hold. */
  readonly install: (driver: string) => void;
  readonly snapshot: () => Uint8Array;
  /** After it nothing in the realm can make code from bytes or text. */
  readonly begin: () => void;
  /** JSON text of the driver's answer; null when it is longer than `longest` UTF-16 units. */
  readonly run: (code: string, inputs: string, files: string | null, limit: number, longest: number) => string | null;
  /** What the interpreter said while it died; else empty. */
  readonly lastWords: () => string;
  /** From here on the memory grows to so many pages at most. */
  readonly limit: (pages: number) => void;
};

/** The names that the package's scripts look up, and nothing else that is not JavaScript itself. */
function createNames({ host, bytes, bound, voice, lock }: Environment) {
  const wasm = createWasm(bound);
  const say = (stream: number) => (value: unknown) => {
    if (voice.silent) voice.dying = true;
    else host.emit(stream, `${String(value)}\n`);
  };
  const TextDecoder = createTextDecoder();
  const absent = () => {
    throw new Error("not available in the sandbox");
  };
  const names = {
    WebAssembly: wasm.offered,
    crypto: createCrypto(host),
    performance: { now: () => host.now() },
    console: { log: say(0), info: say(0), debug: say(0), trace: say(1), warn: say(1), error: say(1) },
    TextEncoder: createTextEncoder(),
    TextDecoder,
    // nothing waits here: the event loop of a program is the driver's, in Python
    setTimeout: () => 0,
    clearTimeout: () => {},
    AbortController: class {
      signal = { addEventListener: () => {} };
    },
    AbortSignal: class {},
    URL: class {
      constructor() {
        absent();
      }
    },
    fetch: undefined,
    location: undefined,
    process: undefined,
    require: undefined,
    loadModule: async () => absent(),
    // the package's way to read files in a bare engine
    read: () => lock,
    load: () => {},
    readbuffer: (path: string) => (path.endsWith(".zip") ? bytes.standardLibrary : bytes.wasm),
  };
  return { names, close: wasm.close, forInterpreter: { WorkerGlobalScope: class {}, TextDecoder } };
}

function streamWriter({ host, voice }: Environment, stream: number) {
  let held = new Uint8Array(0);
  return {
    isatty: false,
    write(given: Uint8Array) {
      const bytes = new Uint8Array(held.length + given.length);
      bytes.set(held);
      bytes.set(given, held.length);
      const complete = bytes.length - unfinishedBytes(bytes);
      held = bytes.slice(complete);
      const text = textOfUtf8(bytes.subarray(0, complete));
      if (!voice.dying) host.emit(stream, text);
      else if (voice.words.length < 4096) voice.words += text;
      return given.length;
    },
  };
}

function loadOptions({ bytes, lock }: Environment, create: unknown) {
  return {
    indexURL: "/package/",
    packageBaseUrl: "/package/",
    lockFileContents: lock,
    createPyodideModule: create,
    jsglobals: {},
    enableRunUntilComplete: false,
    env: { HOME: "/home/user", LANG: "C.UTF-8", PYTHONINSPECT: "1" },
    _makeSnapshot: bytes.snapshot === undefined,
    _loadSnapshot: bytes.snapshot,
  };
}

function createEntries(environment: Environment, create: unknown, load: Load, close: () => void): PythonEntries {
  const { host, bound, bytes, voice } = environment;
  let python: Pyodide | null = null;
  let driver: Driver | null = null;
  let fault: string | null = "it did not start";
  const find = () => python!.runPython("import sys; sys.modules['_sandbox_driver']") as Driver;
  return {
    start: () => {
      load(loadOptions(environment, create)).then(
        (loaded) => {
          python = loaded;
          fault = null;
        },
        (error) => {
          fault = String((error as Error)?.stack ?? error);
        },
      );
    },
    fault: () => fault,
    install: (source) => {
      const names = python!.toPy({ source });
      python!.runPython(
        `import sys, types
module = types.ModuleType("_sandbox_driver")
module.__file__ = "sandbox/python-driver.py"
sys.modules[module.__name__] = module
exec(compile(source, module.__file__, "exec"), module.__dict__)
module.install()`,
        { globals: names },
      );
    },
    snapshot: () => python!.makeMemorySnapshot(),
    begin: () => {
      const collect = (globalThis as { gc?: () => void }).gc;
      bytes.wasm = bytes.standardLibrary = new Uint8Array(0);
      bytes.snapshot = python!._api.config._loadSnapshot = undefined;
      python!.setStdin({ stdin: () => null });
      python!.setStdout(streamWriter(environment, 0));
      python!.setStderr(streamWriter(environment, 1));
      driver = find();
      driver.begin({
        observe: (kind: unknown, target: unknown, allowed: unknown) => host.observe(String(kind), String(target), allowed === true),
        sleep: (ms: unknown) => host.sleep(Number(ms)),
      });
      close();
      closeRealm();
      // a program of our own, so that the guest does not pay for the first use of everything
      driver.run("1", "null", undefined, 1);
      voice.silent = true;
      collect?.();
    },
    lastWords: () => voice.words,
    limit: (pages) => {
      bound.pages = pages;
    },
    run: (code, inputs, files, limit, longest) => {
      const answer = String(driver!.run(code, inputs, files ?? undefined, limit));
      return answer.length > longest ? null : answer;
    },
  };
}

const FUNCTIONS = [...SHIM_FUNCTIONS, createNames, streamWriter, loadOptions, createEntries];

/** Text of a function of host, bytes and lock that returns the entries. */
export function pythonRealmSource({ interpreter, loader, loadName }: PythonPackage): string {
  return `(function (emit, observe, random, now, sleep, wasm, standardLibrary, snapshot, lock, pages) {
"use strict";
${FUNCTIONS.map(String).join("\n")}
const environment = { host: { emit, observe, random, now, sleep }, bytes: { wasm, standardLibrary, snapshot }, bound: { pages },
  voice: { silent: false, dying: false, words: "" }, lock };
const { names, close, forInterpreter } = createNames(environment);
const { WebAssembly, crypto, performance, console, TextEncoder, TextDecoder, setTimeout, clearTimeout, AbortController, AbortSignal, URL,
  fetch, location, process, require, loadModule, read, load, readbuffer } = names;
const create = (function (globalThis) {
${interpreter}
return _createPyodideModule; })(forInterpreter);
const loadPyodide = (function () {
${loader}
return ${loadName}; })();
return createEntries(environment, create, loadPyodide, close);
})`;
}

/** File name of the realm's own frames. */
export const PYTHON_REALM_FILE = "sandbox:python";
