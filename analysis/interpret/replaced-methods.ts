/**
 * Functions that stand in the place of what they decorate: `(method, context) => function (...args) { ... }`, or
 * `descriptor.value = function (...args) { ... }`. They are called with what the method declares, whatever their own parameters say.
 */
import type { Label } from "../effects.ts";
import type { State } from "../state.ts";
import { type ClosureV, mergeLabels, type UnknownV, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { declaredLabels } from "./declared-fields.ts";
import { functionAttribute, setFunctionAttribute } from "./function-attributes.ts";
import { type Activation, isJs, type Run } from "./run.ts";

const STANDS_FOR = "#stands-for";

const isDecorated = (run: Run, { module, fn }: ClosureV): boolean => (run.units[module]?.ir.get(fn).decorators.length ?? 0) > 0;

/** A decorator was called: what it gives, or puts into the descriptor, is called from now on. */
export function rememberReplaced(run: Run, state: State, { positional: [method, , descriptor] }: CallArgs, given: Value | null): void {
  if (method?.k !== "closure") return;
  const before = functionAttribute(state, method, STANDS_FOR);
  const original = before ?? (isDecorated(run, method) ? method : undefined);
  if (original === undefined) return;
  const held = descriptor?.k === "ref" ? state.read(descriptor.addr).props.get("s:value") : undefined;
  for (const other of [given, held])
    if (other?.k === "closure" && (other.fn !== method.fn || other.module !== method.module))
      setFunctionAttribute(state, other, STANDS_FOR, original);
}

/** Labels of the arguments in their order, as the types of the method's parameters say. */
function declared(run: Run, { module, fn }: ClosureV): readonly (readonly Label[])[] {
  const unit = run.units[module];
  if (unit === undefined) return [];
  return unit.ir.get(fn).params.map((param) => (param.type === "" ? [] : declaredLabels(run, unit, param.type)));
}

const relabelled = (run: Run, value: UnknownV, labels: readonly Label[]): Value =>
  run.values.unknown(value.cause, { path: value.path, labels, mayCall: value.mayCall });

/** The arguments as the method declares them; the method itself gets them as they were. */
export function asDeclared(run: Run, state: State, act: Activation, args: CallArgs): CallArgs {
  if (!isJs(act.unit.language)) return args;
  const env = state.read(act.frame).parent;
  const own = env === null ? null : run.values.closure({ module: act.unitIndex, fn: act.fn.id, env }, null);
  if (own?.k !== "closure") return args;
  const method = functionAttribute(state, own, STANDS_FOR);
  const decorated = isDecorated(run, own);
  if (method?.k !== "closure" && !decorated) return args;
  const labels = declared(run, method?.k === "closure" ? method : own);
  const change = (value: Value, said: readonly Label[]): Value => {
    if (value.k !== "unknown" || said.length === 0) return value;
    return relabelled(
      run,
      value,
      method?.k === "closure" ? mergeLabels(value.labels, said) : value.labels.filter((label) => !said.includes(label)),
    );
  };
  const positional = args.positional.map((value, i) => change(value, labels[i] ?? []));
  return { ...args, positional, rest: args.rest === null ? null : change(args.rest, mergeLabels(...labels)) };
}
