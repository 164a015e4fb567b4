/** What an effect's arguments say: options by their names, what leaves with it, files that an address names. */
import type { Label } from "../effects.ts";
import type { ArgSelector, EffectModel } from "../models.ts";
import type { State } from "../state.ts";
import { isString, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { optionOf } from "./effect-conditions.ts";
import { emitPath } from "./emit-path.ts";
import { contentLabels } from "./file-handles.ts";
import { deepLabels } from "./labels.ts";
import { inJs, type Run } from "./run.ts";
import { selectAll } from "./select.ts";

/** `new Writer({ dest: path })`: an argument by its name in an object of options. */
export function namedOption(state: State, args: CallArgs, selector: ArgSelector | null): Value | null {
  for (const name of selector?.names ?? []) {
    const value = optionOf(state, args, name);
    if (value !== undefined) return value;
  }
  return null;
}

/** An option that is not given has no effect. */
export const isOnlyNamed = (run: Run, { target, fixed, as }: EffectModel): boolean =>
  inJs(run) && as === "path" && fixed === null && target !== null && target.names.length > 0 && target.positions.length === 0;

/** Labels of what leaves with the effect: of arguments, and of the files that arguments name. */
export function carriedBy(state: State, effect: EffectModel, args: CallArgs): readonly Label[] {
  if (effect.data === null && effect.contents === null) return [];
  const named = (effect.data?.names ?? []).flatMap((name) => optionOf(state, args, name) ?? []);
  const given = [...selectAll(args, effect.data), ...named].flatMap((v) => [...deepLabels(state, v)]);
  const file = selectAll(args, effect.contents)[0] ?? namedOption(state, args, effect.contents);
  return file === null || file === undefined ? given : [...given, ...contentLabels(file)];
}

/** `page.goto("file:///etc/passwd")` reads a file. */
export function readByUrl(run: Run, state: State, url: Value, api: string): void {
  if (isString(url) && url.value.startsWith("file:///"))
    emitPath(run, state, { kind: "fs.read", path: run.values.string(url.value.slice("file://".length), url.labels), api });
}
