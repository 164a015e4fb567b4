/** Effects found so far: upserted by place, kind and target; guards of several ways to the same effect are intersected. */
import type { Basis, EffectKind, Guard, Label, Reach, TargetClass, ViaKind, ViaStep } from "../effects.ts";
import type { State } from "../state.ts";
import { classesToRead } from "../targets.ts";
import type { Location } from "../tree.ts";
import { dataLabels, isVia } from "../values.ts";
import { activeGuards } from "./guards.ts";
import { sentLabels } from "./page-forms.ts";
import { current, currentSource, type Run } from "./run.ts";
import { noteStart } from "./starts.ts";
import { throwawayFact } from "./throwaway-label.ts";

export type Found = {
  readonly kind: EffectKind;
  readonly target: string;
  readonly classes: readonly TargetClass[];
  readonly args: Readonly<Record<string, string | number | boolean>>;
  /** Of target, data and callee; `via:*` among them become `via`. */
  readonly labels: readonly Label[];
  readonly basis: Basis;
  readonly api: string;
  /** Conditions besides those of the functions that run. */
  readonly guards?: readonly Guard[];
  /** Calls besides those of the functions that run, outermost first. */
  readonly calls?: readonly Location[];
};

/** Effects kept per place and kind; further targets at the same place are written `{?}`. */
const TARGETS_PER_PLACE = 12;
const TARGET_LENGTH = 400;
const MOST_STEPS = 12;
const REACH: Readonly<Record<Reach, number>> = { latent: 0, may: 1, must: 2 };

export function emit(run: Run, state: State, found: Found): void {
  const location = placeOf(run);
  noteStart(run, found);
  const reach: Reach = run.latent > 0 ? "latent" : state.certain ? "must" : "may";
  const guards = found.guards === undefined ? activeGuards(run) : [...activeGuards(run), ...found.guards];
  const site = `${location.offset}|${found.kind}|${found.api}`;
  const many = (run.sites.get(site) ?? 0) >= TARGETS_PER_PLACE;
  const target = found.target.length > TARGET_LENGTH ? `${found.target.slice(0, TARGET_LENGTH)}…` : found.target;
  const key = `${site}|${many ? "{?}" : target}`;
  const before = run.effects.get(key);
  if (before === undefined) run.sites.set(site, (run.sites.get(site) ?? 0) + 1);
  const data = dataLabels(sentLabels(run, found.api, found.labels));
  run.effects.set(key, {
    kind: found.kind,
    target: many ? "{?}" : target,
    targetClasses: union(before?.targetClasses ?? [], found.kind === "fs.read" ? classesToRead(found) : found.classes),
    args: { ...before?.args, ...found.args, ...throwawayFact(run, found, before) },
    labels: union(before?.labels ?? [], data),
    reach: before !== undefined && REACH[before.reach] > REACH[reach] ? before.reach : reach,
    basis: found.basis,
    guards: before === undefined ? guards : before.guards.filter((g) => guards.some((h) => sameGuard(g, h))),
    location,
    via: before?.via ?? viaSteps(run, found, location),
    api: found.api,
  });
}

/** Sorted, each once. */
function union<T extends string>(a: readonly T[], b: readonly T[]): readonly T[] {
  if (b.length === 0) return a;
  if (a.length === 0 && b.length === 1) return b;
  return [...new Set([...a, ...b])].sort();
}
const sameGuard = (a: Guard, b: Guard): boolean =>
  a.text === b.text && a.positive === b.positive && a.location.offset === b.location.offset;

/** The place in the submission: the innermost running function of the submitted source itself. */
export function placeOf(run: Run): Location {
  for (let i = run.stack.length - 1; i >= 0; i--) {
    const act = run.stack[i];
    if (act !== undefined && act.unit.depth === 0) return act.unit.lines.locate(act.at);
  }
  return current(run).unit.lines.locate(current(run).at);
}

function viaSteps(run: Run, { labels, calls = [] }: Found, location: Location): ViaStep[] {
  const out: ViaStep[] = [];
  const add = (how: ViaKind, at: Location): void => {
    if (!out.some((v) => v.how === how && v.location.offset === at.offset)) out.push({ how, location: at });
  };
  for (const label of currentSource(run).via) add(label.slice(4) as ViaKind, location);
  for (const label of labels) if (isVia(label)) add(label.slice(4) as ViaKind, location);
  // Below a function that nobody called stands the module's end, which is no caller.
  for (let i = run.latent > 0 ? 1 : 0; i < run.stack.length - 1; i++) {
    const [caller, callee] = [run.stack[i], run.stack[i + 1]];
    if (caller?.unit.depth === 0 && callee?.unit.depth === 0) add("call", caller.unit.lines.locate(caller.at));
  }
  for (const at of calls) add("call", at);
  return out.slice(0, MOST_STEPS);
}
