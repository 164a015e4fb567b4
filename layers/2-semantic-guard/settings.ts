/** What conditions may ask of the configuration; the names are the configuration's own. */
import type { Environment } from "@marcbachmann/cel-js";

const SHAPE = {
  policies: {
    balance_operations: { require_auth: "bool", require_validation: "bool" },
    delete_operations: { allow_delete_all: "bool", max_delete_count: "double" },
  },
  approval: {
    enabled: "bool",
    require_for_drop_table: "bool",
    require_for_delete_over: "double",
    require_for_transfer_over: "double",
  },
  domains: {
    financial: { enabled: "bool", max_transfer_amount: "double" },
    healthcare: { enabled: "bool", require_hipaa_consent: "bool", require_encryption: "bool" },
    infrastructure: {
      enabled: "bool",
      require_change_ticket: "bool",
      require_rollback_plan: "bool",
      max_scale_instances: "double",
    },
  },
  compliance: { hipaa: { enabled: "bool", require_consent: "bool", require_audit_trail: "bool", require_encryption: "bool" } },
} as const;

type ShapeOf = { readonly [key: string]: "bool" | "double" | ShapeOf };
type Settings<S> = { readonly [K in keyof S]: S[K] extends "bool" ? boolean : S[K] extends "double" ? number : Settings<S[K]> };
export type SemanticSettings = Settings<typeof SHAPE>;

/** CEL tells types apart by constructor: one for each section. */
type Section = {
  readonly name: string;
  readonly ctor: new () => object;
  readonly shape: ShapeOf;
  readonly inner: ReadonlyMap<string, Section>;
};

const ROOT = sectionOf("config", SHAPE);

function sectionOf(name: string, shape: ShapeOf): Section {
  const inner = new Map<string, Section>();
  for (const [key, value] of Object.entries(shape)) if (typeof value !== "string") inner.set(key, sectionOf(`${name}_${key}`, value));
  return { name, ctor: class {}, shape, inner };
}

export function registerConfig(env: Environment): void {
  registerSection(env, ROOT);
  env.registerVariable("config", ROOT.name);
}

function registerSection(env: Environment, { name, ctor, shape, inner }: Section): void {
  for (const section of inner.values()) registerSection(env, section);
  const fields = Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, inner.get(key)?.name ?? (value as string)]));
  env.registerType(name, { ctor, fields });
}

/** The configuration as conditions see it. */
export function configFacts(settings: SemanticSettings): object {
  return factsOf(ROOT, settings as never);
}

function factsOf({ ctor, shape, inner }: Section, values: Readonly<Record<string, unknown>>): object {
  const facts = new ctor() as Record<string, unknown>;
  for (const key of Object.keys(shape)) {
    const section = inner.get(key);
    facts[key] = section === undefined ? values[key] : factsOf(section, values[key] as never);
  }
  return facts;
}
