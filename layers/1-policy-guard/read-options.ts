/** `options` of a rule: the format's switches, with its defaults. */
import { isScalar } from "yaml";
import { fail, offsetOf, type RuleReader, readMap, readNumber, suggestion, type YamlEntry } from "../../analysis/rule-file.ts";
import type { MatchOptions } from "./rule.ts";

export const DEFAULT_OPTIONS: MatchOptions = {
  constants: true,
  symbolic: false,
  variablesAssign: true,
  fieldsAssign: false,
  decoratorsCall: true,
  implicitEllipsis: true,
  implicitDeep: true,
  associative: true,
  commutativeBooleans: false,
  symmetricEquality: false,
  strictNames: true,
  letIsVar: true,
  arrowIsFunction: true,
  openAttributes: true,
  ellipsisLines: 10,
};
type Switch = Exclude<keyof MatchOptions, "ellipsisLines">;
const SWITCHES: Readonly<Record<string, Switch>> = {
  constant_propagation: "constants",
  symbolic_propagation: "symbolic",
  vardef_assign: "variablesAssign",
  flddef_assign: "fieldsAssign",
  attr_expr: "decoratorsCall",
  implicit_ellipsis: "implicitEllipsis",
  implicit_deep_exprstmt: "implicitDeep",
  ac_matching: "associative",
  commutative_boolop: "commutativeBooleans",
  symmetric_eq: "symmetricEquality",
  unify_ids_strictly: "strictNames",
  let_is_var: "letIsVar",
  arrow_is_function: "arrowIsFunction",
  xml_attrs_implicit_ellipsis: "openAttributes",
};
/** Switches that change nothing in search mode for our languages, or only how other engines run. */
const WITHOUT_EFFECT = [
  "interfile",
  "interproc",
  "go_deeper_expr",
  "go_deeper_stmt",
  "implicit_return",
  "decorators_order_matters",
  "xml_singleton_loose_matching",
  "xml_children_ordered",
  "commutative_compop",
  "max_match_per_file",
  "timeout",
];

export function readOptions(reader: RuleReader, entry: YamlEntry | undefined): MatchOptions {
  if (entry === undefined) return DEFAULT_OPTIONS;
  const options: Record<Switch, boolean> & { ellipsisLines: number } = { ...DEFAULT_OPTIONS };
  for (const [key, { at, value }] of readMap(reader, entry.value, "`options`", null)) {
    if (key === "generic_ellipsis_max_span") {
      options.ellipsisLines = readNumber(reader, value, `option \`${key}\``) ?? DEFAULT_OPTIONS.ellipsisLines;
      continue;
    }
    if (WITHOUT_EFFECT.includes(key) || key.startsWith("taint_") || key.startsWith("generic_")) continue;
    const name = SWITCHES[key];
    const node = reader.resolve(value);
    if (name === undefined) fail(reader, at, `unknown option \`${key}\`${suggestion(key, [...Object.keys(SWITCHES), ...WITHOUT_EFFECT])}`);
    else if (!isScalar(node) || typeof node.value !== "boolean") fail(reader, offsetOf(value), `option \`${key}\` is true or false`);
    else options[name] = node.value;
  }
  return options;
}
