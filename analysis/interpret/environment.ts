/** How sensitive the value of an environment variable is, by its name. */
import type { Label } from "../effects.ts";
import type { ApiModel } from "../models.ts";
import { mergeLabels } from "../values.ts";
import type { Run } from "./run.ts";

/** Names of settings that are meant for others: where, in what version, for whom. */
const SETTING =
  /(^|_)(CHAT(_ID)?|CHANNEL|REGION|ZONE|STAGE|ENV|ENVIRONMENT|VERSION|MODEL|LOCALE|LANG|TZ|TIMEZONE|PROJECT|BUCKET|QUEUE|TOPIC|TENANT|TEAM|NAMESPACE|LEVEL|PORT|LIMIT|TIMEOUT|FROM|TO|RECIPIENTS?|SENDER|BRANCH|REPO(SITORY)?)$/;

/** `name` null: all of them, or one that is not known. A region or a channel that is named tells nobody anything. */
export function variableLabels(run: Run, model: ApiModel, name: string | null): readonly Label[] {
  if (name === null) return model.labels;
  return model.cause === "env" && SETTING.test(name) ? [] : mergeLabels(model.labels, run.sensitivity.ofName(name));
}
