/**
 * What a parameter that nobody passes holds, by the type that the program declares for it: a record with a diagnosis or a card
 * number among its fields is as sensitive as these when it leaves as a whole, and each field as its own name says.
 */
import type { Label } from "../effects.ts";
import { recordLabels } from "./rows.ts";
import { isJs, type Run, type Unit } from "./run.ts";

/** Labels that say whose record it is; names, addresses and passwords stand in records of every kind. */
const OF_PERSON = /^(phi\.|pci\.|pii\.(ssn|government_id|bank_account)$)/;
const OF_PATIENT = /patient|medical|clinical/i;
const NONE: readonly Label[] = [];
/** Characters of a declaration that are read. */
const LONGEST = 4_000;
/** `Reading`, `Reading[]`, `readonly Reading[]`, `list[Patient]`. */
const NAME =
  /^(?:readonly\s+)?(?:(?:Array|ReadonlyArray|list|List|Sequence|Iterable|Optional|Partial|Readonly)[<[])?([A-Z]\w*)(?:\[\]|[>\]])?$/;

/** Each type is looked for once in a source: parameters of it may be many, and calls of their functions more. */
const ANSWERS = new WeakMap<Unit, Map<string, readonly Label[]>>();

/** Labels of a value of that type; none when its declaration names nothing that is sensitive. */
export function declaredLabels(run: Run, unit: Unit, type: string): readonly Label[] {
  const name = NAME.exec(type)?.[1];
  if (name === undefined) return NONE;
  const answers = ANSWERS.get(unit) ?? new Map<string, readonly Label[]>();
  ANSWERS.set(unit, answers);
  let labels = answers.get(name);
  if (labels === undefined) {
    labels = labelsOfType(run, unit, name);
    answers.set(name, labels);
  }
  return labels;
}

function labelsOfType(run: Run, { source, language }: Unit, name: string): readonly Label[] {
  const fields = isJs(language) ? fieldsOfJavaScript(source, name) : fieldsOfPython(source, name);
  // A diagnosis is a person's where the record is a patient's.
  const clinical = OF_PATIENT.test(`${name} ${fields.join(" ")}`);
  const shown = (field: string): string => (clinical && !OF_PATIENT.test(field) ? `patient_${field}` : field);
  if (!fields.some((field) => run.sensitivity.ofName(shown(field)).some((label) => OF_PERSON.test(label)))) return NONE;
  return recordLabels(run, fields, shown);
}

/** `interface Reading { ... }`, `type Reading = { ... }`, `class Reading { ... }`. */
function fieldsOfJavaScript(source: string, name: string): string[] {
  const found = new RegExp(`\\b(?:interface|type|class)\\s+${name}\\b[^{};]*\\{`).exec(source);
  if (found === null) return [];
  const from = found.index + found[0].length;
  const text = source.slice(from, from + LONGEST);
  let depth = 0;
  let own = "";
  for (const c of text) {
    if (c === "{" || c === "(") depth++;
    else if (c === "}" || c === ")") depth--;
    if (depth < 0) break;
    if (depth === 0) own += c;
  }
  return [
    ...own.matchAll(/(?:^|[;,\n{])\s*(?:(?:public|private|protected|readonly|declare)\s+)*["']?([A-Za-z_]\w*)["']?\s*[?!]?\s*:/g),
  ].map(([, field]) => field as string);
}

/** `class Patient(BaseModel):` with annotated fields below it. */
function fieldsOfPython(source: string, name: string): string[] {
  const found = new RegExp(`^class\\s+${name}\\b[^\\n]*:[^\\n]*\\n((?:[ \\t]+[^\\n]*\\n?|\\s*\\n)*)`, "m").exec(source);
  if (found === null) return [];
  return [...(found[1] as string).slice(0, LONGEST).matchAll(/^[ \t]+([a-z_]\w*)\s*:\s*[A-Za-z]/gm)].map(([, field]) => field as string);
}
