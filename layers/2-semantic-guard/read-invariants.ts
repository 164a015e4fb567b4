/** One YAML file of invariants: `invariants:` or, of what ships, `table:`. Whatever is wrong is reported with its place. */
import { EFFECT_KINDS, type EffectKind, TARGET_CLASSES, type TargetClass } from "../../analysis/effects.ts";
import {
  fail,
  offsetOf,
  type RuleReader,
  readChoice,
  readList,
  readMap,
  readText,
  readTexts,
  suggestion,
  textsUnder,
  textUnder,
  type YamlEntry,
  type YamlNode,
} from "../../analysis/rule-file.ts";
import { offsetInScalar } from "../../analysis/scalar-offset.ts";
import { type ComplianceFramework, REASON_CODES, type ReasonCode, type Severity } from "../model.ts";
import type { Conditions, Scope } from "./conditions.ts";
import { type Binding, type Demand, ENTRY_ACTIONS, type Invariant, type Statement, type Vocabulary } from "./invariant.ts";

export type Reading = { readonly reader: RuleReader; readonly vocabulary: Vocabulary; readonly conditions: Conditions };

const STATEMENT_KEYS = ["when", "action", "severity", "message", "references", "impact"] as const;
const KEYS = [
  ...["id", "explanation", "row", "cell", "effects", "classes", "labels", "flags", "let", "demands", "cases", "reason_code", "breaks"],
  ...STATEMENT_KEYS,
];
const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const satisfies readonly Severity[];
const FRAMEWORKS = ["pii", "pci", "hipaa", "soc2", "iso27001"] as const satisfies readonly ComplianceFramework[];
/** `{name}` in a message. */
const HOLE = /\{(\w+)\}/g;

type Entries = ReadonlyMap<string, YamlEntry>;

/** Every invariant of the file, in its order; those that hold a fault are left out, and the fault is in the reader. */
export function readInvariants(reading: Reading, shipped: boolean): Invariant[] {
  const { reader } = reading;
  if (reader.root === null) return [];
  const top = readMap(reader, reader.root, "a file of invariants", shipped ? ["invariants", "table"] : ["invariants"]);
  return (["invariants", "table"] as const).flatMap((key) => {
    const entry = top.get(key);
    return entry === undefined ? [] : readList(reader, entry.value, `\`${key}\``).flatMap((node) => one(reading, node, key === "table"));
  });
}

function one(reading: Reading, node: YamlNode, inTable: boolean): Invariant[] {
  const { reader } = reading;
  const faults = reader.errors.length;
  const entries = readMap(reader, node, "an invariant", KEYS);
  for (const key of ["id", "effects", ...(inTable ? ["row", "cell"] : ["explanation"])])
    if (!entries.has(key)) fail(reader, offsetOf(node), `an invariant lacks \`${key}\``);
  const bindings = readBindings(reading, entries.get("let"));
  const scope: Scope = { let: bindings, guard: false };
  const row = textUnder(reader, entries, "row");
  const invariant: Invariant = {
    id: readId(reader, entries.get("id")),
    path: reader.file.path,
    text: textOf(reader, node),
    explanation: textUnder(reader, entries, "explanation"),
    cell: row === null ? null : { row, text: textUnder(reader, entries, "cell") ?? "" },
    inTable,
    effects: readKinds(reader, entries.get("effects")),
    classes: readClasses(reading, entries.get("classes")),
    labels: textsUnder(reader, entries, "labels"),
    flags: textsUnder(reader, entries, "flags"),
    let: bindings,
    when: condition(reading, entries.get("when"), { ...scope, types: ["bool"] }),
    demands: readDemands(reading, entries.get("demands"), bindings),
    statements: readStatements(reading, { node, entries, inTable, scope }),
    reasonCode: readReason(reader, entries.get("reason_code")),
    breaks: readBreaks(reader, entries),
  };
  return reader.errors.length > faults ? [] : [invariant];
}

/** The entry as it is written, its indentation taken away. */
function textOf(reader: RuleReader, node: YamlNode): string {
  const [start, end] = reader.resolve(node)?.range ?? [0, 0];
  const indent = start - (reader.file.text.lastIndexOf("\n", start) + 1);
  return reader.file.text
    .slice(start, end)
    .replaceAll(`\n${" ".repeat(indent)}`, "\n")
    .trimEnd();
}

function readId(reader: RuleReader, entry: YamlEntry | undefined): string {
  if (entry === undefined) return "";
  const id = readText(reader, entry.value, "`id`") ?? "";
  if (id !== "" && !/^[a-z0-9-]+\.[a-z0-9-]+$/.test(id))
    fail(reader, offsetOf(entry.value), `\`${id}\` is no id; expected <domain>.<name>`);
  return id;
}

function readKinds(reader: RuleReader, entry: YamlEntry | undefined): EffectKind[] {
  const kinds = Object.keys(EFFECT_KINDS);
  if (entry === undefined) return [];
  const named = readTexts(reader, entry.value, "`effects`");
  for (const kind of named)
    if (!kinds.includes(kind)) fail(reader, offsetOf(entry.value), `\`${kind}\` is no kind of effect${suggestion(kind, kinds)}`);
  if (named.length === 0) fail(reader, entry.at, "`effects` names no kind of effect");
  return named as EffectKind[];
}

function readClasses({ reader, vocabulary: { groups } }: Reading, entry: YamlEntry | undefined): TargetClass[] {
  if (entry === undefined) return [];
  const known = [...TARGET_CLASSES, ...Object.keys(groups)];
  return readTexts(reader, entry.value, "`classes`").flatMap((name) => {
    if (!known.includes(name)) fail(reader, offsetOf(entry.value), `\`${name}\` is no target class or group${suggestion(name, known)}`);
    return groups[name] ?? [name as TargetClass];
  });
}

function readReason(reader: RuleReader, entry: YamlEntry | undefined): ReasonCode | null {
  return entry === undefined ? null : readChoice(reader, entry.value, "`reason_code`", REASON_CODES);
}

function readBreaks(reader: RuleReader, entries: Entries): ComplianceFramework[] {
  const entry = entries.get("breaks");
  if (entry === undefined) return [];
  return readList(reader, entry.value, "`breaks`").flatMap((node) => readChoice(reader, node, "`breaks`", FRAMEWORKS) ?? []);
}

// ---------------------------------------------------------------- conditions

/** The source of an expression, checked; null when there is none or it is refused. */
function condition(
  { reader, conditions }: Reading,
  entry: YamlEntry | undefined,
  { types, ...scope }: Scope & { readonly types: readonly string[] },
): string | null {
  if (entry === undefined) return null;
  const source = readText(reader, entry.value, "a condition");
  if (source === null) return null;
  const checked = conditions.check(source, scope);
  if ("problem" in checked) fail(reader, offsetInScalar(reader, entry.value, checked.problem.offset), checked.problem.message);
  else if (!types.includes(checked.type))
    fail(reader, offsetOf(entry.value), `this is of type \`${checked.type}\`; expected ${types.join(" or ")}`);
  return source;
}

function readBindings(reading: Reading, entry: YamlEntry | undefined): Binding[] {
  const bindings: Binding[] = [];
  if (entry === undefined) return bindings;
  for (const [name, value] of readMap(reading.reader, entry.value, "`let`", null)) {
    if (!/^[a-z_]\w*$/i.test(name)) fail(reading.reader, value.at, `\`${name}\` is no name`);
    const source = condition(reading, value, { let: [...bindings], guard: false, types: ["bool", "double", "string"] });
    if (source !== null) bindings.push({ name, source });
  }
  return bindings;
}

function readDemands(reading: Reading, entry: YamlEntry | undefined, bindings: readonly Binding[]): Demand[] {
  if (entry === undefined) return [];
  const { reader } = reading;
  return readList(reader, entry.value, "`demands`").map((node) => {
    const entries = readMap(reader, node, "a demand", ["name", "when", "guard", "claim", "claimed"]);
    if (!entries.has("guard") && !entries.has("claim")) fail(reader, offsetOf(node), "a demand lacks `guard` or `claim`");
    if (entries.has("claimed") && !entries.has("claim")) fail(reader, offsetOf(node), "a demand has `claimed` and no `claim`");
    if (!entries.has("name")) fail(reader, offsetOf(node), "a demand lacks `name`");
    return {
      name: textUnder(reader, entries, "name") ?? "",
      when: condition(reading, entries.get("when"), { let: bindings, guard: false, types: ["bool"] }),
      guard: condition(reading, entries.get("guard"), { let: bindings, guard: true, types: ["bool"] }),
      claim: textUnder(reader, entries, "claim"),
      claimed: condition(reading, entries.get("claimed"), { let: bindings, guard: false, types: ["bool"] }),
    };
  });
}

// ---------------------------------------------------------------- what is said

type Said = { readonly node: YamlNode; readonly entries: Entries; readonly inTable: boolean; readonly scope: Scope };

/** Without `cases` the invariant is its own only statement; with them, each takes over what it does not say itself. */
function readStatements(reading: Reading, { node, entries, inTable, scope }: Said): Statement[] {
  const { reader } = reading;
  const cases = entries.get("cases");
  const shared = new Map([...entries].filter(([key]) => key !== "when"));
  if (cases === undefined) return [statement(reading, { node, entries: shared, inTable, scope })];
  const nodes = readList(reader, cases.value, "`cases`");
  if (nodes.length === 0) fail(reader, cases.at, "`cases` is empty");
  return nodes.map((each) => {
    const own = readMap(reader, each, "a case", STATEMENT_KEYS);
    return statement(reading, { node: each, entries: new Map([...shared, ...own]), inTable, scope });
  });
}

function statement(reading: Reading, { node, entries, inTable, scope }: Said): Statement {
  const { reader } = reading;
  for (const key of ["action", "severity", "message", "references"] as const)
    if (!entries.has(key)) fail(reader, offsetOf(node), `an invariant lacks \`${key}\``);
  const choice = <T extends string>(key: string, allowed: readonly T[]): T => {
    const entry = entries.get(key);
    return (entry === undefined ? null : readChoice(reader, entry.value, `\`${key}\``, allowed)) ?? (allowed[0] as T);
  };
  return {
    when: condition(reading, entries.get("when"), { ...scope, types: ["bool"] }),
    action: choice("action", inTable ? ENTRY_ACTIONS : ENTRY_ACTIONS.filter((action) => action !== "pass")),
    severity: choice("severity", SEVERITIES),
    message: readMessage(reader, entries.get("message"), scope.let),
    references: readReferences(reader, entries.get("references")),
    impact: condition(reading, entries.get("impact"), { ...scope, types: ["double"] }),
  };
}

function readMessage(reader: RuleReader, entry: YamlEntry | undefined, bindings: readonly Binding[]): string {
  const message = entry === undefined ? null : readText(reader, entry.value, "`message`");
  if (entry === undefined || message === null) return "";
  const names = [...bindings.map(({ name }) => name), "target", "missing"];
  for (const hole of message.matchAll(HOLE)) {
    const name = hole[1] as string;
    if (names.includes(name)) continue;
    fail(reader, offsetInScalar(reader, entry.value, hole.index), `\`{${name}}\` names nothing${suggestion(name, names)}`);
  }
  return message;
}

/** An empty list is said on purpose. */
function readReferences(reader: RuleReader, entry: YamlEntry | undefined): string[] {
  if (entry === undefined) return [];
  return readList(reader, entry.value, "`references`").flatMap((node) => readText(reader, node, "a reference") ?? []);
}
