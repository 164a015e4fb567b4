/** Walks the configuration schema: which keys an object has, and every leaf's dotted path. */
import type { z } from "zod";
import { configSchema } from "./schema.ts";

type AnySchema = z.core.$ZodType;

function unwrap(schema: AnySchema): AnySchema {
  const definition = schema._zod.def as { innerType?: AnySchema; out?: AnySchema; type: string };
  if (definition.innerType !== undefined) return unwrap(definition.innerType);
  if (definition.type === "pipe" && definition.out !== undefined) return unwrap(definition.out);
  return schema;
}

const shapeOf = (schema: AnySchema): Readonly<Record<string, AnySchema>> | null => {
  const definition = unwrap(schema)._zod.def as { type: string; shape?: Record<string, AnySchema> };
  return definition.type === "object" ? (definition.shape ?? null) : null;
};

/** The keys allowed at a path (`[]` is the root), or none when there is no object there. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let schema: AnySchema = configSchema;
  for (const part of path) {
    const definition = unwrap(schema)._zod.def as { type: string; element?: AnySchema };
    const next = definition.type === "array" ? definition.element : shapeOf(schema)?.[String(part)];
    if (next === undefined) return [];
    schema = next;
  }
  return Object.keys(shapeOf(schema) ?? {});
}

export type Leaf = { readonly path: readonly string[]; readonly list: boolean; readonly string: boolean };

/** Every key that holds a value rather than a section, in the order of the schema. */
export function leaves(schema: AnySchema = configSchema, path: readonly string[] = []): readonly Leaf[] {
  const shape = shapeOf(schema);
  if (shape !== null) return Object.entries(shape).flatMap(([key, child]) => leaves(child, [...path, key]));
  const type = (unwrap(schema)._zod.def as { type: string }).type;
  return [{ path, list: type === "array", string: type === "string" }];
}
