/** What a program tried that analysis had not seen coming. A surprise is a fault of analysis, or a program that hides. */
import type { Effect } from "../../analysis/effects.ts";
import { kindsOf } from "../../sandbox/observed-kinds.ts";
import { hostOf, predictedKinds } from "./choose-profile.ts";

/** As the sandbox reports it. */
export type Observed = { readonly kind: string; readonly target: string; readonly allowed: boolean };

const TO_A_HOST: ReadonlySet<string> = new Set(["net.fetch", "net.send"]);

export function unpredictedEffects<T extends Observed>(observed: readonly T[], effects: readonly Effect[]): readonly T[] {
  const kinds: readonly string[] | null = predictedKinds(effects);
  if (kinds === null) return [];
  return observed.filter((each) => {
    const wanted = kindsOf(each);
    if (wanted === null) return false;
    return TO_A_HOST.has(each.kind) ? !reaches(effects, hostOf(each.target)) : !wanted.some((kind) => kinds.includes(kind));
  });
}

/** Whether a request to this host was predicted: by its name, or by one whose host is not known before it runs. */
function reaches(effects: readonly Effect[], host: string | null): boolean {
  return effects.some(({ kind, target }) => TO_A_HOST.has(kind) && [host, null].includes(hostOf(target)));
}
