/**
 * API models: what library calls do, read from `rules/apis/*.yaml` (given as text). A model says which effects a call has,
 * which arguments are its target and its data, and what it returns. The interpreter has no API name of its own.
 */
import { parse as parseYaml } from "yaml";
import { EFFECT_KINDS, type Effect, type EffectKind, type Label } from "./effects.ts";
import type { Cause } from "./values.ts";

/** How a target argument is read: a path, a URL, a host, an argument vector, a shell string, SQL, program text, or a plain name. */
export const TARGET_FORMS = [
  "path",
  "url",
  "host",
  "command",
  "shell",
  "argv",
  "container",
  "pip",
  "sql",
  "code",
  "name",
  "mode_path",
  "json_command",
] as const;
export type TargetForm = (typeof TARGET_FORMS)[number];

/** `0`, `0|path` (position or keyword), `*` (all), `recv`, `path` (keyword only). */
export type ArgSelector = {
  readonly positions: readonly number[];
  readonly names: readonly string[];
  readonly all: boolean;
  readonly receiver: boolean;
};

export type ArgumentTest = { readonly argument: ArgSelector; readonly matches: RegExp };

export type EffectModel = {
  /** null when `as: sql` decides the kind. */
  readonly kind: EffectKind | null;
  readonly as: TargetForm;
  readonly target: ArgSelector | null;
  /** A fixed target, when no argument names it. */
  readonly fixed: string | null;
  /** Arguments whose contents leave with the effect. */
  readonly data: ArgSelector | null;
  readonly amount: ArgSelector | null;
  /** Keyword or option that must be truthy (`shell`, `HostConfig.Privileged`), or with `!` must not be. */
  readonly when: string | null;
  /** An argument that takes the effect away: `Loader|1 ~ Safe`. */
  readonly unless: ArgumentTest | null;
  /** An argument without which there is no effect: `0 ~ ^(SET|set)$`. */
  readonly only: ArgumentTest | null;
  /** What is always so about it, for policy: `{ destroys: true }`. */
  readonly facts: Effect["args"];
  /** It removes one thing: of many that a listing names it is a loss, of one it is no effect. */
  readonly each: boolean;
};

export type ApiModel = {
  readonly path: string;
  readonly effects: readonly EffectModel[];
  /** Class path of the object it returns, or null. */
  readonly returns: string | null;
  readonly cause: Cause | null;
  readonly labels: readonly Label[];
  /** Its result no longer exposes its arguments (a hash, a mask). */
  readonly sanitizes: boolean;
  /** Never returns normally (`sys.exit`). */
  readonly exits: boolean;
  /** Name of an evaluator in `analysis/pure` or `analysis/interpret`. */
  readonly builtin: string | null;
  /** Read, not called: `response.text` is text from the network. */
  readonly attribute: boolean;
  /** A constant of the library (`os.sep`). */
  readonly value: string | null;
  /** The argument that is a password, where its name does not say so. */
  readonly credential: ArgSelector | null;
};

/** A method of a receiver that is not known: it needs evidence in the receiver's name or the arguments. */
export type MethodModel = ApiModel & {
  readonly receiver: RegExp | null;
  readonly evidence: "sql" | "cypher" | "constant" | "empty_filter" | "no_args" | "no_where" | "forced" | "empty_second" | null;
};

/** Members of one naming scheme: every `delete_*` of a cloud's client, whatever comes after. */
export type FamilyModel = ApiModel & { readonly receiver: RegExp; readonly member: RegExp };

export type Models = {
  readonly api: (path: string) => ApiModel | null;
  /** The family that a member of `receiver` without a model of its own belongs to. */
  readonly family: (receiver: string, name: string) => FamilyModel | null;
  readonly methods: (name: string) => readonly MethodModel[];
  readonly isGlobal: (name: string) => boolean;
  /** What this library gives comes over the network: the answers of models, clouds and services. */
  readonly answers: (path: string) => boolean;
  /** What a member by a name that is not known may be: something that can do harm, or one of these. */
  readonly members: (path: string) => MemberFacts;
  /** Modules that have a model or a member with one. */
  readonly size: number;
};
export type MemberFacts = { readonly harmful: boolean; readonly effectful: readonly string[] };
export type ModelFile = { readonly path: string; readonly text: string };
export type ModelProblem = { readonly path: string; readonly message: string };
export type CompiledModels =
  | { readonly ok: true; readonly tables: ModelTables }
  | { readonly ok: false; readonly problems: readonly ModelProblem[] };

/** The models of one language as they were read: plain data, which crosses threads. */
export type ModelTable = {
  readonly apis: ReadonlyMap<string, ApiModel>;
  readonly methods: ReadonlyMap<string, readonly MethodModel[]>;
  readonly families: ReadonlyMap<string, readonly FamilyModel[]>;
  readonly globals: ReadonlySet<string>;
  /** Libraries whose results come over the network. */
  readonly remote: readonly RegExp[];
};
export type ModelTables = { readonly python: ModelTable; readonly javascript: ModelTable };

type Raw = Record<string, unknown>;
const MODEL_KEYS = new Set([
  "effect",
  "effects",
  "as",
  "target",
  "fixed",
  "data",
  "amount",
  "when",
  "returns",
  "cause",
  "labels",
  "sanitizes",
  "exits",
  "builtin",
  "receiver",
  "evidence",
  "value",
  "attribute",
  "facts",
  "unless",
  "each",
  "only",
  "credential",
]); // prettier-ignore

export function compileModels(files: readonly ModelFile[]): CompiledModels {
  const problems: ModelProblem[] = [];
  const tables = { python: emptyTable(), javascript: emptyTable() };
  const owners = new Map<string, string>();
  for (const file of files) {
    try {
      readFile(file, { tables, owners, problems });
    } catch (error) {
      problems.push({ path: file.path, message: error instanceof Error ? error.message : String(error) });
    }
  }
  if (files.length === 0) problems.push({ path: "rules/apis", message: "no API models were given" });
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, tables };
}

type Draft = {
  apis: Map<string, ApiModel>;
  methods: Map<string, MethodModel[]>;
  /** By the first word of the member's name. */
  families: Map<string, FamilyModel[]>;
  globals: Set<string>;
  remote: RegExp[];
};
const emptyTable = (): Draft => ({ apis: new Map(), methods: new Map(), families: new Map(), globals: new Set(), remote: [] });

const firstWord = (name: string): string => (/^_*([A-Z]?[a-z]+|[A-Z]+)/.exec(name)?.[1] ?? name).toLowerCase();

/** Kinds that a member may have without it mattering which one is called. */
const PLAIN_KINDS: ReadonlySet<string> = new Set(["print.write", "log.write", "net.fetch", "net.send", "env.read"]);
const HARMFUL_BUILTINS = new Set(
  "eval exec exec_if_string import_module require open node_rm function_constructor vm_script timer thread".split(" "),
);
const MOST_MEMBERS = 8;
const NO_MEMBERS: MemberFacts = { harmful: false, effectful: [] };

/** For every module and class: whether anything below it can do harm, and its members that have plain effects. */
function memberFacts(apis: ReadonlyMap<string, ApiModel>): ReadonlyMap<string, MemberFacts> {
  const out = new Map<string, { harmful: boolean; effectful: string[] }>();
  for (const [path, model] of apis) {
    const harmful = model.effects.some((e) => e.kind === null || !PLAIN_KINDS.has(e.kind)) || HARMFUL_BUILTINS.has(model.builtin ?? "");
    const plain = model.effects.length > 0 || model.builtin === "fetch";
    if (!harmful && !plain) continue;
    for (let cut = path.lastIndexOf("."); cut > 0; cut = path.lastIndexOf(".", cut - 1)) {
      const owner = path.slice(0, cut);
      const facts = out.get(owner) ?? { harmful: false, effectful: [] };
      facts.harmful ||= harmful;
      if (plain && path.indexOf(".", cut + 1) < 0 && facts.effectful.length < MOST_MEMBERS) facts.effectful.push(path);
      out.set(owner, facts);
    }
  }
  return out;
}

/** What the interpreter asks, from the tables of one language. */
export function modelsOf(table: ModelTable): Models {
  const facts = memberFacts(table.apis);
  return {
    members: (path) => facts.get(path) ?? NO_MEMBERS,
    api: (path) => table.apis.get(path) ?? null,
    methods: (name) => table.methods.get(name) ?? [],
    family: (receiver, name) =>
      (table.families.get(firstWord(name)) ?? []).find((f) => f.member.test(name) && f.receiver.test(receiver)) ?? null,
    isGlobal: (name) => table.globals.has(name),
    answers: (path) => table.remote.some((library) => library.test(path)),
    size: table.apis.size,
  };
}

type Reading = {
  readonly tables: Record<"python" | "javascript", Draft>;
  /** The file that models each path of each language: a second model would hide the first. */
  readonly owners: Map<string, string>;
  readonly problems: ModelProblem[];
};

function readFile(file: ModelFile, { tables, owners, problems }: Reading): void {
  const document = parseYaml(file.text) as Raw;
  const language = document.language as "python" | "javascript";
  const table = tables[language];
  if (table === undefined) throw new Error(`unknown language \`${String(document.language)}\`: write python or javascript`);
  for (const name of (document.globals as string[] | undefined) ?? []) table.globals.add(name);
  for (const library of (document.answers as string[] | undefined) ?? []) table.remote.push(new RegExp(library));
  for (const [names, raw] of Object.entries((document.apis as Record<string, Raw>) ?? {})) {
    for (const path of expandNames(names)) {
      const owner = owners.get(`${language} ${path}`);
      if (owner !== undefined) problems.push({ path: file.path, message: `\`${path}\` has a model already, in ${owner}` });
      owners.set(`${language} ${path}`, file.path);
      table.apis.set(path, readModel(path, raw ?? {}, file, problems));
    }
  }
  readFamilies((document.families as Raw[] | undefined) ?? [], table, file, problems);
  for (const entry of (document.methods as Raw[] | undefined) ?? []) {
    const { method, ...raw } = entry;
    for (const name of String(method).split("|")) {
      const list = table.methods.get(name) ?? [];
      const receiver = typeof raw.receiver === "string" ? readReceiver(raw.receiver) : null;
      list.push({ ...readModel(name, raw, file, problems), receiver, evidence: (raw.evidence as MethodModel["evidence"]) ?? null });
      table.methods.set(name, list);
    }
  }
}

/** `{ family: "delete|purge", of: "^boto3\\.", ... }`: members whose names start with one of these words, of such receivers. */
function readFamilies(raw: readonly Raw[], table: Draft, file: ModelFile, problems: ModelProblem[]): void {
  for (const { family, of, member, ...rest } of raw) {
    const receiver = readReceiver(String(of));
    const model = { ...readModel(String(family), rest, file, problems), receiver, member: new RegExp(String(member ?? ".")) };
    for (const word of String(family).split("|")) table.families.set(word, [...(table.families.get(word) ?? []), model]);
  }
}

/** Names are told apart by case (`Order.truncate`, a model, is not `text.truncate`), unless the pattern starts with `(?i)`. */
const readReceiver = (pattern: string): RegExp => (pattern.startsWith("(?i)") ? new RegExp(pattern.slice(4), "i") : new RegExp(pattern));

/** `os.path.{join,exists}` -> both paths. */
function expandNames(names: string): string[] {
  const brace = /^(.*)\{([^}]*)\}(.*)$/s.exec(names.replace(/\s+/g, ""));
  if (brace === null) return [names.trim()];
  return (brace[2] as string).split(",").flatMap((name) => expandNames(`${brace[1]}${name}${brace[3]}`));
}

function readModel(path: string, raw: Raw, file: ModelFile, problems: ModelProblem[]): ApiModel {
  for (const key of Object.keys(raw))
    if (!MODEL_KEYS.has(key)) problems.push({ path: file.path, message: `unknown key \`${key}\` in the model of \`${path}\`` });
  const list = (raw.effects as Raw[] | undefined) ?? (raw.effect === undefined ? [] : [raw]);
  return {
    path,
    effects: list.map((item) => readEffect(path, item, file, problems)),
    returns: (raw.returns as string | undefined) ?? null,
    cause: (raw.cause as Cause | undefined) ?? null,
    labels: (raw.labels as string[] | undefined) ?? [],
    sanitizes: raw.sanitizes === true,
    exits: raw.exits === true,
    builtin: (raw.builtin as string | undefined) ?? null,
    attribute: raw.attribute === true,
    value: (raw.value as string | undefined) ?? null,
    credential: readSelector(raw.credential),
  };
}

function readEffect(path: string, raw: Raw, file: ModelFile, problems: ModelProblem[]): EffectModel {
  const kind = raw.effect as string;
  if (kind !== "sql" && !(kind in EFFECT_KINDS))
    problems.push({ path: file.path, message: `unknown effect \`${kind}\` in the model of \`${path}\`` });
  const as = (raw.as as TargetForm | undefined) ?? (kind === "sql" ? "sql" : "name");
  if (!TARGET_FORMS.includes(as)) problems.push({ path: file.path, message: `unknown target form \`${as}\` in the model of \`${path}\`` });
  return {
    kind: kind === "sql" ? null : (kind as EffectKind),
    as,
    target: readSelector(raw.target),
    fixed: (raw.fixed as string | undefined) ?? null,
    data: readSelector(raw.data),
    amount: readSelector(raw.amount),
    when: (raw.when as string | undefined) ?? null,
    unless: readTest(raw.unless),
    only: readTest(raw.only),
    facts: (raw.facts as Effect["args"] | undefined) ?? {},
    each: raw.each === true,
  };
}

function readTest(raw: unknown): ArgumentTest | null {
  const [argument, pattern] = typeof raw === "string" ? raw.split(" ~ ") : [];
  const selector = readSelector(argument);
  return selector === null || pattern === undefined ? null : { argument: selector, matches: new RegExp(pattern) };
}

function readSelector(raw: unknown): ArgSelector | null {
  if (raw === undefined || raw === null) return null;
  const parts = String(raw).split("|");
  return {
    positions: parts.filter((p) => /^\d+$/.test(p)).map(Number),
    names: parts.filter((p) => /^[A-Za-z_]/.test(p) && p !== "recv"),
    all: parts.includes("*"),
    receiver: parts.includes("recv"),
  };
}
