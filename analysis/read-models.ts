/**
 * API models from YAML: `rules/apis/*.yaml` and files of the operator in the same format. Whatever is wrong is reported
 * with its place. INVARIANT 1: a file that is not understood is an error, never fewer models.
 */
import { isMap, isScalar } from "yaml";
import { EFFECT_KINDS, type Effect, type EffectKind } from "./effects.ts";
import { BUILTINS } from "./interpret/builtins.ts";
import {
  type ApiModel,
  type ArgSelector,
  type ArgumentTest,
  type EffectModel,
  EVIDENCE,
  type FamilyModel,
  firstWord,
  type MethodModel,
  type ModelTables,
  TARGET_FORMS,
} from "./models.ts";
import {
  errorAt,
  fail,
  offsetOf,
  type RuleError,
  type RuleFile,
  type RuleReader,
  readChoice,
  readList,
  readMap,
  readRuleFile,
  readText,
  suggestion,
  textsUnder,
  textUnder,
  type YamlEntry,
  type YamlNode,
} from "./rule-file.ts";
import type { Cause } from "./values.ts";

export type ModelLanguage = keyof ModelTables;
/** Where a model stands; `replaces` is the shipped file whose model it takes the place of. */
export type OwnModel = {
  readonly name: string;
  readonly language: ModelLanguage;
  readonly effects: readonly string[];
  readonly path: string;
  readonly replaces: string | null;
};
export type CompiledModels =
  | { readonly ok: true; readonly tables: ModelTables; readonly own: readonly OwnModel[] }
  | { readonly ok: false; readonly errors: readonly RuleError[] };

const LANGUAGES = ["python", "javascript"] as const satisfies readonly ModelLanguage[];
const TOP_KEYS = ["language", "globals", "answers", "serves", "apis", "families", "methods"];
const EFFECT_KEYS = ["effect", "as", "target", "fixed", "data", "contents", "amount", "when", "unless", "only", "policy", "facts", "each"];
const CALL_KEYS = [
  "effects",
  "returns",
  "cause",
  "labels",
  "sanitizes",
  "exits",
  "builtin",
  "value",
  "attribute",
  "credential",
  "opens",
  "takes",
];
const MODEL_KEYS = [...EFFECT_KEYS, ...CALL_KEYS];
const CAUSES = ["env", "file", "input", "local", "network", "parameter", "request", "unmodelled"] as const satisfies readonly Cause[];
const KINDS = [...Object.keys(EFFECT_KINDS), "sql"];

type Draft = {
  apis: Map<string, ApiModel>;
  methods: Map<string, MethodModel[]>;
  families: Map<string, FamilyModel[]>;
  globals: Set<string>;
  remote: RegExp[];
  serving: RegExp[];
};
type Entries = ReadonlyMap<string, YamlEntry>;
/** `owners`: the file that models each path of each language. */
type Reading = {
  readonly reader: RuleReader;
  readonly language: ModelLanguage;
  readonly table: Draft;
  readonly owners: Map<string, { readonly path: string; readonly own: boolean }>;
  readonly listed: OwnModel[] | null;
};

const emptyTable = (): Draft => ({ apis: new Map(), methods: new Map(), families: new Map(), globals: new Set(), remote: [], serving: [] });

/** A model of `own` takes the place of a shipped one only where it says so; two models of one path are an error. */
export function compileModels(shipped: readonly RuleFile[], own: readonly RuleFile[] = []): CompiledModels {
  const tables = { python: emptyTable(), javascript: emptyTable() };
  const owners: Reading["owners"] = new Map();
  const listed: OwnModel[] = [];
  const errors: RuleError[] = [];
  for (const file of [...shipped, ...own]) {
    const reader = readRuleFile(file);
    if (reader.root !== null) readModelFile(reader, { tables, owners, listed: own.includes(file) ? listed : null });
    errors.push(...reader.errors);
  }
  if (shipped.length === 0) errors.push(errorAt({ path: "rules/apis", text: "" }, 0, "no API models were given"));
  return errors.length > 0 ? { ok: false, errors } : { ok: true, tables, own: listed };
}

type Into = Pick<Reading, "owners" | "listed"> & { readonly tables: Record<ModelLanguage, Draft> };

function readModelFile(reader: RuleReader, { tables, owners, listed }: Into): void {
  const top = readMap(reader, reader.root, "a file of API models", TOP_KEYS);
  const named = top.get("language");
  if (named === undefined) fail(reader, offsetOf(reader.root), "a file of API models lacks `language`");
  const language = named === undefined ? null : readChoice(reader, named.value, "`language`", LANGUAGES);
  if (language === null) return;
  const reading: Reading = { reader, language, table: tables[language], owners, listed };
  for (const name of textsUnder(reader, top, "globals")) reading.table.globals.add(name);
  reading.table.remote.push(...patternsUnder(reader, top, "answers"));
  reading.table.serving.push(...patternsUnder(reader, top, "serves"));
  const apis = top.get("apis");
  if (apis !== undefined) for (const [names, entry] of readMap(reader, apis.value, "`apis`", null)) readApi(reading, names, entry);
  for (const node of items(reader, top, "families")) readFamily(reading, node);
  for (const node of items(reader, top, "methods")) readMethod(reading, node);
}

const patternsUnder = (reader: RuleReader, top: Entries, key: string): RegExp[] =>
  textsUnder(reader, top, key).flatMap((text) => readPattern(reader, top.get(key)?.value ?? null, text) ?? []);

function readApi({ reader, language, table, owners, listed }: Reading, names: string, entry: YamlEntry): void {
  const own = listed !== null;
  const entries = modelEntries(reader, entry.value, `the model of \`${names}\``, own ? ["replaces"] : []);
  const replaces = readFlag(reader, entries, "replaces");
  const written = readModel(reader, names, entries);
  for (const path of expandNames(names)) {
    const owner = owners.get(`${language} ${path}`);
    if (replaces && (owner === undefined || owner.own)) fail(reader, entry.at, `\`${path}\` has no shipped model to replace`);
    else if (owner !== undefined && !replaces)
      fail(
        reader,
        entry.at,
        `\`${path}\` has a model already, in ${owner.path}${own && !owner.own ? "; say `replaces: true` to take its place" : ""}`,
      );
    owners.set(`${language} ${path}`, { path: reader.file.path, own });
    const model = { ...written, path };
    table.apis.set(path, model);
    listed?.push(listedModel(path, { reader, language, model, replaces: replaces ? (owner?.path ?? null) : null }));
  }
}

type Origin = {
  readonly reader: RuleReader;
  readonly language: ModelLanguage;
  readonly model: ApiModel;
  readonly replaces?: string | null;
};
const listedModel = (name: string, { reader, language, model, replaces = null }: Origin): OwnModel => ({
  ...{ name, language, path: reader.file.path, replaces },
  effects: [...new Set(model.effects.map(({ kind }) => kind ?? "sql"))],
});

/** `{ family: "delete|purge", of: "^boto3\\.", ... }`: members whose names start with one of these words, of such receivers. */
function readFamily({ reader, language, table, listed }: Reading, node: YamlNode): void {
  const entries = modelEntries(reader, node, "a family", ["family", "of", "member"]);
  const words = required(reader, { node, entries, key: "family" });
  const receiver = readReceiver(reader, entries.get("of")?.value ?? null, required(reader, { node, entries, key: "of" }));
  const member = readPattern(reader, entries.get("member")?.value ?? null, textUnder(reader, entries, "member") ?? ".");
  if (words === null || receiver === null || member === null) return;
  const lost = listed === null ? undefined : words.split("|").find((word) => word !== "*" && firstWord(word) !== word);
  if (lost !== undefined)
    fail(
      reader,
      offsetOf(entries.get("family")?.value ?? null),
      `\`${lost}\` is found by nothing: a family is named by first words, such as \`${firstWord(lost)}\``,
    );
  const model = { ...readModel(reader, words, entries), receiver, member };
  for (const word of words.split("|")) table.families.set(word, [...(table.families.get(word) ?? []), model]);
  listed?.push(listedModel(`${words.split("|").join("*|")}* of ${receiver.source}`, { reader, language, model }));
}

function readMethod({ reader, language, table, listed }: Reading, node: YamlNode): void {
  const entries = modelEntries(reader, node, "a method", ["method", "receiver", "evidence"]);
  const names = required(reader, { node, entries, key: "method" });
  const pattern = textUnder(reader, entries, "receiver");
  const receiver = pattern === null ? null : readReceiver(reader, entries.get("receiver")?.value ?? null, pattern);
  const evidence = entries.get("evidence");
  if (names === null) return;
  if (listed !== null && receiver === null && evidence === undefined)
    fail(reader, offsetOf(node), `a method of any object: \`${names}\` needs \`receiver\` or \`evidence\``);
  const written = readModel(reader, names, entries);
  const seen = evidence === undefined ? null : readChoice(reader, evidence.value, "`evidence`", EVIDENCE);
  for (const name of names.split("|")) {
    const model = { ...written, path: name, receiver, evidence: seen };
    table.methods.set(name, [...(table.methods.get(name) ?? []), model]);
    listed?.push(listedModel(`.${name}()${receiver === null ? "" : ` of ${receiver.source}`}`, { reader, language, model }));
  }
}

/** `os.path.{join,exists}` -> both paths. */
function expandNames(names: string): string[] {
  const brace = /^(.*)\{([^}]*)\}(.*)$/s.exec(names.replace(/\s+/g, ""));
  if (brace === null) return [names.trim()];
  return (brace[2] as string).split(",").flatMap((name) => expandNames(`${brace[1]}${name}${brace[3]}`));
}

// ---------------------------------------------------------------- one model

/** `x:` alone is a model of a call that does nothing. */
function modelEntries(reader: RuleReader, node: YamlNode, what: string, more: readonly string[]): Entries {
  const value = reader.resolve(node);
  if (value === null || (isScalar(value) && value.value === null)) return new Map();
  return readMap(reader, value, what, [...MODEL_KEYS, ...more]);
}

function readModel(reader: RuleReader, path: string, entries: Entries): ApiModel {
  const { value, cause, builtin } = {
    value: entries.get("value"),
    cause: entries.get("cause"),
    builtin: textUnder(reader, entries, "builtin"),
  };
  if (builtin !== null && !(builtin in BUILTINS))
    fail(
      reader,
      offsetOf(entries.get("builtin")?.value ?? null),
      `\`${builtin}\` is no evaluator${suggestion(builtin, Object.keys(BUILTINS))}`,
    );
  const effects = readEffects(reader, entries);
  return {
    path,
    effects,
    takes: entries.has("takes") ? textsUnder(reader, entries, "takes").map((names) => names.split("|")) : namesOfTargets(effects),
    returns: textUnder(reader, entries, "returns"),
    cause: cause === undefined ? null : readChoice(reader, cause.value, "`cause`", CAUSES),
    labels: textsUnder(reader, entries, "labels"),
    sanitizes: readFlag(reader, entries, "sanitizes"),
    exits: readFlag(reader, entries, "exits"),
    builtin,
    attribute: readFlag(reader, entries, "attribute"),
    value: value === undefined ? null : constantOf(reader, value.value),
    credential: readSelector(reader, entries.get("credential")),
    opens: readSelector(reader, entries.get("opens")),
  };
}

/** `target: 0|path` says what the first parameter is called. */
function namesOfTargets(effects: readonly EffectModel[]): string[][] {
  const takes: string[][] = [];
  for (const selector of effects.flatMap(({ target, data }) => [target, data])) {
    const [place] = selector?.positions.length === 1 ? selector.positions : [];
    if (selector === null || place === undefined || selector.names.length === 0) continue;
    while (takes.length <= place) takes.push([]);
    takes[place]?.push(...selector.names);
  }
  return takes;
}

function readEffects(reader: RuleReader, entries: Entries): EffectModel[] {
  const list = entries.get("effects");
  if (list === undefined) {
    const stray = [...entries].find(([key]) => EFFECT_KEYS.includes(key) && key !== "effect");
    if (entries.has("effect")) return [readEffect(reader, null, entries)];
    if (stray !== undefined && !NO_EFFECT.has(stray[0]))
      fail(reader, stray[1].at, `\`${stray[0]}\` says how an effect is read, and there is no \`effect\``);
    return [];
  }
  return readList(reader, list.value, "`effects`").map((node) => readEffect(reader, node, readMap(reader, node, "an effect", EFFECT_KEYS)));
}
/** Evaluators use these as well. */
const NO_EFFECT = new Set(["data", "target"]);

function readEffect(reader: RuleReader, node: YamlNode, entries: Entries): EffectModel {
  const kind = required(reader, { node, entries, key: "effect" });
  if (kind !== null && !KINDS.includes(kind))
    fail(reader, offsetOf(entries.get("effect")?.value ?? null), `\`${kind}\` is no kind of effect${suggestion(kind, KINDS)}`);
  const as = entries.get("as");
  return {
    kind: kind === "sql" ? null : (kind as EffectKind),
    as: (as === undefined ? null : readChoice(reader, as.value, "`as`", TARGET_FORMS)) ?? (kind === "sql" ? "sql" : "name"),
    target: readSelector(reader, entries.get("target")),
    fixed: textUnder(reader, entries, "fixed"),
    data: readSelector(reader, entries.get("data")),
    contents: readSelector(reader, entries.get("contents")),
    amount: readSelector(reader, entries.get("amount")),
    when: textUnder(reader, entries, "when"),
    unless: readTest(reader, entries.get("unless")),
    only: readTest(reader, entries.get("only")),
    policy: readSelector(reader, entries.get("policy")),
    facts: readFacts(reader, entries.get("facts")),
    each: readFlag(reader, entries, "each"),
  };
}

function readFacts(reader: RuleReader, entry: YamlEntry | undefined): Effect["args"] {
  if (entry === undefined) return {};
  const facts = [...readMap(reader, entry.value, "`facts`", null)];
  return Object.fromEntries(facts.map(([name, { value }]) => [name, scalarOf(reader, value, `the fact \`${name}\``) ?? true]));
}

/** `argument ~ pattern`. */
function readTest(reader: RuleReader, entry: YamlEntry | undefined): ArgumentTest | null {
  if (entry === undefined) return null;
  const text = readText(reader, entry.value, "a test of an argument") ?? "";
  const [, argument, pattern] = /^(\S+) ~ ([\s\S]+)$/.exec(text) ?? [];
  const matches = pattern === undefined ? null : readPattern(reader, entry.value, pattern);
  if (argument !== undefined && matches !== null) return { argument: selectorOf(argument), matches };
  if (pattern === undefined && text !== "") fail(reader, offsetOf(entry.value), "expected `argument ~ pattern`, such as `mode|1 ~ ^w`");
  return null;
}

function readSelector(reader: RuleReader, entry: YamlEntry | undefined): ArgSelector | null {
  if (entry === undefined) return null;
  const written = scalarOf(reader, entry.value, "a selector of arguments");
  if (written === null) return null;
  const text = String(written);
  const unknown = text.split("|").find((part) => !/^(?:\d+|\*|[A-Za-z_][\w.]*)$/.test(part));
  if (unknown !== undefined) fail(reader, offsetOf(entry.value), `\`${unknown}\` is no position, keyword, \`*\` or \`recv\``);
  return selectorOf(text);
}

function selectorOf(text: string): ArgSelector {
  const parts = text.split("|");
  return {
    positions: parts.filter((p) => /^\d+$/.test(p)).map(Number),
    names: parts.filter((p) => /^[A-Za-z_]/.test(p) && p !== "recv"),
    all: parts.includes("*"),
    receiver: parts.includes("recv"),
  };
}

// ---------------------------------------------------------------- parts of YAML

/** Names are told apart by case (`Order.truncate`, a model, is not `text.truncate`), unless the pattern starts with `(?i)`. */
function readReceiver(reader: RuleReader, node: YamlNode, pattern: string | null): RegExp | null {
  if (pattern === null) return null;
  return pattern.startsWith("(?i)") ? readPattern(reader, node, pattern.slice(4), "i") : readPattern(reader, node, pattern);
}

function readPattern(reader: RuleReader, node: YamlNode, pattern: string, flags = ""): RegExp | null {
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    fail(reader, offsetOf(node), `no regular expression: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function required(reader: RuleReader, at: { readonly node: YamlNode; readonly entries: Entries; readonly key: string }): string | null {
  if (!at.entries.has(at.key)) fail(reader, offsetOf(at.node), `\`${at.key}\` is missing`);
  return textUnder(reader, at.entries, at.key);
}

function items(reader: RuleReader, entries: Entries, key: string): YamlNode[] {
  const entry = entries.get(key);
  return entry === undefined ? [] : readList(reader, entry.value, `\`${key}\``);
}

function readFlag(reader: RuleReader, entries: Entries, key: string): boolean {
  const entry = entries.get(key);
  if (entry === undefined) return false;
  const value = scalarOf(reader, entry.value, `\`${key}\``);
  if (typeof value !== "boolean") fail(reader, offsetOf(entry.value), `\`${key}\` must be true or false`);
  return value === true;
}

/** A text or a number, as it is written. */
function constantOf(reader: RuleReader, node: YamlNode): string | number {
  const value = scalarOf(reader, node, "`value`");
  return typeof value === "number" ? value : String(value ?? "");
}

function scalarOf(reader: RuleReader, node: YamlNode, what: string): string | number | boolean | null {
  const scalar = reader.resolve(node);
  if (isScalar(scalar) && ["string", "number", "boolean"].includes(typeof scalar.value)) return scalar.value as string | number | boolean;
  fail(reader, offsetOf(node), `${what} must be ${isMap(scalar) ? "one value" : "text, a number, true or false"}`);
  return null;
}
