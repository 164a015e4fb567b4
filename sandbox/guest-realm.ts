/**
 * The realm a guest runs in: what is taken away, what is put in, and the few entries through which the worker drives it.
 * `GUEST_SOURCE` is the text that is compiled in every fresh isolate.
 */
import { CONSOLE_FUNCTIONS, createConsole, type Emit } from "./guest-console.ts";
import { type Ask, createRequests, deliverAnswer, FETCH_FUNCTIONS, installFetch, type Requests } from "./guest-fetch.ts";
import { bounded, captureNatives, errorText, NATIVE_FUNCTIONS, type Natives } from "./guest-natives.ts";
import { outputsText, plainProperty, RESULT_FUNCTIONS, resultText } from "./guest-result.ts";
import { installText, TEXT_FUNCTIONS } from "./guest-text.ts";
import { createTimers, decodeBase64, encodeBase64, fireTimer, installTimers, TIMER_FUNCTIONS, type Timers } from "./guest-timers.ts";

/** Takes the kind and target of something the guest tried and was refused. */
type Observe = (kind: string, target: string) => void;

type State = { phase: "running" | "ok" | "error"; value: unknown; error: unknown; outputs: Record<string, unknown> };

/** What the worker holds references to. Every argument and return value is a primitive, `start`'s function excepted. */
export type GuestEntries = {
  /** Binds `inputs`, and `files` and `outputs` when there is file text; before any guest code. */
  readonly prepare: (inputs: string, files: string | null) => void;
  readonly start: (program: (load: unknown) => Promise<unknown>) => void;
  readonly fire: () => void;
  /** The host's answer to one `fetch`: its number, JSON text, and the body, one character for each byte. */
  readonly deliver: (id: number, head: string, body: string) => void;
  /** -1: ended; -2: waits for what can never come; -3: waits for the host; otherwise ms until the next timer. */
  readonly wait: () => number;
  /** JSON text of the result; null after an error, whose text `failure` has. Throws nothing. */
  readonly result: () => string | null;
  readonly failure: () => string | null;
  /** JSON text of `outputs`, at most `limit` UTF-16 units. */
  readonly outputs: (limit: number) => string;
};

function createRealm(emit: Emit, observe: Observe, ask: Ask): GuestEntries {
  const n = captureNatives();
  const timers = createTimers();
  const requests = createRequests(n);
  const state: State = { phase: "running", value: undefined, error: undefined, outputs: {} };
  const define = (name: string, value: unknown) =>
    n.define(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  const load = removeAndRefuse(n, define, observe);
  define("console", createConsole(n, emit));
  define("btoa", (text: unknown) => encodeBase64(n, text));
  define("atob", (text: unknown) => decodeBase64(n, text));
  installTimers(n, timers, define);
  installFetch(n, requests, ask, define);
  installText(n, define);
  return {
    prepare: (inputs, files) => bindInputs(n, state, inputs, files),
    start: (program) => startProgram(state, program, load),
    fire: () => fireTimer(n, timers),
    deliver: (id, head, body) => deliverAnswer(n, requests, id, head, body),
    wait: () => nextWait(n, state, timers, requests),
    ...closingEntries(n, state, timers),
  };
}

/** Shared memory and WebAssembly go; module loading answers with a clear refusal, which is observed. */
function removeAndRefuse(n: Natives, define: (name: string, value: unknown) => void, observe: Observe): (name: unknown) => Promise<never> {
  for (const name of ["WebAssembly", "SharedArrayBuffer", "Atomics"]) delete (globalThis as Record<string, unknown>)[name];
  const refuse = (name: unknown) => {
    const target = bounded(n, n.toText(name), 200);
    observe("import", target);
    return new n.Error(`module \`${target}\` is not available in the sandbox`);
  };
  define("require", (name: unknown) => {
    throw refuse(name);
  });
  const module = { exports: {} };
  define("module", module);
  define("exports", module.exports);
  return async (name) => {
    throw refuse(name);
  };
}

export function bindInputs(n: Natives, state: Pick<State, "outputs">, inputs: string, files: string | null): void {
  const fixed = (name: string, value: unknown) =>
    n.define(globalThis, name, { value, writable: false, configurable: false, enumerable: true });
  const freezeDeep = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const names = n.keys(value);
    for (let i = 0; i < names.length; i++) freezeDeep((value as Record<string, unknown>)[names[i]!]);
    return n.freeze(value);
  };
  fixed("inputs", freezeDeep(n.parse(inputs)));
  if (files === null) return;
  const given = n.create(null) as Record<string, string>;
  const parsed = n.parse(files) as Record<string, string>;
  const names = n.keys(parsed);
  for (let i = 0; i < names.length; i++) n.define(given, names[i]!, plainProperty(parsed[names[i]!]));
  fixed("files", n.freeze(given));
  fixed("outputs", state.outputs);
  fixed("readFile", (name: unknown) => {
    const text = given[n.toText(name)];
    if (text === undefined) throw new n.Error(`no file \`${bounded(n, n.toText(name), 200)}\``);
    return text;
  });
}

function startProgram(state: State, program: (load: unknown) => Promise<unknown>, load: unknown): void {
  const drive = async () => {
    try {
      state.value = await program(load);
      state.phase = "ok";
    } catch (error) {
      state.error = error;
      state.phase = "error";
    }
  };
  drive();
}

function nextWait(n: Natives, state: State, timers: Timers, requests: Requests): number {
  if (state.phase === "error" || timers.fault !== null) return -1;
  if (timers.first === null && requests.waiting > 0) return -3;
  if (timers.first === null) return state.phase === "ok" ? -1 : -2;
  const wait = timers.first.due - n.now();
  return wait > 0 ? wait : 0;
}

function closingEntries(n: Natives, state: State, timers: Timers): Pick<GuestEntries, "result" | "failure" | "outputs"> {
  const fail = (error: unknown) => {
    state.phase = "error";
    state.error = error;
    return null;
  };
  return {
    result: () => {
      if (timers.fault !== null) return fail(timers.fault.error);
      if (state.phase === "error") return null;
      if (state.phase === "running") return fail(new n.Error("the program waits for a promise that nothing settles"));
      try {
        return resultText(n, state.value);
      } catch (error) {
        return fail(error);
      }
    },
    failure: () => (state.phase === "error" ? errorText(n, state.error) : null),
    outputs: (limit) => {
      try {
        return outputsText(n, state.outputs, limit);
      } catch (error) {
        fail(error);
        return "{}";
      }
    },
  };
}

const FUNCTIONS = [
  ...[...NATIVE_FUNCTIONS, ...RESULT_FUNCTIONS, ...TIMER_FUNCTIONS, ...TEXT_FUNCTIONS, ...CONSOLE_FUNCTIONS, ...FETCH_FUNCTIONS],
  ...[createRealm, removeAndRefuse, bindInputs, startProgram, nextWait, closingEntries],
];

/** A function of emit, observe and ask that returns the entries. Strict, so that no stack frame shows its functions; no name of it is global. */
export const GUEST_SOURCE = `(function (emit, observe, ask) {\n"use strict";\n${FUNCTIONS.join("\n")}\nreturn createRealm(emit, observe, ask);\n})`;

/** File name of the realm's own frames, which are taken out of the guest's stack traces. */
export const REALM_FILE = "sandbox:realm";
