/**
 * What an analysis worker must know: rules, models and recognisers, read and compiled once, in the main thread. They are
 * plain data; as bytes in shared memory every worker, and every later one, takes them without a copy of its own being made.
 */
import { deserialize, serialize } from "node:v8";
import type { ModelTables } from "../../analysis/models.ts";
import type { Recognisers } from "../../analysis/sensitivity.ts";
import type { CompiledRules } from "../../layers/1-policy-guard/rule.ts";

export type Knowledge = {
  readonly policy: Omit<CompiledRules, "parse">;
  readonly models: ModelTables;
  /** Without them nothing has a label. */
  readonly recognisers?: Recognisers;
};

/** Throws when something in it is not plain data. */
export function packKnowledge({ policy: { rules, index }, models, recognisers }: Knowledge): SharedArrayBuffer {
  return toShared(
    serialize({ policy: { rules, index }, models, ...(recognisers === undefined ? {} : { recognisers }) } satisfies Knowledge),
  );
}

export function toShared(bytes: Uint8Array): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(shared).set(bytes);
  return shared;
}

/** INVARIANT 1: throws when there are no rules or no models: nothing may be judged with less than was shipped. */
export function unpackKnowledge(packed: SharedArrayBuffer): Knowledge {
  const knowledge = deserialize(new Uint8Array(packed)) as Knowledge;
  if (knowledge.policy.rules.size === 0) throw new Error("there are no rules");
  const { python, javascript } = knowledge.models;
  if (python.apis.size === 0 || javascript.apis.size === 0) throw new Error("there are no API models");
  return knowledge;
}
