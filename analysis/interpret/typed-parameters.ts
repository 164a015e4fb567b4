/** Parameters that nobody passes and whose type is imported: `constructor(private readonly pool: Pool)` is given one of the library's. */
import { typeVariable } from "../ir.ts";
import type { State } from "../state.ts";
import type { Value } from "../values.ts";
import { decoratorPaths } from "./decorated.ts";
import { type Activation, inJs, modelsOf, type Run } from "./run.ts";

/** `Pool`, `k8s.CoreV1Api`, `Repository<Order>`. */
const CLASS = /^(\w+)(?:\.(\w+))?(?:<.*>)?$/s;

/** What a new one of the imported class is; undefined: not imported, or nothing is known about it. */
export function typedParameter(run: Run, state: State, act: Activation, type: string): Value | undefined {
  const named = type === "" ? null : CLASS.exec(type);
  if (named === null) return undefined;
  const [, head = "", member] = named;
  const { props } = state.read(act.unit.frame);
  const imported = props.get(head) ?? props.get(typeVariable(head));
  if (imported?.k !== "api" || imported.instance) return undefined;
  const path = member === undefined ? imported.path : `${imported.path}.${member}`;
  const model = modelsOf(run).api(path);
  if (model !== null) return model.returns === null ? undefined : run.values.api(model.returns, true);
  if (inJs(run) && modelsOf(run).serves(path) && /^(Context|Socket|Event|H3Event)$/.test(member ?? head))
    return run.values.unknown("request", { path });
  return inJs(run) && modelsOf(run).answers(path) ? run.values.unknown("request", { path }) : undefined;
}

/** `@task def build(c): c.run("make")`: what a library gives first to the functions that it decorates so. */
export function contextParameter(run: Run, act: Activation): Value | undefined {
  if (inJs(run)) return undefined;
  for (const path of decoratorPaths(run, act)) {
    const model = modelsOf(run).api(`${path}.context`);
    if (model !== null && model.returns !== null) return run.values.api(model.returns, true);
  }
  return undefined;
}
