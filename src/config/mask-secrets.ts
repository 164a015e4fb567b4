/** The configuration as it may be shown: every secret that is set is replaced, whatever its length. */
import type { Config } from "./schema.ts";
import { SECRET_PATHS } from "./schema.ts";

const MASK = "********";

/** A copy with the secrets masked; a secret that is not set stays null. INVARIANT 8. */
export function maskSecrets(config: Config): Config {
  const copy = structuredClone(config) as Config & Record<string, unknown>;
  for (const path of SECRET_PATHS) {
    const keys = path.split(".");
    const last = keys.pop()!;
    const section = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy);
    if (section[last] != null) section[last] = MASK;
  }
  return copy;
}
