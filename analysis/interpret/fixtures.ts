/** Parameters of tests in Python are what the fixtures of these names give. */
import type { FunctionIr } from "../ir.ts";
import type { State } from "../state.ts";
import type { Value } from "../values.ts";
import { NO_ARGS } from "./call-args.ts";
import { someElement } from "./iterate.ts";
import { isTest } from "./own-requests.ts";
import { type Activation, inJs, type Run } from "./run.ts";

const FIXTURE = /^(pytest(_asyncio)?\.)?fixture\b/;
const isFixture = ({ decorators }: FunctionIr): boolean => decorators.some((decorator) => FIXTURE.test(decorator));

/** What a test or a fixture is given for a parameter of this name; undefined: no fixture of the program is called so. */
export function fixtureGiven(run: Run, state: State, act: Activation, name: string): Value | undefined {
  if (inJs(run) || !(isTest(act.fn) || isFixture(act.fn))) return undefined;
  const made = state.read(act.unit.frame).props.get(name);
  const fn = made?.k === "closure" ? run.units[made.module]?.ir.get(made.fn) : undefined;
  if (made === undefined || fn === undefined || !isFixture(fn) || run.stack.some((running) => running.fn === fn)) return undefined;
  const given = run.call(state, made, { ...NO_ARGS, rest: run.values.unknown("parameter") });
  return given !== null && fn.generator ? someElement(run, state, given) : (given ?? undefined);
}
