/** What leaves in the headers of a request, besides who asks. */
import type { Label } from "../effects.ts";
import type { State } from "../state.ts";
import { mergeLabels, partsOf, type Value } from "../values.ts";
import { deepLabels } from "./labels.ts";

const SAYS_MUCH: ReadonlySet<Label> = new Set(["env", "file.private", "pci.card", "pci.security_code", "pii.ssn"]);

/** What leaves with a request that only asks: the whole environment, what a private file holds, what no address may say (CWE-598). */
export const besides = (labels: readonly Label[]): readonly Label[] => labels.filter((label) => SAYS_MUCH.has(label));

const NONE: readonly Label[] = [];

/** Headers that say who asks: what opens the service is read from a private file as often as not. */
const SAYS_WHO = /^s:(authorization|proxy-authorization|(x-)?api-?key|x-auth-token|x-access-token|private-token|x-vault-token|cookie)$/i;

/** `env.TOKEN`: one of several, by its name. */
const isNamed = (value: Value): boolean => partsOf(value).every((part) => typeof part === "string" || /\.\w+$/.test(part.path ?? ""));

/** What leaves in the headers of a request. */
export function headerLabels(state: State, headers: Value | undefined): readonly Label[] {
  if (headers === undefined) return NONE;
  if (headers.k !== "ref") return besides(deepLabels(state, headers));
  const { props, rest } = state.read(headers.addr);
  const named = [...props].map(([name, value]) => {
    const labels = besides(deepLabels(state, value));
    return SAYS_WHO.test(name) ? labels.filter((label) => label !== "file.private" && !isNamed(value)) : labels;
  });
  return mergeLabels(...named, rest === null ? [] : besides(deepLabels(state, rest)));
}
