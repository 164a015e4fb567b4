/** openapi.yaml as tests read it, and fast-check arbitraries for what its schemas allow. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { fc } from "../properties.ts";

export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
};
type Examples = Readonly<Record<string, { readonly $ref?: string; readonly value?: unknown }>>;
type Content = Readonly<Record<string, { readonly schema: Schema; readonly examples?: Examples }>>;
export type Parameter = {
  readonly $ref?: string;
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
};
export type Operation = {
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: Content }>>;
};
export type Listed = { readonly path: string; readonly method: string; readonly operation: Operation };

const document = parse(readFileSync(new URL("../../openapi.yaml", import.meta.url), "utf8"), { merge: true }) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

export const OPERATIONS: readonly Listed[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

/** What a reference leads to, or the thing itself. */
export function resolve<T extends { readonly $ref?: string }>(thing: T): T {
  if (thing.$ref === undefined) return thing;
  const found = thing.$ref
    .slice(2)
    .split("/")
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document);
  return resolve(found as T);
}

export function examplesOf(content: Content | undefined): readonly (readonly [name: string, value: unknown])[] {
  const media = Object.values(content ?? {})[0];
  return Object.entries(media?.examples ?? {}).map(([name, example]) => [name, resolve(example).value] as const);
}

/** Values that the schema allows. Texts that no pattern binds are often programs or other telling ones. */
export function valid(given: Schema): fc.Arbitrary<unknown> {
  const schema = resolve(given);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const types = [schema.type ?? "any"].flat();
  return fc.oneof(...types.map((type) => ofType(schema, type)));
}

const TELLING = [
  "x = 1",
  "account.balance -= 1",
  "def f(:",
  "cursor.execute('DROP TABLE users')",
  "1 + 1",
  "__proto__",
  "2026-01-01T00:00:00Z",
];

function ofType(schema: Schema, type: string): fc.Arbitrary<unknown> {
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 100_000 });
    case "number":
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
    case "string":
      return text(schema);
    case "array":
      return fc.array(valid(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 3, 3) });
    case "object":
      return object(schema);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function text({ pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  const bounds = { minLength, maxLength: Math.min(maxLength, 40) };
  const telling = TELLING.filter((each) => each.length >= minLength && each.length <= maxLength);
  return fc.oneof(fc.constantFrom(...telling), fc.string(bounds), fc.string({ unit: "binary", ...bounds }));
}

function object({ properties = {}, required = [], additionalProperties }: Schema): fc.Arbitrary<unknown> {
  const known = fc.record(Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valid(schema)])), {
    requiredKeys: [...required],
  });
  if (additionalProperties === false || additionalProperties === undefined) return known;
  const value = additionalProperties === true ? fc.jsonValue({ maxDepth: 1 }) : valid(additionalProperties);
  return fc.tuple(known, fc.dictionary(fc.string({ maxLength: 10 }), value, { maxKeys: 3 })).map(([a, b]) => ({ ...b, ...a }));
}

/** Mostly what the schema allows, else with one member wrong, missing or too much, or something else altogether. */
export function nearlyValid(given: Schema): fc.Arbitrary<unknown> {
  const good = valid(given);
  const junk = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom("", -1, 1e308, [], {}, "\ud800", "\u0000", "9".repeat(400)));
  const spoilt = fc.tuple(good, fc.nat(20), junk, fc.boolean()).map(([value, index, other, remove]) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return other;
    const names = [...Object.keys(value), "unknown_field"];
    const { [names[index % names.length]!]: dropped, ...rest } = value as Record<string, unknown>;
    return remove ? rest : { ...rest, [names[index % names.length]!]: other ?? dropped };
  });
  return fc.oneof({ weight: 6, arbitrary: good }, { weight: 3, arbitrary: spoilt }, { weight: 1, arbitrary: junk });
}
