/**
 * API models: what library calls do, as `read-models.ts` read them. A model says which effects a call has, which arguments
 * are its target and its data, and what it returns. The interpreter has no API name of its own.
 */
import type { Effect, EffectKind, Label } from "./effects.ts";
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
  "powershell",
  "git",
  "program",
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
  /** Arguments that name files whose contents leave with the effect. */
  readonly contents: ArgSelector | null;
  readonly amount: ArgSelector | null;
  /** Keyword or option that must be truthy (`shell`, `HostConfig.Privileged`), or with `!` must not be. */
  readonly when: string | null;
  /** An argument that takes the effect away: `Loader|1 ~ Safe`. */
  readonly unless: ArgumentTest | null;
  /** An argument without which there is no effect: `0 ~ ^(SET|set)$`. */
  readonly only: ArgumentTest | null;
  /** A policy of a cloud that is given: no effect where it only denies, or lets in whom it names. */
  readonly policy: ArgSelector | null;
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
  readonly value: string | number | null;
  /** The argument that is a password, where its name does not say so. */
  readonly credential: ArgSelector | null;
  /** Arguments that only open or check what comes back, such as a key: it does not show them. */
  readonly opens: ArgSelector | null;
  /** Names of its parameters by their positions, each with what else it is called. */
  readonly takes: readonly (readonly string[])[];
};

/** What must be seen in the arguments before a method of an unknown receiver counts. */
export const EVIDENCE = ["sql", "cypher", "constant", "empty_filter", "no_args", "no_where", "forced", "empty_second"] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** A method of a receiver that is not known: it needs evidence in the receiver's name or the arguments. */
export type MethodModel = ApiModel & {
  readonly receiver: RegExp | null;
  readonly evidence: Evidence | null;
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
  /** Functions that are handed to this library get what somebody requests: servers, routers. */
  readonly serves: (path: string) => boolean;
  /** What a member by a name that is not known may be: something that can do harm, or one of these. */
  readonly members: (path: string) => MemberFacts;
  /** Modules that have a model or a member with one. */
  readonly size: number;
};
export type MemberFacts = {
  readonly harmful: boolean;
  readonly effectful: readonly string[];
  /** All that it has, in order, of a library that is small enough to be listed; else none. */
  readonly listed: readonly string[];
  /** All that it has and that has a model. */
  readonly named: readonly string[];
};
/** The models of one language as they were read: plain data, which crosses threads. */
export type ModelTable = {
  readonly apis: ReadonlyMap<string, ApiModel>;
  readonly methods: ReadonlyMap<string, readonly MethodModel[]>;
  readonly families: ReadonlyMap<string, readonly FamilyModel[]>;
  readonly globals: ReadonlySet<string>;
  /** Libraries whose results come over the network. */
  readonly remote: readonly RegExp[];
  /** Libraries that serve requests. */
  readonly serving: readonly RegExp[];
};
export type ModelTables = { readonly python: ModelTable; readonly javascript: ModelTable };

/** Families are found by the first word of the member. */
export const firstWord = (name: string): string => (/^_*([A-Z]?[a-z]+|[A-Z]+)/.exec(name)?.[1] ?? name).toLowerCase();

/** Kinds that a member may have without it mattering which one is called. */
const PLAIN_KINDS: ReadonlySet<string> = new Set(["print.write", "log.write", "net.fetch", "net.send", "env.read"]);
const HARMFUL_BUILTINS = new Set(
  "eval exec exec_if_string import_module require open node_rm function_constructor vm_script timer thread".split(" "),
);
const MOST_MEMBERS = 8;
const MOST_LISTED = 16;
const NO_MEMBERS: MemberFacts = { harmful: false, effectful: [], listed: [], named: [] };

/** For every module and class: whether anything below it can do harm, and its members that have plain effects. */
function memberFacts(apis: ReadonlyMap<string, ApiModel>): ReadonlyMap<string, MemberFacts> {
  const out = new Map<string, { harmful: boolean; effectful: string[]; listed: string[]; named: string[] }>();
  for (const [path, model] of apis) {
    const harmful = model.effects.some((e) => e.kind === null || !PLAIN_KINDS.has(e.kind)) || HARMFUL_BUILTINS.has(model.builtin ?? "");
    const plain = model.effects.length > 0 || model.builtin === "fetch";
    if (!harmful && !plain) continue;
    for (let cut = path.lastIndexOf("."); cut > 0; cut = path.lastIndexOf(".", cut - 1)) {
      const owner = path.slice(0, cut);
      const facts = out.get(owner) ?? { harmful: false, effectful: [], listed: [], named: [] };
      facts.harmful ||= harmful;
      if (plain && path.indexOf(".", cut + 1) < 0 && facts.effectful.length < MOST_MEMBERS) facts.effectful.push(path);
      if (path.indexOf(".", cut + 1) < 0) facts.listed.push(path.slice(cut + 1));
      if (path.indexOf(".", cut + 1) < 0) facts.named.push(path.slice(cut + 1));
      out.set(owner, facts);
    }
  }
  for (const facts of out.values()) facts.listed = facts.listed.length > MOST_LISTED ? [] : facts.listed.toSorted();
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
      (table.families.get(firstWord(name)) ?? []).find((f) => f.member.test(name) && f.receiver.test(receiver)) ??
      (table.families.get("*") ?? []).find((f) => f.member.test(name) && f.receiver.test(receiver)) ??
      null,
    isGlobal: (name) => table.globals.has(name),
    answers: (path) => table.remote.some((library) => library.test(path)),
    serves: (path) => table.serving.some((library) => library.test(path)),
    size: table.apis.size,
  };
}
