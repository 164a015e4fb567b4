/** What each key of the configuration changes: the same submissions, judged without and with it. */

export type Body = Readonly<Record<string, unknown>>;
export type Case = {
  /** Keys shown by this case. */
  readonly keys: readonly string[];
  /** Submissions of one session; the last answer counts. */
  readonly sends: readonly Body[];
  /** What else is set in both configurations. */
  readonly base?: string;
  readonly off: RegExp;
  readonly set: string;
  readonly on: RegExp;
};

const PII = { code: "logger.info(user.ssn)" };
const TRANSFER = { code: "transfer_money(a, b, 40000)" };
const LARGE = { code: "transfer_money(a, b, 150000)" };
const RECORD = { code: "patient_record = get_patient_data(patient_id)" };
const SCALE = { code: "cluster.scale_instances(50)", context: { domain: "infrastructure" } };
const FETCH = { code: 'import requests\nrequests.get("https://api.example.com/x")' };
const READ = { code: 'open("a.txt").read()' };
const CARD = { code: 'import requests\nrequests.post("https://pay.example.com/x", json={"card": user.card_number})' };
const DELETE_TEN = { code: 'db.execute("DELETE FROM t WHERE a = 1 LIMIT 10")' };
const BLOCKED = { code: "account.balance -= 100" };
const DROP = { code: 'cursor.execute("DROP TABLE users")' };
const TICKET = { domain: "infrastructure", change_ticket: "T1" };
const NO_HIPAA = "compliance: { hipaa: { enabled: false } }";
const NO_HEALTHCARE = "domains: { healthcare: { require_hipaa_consent: false, require_encryption: false } }";
const BIG = "const a = []; for (let i = 0; i < 60; i++) a.push(new Array(131072).fill(i)); console.log(a.length)";

export const CASES: readonly Case[] = [
  {
    keys: ["policies.balance_operations.require_auth"],
    sends: [BLOCKED],
    off: /^BLOCK by 2/,
    set: "policies: { balance_operations: { require_auth: false } }",
    on: /^ALLOW/,
  },
  {
    keys: ["policies.balance_operations.require_validation"],
    sends: [{ code: "if user.is_authorized():\n  account.balance -= amount" }],
    ...{ off: /^REQUIRES_APPROVAL/, set: "policies: { balance_operations: { require_validation: false } }", on: /^ALLOW/ },
  },
  {
    keys: ["policies.delete_operations.allow_delete_all"],
    sends: [{ code: "User.objects.all().delete()" }],
    ...{ off: /^BLOCK/, set: "policies: { delete_operations: { allow_delete_all: true } }", on: /^ALLOW/ },
  },
  {
    keys: ["policies.delete_operations.max_delete_count"],
    sends: [DELETE_TEN],
    off: /^ALLOW/,
    set: "policies: { delete_operations: { max_delete_count: 5 } }",
    on: /^REQUIRES_APPROVAL/,
  },
  {
    keys: ["approval.require_for_delete_over"],
    sends: [DELETE_TEN],
    off: /^ALLOW/,
    set: "approval: { require_for_delete_over: 5 }",
    on: /^REQUIRES_APPROVAL/,
  },
  {
    keys: ["policies.data_sensitivity.block_pii_to_logger"],
    sends: [PII],
    off: /^BLOCK by 3/,
    set: "policies: { data_sensitivity: { block_pii_to_logger: false } }",
    on: /^ALLOW/,
  },
  {
    keys: ["policies.data_sensitivity.block_credentials_to_network"],
    sends: [{ code: 'import requests\nrequests.post("https://api.example.com/x", data=user.password)' }],
    ...{ off: /^(BLOCK|REQUIRES_APPROVAL)/, set: "policies: { data_sensitivity: { block_credentials_to_network: false } }", on: /^ALLOW/ },
  },
  {
    keys: ["policies.data_sensitivity.block_ssn_everywhere"],
    sends: [{ code: 'x = "078-05-1120"' }],
    ...{ off: /^BLOCK by 3/, set: "policies: { data_sensitivity: { block_ssn_everywhere: false } }", on: /^ALLOW/ },
  },
  {
    keys: ["state_guard.delete_spree_threshold"],
    sends: [{ code: 'import os\nos.remove("a")\nos.remove("b")' }],
    ...{ off: /^ALLOW/, set: "state_guard: { delete_spree_threshold: 2 }", on: /^BLOCK by 4/ },
  },
  {
    keys: ["state_guard.retry_limit"],
    sends: [BLOCKED, BLOCKED],
    off: /^(?!.*retry_after_block)/,
    set: "state_guard: { retry_limit: 1 }",
    on: /history\.retry_after_block/,
  },
  {
    keys: ["state_guard.enable_cross_session"],
    base: "state_guard: { retry_limit: 1 }",
    sends: [BLOCKED, { ...BLOCKED, session_id: "another" }],
    ...{
      off: /^(?!.*retry_after_block)/,
      set: "state_guard: { retry_limit: 1, enable_cross_session: true }",
      on: /history\.retry_after_block/,
    },
  },
  { keys: ["sandbox.network"], sends: [FETCH], off: /network: none/, set: "sandbox: { network: allow }", on: /network: api\.example\.com/ },
  {
    keys: ["sandbox.network_whitelist"],
    base: "sandbox: { network: whitelist }",
    ...{
      sends: [FETCH],
      off: /network: none/,
      set: 'sandbox: { network: whitelist, network_whitelist: ["*.example.com"] }',
      on: /network: api\.example\.com/,
    },
  },
  {
    keys: ["sandbox.filesystem"],
    sends: [READ],
    off: /filesystem: workspace, read-only/,
    set: "sandbox: { filesystem: blocked }",
    on: /filesystem: none/,
  },
  {
    keys: ["sandbox.filesystem"],
    sends: [{ run: true, code: 'open("a.txt", "w").write("x")' }],
    ...{ off: /run completed/, set: "sandbox: { filesystem: blocked }", on: /run failed/ },
  },
  {
    keys: ["sandbox.max_memory_mb"],
    sends: [{ run: true, language: "javascript", code: BIG }],
    off: /run completed/,
    set: "sandbox: { max_memory_mb: 16 }",
    on: /run memory_exceeded/,
  },
  {
    keys: ["sandbox.max_cpu_seconds"],
    sends: [{ run: true, language: "javascript", code: "const end = Date.now() + 1500; while (Date.now() < end); console.log(1)" }],
    ...{ off: /run completed/, set: "sandbox: { max_cpu_seconds: 0.3 }", on: /run timeout/ },
  },
  {
    keys: ["approval.enabled"],
    sends: [DROP],
    off: /^REQUIRES_APPROVAL/,
    set: "approval: { enabled: false }",
    on: /^BLOCK.*approval\.disabled/,
  },
  {
    keys: ["approval.require_for_drop_table"],
    sends: [DROP],
    off: /^REQUIRES_APPROVAL/,
    set: "approval: { require_for_drop_table: false }",
    on: /^BLOCK/,
  },
  {
    keys: ["approval.require_for_transfer_over"],
    sends: [TRANSFER],
    off: /^ALLOW/,
    set: "approval: { require_for_transfer_over: 500 }",
    on: /^REQUIRES_APPROVAL/,
  },
  {
    keys: ["approval.levels.manager.max_impact"],
    sends: [LARGE],
    off: /level VP/,
    set: "approval: { levels: { manager: { max_impact: 150000 } } }",
    on: /level MANAGER/,
  },
  {
    keys: ["approval.levels.director.max_impact"],
    sends: [LARGE],
    off: /level VP/,
    set: "approval: { levels: { director: { max_impact: 150000 } } }",
    on: /level DIRECTOR/,
  },
  {
    keys: ["approval.levels.vp.max_impact"],
    sends: [LARGE],
    off: /level VP/,
    set: "approval: { levels: { vp: { max_impact: 100001 } } }",
    on: /level CTO/,
  },
  {
    keys: ["approval.levels.cto.max_impact"],
    sends: [DROP],
    off: /level CTO/,
    set: "approval: { levels: { cto: { max_impact: 2000000 } } }",
    on: /^BLOCK by 6.*more than anybody may approve/,
  },
  {
    keys: ["domains.financial.enabled"],
    base: "approval: { require_for_transfer_over: 1000000 }",
    ...{
      sends: [LARGE],
      off: /^REQUIRES_APPROVAL/,
      set: "approval: { require_for_transfer_over: 1000000 }\ndomains: { financial: { enabled: false } }",
      on: /^ALLOW/,
    },
  },
  {
    keys: ["domains.financial.max_transfer_amount"],
    sends: [TRANSFER],
    off: /^ALLOW/,
    set: "domains: { financial: { max_transfer_amount: 500 } }",
    on: /^REQUIRES_APPROVAL/,
  },
  {
    keys: ["domains.financial.require_duplicate_check"],
    ...{
      sends: [TRANSFER, TRANSFER],
      off: /^REQUIRES_APPROVAL.*duplicate/,
      set: "domains: { financial: { require_duplicate_check: false } }",
      on: /^ALLOW/,
    },
  },
  {
    keys: ["domains.financial.require_fraud_check"],
    sends: [{ code: "transfer_money(a, b, 60000)" }, { code: "transfer_money(a, c, 60000)" }],
    ...{
      off: /^REQUIRES_APPROVAL.*Together with earlier ones/,
      set: "domains: { financial: { require_fraud_check: false } }",
      on: /^ALLOW/,
    },
  },
  {
    keys: ["domains.healthcare.enabled"],
    sends: [RECORD],
    off: /^BLOCK/,
    set: "domains: { healthcare: { enabled: false } }",
    on: /^ALLOW/,
  },
  {
    keys: ["domains.healthcare.require_hipaa_consent", "compliance.hipaa.enabled"],
    ...{ base: NO_HIPAA, sends: [RECORD], off: /HIPAA consent and encrypted storage/ },
    ...{ set: `${NO_HIPAA}\ndomains: { healthcare: { require_hipaa_consent: false } }`, on: /requires encrypted storage/ },
  },
  {
    keys: ["domains.healthcare.require_encryption"],
    ...{ base: NO_HIPAA, sends: [RECORD], off: /HIPAA consent and encrypted storage/ },
    ...{ set: `${NO_HIPAA}\ndomains: { healthcare: { require_encryption: false } }`, on: /requires HIPAA consent(?! and)/ },
  },
  {
    keys: ["compliance.hipaa.require_consent"],
    ...{ base: NO_HEALTHCARE, sends: [RECORD], off: /HIPAA consent and encrypted storage/ },
    ...{ set: `${NO_HEALTHCARE}\ncompliance: { hipaa: { require_consent: false } }`, on: /requires encrypted storage/ },
  },
  {
    keys: ["compliance.hipaa.require_encryption"],
    ...{ base: NO_HEALTHCARE, sends: [RECORD], off: /HIPAA consent and encrypted storage/ },
    ...{ set: `${NO_HEALTHCARE}\ncompliance: { hipaa: { require_encryption: false } }`, on: /requires HIPAA consent(?! and)/ },
  },
  {
    keys: ["domains.infrastructure.enabled"],
    sends: [SCALE],
    off: /^BLOCK.*change ticket and rollback plan/,
    set: "domains: { infrastructure: { enabled: false } }",
    on: /^ALLOW/,
  },
  {
    keys: ["domains.infrastructure.require_change_ticket"],
    ...{
      sends: [SCALE],
      off: /change ticket and rollback plan/,
      set: "domains: { infrastructure: { require_change_ticket: false } }",
      on: /requires rollback plan/,
    },
  },
  {
    keys: ["domains.infrastructure.require_rollback_plan"],
    sends: [{ ...SCALE, context: TICKET }],
    ...{ off: /requires rollback plan/, set: "domains: { infrastructure: { require_rollback_plan: false } }", on: /^ALLOW/ },
  },
  {
    keys: ["domains.infrastructure.max_scale_instances"],
    sends: [{ code: "cluster.scale_instances(50)" }],
    ...{ off: /^ALLOW/, set: "domains: { infrastructure: { max_scale_instances: 10 } }", on: /^BLOCK.*Scaling to 50/ },
  },
  { keys: ["compliance.pii.enabled"], sends: [PII], off: /^BLOCK by 3/, set: "compliance: { pii: { enabled: false } }", on: /^ALLOW/ },
  {
    keys: ["compliance.pii.classifications"],
    sends: [PII],
    off: /^BLOCK by 3/,
    set: "compliance: { pii: { classifications: [email] } }",
    on: /^ALLOW/,
  },
  {
    keys: ["compliance.pii.blocked_sinks"],
    sends: [PII],
    off: /^BLOCK by 3/,
    set: "compliance: { pii: { blocked_sinks: [network] } }",
    on: /^ALLOW/,
  },
  {
    keys: ["compliance.pci.enabled"],
    sends: [CARD],
    off: /^(BLOCK|REQUIRES_APPROVAL)/,
    set: "compliance: { pci: { enabled: false } }",
    on: /^ALLOW/,
  },
  {
    keys: ["compliance.pci.require_tokenization"],
    sends: [CARD],
    off: /^(BLOCK|REQUIRES_APPROVAL)/,
    set: "compliance: { pci: { require_tokenization: false } }",
    on: /^ALLOW/,
  },
  {
    keys: ["compliance.pci.allowed_endpoints"],
    ...{
      sends: [CARD],
      off: /^(BLOCK|REQUIRES_APPROVAL)/,
      set: 'compliance: { pci: { allowed_endpoints: ["https://pay.example.com/*"] } }',
      on: /^ALLOW/,
    },
  },
  ...[1, 2, 3, 4, 5, 6].map((layer): Case => {
    const skipped = new RegExp(`skipped [\\d ]*${layer}`);
    return {
      keys: [`features.enable_layer${layer}`],
      sends: [{ code: "x = 1" }],
      off: /skipped $/,
      set: `features: { enable_layer${layer}: false }`,
      on: skipped,
    };
  }),
  {
    keys: ["features.enable_multi_language"],
    sends: [{ language: "javascript", code: "const x = 1;" }],
    ...{
      off: /^ALLOW/,
      set: "features: { enable_multi_language: false }",
      on: /^BLOCK.*judges Python only.*analysis\.unsupported_language/,
    },
  },
  {
    keys: ["features.enable_distributed_agents"],
    sends: [{ code: "x = 1", forwarded: "203.0.113.7" }],
    ...{ off: /^ALLOW/, set: "features: { enable_distributed_agents: false }", on: /^403 request\.not_local/ },
  },
  {
    keys: ["custom_policies"],
    sends: [{ code: "connect('prod-db')" }],
    ...{
      off: /^ALLOW/,
      set: "custom_policies: [{ name: no-prod, pattern: 'prod[-_]db', severity: CRITICAL, action: BLOCK }]",
      on: /^BLOCK by 1.*CRITICAL: Custom policy/,
    },
  },
];
