/** `str.format` of Python: fields by place and by name, what they are asked for, and how it is written. */
import type { State } from "../state.ts";
import { isString, mergeLabels, partsOf, type Value, viaLabel } from "../values.ts";
import { getAttr } from "./attributes.ts";
import type { CallArgs } from "./call-args.ts";
import { formatPart, toText } from "./formatting.ts";
import { getItem } from "./items.ts";
import { deepLabels } from "./labels.ts";
import type { Run } from "./run.ts";

/** `"{} {name}".format(...)` with holes for what is not known. */
export function formatCall(run: Run, state: State, receiver: Value, args: CallArgs): Value | undefined {
  if (!isString(receiver)) return undefined;
  let next = 0;
  const labels: (readonly string[])[] = [receiver.labels];
  const argument = (field: string): Value | undefined =>
    field === "" ? args.positional[next++] : /^\d+$/.test(field) ? args.positional[Number(field)] : args.keywords.get(field);
  const constantText = (text: Value): string | undefined => (isString(text) ? text.value : undefined);
  const parts = receiver.value.split(/(\{\{|\}\}|\{(?:[^{}]|\{[^{}]*\})*\})/).flatMap((piece, i) => {
    if (i % 2 === 0) return [piece];
    if (piece === "{{" || piece === "}}") return [piece.charAt(0)];
    const [, field, path, conversion, format] = /^\{([^:!.[]*)([^:!]*)(?:!([rsa]))?(?::([\s\S]*))?\}$/.exec(piece) ?? ["", "", ""];
    const value = argument(field as string);
    const shown = fieldOf(run, state, value ?? args.rest ?? run.values.unknown("local"), path ?? "");
    labels.push(deepLabels(state, shown));
    const spec = format?.replace(
      /\{([^{}]*)\}/g,
      (hole, name) => constantText(toText(run, state, argument(name) ?? run.values.none)) ?? hole,
    );
    return [...partsOf(formatPart(run, state, shown, { conversion, format: spec }))];
  });
  return run.values.template(parts, mergeLabels(...labels, [viaLabel("computed_name")]));
}

/** `{0[key]}`, `{0.attribute}`. */
function fieldOf(run: Run, state: State, value: Value, path: string): Value {
  let found = value;
  for (const [, attribute, index] of path.matchAll(/\.(\w+)|\[([^\]]*)\]/g)) {
    if (attribute !== undefined) found = getAttr(run, state, found, attribute);
    else
      found = getItem(
        run,
        state,
        found,
        /^\d+$/.test(index as string) ? run.values.number(Number(index)) : run.values.string(index as string),
      );
  }
  return found;
}
