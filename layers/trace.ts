/** The way to an effect as a trace: from the outermost call to the place where it happens. */
import type { Effect } from "../analysis/effects.ts";
import type { Finding, TraceStep } from "./model.ts";

const STEPS: Readonly<Record<Effect["via"][number]["how"], string>> = {
  alias: "alias",
  computed_name: "computed name",
  decoded: "decoded",
  eval: "run as code",
  call: "called",
  callback: "called back",
  subprocess: "run in a process of its own",
  container: "taken from a container",
  reflection: "reflection",
};

/** Empty when the effect happens where it is written, without a detour. `end` is said of the last place. */
export function traceTo({ via, kind, target, location }: Effect, end = `${kind} ${target}`.trim()): Pick<Finding, "trace"> {
  if (via.length === 0) return {};
  const inOrder = [...via.filter(({ how }) => how === "call"), ...via.filter(({ how }) => how !== "call")];
  const steps: TraceStep[] = inOrder.map((step) => ({ message: STEPS[step.how], location: step.location }));
  return { trace: [...steps, { message: end, location }] };
}
