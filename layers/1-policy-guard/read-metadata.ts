/** `metadata` is free, but for `agentguard`, which is ours; CWE and OWASP numbers become references. */
import { isMap, isScalar, isSeq } from "yaml";
import { type RuleReader, readChoice, readMap, readTexts, type YamlEntry, type YamlNode } from "../../analysis/rule-file.ts";
import type { RuleAction } from "./rule.ts";

export type Metadata = { readonly action: RuleAction | null; readonly domains: readonly string[]; readonly references: readonly string[] };

export function readMetadata(reader: RuleReader, entry: YamlEntry | undefined): Metadata {
  if (entry === undefined) return { action: null, domains: [], references: [] };
  const fields = readMap(reader, entry.value, "`metadata`", null);
  const references: string[] = [];
  for (const key of ["cwe", "owasp"]) {
    for (const text of texts(reader, fields.get(key)?.value ?? null))
      references.push(...(text.match(/CWE-\d+|ASI\d{2}|LLM\d{2}|A\d{2}:\d{4}/g) ?? []));
  }
  const own = fields.get("agentguard");
  if (own === undefined) return { action: null, domains: [], references };
  const extras = readMap(reader, own.value, "`metadata.agentguard`", ["action", "domains", "controls"]);
  const listed = (key: string): string[] => {
    const value = extras.get(key)?.value;
    return value === undefined ? [] : readTexts(reader, value, `\`${key}\``);
  };
  const action = extras.get("action")?.value;
  return {
    action: action === undefined ? null : readChoice(reader, action, "`action`", ["block", "require_approval", "warn"] as const),
    domains: listed("domains"),
    references: [...new Set([...references, ...listed("controls")])],
  };
}

/** Whatever text other people's metadata holds, however deep. */
function texts(reader: RuleReader, node: YamlNode): string[] {
  const value = reader.resolve(node);
  if (isScalar(value)) return [String(value.value)];
  if (isSeq(value)) return value.items.flatMap((item) => texts(reader, item as YamlNode));
  return isMap(value) ? value.items.flatMap((pair) => texts(reader, pair.value as YamlNode)) : [];
}
