/** Layer 2, how much: `max_delete_count`, `require_for_delete_over`, `max_scale_instances`, `require_validation`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { semanticGuard } from "../../layers/2-semantic-guard/semantic-guard.ts";
import type { Json } from "../../layers/model.ts";
import { type Config, defaultConfig } from "../../src/config.ts";
import { programOf } from "../analysis/interpret/analyze-source.ts";
import { shippedInvariants } from "../rules/shipped-rules.ts";
import { layerInput } from "./layer-input.ts";

const INVARIANTS = shippedInvariants();

type Case = {
  readonly name: string;
  readonly code: string;
  readonly context?: Readonly<Record<string, Json>>;
  readonly config?: (config: Config) => void;
  readonly says: readonly string[];
};

const deletes =
  (count: number, over = count) =>
  (config: Config) => {
    Object.assign(config.policies.delete_operations, { max_delete_count: count });
    Object.assign(config.approval, { require_for_delete_over: over });
  };
const TICKET = { domain: "infrastructure", change_ticket: "T1", rollback_plan: "R1" };
const GUARDED = "if user.is_authorized():\n";

const CASES: readonly Case[] = [
  {
    name: "rows of a LIMIT above both limits",
    code: 'db.execute("DELETE FROM logs WHERE old = 1 LIMIT 1001")',
    says: ["require_approval core.delete-count"],
  },
  { name: "rows of a LIMIT within both", code: 'db.execute("DELETE FROM logs WHERE old = 1 LIMIT 1000")', says: [] },
  { name: "a delete of unsaid size", code: 'db.execute("DELETE FROM logs WHERE old = 1")', says: [] },
  {
    name: "the caller's claim makes it stricter, whoever makes it",
    code: 'db.execute("DELETE FROM logs WHERE old = 1 LIMIT 3")',
    context: { delete_count: 5000 },
    says: ["require_approval core.delete-count"],
  },
  {
    name: "a claim that is text counts as its number",
    code: 'db.execute("DELETE FROM logs WHERE old = 1 LIMIT 3")',
    context: { delete_count: " 5000 " },
    says: ["require_approval core.delete-count"],
  },
  {
    name: "a small number as text",
    code: 'db.execute("DELETE FROM logs WHERE old = 1 LIMIT 3")',
    context: { delete_count: "3" },
    says: [],
  },
  {
    name: "a claim that is no number is the largest",
    code: 'db.execute("DELETE FROM logs WHERE old = 1 LIMIT 3")',
    context: { delete_count: "all of them" },
    says: ["require_approval core.delete-count"],
  },
  {
    name: "nothing said is no claim",
    code: 'db.execute("DELETE FROM logs WHERE old = 1 LIMIT 3")',
    context: { delete_count: " " },
    says: [],
  },
  {
    name: "instances as text",
    code: "cluster.scale_instances(5)",
    context: { instances: "500", ...TICKET },
    says: ["block infrastructure.scale-limit"],
  },
  { name: "few instances as text", code: "cluster.scale_instances(5)", context: { instances: "5", ...TICKET }, says: [] },
  {
    name: "a lower `max_delete_count` alone",
    code: 'db.execute("DELETE FROM logs WHERE old = 1 LIMIT 10")',
    config: deletes(5, 1000),
    says: ["require_approval core.delete-count"],
  },
  {
    name: "a lower `require_for_delete_over` alone",
    code: 'db.execute("DELETE FROM logs WHERE old = 1 LIMIT 10")',
    config: deletes(1000, 5),
    says: ["require_approval core.delete-count"],
  },
  { name: "higher limits", code: 'db.execute("DELETE FROM logs WHERE old = 1 LIMIT 5000")', config: deletes(10_000), says: [] },
  {
    name: "an update is no deletion",
    code: 'db.execute("UPDATE logs SET a = 1 WHERE old = 1")',
    context: { delete_count: 5000 },
    says: [],
  },
  { name: "scaling above the limit", code: "cluster.scale_instances(500)", says: ["block infrastructure.scale-limit"] },
  { name: "scaling to the limit", code: "cluster.scale_instances(100)", says: [] },
  {
    name: "scaling, as the caller says",
    code: "cluster.scale_instances(n)",
    context: { instances: 101 },
    says: ["block infrastructure.scale-limit"],
  },
  {
    name: "a higher limit for scaling",
    code: "cluster.scale_instances(500)",
    config: (config) => Object.assign(config.domains.infrastructure, { max_scale_instances: 500 }),
    says: [],
  },
  {
    name: "scaling with the domain switched off",
    code: "cluster.scale_instances(500)",
    config: (config) => Object.assign(config.domains.infrastructure, { enabled: false }),
    says: [],
  },
  { name: "ending many instances is not scaling", code: "cluster.terminate_instances(500)", says: [] },
  {
    name: "an amount that nothing checks",
    code: `${GUARDED}  account.balance -= amount\n`,
    says: ["require_approval financial.balance-validation"],
  },
  { name: "an amount that is compared", code: `${GUARDED}  if amount < account.balance:\n    account.balance -= amount\n`, says: [] },
  { name: "an amount that is checked", code: `${GUARDED}  if validate_amount(amount):\n    account.balance -= amount\n`, says: [] },
  { name: "a constant amount", code: `${GUARDED}  account.balance -= 100\n`, says: [] },
  {
    name: "an amount in a function that nobody calls",
    code: "def pay(amount):\n  if user.is_authorized():\n    account.balance -= amount\n",
    says: ["warn financial.balance-validation"],
  },
  {
    name: "an amount with the claim that it was validated",
    code: `${GUARDED}  account.balance -= amount\n`,
    context: { has_validation: true },
    says: [],
  },
  {
    name: "an amount that nothing checks, with the key switched off",
    code: `${GUARDED}  account.balance -= amount\n`,
    config: (config) => Object.assign(config.policies.balance_operations, { require_validation: false }),
    says: [],
  },
];

for (const { name, code, context = {}, config: change, says } of CASES) {
  test(name, () => {
    const config = structuredClone(defaultConfig());
    change?.(config);
    const verdict = semanticGuard(INVARIANTS, config).inspect(layerInput(programOf(code, "python"), context, Object.keys(context)));
    assert.ok(!(verdict instanceof Promise));
    assert.deepEqual(
      verdict.findings.map(({ action, ruleId }) => `${action} ${ruleId}`),
      says,
    );
  });
}
