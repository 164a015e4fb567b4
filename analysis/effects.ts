/**
 * What a program would do, as data: the closed list of effect kinds, the classes a target can belong to,
 * and the tree-free `Program` that crosses threads, is cached by digest, and that layers 1-4 judge.
 */
import type { Diagnostic, Language, Location } from "./tree.ts";

/** kind -> what it means. Closed: a layer may switch over it exhaustively. */
export const EFFECT_KINDS = {
  "fs.read": "reads a file or directory",
  "fs.write": "creates or changes a file, its mode or its owner",
  "fs.delete": "deletes one file or empty directory",
  "fs.delete_tree": "deletes a directory with everything below it",
  "process.exec": "starts a program; target is the command line",
  "process.signal": "signals or kills a process",
  "process.spawn": "creates a process or thread of its own code (fork, Worker)",
  "system.control": "shutdown, reboot, firewall, mount, users, services",
  "net.fetch": "requests something from a host; target is the URL or host",
  "net.send": "sends data to a host",
  "net.listen": "accepts connections",
  "code.eval": "runs text as code",
  "code.load": "imports or loads code by a computed name or from a file",
  "code.deserialize": "rebuilds objects from bytes in a format that can run code",
  "code.patch": "replaces a function of a library or prototype",
  "code.hidden": "decodes a payload and runs it",
  "code.opaque": "a form that analysis could not understand",
  "call.dynamic": "calls something that may be an effectful API and cannot be named",
  "call.unmodelled": "calls a library function without a model",
  "db.read": "selects rows",
  "db.write": "inserts, or updates or deletes with a condition",
  "db.update_all": "updates every row of a table",
  "db.delete_all": "deletes every row of a table or collection",
  "db.drop": "drops or truncates a table, schema or database",
  "db.admin": "grants, alters or configures the database",
  "state.increase": "adds to a quantity that is kept, such as a balance",
  "state.decrease": "subtracts from a quantity that is kept",
  "state.set": "overwrites a quantity that is kept",
  "money.transfer": "moves money; args.amount is the amount when known",
  "record.read": "reads a person's protected record",
  "record.write": "changes a person's protected record",
  "record.delete": "deletes protected records",
  "infra.change": "changes deployed infrastructure (scale, deploy, terminate)",
  "log.write": "writes to a log",
  "print.write": "writes to standard output or error",
  "env.read": "reads an environment variable",
  "env.write": "changes an environment variable",
  "mail.send": "sends mail or a message to people",
  "resource.exhaust": "allocates, spawns or loops without bound",
} as const;
export type EffectKind = keyof typeof EFFECT_KINDS;

/** Classes of targets; an effect carries every class that its target may belong to. */
export const TARGET_CLASSES = [
  "path.workspace",
  "path.tmp",
  "path.home",
  "path.system_public",
  "path.system_sensitive",
  "path.credentials",
  "path.persistence",
  "path.device",
  "path.root",
  "path.own_audit",
  "path.unknown",
  "host.loopback",
  "host.private",
  "host.metadata",
  "host.registry",
  "host.public",
  "host.raw",
  "host.drop_point",
  "host.unknown",
  "command.inspect",
  "command.build",
  "command.install",
  "command.interpreter",
  "command.network",
  "command.destructive",
  "command.elevated",
  "command.privilege",
  "command.persistence",
  "command.process",
  "command.unknown",
  "process.own",
  "process.other",
  "unknown.parameter",
  "unknown.input",
  "unknown.env",
  "unknown.file",
  "unknown.network",
  "unknown.unmodelled",
  "unknown.widened",
  "unknown.budget",
] as const; // prettier-ignore
export type TargetClass = (typeof TARGET_CLASSES)[number];

/** `latent`: happens only if somebody calls the function that holds it. */
export type Reach = "must" | "may" | "latent";
/** `api`: a model says so; `name`: inferred from the name of something external. */
export type Basis = "api" | "name";

/**
 * A condition that dominates an effect. `positive` is the polarity with which the effect is reached:
 * `if not ok: return; effect()` gives {text: "ok", positive: true}.
 */
export type Guard = {
  readonly text: string;
  readonly positive: boolean;
  /** What the condition is about: names and attribute paths it reads, e.g. ["user.is_authorized", "user"]. */
  readonly subjects: readonly string[];
  /** False when the condition is the program's own constant or never derives from anything outside. */
  readonly external: boolean;
  readonly location: Location;
};

/** What was done to reach the effect: an alias, a computed name, a decoded constant, an eval ... */
export type ViaStep = { readonly how: ViaKind; readonly location: Location };
export const VIA_KINDS = [
  "alias",
  "computed_name",
  "decoded",
  "eval",
  "call",
  "callback",
  "subprocess",
  "container",
  "reflection",
] as const;
export type ViaKind = (typeof VIA_KINDS)[number];

/** What a value is known to hold: `secret`, `pii.ssn`, `pci.card`, `env`, `file`, `network`, `input` ... */
export type Label = string;

export type Effect = {
  readonly kind: EffectKind;
  /** Human-readable target: a path, URL, command line, table, attribute path; holes are written `{?}`. */
  readonly target: string;
  readonly targetClasses: readonly TargetClass[];
  /** Named facts: `amount`, `name` (callee as written), `subject`, `recipient`, `command`. Numbers stay numbers. */
  readonly args: Readonly<Record<string, string | number | boolean>>;
  readonly labels: readonly Label[];
  readonly reach: Reach;
  readonly basis: Basis;
  readonly guards: readonly Guard[];
  readonly location: Location;
  readonly via: readonly ViaStep[];
  /** Canonical API or callee name, e.g. `os.system`, `logger.info`. */
  readonly api: string;
};

/** A layer 1 rule that matched; the rule's text and action stay with the layer. */
export type RuleMatch = {
  readonly ruleId: string;
  readonly location: Location;
  readonly metavariables: Readonly<Record<string, { readonly text: string; readonly location: Location }>>;
  /** How tainted data got there, from its source to the sink. */
  readonly trace?: readonly { readonly message: string; readonly location: Location }[];
};

/** A constant string or number of the program (not of comments) that holds something sensitive. */
export type StringFact = { readonly value: string; readonly location: Location };

/**
 * Everything later layers need, computed once: free of trees, context-free, the same for the same code and rules.
 * INVARIANT 4: same code + same rules = same Program.
 */
export type Program = {
  readonly language: Language;
  readonly effects: readonly Effect[];
  readonly matches: readonly RuleMatch[];
  readonly strings: readonly StringFact[];
  readonly diagnostics: readonly Diagnostic[];
  /** The whole analysis budget was spent: effects found stay, but absence of an effect proves nothing. */
  readonly exhausted: boolean;
};

/** Why there is no Program. Never an empty Program instead (INVARIANT 1). */
export type AnalysisFailure = {
  readonly reason: "deadline" | "crashed" | "limit" | "unsupported_language" | "rules_broken";
  readonly message: string;
};
export type AnalysisResult = { readonly ok: true; readonly program: Program } | { readonly ok: false; readonly failure: AnalysisFailure };
