/** The configuration file and its environment: what is accepted, what is refused, and where a refusal points. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { leaves } from "../../src/config/schema-paths.ts";
import {
  type Config,
  configVersion,
  defaultConfig,
  formatProblem,
  type LoadedConfig,
  type LoadOptions,
  loadConfig,
} from "../../src/config.ts";

const directory = mkdtempSync(join(tmpdir(), "agentguard-config-"));
after(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;

function load(text: string | null, env: LoadOptions["env"] = {}): LoadedConfig {
  if (text === null) return loadConfig({ env, cwd: join(directory, "nowhere") });
  const path = join(directory, `${files++}.yaml`);
  writeFileSync(path, text);
  return loadConfig({ path, env, cwd: directory });
}

function loaded(text: string | null, env: LoadOptions["env"] = {}): Config {
  const result = load(text, env);
  assert.ok(result.ok, result.ok ? "" : result.problems.map(formatProblem).join("\n"));
  return result.config;
}

function problems(text: string | null, env: LoadOptions["env"] = {}): readonly string[] {
  const result = load(text, env);
  assert.ok(!result.ok, "expected problems");
  return result.problems.map((problem) => formatProblem(problem).replaceAll(`${directory}/`, ""));
}

test("an empty file, no file, and a file of empty sections are the defaults", () => {
  assert.deepEqual(loaded(null), defaultConfig());
  assert.deepEqual(loaded(""), defaultConfig());
  assert.deepEqual(loaded("policies:\napproval:\n  levels:\n"), defaultConfig());
});

test("the published defaults", () => {
  const { server, state_guard, sandbox, approval, domains, observability, performance } = defaultConfig();
  assert.deepEqual([server.host, server.port, server.data_dir], ["127.0.0.1", 5000, "./agentguard-data"]);
  assert.deepEqual([state_guard.delete_spree_threshold, state_guard.retry_limit, state_guard.session_timeout_minutes], [3, 5, 60]);
  assert.deepEqual([sandbox.max_memory_mb, sandbox.max_cpu_seconds, sandbox.network], [512, 10, "blocked"]);
  assert.deepEqual([approval.require_for_delete_over, approval.require_for_transfer_over], [1000, 100_000]);
  const { manager, director, vp, cto } = approval.levels;
  assert.deepEqual(
    [manager, director, vp, cto].map((level) => level.max_impact),
    [10_000, 100_000, 1_000_000, "unlimited"],
  );
  assert.deepEqual([domains.healthcare.audit_retention_days, domains.infrastructure.max_scale_instances], [2555, 100]);
  assert.deepEqual([observability.metrics_retention_days, observability.audit_log_retention_days], [90, 2555]);
  assert.deepEqual([performance.max_concurrent_enforcements, performance.cache_ttl_seconds], [100, 300]);
});

/** Every key that the wire contract names, with a value other than its default. */
const PUBLISHED = `
policies:
  balance_operations: { require_auth: false, require_validation: false }
  delete_operations: { allow_delete_all: true, max_delete_count: 5 }
  data_sensitivity: { block_pii_to_logger: false, block_credentials_to_network: false, block_ssn_everywhere: false }
state_guard: { delete_spree_threshold: 4, retry_limit: 6, session_timeout_minutes: 30, enable_cross_session: true, enable_behavioral_baseline: false }
sandbox: { max_memory_mb: 256, max_cpu_seconds: 5, network: whitelist, filesystem: read-write, network_whitelist: [api.example.com, "*.example.org"] }
approval:
  enabled: false
  require_for_drop_table: false
  require_for_delete_over: 10
  require_for_transfer_over: 500.5
  levels: { manager: { max_impact: 1 }, director: { max_impact: 2 }, vp: { max_impact: 3 }, cto: { max_impact: 4 } }
  notifications:
    slack: { enabled: true, webhook_url: "https://hooks.example.com/x" }
    email: { enabled: true, smtp_server: smtp.example.com, from: a@example.com, to: [b@example.com] }
domains:
  financial: { enabled: false, max_transfer_amount: 5, require_duplicate_check: false, require_fraud_check: false }
  healthcare: { enabled: false, require_hipaa_consent: false, require_encryption: false, audit_retention_days: 1 }
  infrastructure: { enabled: false, require_change_ticket: false, require_rollback_plan: false, max_scale_instances: 1 }
compliance:
  pii: { enabled: false, classifications: [ssn], blocked_sinks: [logger] }
  pci: { enabled: false, require_tokenization: false, allowed_endpoints: ["https://pay.example.com/*"] }
  hipaa: { enabled: false, require_consent: false, require_audit_trail: false, require_encryption: false }
observability:
  enable_metrics: false
  enable_audit_log: true
  enable_dashboard: false
  log_level: DEBUG
  metrics_retention_days: 1
  audit_log_retention_days: 1
  export:
    prometheus: { enabled: true, port: 9091 }
    otlp: { endpoint: "http://127.0.0.1:4318" }
    splunk: { enabled: true, hec_url: "https://splunk.example.com", token: t }
    datadog: { enabled: true, api_key: k }
features:
  { enable_layer1: false, enable_layer2: false, enable_layer3: false, enable_layer4: false, enable_layer5: false, enable_layer6: false,
    enable_multi_language: false, enable_behavioral_anomaly: false, enable_distributed_agents: false }
performance: { max_concurrent_enforcements: 1, cache_policy_results: false, cache_ttl_seconds: 1, rate_limit: { enabled: false, requests_per_minute: 1, burst: 1 } }
custom_policies:
  - { name: no-prod, pattern: "prod\\\\.", severity: CRITICAL, action: REQUIRE_APPROVAL }
`;

test("every published key is accepted, read, and different from its default", () => {
  const config = loaded(PUBLISHED);
  const defaults = defaultConfig();
  const value = (from: unknown, path: readonly string[]) => path.reduce((at, key) => (at as Record<string, unknown>)[key], from);
  const ours =
    /^(env|api_key|context|server|limits|custom_policies|rules|policies\.posture|sandbox\.(require|python|unpredicted|max_response_bytes|private_addresses|secrets|backend|oci|programs)|approval\.(single_operator|expires_minutes|notifications\.email\.(username|password))|observability\.enable_audit_log|observability\.export\.datadog\.site|performance\.(rate_limit\.(requests_per_hour|redis_url)|max_queued_enforcements|queue_deadline_ms))/;
  const same = leaves().filter(
    ({ path }) => !ours.test(path.join(".")) && JSON.stringify(value(config, path)) === JSON.stringify(value(defaults, path)),
  );
  assert.deepEqual(
    same.map(({ path }) => path.join(".")),
    [],
  );
  assert.deepEqual(config.custom_policies, [{ name: "no-prod", pattern: "prod\\.", severity: "critical", action: "REQUIRE_APPROVAL" }]);
});

const REFUSED: readonly (readonly [name: string, text: string, expected: string])[] = [
  [
    "an unknown key",
    "state_guard:\n  delete_spre_threshold: 3\n",
    "0.yaml:2:3: unknown key `delete_spre_threshold` in `state_guard`; did you mean `delete_spree_threshold`?\n  2 |   delete_spre_threshold: 3\n    |   ^^^^^^^^^^^^^^^^^^^^^",
  ],
  [
    "an unknown section with nothing in it",
    "polices:\n",
    "0.yaml:1:1: unknown key `polices`; did you mean `policies`?\n  1 | polices:\n    | ^^^^^^^",
  ],
  ["a wrong type", "server:\n  port: many\n", "0.yaml:2:9: `server.port`: expected a number\n  2 |   port: many\n    |         ^^^^"],
  [
    "a value that is not one of the known ones",
    "sandbox: { network: blokked }\n",
    "0.yaml:1:21: `sandbox.network`: expected one of `blocked`, `whitelist`, `allow`\n  1 | sandbox: { network: blokked }\n    |                     ^^^^^^^",
  ],
  [
    "the audit log switched off",
    "observability:\n  enable_audit_log: false\n",
    "0.yaml:2:21: `observability.enable_audit_log`: the audit log cannot be switched off: no decision is made without its record\n  2 |   enable_audit_log: false\n    |                     ^^^^^",
  ],
  [
    "a number below its bound",
    "sandbox: { max_memory_mb: 1 }\n",
    "0.yaml:1:27: `sandbox.max_memory_mb`: expected at least 16\n  1 | sandbox: { max_memory_mb: 1 }\n    |                           ^",
  ],
  [
    "a number that must be above its bound",
    "sandbox: { max_cpu_seconds: 0 }\n",
    "0.yaml:1:29: `sandbox.max_cpu_seconds`: expected more than 0\n  1 | sandbox: { max_cpu_seconds: 0 }\n    |                             ^",
  ],
  [
    "a key that is too short",
    "api_key: short\n",
    "0.yaml:1:10: `api_key`: expected at least 8 characters\n  1 | api_key: short\n    |          ^^^^^",
  ],
  [
    "a level that is neither number nor unlimited",
    "approval: { levels: { cto: { max_impact: lots } } }\n",
    "0.yaml:1:42: `approval.levels.cto.max_impact`: expected a number or `unlimited`\n  1 | approval: { levels: { cto: { max_impact: lots } } }\n    |                                          ^^^^",
  ],
  [
    "a custom policy without an action",
    "custom_policies:\n  - name: x\n    pattern: y\n",
    "0.yaml:2:5: `custom_policies.0.action`: expected one of `BLOCK`, `REQUIRE_APPROVAL`, `WARN`\n  2 |   - name: x\n    |     ^^^^^^^",
  ],
  [
    "two custom policies of one name",
    "custom_policies:\n  - { name: x, pattern: y, action: WARN }\n  - { name: x, pattern: z, action: WARN }\n",
    "0.yaml:3:13: `custom_policies.1.name`: the name `x` is taken already\n  3 |   - { name: x, pattern: z, action: WARN }\n    |             ^",
  ],
  [
    "a notification that is switched on without its address",
    "approval:\n  notifications:\n    slack:\n      enabled: true\n",
    "0.yaml:4:7: `approval.notifications.slack.webhook_url`: required while `approval.notifications.slack.enabled` is true\n  4 |       enabled: true\n    |       ^^^^^^^^^^^^^",
  ],
  [
    "a collector's address without a scheme",
    "observability: { export: { splunk: { enabled: true, hec_url: splunk.example.com, token: t } } }\n",
    "0.yaml:1:62: `observability.export.splunk.hec_url`: expected an address that starts with https://\n  1 | observability: { export: { splunk: { enabled: true, hec_url: splunk.example.com, token: t } } }\n    |                                                              ^^^^^^^^^^^^^^^^^^",
  ],
  [
    "a mail server that is no address",
    "approval: { notifications: { email: { smtp_server: 'a b:c' } } }\n",
    "0.yaml:1:52: `approval.notifications.email.smtp_server`: expected `host`, `host:port` or `smtps://host:port`\n  1 | approval: { notifications: { email: { smtp_server: 'a b:c' } } }\n    |                                                    ^^^^^^^",
  ],
  [
    "records kept for less time than HIPAA wants",
    "observability: { audit_log_retention_days: 365 }\n",
    "0.yaml:1:44: `observability.audit_log_retention_days`: `compliance.hipaa.require_audit_trail` wants at least 2190 days (six years)\n  1 | observability: { audit_log_retention_days: 365 }\n    |                                            ^^^",
  ],
  ["text that is no section", "just text\n", "0.yaml:1:1: the file: expected a section with keys\n  1 | just text\n    | ^^^^^^^^^"],
];
for (const [name, text, expected] of REFUSED) {
  test(`refused with its place: ${name}`, () => {
    files = 0;
    assert.deepEqual(problems(text), [expected]);
  });
}

test("a key given twice, broken YAML and a pattern no engine here runs are refused", () => {
  assert.match(problems("server: {}\nserver: {}\n")[0]!, /:2:1: not valid YAML: Map keys must be unique/);
  assert.match(problems("server: [1\n")[0]!, /not valid YAML/);
  assert.match(
    problems('custom_policies: [{ name: x, pattern: "(?=a)", action: BLOCK }]\n')[0]!,
    /not a regular expression this server can run/,
  );
});

test("every problem of a file is told, in the order of its lines", () => {
  const lines = problems("server:\n  port: x\n  hots: y\nfeatures:\n  enable_layer7: true\n").map(
    (problem) => /:(\d+):/.exec(problem)?.[1],
  );
  assert.deepEqual(lines, ["2", "3", "5"]);
});

test("the environment overrides the file; lists by commas or YAML", () => {
  const config = loaded("server: { port: 1, data_dir: /a }\n", {
    AGENTGUARD_SERVER_PORT: "2",
    AGENTGUARD_SERVER_DATA_DIR: "/b",
    AGENTGUARD_SANDBOX_NETWORK_WHITELIST: "a.example, *.b.example",
    AGENTGUARD_APPROVAL_LEVELS_VP_MAX_IMPACT: "unlimited",
    AGENTGUARD_FEATURES_ENABLE_LAYER4: "false",
    AGENTGUARD_ENV: "production",
    AGENTGUARD_API_KEY: "0123456789",
  });
  assert.deepEqual([config.server.port, config.server.data_dir], [2, "/b"]);
  assert.deepEqual(config.sandbox.network_whitelist, ["a.example", "*.b.example"]);
  assert.equal(config.approval.levels.vp.max_impact, "unlimited");
  assert.equal(config.features.enable_layer4, false);
  assert.deepEqual([config.env, config.api_key], ["production", "0123456789"]);
});

test("a wrong value in the environment names the variable; an unknown one warns with what was meant", () => {
  assert.deepEqual(problems(null, { AGENTGUARD_SERVER_PORT: "x" }), [
    "environment variable AGENTGUARD_SERVER_PORT: `server.port`: expected a number",
  ]);
  const result = load(null, { AGENTGUARD_SERVR_PORT: "1" });
  assert.ok(result.ok);
  assert.deepEqual(result.warnings, [
    "environment variable `AGENTGUARD_SERVR_PORT` is not a configuration key; did you mean `AGENTGUARD_SERVER_PORT`?",
  ]);
});

test("secrets may come from files; both at once, or a file that is not there, is refused", () => {
  const file = join(directory, "secret");
  writeFileSync(file, "from-a-file\n");
  assert.equal(loaded(null, { AGENTGUARD_API_KEY_FILE: file }).api_key, "from-a-file");
  assert.match(problems(null, { AGENTGUARD_API_KEY_FILE: file, AGENTGUARD_API_KEY: "0123456789" })[0]!, /set only one/);
  assert.match(problems(null, { AGENTGUARD_API_KEY_FILE: join(directory, "no") })[0]!, /cannot read .*ENOENT/);
});

test("files are looked for by both names; one named file that is missing is an error", () => {
  const cwd = mkdtempSync(join(directory, "both-"));
  writeFileSync(join(cwd, "agentguard_config.yaml"), "server: { port: 1 }\n");
  const older = loadConfig({ env: {}, cwd });
  assert.ok(older.ok);
  assert.equal(older.config.server.port, 1);
  writeFileSync(join(cwd, "agentguard.yaml"), "server: { port: 2 }\n");
  const both = loadConfig({ env: {}, cwd });
  assert.ok(both.ok);
  assert.equal(both.config.server.port, 2);
  assert.match(both.warnings.join(), /only agentguard.yaml is read/);
  assert.equal(both.source, join(cwd, "agentguard.yaml"));
  const named = loadConfig({ env: { AGENTGUARD_CONFIG: "agentguard_config.yaml" }, cwd });
  assert.ok(named.ok && named.config.server.port === 1);
  const missing = loadConfig({ path: "no.yaml", env: {}, cwd });
  assert.ok(!missing.ok);
  assert.equal(formatProblem(missing.problems[0]!), "no.yaml: there is no such file");
});

test("containment is required according to who can reach the server, unless it is said", () => {
  assert.equal(loaded("server: { host: 127.0.0.1 }").sandbox.require, "process");
  assert.equal(loaded("server: { host: '::1' }").sandbox.require, "process");
  assert.equal(loaded("server: { host: 0.0.0.0 }").sandbox.require, "namespaces");
  assert.equal(loaded("server: { host: 0.0.0.0 }\nsandbox: { require: none }").sandbox.require, "none");
});

test("the version follows what decides, and nothing else", () => {
  const version = (text: string) => configVersion(loaded(text));
  const base = version("");
  for (const same of ["server: { port: 1 }", "observability: { log_level: error }", "env: production", "api_key: secret-key"]) {
    assert.equal(version(same), base, same);
  }
  for (const other of [
    "features: { enable_layer4: false }",
    "approval: { expires_minutes: 1 }",
    "sandbox: { max_memory_mb: 64 }",
    "context: { claims: { agent: [domain] } }",
  ]) {
    assert.notEqual(version(other), base, other);
  }
});

test("switched-off layers are told", () => {
  const result = load("features: { enable_layer3: false }");
  assert.ok(result.ok);
  assert.deepEqual(result.warnings, ["layer 3 is switched off by `features.enable_layer3: false`"]);
});
