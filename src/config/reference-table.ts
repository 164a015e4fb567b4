/** Every key with type, default and meaning, as a Markdown table for the documentation. */
import { configJsonSchema, type JsonSchema } from "./json-schema.ts";
import { leaves } from "./schema-paths.ts";

export function referenceTable(): string {
  const schema = configJsonSchema();
  const rows = leaves().map(({ path }) => {
    const found = path.reduce<JsonSchema>((at, key) => at.properties?.[key] ?? {}, schema);
    const cells = [`\`${path.join(".")}\``, typeOf(found), defaultOf(found), String(found.description ?? "")];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return ["| key | type | default | |", "|---|---|---|---|", ...rows, ""].join("\n");
}

function typeOf({ type, enum: values, anyOf, items }: JsonSchema): string {
  if (Array.isArray(values)) return `one of ${shown(values)}`;
  if (Array.isArray(anyOf))
    return [...new Set((anyOf as readonly JsonSchema[]).filter((each) => each.type !== "null").map(typeOf))].join(" or ");
  const names = [type].flat().filter((name) => name !== "null" && name !== undefined);
  return names[0] === "array" ? `list of ${items === undefined ? "values" : typeOf(items)}s` : names.join(" or ") || "text";
}

function defaultOf({ default: value }: JsonSchema): string {
  if (value === undefined || value === null) return "";
  return Array.isArray(value) ? shown(value) || "none" : `\`${String(value)}\``;
}

const shown = (values: readonly unknown[]): string =>
  values
    .filter((value) => value !== null)
    .map((value) => `\`${String(value)}\``)
    .join(", ");
