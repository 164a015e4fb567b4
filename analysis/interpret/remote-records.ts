/**
 * Records that others keep, changed over their interfaces: `PATCH /suppliers/7 {"iban": ..}` is to its service what an UPDATE is to a
 * database, and is reported in the same words; what FHIR calls a medication or an allergy is one wherever it is kept (HL7 FHIR R4).
 */
import type { State } from "../state.ts";
import { isString, textOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { memberOf, optionOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { changesIn, constants, snake } from "./mapper-writes.ts";
import { fromPure } from "./purity.ts";
import type { Run } from "./run.ts";

/** `https://erp.example/api/v1/suppliers/{?}/limits?x=1`: words of the path, without what only numbers a version or a record. */
function tableOfUrl(url: string): string {
  const words = url
    .replace(/^[a-z][\w+.-]*:\/\/[^/]*/i, "")
    .replace(/[?#].*$/, "")
    .split("/")
    .filter((word) => /^[A-Za-z][A-Za-z_-]{2,}$/.test(word) && !/^(api|rest|fhir|admin|internal)$/i.test(word));
  return snake((words.at(-1) ?? "").replaceAll("-", "_"));
}

/** What is found about patients and ordered for them; what a hospital is called and when it is open is not. */
const CLINICAL =
  /(^|[/.])(MedicationRequest|MedicationStatement|MedicationAdministration|MedicationDispense|MedicationOrder|AllergyIntolerance|Condition|Observation|DiagnosticReport|Procedure|Immunization|CarePlan|ServiceRequest|NutritionOrder|ClinicalImpression|RiskAssessment|AdverseEvent|FamilyMemberHistory|Specimen|Consent|Patient|Encounter|Coverage)(?=[/.?({]|$)/;
/** Other services have conditions and procedures as well. */
const HEALTH = /fhir|hl7|hapi|hospital|clinic|patient|ehr|epic|cerner|smart|health|medic|care/i;
const clinicalIn = (place: string): string | null => (HEALTH.test(place) ? (CLINICAL.exec(place)?.[2] ?? null) : null);

const OVERWRITES = /^(put|patch)$/i;

/** The method that a request is made with, in small letters: by what is called, or as it says; empty where neither says it. */
export function methodOf(state: State, api: string, args: CallArgs): string {
  const called = /\.(put|post|patch|del)(?:ete)?$/.exec(api)?.[1];
  if (called !== undefined) return called === "del" ? "delete" : called;
  const said = optionOf(state, args, "method") ?? args.positional[0];
  return said !== undefined && isString(said) && /^[A-Za-z]{3,7}$/.test(String(said.value)) ? String(said.value).toLowerCase() : "";
}

/** The body, as an object where it is a text of one. */
function bodyOf(run: Run, state: State, args: CallArgs): Value | undefined {
  const body = optionOf(state, args, "json") ?? optionOf(state, args, "data") ?? optionOf(state, args, "body") ?? args.positional[1];
  if (body === undefined || !isString(body) || !/^\s*\{/.test(String(body.value))) return body;
  try {
    return fromPure(run, state, JSON.parse(String(body.value)), []);
  } catch {
    return body;
  }
}

/** `requests.patch(f"{BASE}/suppliers/{sid}", json={"iban": "DE89"})`, `client.put("/MedicationRequest/7", json=changed)`. */
export function reportRemoteChange(run: Run, state: State, request: { target: Value; api: string }, args: CallArgs): void {
  const { api } = request;
  const target = textOf(request.target);
  const method = methodOf(state, api, args);
  const clinical = clinicalIn(target);
  const found = { target, classes: [], labels: [], basis: "name", api } as const;
  if (method === "delete" && clinical !== null)
    emit(run, state, { ...found, kind: "db.write", args: { verb: "delete", table: clinical, clinical: true } });
  if (!OVERWRITES.test(method)) return;
  const changes = changesIn(state, bodyOf(run, state, args));
  const sets = changes.map(({ field }) => snake(field)).join(" ");
  if (clinical !== null || changes.length > 0)
    emit(run, state, {
      ...found,
      kind: "db.write",
      args: {
        verb: "update",
        table: clinical ?? tableOfUrl(target),
        sets,
        gives: constants(changes),
        ...(clinical === null ? {} : { clinical: true }),
      },
    });
}

const CHANGES_RESOURCE = /^(update|delete|patch|save|remove)$/;
const CLIENTS = /^(fhirclient|fhirpy|fhir)\b/;

/** `MedicationRequest.read(id, server).update(server)`. */
export function reportResource(run: Run, state: State, called: { name: string; receiver: string }): void {
  if (!CHANGES_RESOURCE.test(called.name) || !CLIENTS.test(called.receiver)) return;
  const table = clinicalIn(called.receiver);
  if (table === null) return;
  const verb = /^(delete|remove)$/.test(called.name) ? "delete" : "update";
  const api = `${called.receiver}.${called.name}`;
  emit(run, state, {
    kind: "db.write",
    target: api,
    classes: [],
    args: { verb, table, clinical: true },
    labels: [],
    basis: "name",
    api,
  });
}

/** `client.update({ resourceType: "MedicationRequest", id, body })`, `client.deleteResource("Observation", id)`. */
export function reportClinicalClient(run: Run, state: State, called: { name: string; receiver: string }, args: CallArgs): void {
  if (!/^(update|patch|delete|conditionalUpdate)(Resource)?$/.test(called.name)) return;
  const [first] = args.positional;
  const type = first === undefined ? undefined : (memberOf(state, first, "resourceType") ?? first);
  const table = type !== undefined && isString(type) ? CLINICAL.exec(`/${type.value}`)?.[2] : undefined;
  if (table === undefined || table !== String((type as { value?: unknown }).value)) return;
  const api = `${called.receiver}.${called.name}`;
  const verb = called.name.startsWith("delete") ? "delete" : "update";
  const facts = { verb, table, clinical: true };
  emit(run, state, { kind: "db.write", target: `${api} ${table}`, classes: [], args: facts, labels: [], basis: "api", api });
}
