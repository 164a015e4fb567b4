/** The two files of `rules/invariants` that hold no invariants: words and groups, and the postures. */
import { TARGET_CLASSES, type TargetClass } from "../../analysis/effects.ts";
import { fail, offsetOf, type RuleReader, readChoice, readMap, readText, readTexts, type YamlEntry } from "../../analysis/rule-file.ts";
import { CHECK_LISTS } from "./guard-checks.ts";
import { ENTRY_ACTIONS, type InvariantSet, POSTURES, type Posture, type PostureName, type Vocabulary } from "./invariant.ts";

/** `words` and `groups`; of the shipped file every list that checks need must be there. */
export function readVocabulary(reader: RuleReader): Vocabulary {
  const top = readMap(reader, reader.root, "the vocabulary", ["words", "groups"]);
  const words: Record<string, readonly string[]> = {};
  for (const [name, { value }] of entries(reader, top.get("words"), "`words`"))
    words[name] = readTexts(reader, value, `\`${name}\``).flatMap((text) => text.split(/\s+/).filter((word) => word !== ""));
  const groups: Record<string, readonly TargetClass[]> = {};
  for (const [name, { value }] of entries(reader, top.get("groups"), "`groups`")) groups[name] = readClasses(reader, value, name);
  const missing = CHECK_LISTS.filter((name) => words[name] === undefined);
  if (missing.length > 0) fail(reader, offsetOf(reader.root), `\`words\` lacks ${missing.join(", ")}`);
  return { words, groups };
}

function entries(reader: RuleReader, entry: YamlEntry | undefined, what: string): ReadonlyMap<string, YamlEntry> {
  return readMap(reader, entry?.value ?? null, what, null);
}

function readClasses(reader: RuleReader, value: YamlEntry["value"], name: string): TargetClass[] {
  return readTexts(reader, value, `\`${name}\``).filter((text): text is TargetClass => {
    const isClass = (TARGET_CLASSES as readonly string[]).includes(text);
    if (!isClass) fail(reader, offsetOf(value), `\`${text}\` is no target class`);
    return isClass;
  });
}

export function readPostures(reader: RuleReader): Pick<InvariantSet, "postures" | "rows"> {
  const top = readMap(reader, reader.root, "the postures", ["postures", "rows"]);
  const found = readMap(reader, top.get("postures")?.value ?? null, "`postures`", POSTURES);
  const postures = {} as Record<PostureName, Posture>;
  for (const name of POSTURES) {
    const entry = found.get(name);
    if (entry === undefined) fail(reader, offsetOf(reader.root), `\`postures\` lacks \`${name}\``);
    else postures[name] = readPosture(reader, entry);
  }
  const rows = [...entries(reader, top.get("rows"), "`rows`")].map(([name, { value }]) => ({
    name,
    passes: readText(reader, value, `\`${name}\``) ?? "",
  }));
  return { postures, rows };
}

function readPosture(reader: RuleReader, { value }: YamlEntry): Posture {
  const keys = ["explanation", "pass", "require_approval", "block"] as const;
  const found = readMap(reader, value, "a posture", keys);
  const missing = keys.filter((key) => !found.has(key));
  if (missing.length > 0) fail(reader, offsetOf(value), `a posture lacks ${missing.join(", ")}`);
  const action = (key: (typeof keys)[number]) => readChoice(reader, found.get(key)?.value ?? null, `\`${key}\``, ENTRY_ACTIONS) ?? "block";
  const explanation = readText(reader, found.get("explanation")?.value ?? null, "`explanation`") ?? "";
  return { explanation, pass: action("pass"), require_approval: action("require_approval"), block: action("block") };
}
