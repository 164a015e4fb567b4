/** The version of a configuration: a digest of the keys that can change a decision or a run, and of no others. */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { Config } from "./schema.ts";

/** Ports, log levels and where notices are sent do not make an approval stale; everything below does. */
export function configVersion(config: Config): string {
  const { notifications: _, single_operator: __, ...approval } = config.approval;
  const { code_bytes, body_bytes, timeout_ms, output_bytes } = config.limits;
  const deciding = {
    policies: config.policies,
    state_guard: config.state_guard,
    sandbox: config.sandbox,
    approval,
    domains: config.domains,
    compliance: config.compliance,
    features: config.features,
    custom_policies: config.custom_policies,
    context: config.context,
    limits: { code_bytes, body_bytes, timeout_ms, output_bytes },
  };
  return createHash("sha256")
    .update(canonicalize(deciding) as string)
    .digest("hex")
    .slice(0, 16);
}
