/** Words of a shell line -> the fields that a program is given: variables, substitutions, braces, patterns and field splitting. */

import type { Label } from "./effects.ts";
import { evaluateSum } from "./shell-arithmetic.ts";
import { braces } from "./shell-braces.ts";
import { isListingCode, namesListed } from "./shell-listings.ts";
import { decodedText, FETCHED, HIDDEN, hasExpansion, isDecoded, labelsOf, type Origin, unknownExpansion } from "./shell-meaning.ts";
import { listValue, parameterValue } from "./shell-parameters.ts";
import { knownProgram } from "./shell-patterns.ts";
import { type Piece, textPieces, type Word } from "./shell-words.ts";

/** What a command prints. `text` is null when it is not known; `hidden`: fetched or decoded; `cause`: why it is not known. */
export type Output = {
  readonly text: string | null;
  /** The text with what is not known in it, where somebody may read it as a program. */
  readonly template?: string;
  readonly hidden: boolean;
  readonly fetched: boolean;
  readonly labels: readonly Label[];
  readonly cause: Origin["cause"];
};
/** For whoever reads it as a program. */
export const programText = (output: Output | null): string | null => output?.text ?? output?.template ?? null;
export const NO_OUTPUT: Output = { text: null, hidden: false, fetched: false, labels: [], cause: "unknown.unmodelled" };

/** Everything that was printed, one after the other. */
export function joined(outputs: readonly Output[]): Output {
  if (outputs.length === 1) return outputs[0] as Output;
  const texts = outputs.map(programText);
  const [known, readable] = [outputs.every((o) => o.text !== null), texts.every((text) => text !== null)];
  return {
    text: known ? texts.join("") : null,
    ...(readable && !known ? { template: texts.join("") } : {}),
    hidden: outputs.some((o) => o.hidden),
    fetched: outputs.some((o) => o.fetched),
    labels: [...new Set(outputs.flatMap((o) => [...o.labels]))],
    cause: outputs.find((o) => o.text === null)?.cause ?? null,
  };
}

export type Expander = {
  /** The value of a variable; null when nothing set it. */
  readonly value: (name: string) => string | null;
  readonly elements: (name: string) => ReadonlyMap<string, string> | null;
  readonly assign: (name: string, value: string) => void;
  /** Null when the program gets them from outside. */
  readonly positional: readonly string[] | null;
  /** What stands for a variable that nothing set, and for what comes from outside. */
  readonly outside: (name: string) => string;
  /** Expands a text inside another one; null when that goes too deep. */
  readonly nested: (text: string, expand: () => string) => string;
  /** Runs a substitution. */
  readonly output: (code: string) => Output;
  /** `<(...)`: a file that holds what the code prints; `>(...)` reads what is written there. */
  readonly process: (code: string, writes: boolean) => string;
};

/** `hidden`: the field holds what was fetched or decoded. */
export type Field = { readonly text: string; readonly hidden: boolean };

type Part = { text: string; real: boolean; bare: boolean };

export function expandWord(word: Word, expander: Expander): Field[] {
  const fields: Part[] = [{ text: "", real: false, bare: true }];
  // `"$@"` of nothing is no field, whatever empty text stands beside it.
  const lists = word.pieces.some(isList);
  for (const piece of word.pieces) {
    const parts = piecePartsOf(piece, expander);
    for (const [i, part] of parts.entries()) {
      if (i > 0) fields.push({ text: "", real: false, bare: true });
      const field = fields[fields.length - 1] as Part;
      field.text += part;
      field.bare &&= piece.k === "text" && !piece.quoted;
      field.real ||= part !== "" || (piece.quoted && (isList(piece) || !lists) && !(piece.k === "variable" && piece.name === "*"));
    }
  }
  const several = hasBraces(word) ? braceFields(word, expander) : null;
  const out = several ?? fields.filter((f) => f.real).map((f) => f.text);
  return out.map((text, i) => fieldOf(i === 0 && !isQuoted(word) ? knownProgram(text) : text));
}

const isQuoted = (word: Word): boolean => word.pieces.some((p) => p.quoted);
const fieldOf = (text: string): Field => ({
  text,
  hidden: isDecoded(text) || (hasExpansion(text) && labelsOf(text).some((l) => l === HIDDEN || l === FETCHED)),
});

const hasBraces = (word: Word): boolean =>
  word.pieces.some((p) => p.k === "text" && !p.quoted && p.text.includes("{")) &&
  word.pieces.some((p) => p.k === "text" && !p.quoted && p.text.includes("}")) &&
  word.pieces.some((p) => p.k === "text" && !p.quoted && /,|\.\./.test(p.text));

/** Braces are expanded before anything else: quoted parts in them are plain text. */
function braceFields(word: Word, expander: Expander): string[] {
  const text = word.pieces
    .map((p) => (p.k === "text" && p.quoted ? p.text.replace(/[{},]/g, (c) => QUOTED[c] as string) : piecePartsOf(p, expander).join(" ")))
    .join("");
  return braces(text).map((t) => t.replace(/[\ue010-\ue012]/g, (c) => "{},"[c.charCodeAt(0) - 0xe010] as string));
}
const QUOTED: Readonly<Record<string, string>> = { "{": "\ue010", "}": "\ue011", ",": "\ue012" };

const isList = (piece: Piece): boolean => piece.k === "variable" && piece.quoted && /^[^#]*@/.test(piece.name + piece.modifier.slice(0, 2));

/** The value of one piece: several texts where it is split into fields. */
function piecePartsOf(piece: Piece, expander: Expander): string[] {
  if (piece.k === "variable" && isList(piece)) {
    const all = allOf(piece.name, piece.modifier, expander);
    if (all !== null) return all;
  }
  const value = pieceValue(piece, expander);
  if (piece.k === "text" || piece.quoted) return [value];
  return fieldsOf(value, expander.value("IFS"));
}

/** `"$@"` and `"${a[@]}"`: each element is a field of its own. */
function allOf(name: string, modifier: string, expander: Expander): string[] | null {
  if (name === "@" && modifier === "") return expander.positional === null ? null : [...expander.positional];
  if (name === "@" || /^\[@\]./.test(modifier)) {
    const list = listValue(name, modifier, { ...expander, expandText: (text) => expandText(text, expander) });
    return list === null ? null : [...list];
  }
  if (modifier !== "[@]") return null;
  // `"${!table[@]}"`: the keys.
  const keys = name.startsWith("!") ? expander.elements(name.slice(1)) : null;
  if (keys !== null) return [...keys.keys()];
  const elements = expander.elements(name);
  return elements === null ? null : [...elements.values()];
}

/** Field splitting; `IFS` that is not known splits as it does by default. What is not known stays in one piece. */
function fieldsOf(value: string, ifs: string | null): string[] {
  if (ifs === "") return [value];
  const known = ifs === null || hasExpansion(ifs) ? " \t\n" : ifs;
  const set = known.replace(/[\\\]^-]/g, "\\$&");
  const pieces = value.split(/(\ue000[^\ue001]*\ue001)/);
  const out = [""];
  for (const piece of pieces) {
    const parts = piece.startsWith("\ue000") ? [piece] : piece.split(new RegExp(`[${set}]+`));
    for (const [i, part] of parts.entries()) {
      if (i > 0) out.push("");
      out[out.length - 1] += part;
    }
  }
  return out;
}

function pieceValue(piece: Piece, expander: Expander): string {
  if (piece.k === "text") return piece.text;
  if (piece.k === "variable")
    return parameterValue(piece.name, piece.modifier, { ...expander, expandText: (text) => expandText(text, expander) });
  if (piece.k === "process") return expander.process(piece.code, piece.writes);
  if (piece.k === "arithmetic") return sumValue(piece.code, expander);
  return substituted(expander.output(piece.code), piece.code);
}

export function sumValue(code: string, expander: Expander): string {
  const text = expandText(code, expander);
  const value = evaluateSum(
    text,
    (name) => expander.value(name),
    (name, set) => expander.assign(name, set),
  );
  return value === null ? unknownExpansion(`((${code.trim()}))`, { cause: null, labels: [] }) : String(value);
}

function substituted(output: Output, code: string): string {
  if (output.text !== null) {
    const text = output.text.replace(/\n+$/, "");
    return output.hidden ? decodedText(text) : text;
  }
  const marks = [...(output.hidden ? [HIDDEN] : []), ...(output.fetched ? [FETCHED] : [])];
  const unknown = (labels: readonly Label[]): string =>
    unknownExpansion(`(${code})`, { cause: output.cause, labels: [...labels, ...marks] });
  return isListingCode(code) ? namesListed(output.labels, unknown).join(" ") : unknown(output.labels);
}

/** The value of a text in which nothing is split: a here-document, the right side of an assignment, `${x:-TEXT}`. */
export function expandText(text: string, expander: Expander): string {
  return text.includes("$") || text.includes("`") || text.includes("\\")
    ? expander.nested(text, () => expandPieces(textPieces(text), expander))
    : text;
}

export function expandPieces(pieces: readonly Piece[], expander: Expander): string {
  return pieces.map((piece) => pieceValue(piece.k === "text" ? piece : { ...piece, quoted: true }, expander)).join("");
}
