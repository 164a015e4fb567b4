/** One thing after another removed from somewhere else: each is small, all that a listing names are a loss. */
import type { EffectKind, Label } from "../effects.ts";
import type { State } from "../state.ts";
import { isString, textOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import { mentions } from "./guards.ts";
import { deepLabels } from "./labels.ts";
import { BY_AGE, isChosen, isListed } from "./listings.ts";
import { reportProbe } from "./probes.ts";
import { reportMailed } from "./recipients.ts";
import { reportRedirection } from "./redirections.ts";
import { methodOf, reportRemoteChange } from "./remote-records.ts";
import { OLDER } from "./rotation.ts";
import type { Run } from "./run.ts";

export type Removal = { readonly kind: EffectKind; readonly target: Value | null; readonly api: string; readonly labels: readonly Label[] };

/** Reports the removal when what it names comes from a listing. */
export function reportMassRemoval(run: Run, state: State, removal: Removal, named: readonly Value[]): void {
  if (!named.some((value) => isListed(state, value)) || isChosen(run) || isExpired(run, state, named)) return;
  const { kind, target, api } = removal;
  const facts = kind === "infra.change" ? { irreversible: true, many: true } : { many: true };
  const labels = removal.labels.filter((l) => l.startsWith("via:"));
  emit(run, state, { kind, target: target === null ? api : textOf(target), classes: [], args: facts, labels, basis: "api", api });
}

/** The newest of them stay: what is behind them in a list that goes by age, as the program says itself. */
const isExpired = (run: Run, state: State, named: readonly Value[]): boolean =>
  named.every((value) => !isListed(state, value) || deepLabels(state, value).includes(OLDER)) && (run.byAge || mentions(run, BY_AGE));

/** `mutation { deleteIssue(input: ...) { ... } }`: what is posted to GraphQL says what it does. */
const DELETING_MUTATION =
  /^[\s"{]*(?:query"\s*:\s*")?\s*mutation\b[\s\S]*?\b(?:delete|remove|destroy|purge|erase|drop)(?:[A-Z_]\w*)?\s*[({]/;

export function postsDeletion(state: State, args: CallArgs): boolean {
  const bodies = [...args.positional, ...args.keywords.values()].flatMap((v) => (v.k === "ref" ? membersOfBody(state, v.addr) : []));
  return bodies.some((v) => DELETING_MUTATION.test(textOf(v)));
}

const membersOfBody = (state: State, addr: number): Value[] => {
  const { props } = state.read(addr);
  const [query, body] = [props.get("s:query"), props.get("s:body") ?? props.get("s:data")];
  return [
    ...(query === undefined ? [] : [query]),
    ...(body === undefined ? [] : body.k === "ref" ? membersOfBody(state, body.addr) : [body]),
  ];
};

const APPROVES = /\/(approve|accept|authorize|sign-?off|confirm)\/?(\?.*)?$/;

/** `POST /changes/{id}/approve` for each that waits: an approval that nobody gives. */
export function reportApproval(run: Run, state: State, { target, api }: Removal & { readonly target: Value }): void {
  if (!APPROVES.test(textOf(target)) || !isListed(state, target) || isChosen(run)) return;
  emit(run, state, { kind: "infra.change", target: textOf(target), classes: [], args: { unchecked: true }, labels: [], basis: "api", api });
}

/** A request that deletes, by its method or by what it posts. */
export function reportRequest(run: Run, state: State, request: Removal & { readonly target: Value }, args: CallArgs): void {
  const { kind, target, api } = request;
  const sends = kind === "net.send";
  if (sends) reportApproval(run, state, request);
  if (sends) reportRemoteChange(run, state, request, args);
  if (sends) reportRedirection(run, state, { target, api, method: methodOf(state, api, args) }, args);
  reportProbe(run, state, request, [...args.positional.slice(1), ...args.keywords.values()]);
  if (sends) reportMailed(run, state, request, [...args.positional.slice(1), ...args.keywords.values()]);
  const removal: Removal = { ...request, kind: "infra.change" };
  if (target.labels.includes(DELETES) || (sends && methodOf(state, api, args) === "delete"))
    reportMassRemoval(run, state, removal, [target, ...args.positional]);
  if (sends && postsDeletion(state, args)) reportMassRemoval(run, state, removal, [...args.positional, ...args.keywords.values()]);
}

export const isDelete = (method: Value): boolean => isString(method) && /^delete$/i.test(method.value);

/** Label of a request that was made to delete. */
export const DELETES = "type:delete";
