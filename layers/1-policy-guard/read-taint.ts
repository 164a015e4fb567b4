/** `mode: taint`: every part is read and checked now; the rule runs on the data flow of a later layer. */
import { fail, offsetOf, type RuleReader, readList, readMap, type YamlEntry, type YamlNode } from "../../analysis/rule-file.ts";
import { FORMULA_KEYS, type FormulaReader, readFormula } from "./read-formula.ts";

export const TAINT_KEYS = ["pattern-sources", "pattern-sinks", "pattern-sanitizers", "pattern-propagators"];
/** What a source, sink, sanitizer or propagator may say beside its pattern. */
const DETAILS = ["exact", "by-side-effect", "not_conflicting", "control", "label", "requires", "at-exit", "from", "to", "replace-labels"];

export const TAINT_NOTE = "taint mode: the rule is checked, and runs with the next release of the Semantic Guard";

export function checkTaint(cx: FormulaReader, entries: ReadonlyMap<string, YamlEntry>, node: YamlNode): void {
  for (const key of ["pattern-sources", "pattern-sinks"]) {
    if (!entries.has(key)) fail(cx.reader, offsetOf(node), `\`${key}\` is missing`);
  }
  for (const key of TAINT_KEYS) {
    const entry = entries.get(key);
    if (entry === undefined) continue;
    for (const item of readList(cx.reader, entry.value, `\`${key}\``)) checkPart(cx, cx.reader, key, item);
  }
}

function checkPart(cx: FormulaReader, reader: RuleReader, key: string, item: YamlNode): void {
  const parts = readMap(reader, item, `an entry of \`${key}\``, [...DETAILS, ...FORMULA_KEYS]);
  const isFocusOnly = parts.size === 0;
  if (!isFocusOnly) readFormula(cx, parts, offsetOf(item));
}
