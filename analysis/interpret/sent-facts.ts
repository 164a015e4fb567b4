/** What is looked for in whatever is sent: orders to a pool of miners, texts that pretend, containers that get their host. */
import type { ArgSelector } from "../models.ts";
import type { State } from "../state.ts";
import { classifyHost } from "../targets.ts";
import { textOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { saidIn } from "./effect-arguments.ts";
import { feignedFacts } from "./feigned.ts";
import { reportOrderedContainer } from "./host-containers.ts";
import { miningFacts } from "./mining.ts";
import { reportWire } from "./payments.ts";
import type { Run } from "./run.ts";
import { reportSentLift } from "./safeguards.ts";

type Sent = { readonly args: CallArgs; readonly data: ArgSelector; readonly target: Value | null; readonly api: string };

export function sentFacts(run: Run, state: State, { args, data, target, api }: Sent): { feigned?: true; mines?: true } {
  const said = saidIn(state, args, data);
  const place = target !== null && hasPath(target) ? target : (args.positional[0] ?? null);
  return { ...miningFacts(args, data, target), ...saidFacts(run, state, { said, target, place, api }) };
}

/** What is sent, to whom, and the place there that it is for. */
type Said = { readonly said: readonly Value[]; readonly target: Value | null; readonly place: Value | null; readonly api: string };

export function saidFacts(run: Run, state: State, { said, target, place, api }: Said): { feigned?: true } {
  reportOrderedContainer(run, state, said, api);
  if (target === null || !classifyHost(target).includes("host.loopback")) reportSentLift(run, state, { place, api }, said);
  reportWire(run, state, target, said, api);
  return feignedFacts(run, state, said);
}

/** An address with a path; a broker's topic is said beside its host. */
const hasPath = (target: Value): boolean => /[^/]\/[^/]/.test(textOf(target));
