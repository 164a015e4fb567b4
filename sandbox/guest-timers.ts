/** Timers and microtasks of the guest: a queue inside the isolate; the host only wakes it. Compiled there: see guest-natives.ts. */
import { bounded, type Natives } from "./guest-natives.ts";

type Timer = {
  readonly id: number;
  due: number;
  readonly every: number | null;
  readonly run: (...given: unknown[]) => void;
  readonly given: unknown[];
  next: Timer | null;
};

/** Live timers at most; a guest that wants more is stopped with an error of its own. */
export type Timers = { first: Timer | null; count: number; lastId: number; fault: { error: unknown } | null };

export function createTimers(): Timers {
  return { first: null, count: 0, lastId: 0, fault: null };
}

function addTimer(n: Natives, timers: Timers, run: unknown, delay: unknown, repeat: boolean, given: unknown[]): number {
  if (typeof run !== "function") throw new n.TypeError("the callback of a timer must be a function");
  if (timers.count >= 10_000) throw new n.Error("too many timers");
  const asked = n.toNumber(delay);
  const wait = asked >= 1 && asked < 2 ** 31 ? n.floor(asked) : 1;
  timers.lastId++;
  timers.count++;
  const timer = { id: timers.lastId, due: n.now() + wait, every: repeat ? wait : null, run: run as () => void, given, next: null };
  insertTimer(timers, timer);
  return timer.id;
}

/** Keeps the list in order of time; equal times in order of creation. */
function insertTimer(timers: Timers, timer: Timer): void {
  if (timers.first === null || timer.due < timers.first.due) {
    timer.next = timers.first;
    timers.first = timer;
    return;
  }
  let at = timers.first;
  while (at.next !== null && at.next.due <= timer.due) at = at.next;
  timer.next = at.next;
  at.next = timer;
}

function removeTimer(timers: Timers, id: unknown): void {
  let before: Timer | null = null;
  for (let at = timers.first; at !== null; before = at, at = at.next) {
    if (at.id !== id) continue;
    if (before === null) timers.first = at.next;
    else before.next = at.next;
    timers.count--;
    return;
  }
}

/** Runs the one timer that is due first; its microtasks run before the host asks again. */
export function fireTimer(n: Natives, timers: Timers): void {
  const timer = timers.first;
  if (timer === null || timer.due > n.now()) return;
  removeTimer(timers, timer.id);
  if (timer.every !== null) {
    timers.count++;
    timer.due = n.now() + timer.every;
    timer.next = null;
    insertTimer(timers, timer);
  }
  guarded(n, timers, timer.run, timer.given);
}

/** An error that nothing catches ends the program, as in node. */
function guarded(n: Natives, timers: Timers, run: (...given: unknown[]) => void, given: unknown[]): void {
  try {
    n.call(run, undefined, ...given);
  } catch (error) {
    if (timers.fault === null) timers.fault = { error };
  }
}

export function installTimers(n: Natives, timers: Timers, define: (name: string, value: unknown) => void): void {
  define("setTimeout", (run: unknown, delay: unknown, ...given: unknown[]) => addTimer(n, timers, run, delay, false, given));
  define("setInterval", (run: unknown, delay: unknown, ...given: unknown[]) => addTimer(n, timers, run, delay, true, given));
  define("setImmediate", (run: unknown, ...given: unknown[]) => addTimer(n, timers, run, 1, false, given));
  for (const name of ["clearTimeout", "clearInterval", "clearImmediate"]) define(name, (id: unknown) => removeTimer(timers, id));
  define("queueMicrotask", (run: unknown) => {
    if (typeof run !== "function") throw new n.TypeError("the callback of queueMicrotask must be a function");
    // an await of a plain value is one microtask, and no patched `then` is asked
    const later = async () => {
      await undefined;
      guarded(n, timers, run as () => void, []);
    };
    later();
  });
}

/** Base64 as in browsers (WHATWG forgiving-base64): text of code units below 256. */
export function encodeBase64(n: Natives, given: unknown): string {
  const text = n.toText(given);
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let out = "";
  for (let i = 0; i < text.length; i += 3) {
    const a = n.call(n.codeAt, text, i);
    const b = n.call(n.codeAt, text, i + 1);
    const c = n.call(n.codeAt, text, i + 2);
    if (a > 255 || b > 255 || c > 255) throw new n.Error("btoa: the text holds characters outside of Latin-1");
    out += letters[a >> 2]! + letters[((a & 3) << 4) | (b >> 4)]!;
    out += (i + 1 < text.length ? letters[((b & 15) << 2) | (c >> 6)]! : "=") + (i + 2 < text.length ? letters[c & 63]! : "=");
  }
  return out;
}

export function decodeBase64(n: Natives, given: unknown): string {
  const text = n.toText(given);
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let out = "";
  let bits = 0;
  let held = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (letter === " " || letter === "\n" || letter === "\t" || letter === "\r" || letter === "\f") continue;
    if (letter === "=" && i >= text.length - 2) continue;
    const value = n.call(n.indexOf, letters, letter);
    if (value < 0) throw new n.Error(`atob: \`${bounded(n, letter, 1)}\` is not a base64 character`);
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += n.charFromCode((held >> bits) & 255);
  }
  if (bits === 6) throw new n.Error("atob: the text is cut off");
  return out;
}

/** What the isolate is given of this file, as text. */
export const TIMER_FUNCTIONS: readonly ((...given: never[]) => unknown)[] = [
  createTimers,
  addTimer,
  insertTimer,
  removeTimer,
  fireTimer,
  guarded,
  installTimers,
  encodeBase64,
  decodeBase64,
];
