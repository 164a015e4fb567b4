/** Health records on a FHIR server (HL7 FHIR R4), changed by a request or through a client: the type of a resource says what it is about. */
import type { State } from "../state.ts";
import { isString, textOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { memberOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import type { Run } from "./run.ts";

/** What was found about a patient, and what is done about it; who works where is no finding. */
const TYPES =
  "MedicationRequest|MedicationStatement|MedicationAdministration|MedicationDispense|AllergyIntolerance|Condition|Observation|DiagnosticReport|Procedure|CarePlan|Immunization|ServiceRequest|NutritionOrder|Consent";
const ADDRESS = new RegExp(`/(${TYPES})(?:[/?{]|$)`);
const TYPE = new RegExp(`^(${TYPES})$`);
const CHANGES = /^(put|patch|delete)$/i;

function report(run: Run, state: State, found: { target: string; table: string; api: string }): void {
  const args = { verb: "update", table: found.table, clinical: true };
  emit(run, state, { kind: "db.write", target: found.target, classes: [], args, labels: [], basis: "api", api: found.api });
}

/** `PUT .../MedicationRequest/{id}`. */
export function reportClinicalRequest(run: Run, state: State, request: { target: Value; api: string; method: string }): void {
  const { target, api, method } = request;
  const table = CHANGES.test(method) ? ADDRESS.exec(textOf(target))?.[1] : undefined;
  if (table !== undefined) report(run, state, { target: textOf(target), table, api });
}

/** How a request is made: `axios.put(url)`, `requests.request("PUT", url)`. */
export function methodOf(state: State, api: string, args: CallArgs): string {
  const [first, ...more] = args.positional;
  const option = [args.keywords.get("method"), ...more.map((value) => memberOf(state, value, "method"))].find((v) => v !== undefined);
  if (option !== undefined) return isString(option) ? String(option.value) : "";
  const named = api.slice(api.lastIndexOf(".") + 1);
  return named === "request" && first !== undefined && isString(first) ? String(first.value) : named;
}

/** `client.update({ resourceType: "MedicationRequest", id, body })`, `client.deleteResource("Observation", id)`. */
export function reportClinicalClient(run: Run, state: State, called: { name: string; receiver: string }, args: CallArgs): void {
  if (!/^(update|patch|delete|conditionalUpdate)(Resource)?$/.test(called.name)) return;
  const [first] = args.positional;
  const type = first === undefined ? undefined : (memberOf(state, first, "resourceType") ?? first);
  if (type === undefined || !isString(type) || !TYPE.test(String(type.value))) return;
  const api = `${called.receiver}.${called.name}`;
  report(run, state, { target: `${api} ${type.value}`, table: String(type.value), api });
}
