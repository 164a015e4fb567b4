/**
 * Every key of the configuration file with its type and default, as one zod schema. Names are the file's own
 * (snake_case), so that a reader of the code and a reader of the file speak of the same thing.
 */
import { isIP } from "node:net";
import { RE2JS } from "re2js";
import { z } from "zod";

const flag = (value: boolean) => z.boolean().default(value);
const count = (value: number) => z.int().min(0).default(value);
const atLeastOne = (value: number) => z.int().min(1).default(value);
const amount = (value: number) => z.number().min(0).default(value);
const text = z.string().nullable().default(null);
const texts = z.array(z.string()).default([]);
/** An object that may be left out altogether: its own defaults then apply. */
const section = <S extends z.core.$ZodLooseShape>(shape: S) => z.strictObject(shape).prefault({} as never);

const impact = (value: number | "unlimited") =>
  section({ max_impact: z.union([z.number().min(0), z.literal("unlimited")], "a number or `unlimited`").default(value) });

/** Which claims of the request's context a role may assert: `all`, `none`, or names. */
const claims = (value: "all" | "none") =>
  z.union([z.literal("all"), z.literal("none"), z.array(z.string())], "`all`, `none`, or a list of claim names").default(value);

const policies = section({
  /** What is made of effects that no rule of its own is about: rules/invariants/postures.yaml. */
  posture: z.enum(["balanced", "strict", "observe"]).default("balanced"),
  balance_operations: section({ require_auth: flag(true), require_validation: flag(true) }),
  delete_operations: section({ allow_delete_all: flag(false), max_delete_count: count(1000) }),
  data_sensitivity: section({
    block_pii_to_logger: flag(true),
    block_credentials_to_network: flag(true),
    block_ssn_everywhere: flag(true),
  }),
});

const stateGuard = section({
  delete_spree_threshold: atLeastOne(3),
  retry_limit: atLeastOne(5),
  session_timeout_minutes: atLeastOne(60),
  enable_cross_session: flag(false),
  enable_behavioral_baseline: flag(true),
});

const sandbox = section({
  max_memory_mb: z.int().min(16).default(512),
  max_cpu_seconds: z.number().positive().default(10),
  network: z.enum(["blocked", "whitelist", "allow"]).default("blocked"),
  filesystem: z.enum(["read-only", "read-write", "blocked"]).default("read-only"),
  network_whitelist: texts,
  /** How much containment must be there before anything runs; the default depends on `server.host`. */
  require: z.enum(["none", "process", "namespaces"]).optional(),
  /** What happens when a run tries what analysis had not predicted. */
  unpredicted: z.enum(["record", "stop"]).default("record"),
  max_response_bytes: z.int().min(1024).max(67_108_864).default(4_194_304),
  private_addresses: z
    .array(z.string().refine(isNetwork, "expected an address such as `10.1.2.3`, or a CIDR block such as `10.1.0.0/16`"))
    .default([]),
  secrets: z
    .array(z.string().regex(/^\S+ [!#$%&'*+.^_`|~0-9A-Za-z-]+ [A-Za-z_][A-Za-z0-9_]*$/, "expected `HOST HEADER VARIABLE`"))
    .default([]),
  python: section({
    enabled: flag(true),
    interpreters: z.int().min(1).max(64).default(2),
    prewarm: flag(true),
    packages: text,
    reuse_seconds: z.number().min(0).max(86_400).default(0),
  }),
  /** Who runs the programs of a language; TypeScript goes with JavaScript. */
  backend: section({
    javascript: z.enum(["isolated-vm", "native", "oci"]).default("isolated-vm"),
    python: z.enum(["pyodide", "native", "oci"]).default("pyodide"),
    shell: z.enum(["none", "native", "oci"]).default("none"),
  }),
  oci: section({
    runtime: z
      .string()
      .regex(/^(\/.*|[^/\s]+)$/, "expected a name such as `crun`, or an absolute path")
      .default("crun"),
  }),
  /** Of one run by `native` or `oci`. */
  programs: section({
    max_processes: z.int().min(16).max(4096).default(64),
    max_disk_mb: z.int().min(1).max(65_536).default(64),
    max_files: z.int().min(16).default(4096),
  }),
});

const approval = section({
  enabled: flag(true),
  require_for_drop_table: flag(true),
  require_for_delete_over: count(1000),
  require_for_transfer_over: amount(100_000),
  /** The bootstrap administrator may approve its own submission while no other key exists. */
  single_operator: flag(true),
  expires_minutes: z.number().positive().default(1440),
  levels: section({ manager: impact(10_000), director: impact(100_000), vp: impact(1_000_000), cto: impact("unlimited") }),
  notifications: section({
    slack: section({ enabled: flag(false), webhook_url: text }),
    email: section({ enabled: flag(false), smtp_server: text, from: text, to: texts, username: text, password: text }),
  }),
});

const domains = section({
  financial: section({
    enabled: flag(true),
    max_transfer_amount: amount(100_000),
    require_duplicate_check: flag(true),
    require_fraud_check: flag(true),
  }),
  healthcare: section({
    enabled: flag(true),
    require_hipaa_consent: flag(true),
    require_encryption: flag(true),
    audit_retention_days: count(2555),
  }),
  infrastructure: section({
    enabled: flag(true),
    require_change_ticket: flag(true),
    require_rollback_plan: flag(true),
    max_scale_instances: count(100),
  }),
});

const compliance = section({
  pii: section({
    enabled: flag(true),
    classifications: z.array(z.string()).default(["ssn", "email", "phone", "address", "dob"]),
    blocked_sinks: z.array(z.string()).default(["logger", "print", "network"]),
  }),
  pci: section({ enabled: flag(true), require_tokenization: flag(true), allowed_endpoints: texts }),
  hipaa: section({ enabled: flag(true), require_consent: flag(true), require_audit_trail: flag(true), require_encryption: flag(true) }),
});

const observability = section({
  enable_metrics: flag(true),
  enable_audit_log: z.literal(true, "the audit log cannot be switched off: no decision is made without its record").default(true),
  enable_dashboard: flag(true),
  log_level: z.preprocess(
    (value) => (typeof value === "string" ? ({ warning: "warn", critical: "fatal" }[value.toLowerCase()] ?? value.toLowerCase()) : value),
    z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  ),
  metrics_retention_days: count(90),
  audit_log_retention_days: count(2555),
  export: section({
    prometheus: section({ enabled: flag(false), port: z.int().min(0).max(65_535).default(9090) }),
    otlp: section({
      endpoint: z
        .url({ protocol: /^https?$/, message: "an address such as `http://127.0.0.1:4318`" })
        .nullable()
        .default(null),
    }),
    splunk: section({ enabled: flag(false), hec_url: text, token: text }),
    datadog: section({ enabled: flag(false), api_key: text, site: z.string().min(1).default("datadoghq.com") }),
  }),
});

const features = section({
  enable_layer1: flag(true),
  enable_layer2: flag(true),
  enable_layer3: flag(true),
  enable_layer4: flag(true),
  enable_layer5: flag(true),
  enable_layer6: flag(true),
  enable_multi_language: flag(true),
  enable_behavioral_anomaly: flag(true),
  enable_distributed_agents: flag(true),
});

const performance = section({
  /** Submissions worked on at a time; the others wait for their turn. */
  max_concurrent_enforcements: atLeastOne(100),
  /** Submissions waiting for their turn before the server answers 503, and how long one waits, in ms. */
  max_queued_enforcements: count(500),
  queue_deadline_ms: atLeastOne(2_000),
  cache_policy_results: flag(true),
  cache_ttl_seconds: count(300),
  rate_limit: section({
    enabled: flag(true),
    requests_per_minute: atLeastOne(100),
    requests_per_hour: atLeastOne(1000),
    /** Of these at most so many within one second. */
    burst: atLeastOne(100),
    /** Counts for all replicas together, e.g. `redis://127.0.0.1:6379`; each server counts by itself when absent. */
    redis_url: text,
  }),
});

/** Linear-time regexes only: a pattern from a file must not be able to stall the server. */
const pattern = z.string().superRefine((value, context) => {
  try {
    RE2JS.compile(value);
  } catch (error) {
    context.addIssue({ code: "custom", message: `not a regular expression this server can run: ${(error as Error).message}` });
  }
});

const customPolicy = z.strictObject({
  name: z.string().min(1),
  pattern,
  severity: z.preprocess(
    (value) => (typeof value === "string" ? value.toLowerCase() : value),
    z.enum(["critical", "high", "medium", "low", "info"]).default("high"),
  ),
  action: z.enum(["BLOCK", "REQUIRE_APPROVAL", "WARN"]),
});

/** Addresses, networks and the names that stand for some; `true` would let every client choose its address. */
const proxy = z
  .string()
  .refine(
    (value) => ["loopback", "linklocal", "uniquelocal"].includes(value) || isNetwork(value),
    "expected an address, a network such as `10.0.0.0/8`, `loopback`, `linklocal` or `uniquelocal`",
  );

function isNetwork(value: string): boolean {
  const [address = "", bits, more] = value.split("/");
  const version = isIP(address);
  if (version === 0 || more !== undefined) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128));
}

const server = section({
  host: z.string().min(1).default("127.0.0.1"),
  port: z.int().min(0).max(65_535).default(5000),
  data_dir: z.string().min(1).default("./agentguard-data"),
  public_analyze: flag(false),
  /** Proxies whose `X-Forwarded-For` is believed; nobody's by default. */
  trust_proxy: z.array(proxy).default([]),
  /** PEM files; HTTPS when both are there. Read again when they change. */
  tls: section({ cert_file: text, key_file: text }).refine(
    ({ cert_file, key_file }) => (cert_file === null) === (key_file === null),
    "`cert_file` and `key_file` belong together: set both or neither",
  ),
  /** How long a stopping server waits for requests in flight. */
  shutdown_seconds: z.number().min(0).default(30),
});

const limits = section({
  code_bytes: atLeastOne(1_048_576),
  body_bytes: atLeastOne(1_572_864),
  /** Of all requests that are being worked on, together. */
  bodies_bytes: atLeastOne(268_435_456),
  /** Wall clock of one run, and the default when a request names none, in ms. */
  timeout_ms: atLeastOne(15_000),
  output_bytes: atLeastOne(1_048_576),
  /** Deadline of one analysis, in ms. */
  analysis_ms: atLeastOne(1_000),
  /** Deadline of one layer, in ms. */
  layer_ms: atLeastOne(2_000),
  /** Worker threads for analysis; 0 means one per processor, at most four. */
  analysis_workers: count(0),
  /** Submissions waiting for analysis before the server answers 503. */
  analysis_queue: atLeastOne(200),
  /** How long the answer to a request with an `Idempotency-Key` is kept. */
  idempotency_hours: z.number().positive().default(24),
});

const configShape = z.strictObject({
  env: z.string().min(1).default("development"),
  /** The bootstrap administrator's key; a random one is kept in `data_dir/admin.key` when there is none here. */
  api_key: z.string().min(8).nullable().default(null),
  policies,
  state_guard: stateGuard,
  sandbox,
  approval,
  domains,
  compliance,
  observability,
  features,
  performance,
  custom_policies: z
    .array(customPolicy)
    .superRefine((policies, context) => {
      for (const [index, { name }] of policies.entries()) {
        const first = policies.findIndex((other) => other.name === name);
        if (first < index) context.addIssue({ code: "custom", path: [index, "name"], message: `the name \`${name}\` is taken already` });
      }
    })
    .default([]),
  rules: section({
    directories: z.array(z.string().min(1)).default([]),
  }),
  context: section({
    claims: section({
      anonymous: claims("all"),
      agent: claims("none"),
      operator: claims("all"),
      admin: claims("all"),
    }),
  }),
  server,
  limits,
});

/** What `enabled: true` needs beside it. */
const NEEDED: readonly (readonly [section: string, keys: readonly string[]])[] = [
  ["approval.notifications.slack", ["webhook_url"]],
  ["approval.notifications.email", ["smtp_server", "from", "to"]],
  ["observability.export.splunk", ["hec_url", "token"]],
  ["observability.export.datadog", ["api_key"]],
];
const ADDRESSES = ["approval.notifications.slack.webhook_url", "observability.export.splunk.hec_url"] as const;
/** 45 CFR 164.316(b)(2)(i): six years. */
const HIPAA_RETENTION_DAYS = 2190;

const at = (config: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], config);

/** Keys that are right by themselves and wrong together. */
export const configSchema = configShape.superRefine((config, context) => {
  const problem = (path: string, message: string) => context.addIssue({ code: "custom", path: path.split("."), message });
  for (const [section, keys] of NEEDED) {
    const { enabled, ...values } = at(config, section) as Record<string, unknown>;
    const missing = keys.filter((key) => values[key] === null || (Array.isArray(values[key]) && values[key].length === 0));
    if (enabled === true) for (const key of missing) problem(`${section}.${key}`, `required while \`${section}.enabled\` is true`);
  }
  for (const path of ADDRESSES) {
    const [url, enabled] = [at(config, path), at(config, path.replace(/\.\w+$/, ".enabled"))];
    if (enabled === true && typeof url === "string" && !/^https?:\/\/[^/]/.test(url))
      problem(path, "expected an address that starts with https://");
  }
  const { smtp_server } = config.approval.notifications.email;
  if (smtp_server !== null && !URL.canParse(smtp_server.includes("://") ? smtp_server : `smtp://${smtp_server}`))
    problem("approval.notifications.email.smtp_server", "expected `host`, `host:port` or `smtps://host:port`");
  const { hipaa } = config.compliance;
  for (const path of ["observability.audit_log_retention_days", "domains.healthcare.audit_retention_days"]) {
    const days = at(config, path) as number;
    if (hipaa.enabled && hipaa.require_audit_trail && days !== 0 && days < HIPAA_RETENTION_DAYS)
      problem(path, `\`compliance.hipaa.require_audit_trail\` wants at least ${HIPAA_RETENTION_DAYS} days (six years)`);
  }
});

type Parsed = z.output<typeof configSchema>;
type Containment = NonNullable<Parsed["sandbox"]["require"]>;

/** The effective configuration: every key present, `sandbox.require` settled. */
export type Config = Omit<Parsed, "sandbox"> & { readonly sandbox: Omit<Parsed["sandbox"], "require"> & { readonly require: Containment } };

/** Dotted paths whose values are never shown, and which `AGENTGUARD_<PATH>_FILE` may supply. */
export const SECRET_PATHS: ReadonlySet<string> = new Set([
  "api_key",
  "approval.notifications.slack.webhook_url",
  "approval.notifications.email.password",
  "performance.rate_limit.redis_url",
  "observability.export.splunk.token",
  "observability.export.datadog.api_key",
]);
