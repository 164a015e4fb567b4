/**
 * The realm in which the Python interpreter lives, and the few entries through which the worker drives it.
 * INVARIANT: what crosses is primitive; no object of the host's realm or of isolated-vm is reachable from here.
 */
import { eagerly } from "./eager-functions.ts";
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
  begin(packages: string, host: object): void;
  run(code: string, inputs: string, files: string | undefined, limit: number, network: boolean): string;
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

/** `inputs` and `files` are JSON text; null where the run has no files. */
export type PythonProgram = {
  readonly code: string;
  readonly inputs: string;
  readonly files: string | null;
  readonly network: boolean;
};

/** What the worker holds references to. Throws only what the interpreter itself dies of. */
export type PythonEntries = {
  /** Starts the interpreter; all of it happens before this returns. */
  readonly start: () => void;
  /** Null: it runs; otherwise why it does not. */
  readonly fault: () => string | null;
  /** Without a snapshot: loads a module that programs run beside. */
  readonly load: (name: string, file: string, source: string) => void;
  /** Without a snapshot, the driver loaded: loads the modules that the snapshot is to hold. */
  readonly install: () => void;
  readonly snapshot: () => Uint8Array;
  /** After it nothing in the realm can make code from bytes or text but libraries of the packages: JSON text, module -> wheels. */
  readonly begin: (packages: string) => void;
  /** JSON text of the driver's answer; null when it is longer than `longest` UTF-16 units. */
  readonly run: (program: string, limit: number, longest: number) => string | null;
  /** What the interpreter said while it died; else empty. */
  readonly lastWords: () => string;
  /** From here on the memory grows to so many pages at most. */
  readonly limit: (pages: number) => void;
};

/** The names that the package's scripts look up, and nothing else that is not JavaScript itself. */
function createNames({ host, bytes, bound, voice, lock }: Environment) {
  const wasm = createWasm(bound, host.allows);
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

/** What most programs do, and a program that fails. */
function warmUps(): string[] {
  return [
    "import json, math\ndef total(rows):\n  return sum(n * 2 for n in rows)\nprint(json.dumps(inputs))\n{'n': [total(inputs['rows']), 1.5]}",
    "1 / 0",
  ];
}

function createEntries(environment: Environment, create: unknown, load: Load, close: (hasPackages: boolean) => void): PythonEntries {
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
    load: (name, file, source) => {
      const names = python!.toPy({ name, file, source });
      python!.runPython(
        `import sys, types
module = types.ModuleType(name)
module.__file__ = file
sys.modules[name] = module
exec(compile(source, file, "exec"), module.__dict__)`,
        { globals: names },
      );
    },
    install: () => find().install(),
    snapshot: () => python!.makeMemorySnapshot(),
    begin: (packages) => {
      const collect = (globalThis as { gc?: () => void }).gc;
      bytes.wasm = bytes.standardLibrary = new Uint8Array(0);
      bytes.snapshot = python!._api.config._loadSnapshot = undefined;
      python!.setStdin({ stdin: () => null });
      python!.setStdout(streamWriter(environment, 0));
      python!.setStderr(streamWriter(environment, 1));
      driver = find();
      driver.begin(packages, {
        observe: (kind: unknown, target: unknown, allowed: unknown) => host.observe(String(kind), String(target), allowed === true),
        sleep: (ms: unknown) => host.sleep(Number(ms)),
        ask: (request: unknown, body: unknown, ms: unknown) => host.ask(String(request), String(body), Number(ms)),
        wheel: (file: unknown) => host.wheel(String(file)) ?? undefined,
      });
      close(packages !== "{}");
      closeRealm();
      // programs of our own, so that the guest does not pay for the first use of everything
      for (const program of warmUps()) driver.run(program, '{"rows": [1, 2]}', "{}", 1000, false);
      voice.silent = true;
      collect?.();
    },
    lastWords: () => voice.words,
    limit: (pages) => {
      bound.pages = pages;
    },
    run: (program, limit, longest) => {
      const { code, inputs, files, network } = JSON.parse(program) as PythonProgram;
      const answer = String(driver!.run(code, inputs, files ?? undefined, limit, network));
      return answer.length > longest ? null : answer;
    },
  };
}

const FUNCTIONS = [...SHIM_FUNCTIONS, createNames, streamWriter, loadOptions, warmUps, createEntries];

/** Text of a function of host, bytes and lock that returns the entries. */
export function pythonRealmSource({ interpreter, loader, loadName }: PythonPackage): string {
  return `(function (emit, observe, random, now, sleep, ask, wheel, allows, wasm, standardLibrary, snapshot, lock, pages) {
"use strict";
${eagerly(FUNCTIONS)}
const environment = { host: { emit, observe, random, now, sleep, ask, wheel, allows }, bytes: { wasm, standardLibrary, snapshot }, bound: { pages },
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
