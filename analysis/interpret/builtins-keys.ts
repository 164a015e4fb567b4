/** Digests and keys of constants: what they are is known as long as everything that they are made of is; else they show nothing of it. */
import { digested } from "../pure/ciphers.ts";
import { JAVASCRIPT_CODECS } from "../pure/codecs.ts";
import { bufferOf, type Pure, toBytes } from "../pure/pure-value.ts";
import type { State } from "../state.ts";
import { isString, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { fromPure, toPure } from "./purity.ts";
import type { Run } from "./run.ts";

/** Stays with a digest inside the interpreter: which it is, and of what. */
const DIGEST = "type:digest:";
/** Characters of what a key is made of. */
const LONGEST = 400;

const hashUpdate: Builtin = (run, state, { callee, args }) => {
  const [algorithm, before = ""] =
    callee.labels
      .find((l) => l.startsWith(DIGEST))
      ?.slice(DIGEST.length)
      .split(":") ?? [];
  const [data] = args.positional;
  if (algorithm === undefined || !isString(data) || args.positional.length > 1) return undefined;
  const given = bufferOf(toPure(run, state, data) as string).toString("hex");
  return before.length + given.length > LONGEST
    ? undefined
    : run.values.api("crypto.Hash", true, [`${DIGEST}${algorithm}:${before}${given}`]);
};

const hashDigest: Builtin = (run, state, { callee, args }) => {
  const [algorithm, data] =
    callee.labels
      .find((l) => l.startsWith(DIGEST))
      ?.slice(DIGEST.length)
      .split(":") ?? [];
  if (algorithm === undefined || data === undefined || data === "") return undefined;
  const made = digested(algorithm, toBytes(Buffer.from(data, "hex")));
  const [encoding] = args.positional;
  if (made === undefined || encoding === undefined) return made === undefined ? undefined : fromPure(run, state, made, []);
  return isString(encoding) && Buffer.isEncoding(encoding.value)
    ? run.values.string(bufferOf(made).toString(encoding.value as BufferEncoding))
    : undefined;
};

/** Keys that were made, by what they are made of: to make one is slow on purpose. */
const MADE = new Map<string, Pure | undefined>();
const MOST_MADE = 64;
/** One program makes so many keys of constants, and no more. */
const COST = 5_000;

function makeKey(run: Run, state: State, path: string, given: readonly Value[]): Value | undefined {
  const pure = given.map((value) => toPure(run, state, value));
  if (pure.includes(undefined)) return undefined;
  const key = JSON.stringify([path, pure]);
  if (!MADE.has(key)) {
    if (MADE.size >= MOST_MADE) MADE.clear();
    MADE.set(key, JAVASCRIPT_CODECS[path]?.(pure[0], ...pure.slice(1)));
  }
  run.values.work += COST;
  const made = MADE.get(key);
  return made === undefined ? undefined : fromPure(run, state, made, []);
}

export const BUILTINS_KEYS: Readonly<Record<string, Builtin>> = {
  hash_made: (run, _state, { args }) => {
    const [algorithm] = args.positional;
    return isString(algorithm) ? run.values.api("crypto.Hash", true, [`${DIGEST}${algorithm.value}:`]) : undefined;
  },
  hash_update: hashUpdate,
  hash_digest: hashDigest,
  made_key: (run, state, { callee, args }) => makeKey(run, state, callee.path, args.positional),
};
