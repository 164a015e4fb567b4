/** Words of a shell line -> the fields that a program is given: variables, substitutions, braces, patterns and field splitting. */

import type { Label } from "./effects.ts";
import { evaluateSum } from "./shell-arithmetic.ts";
import { braces } from "./shell-braces.ts";
import { isListingCode, namesListed } from "./shell-listings.ts";
import { decodedText, FETCHED, HIDDEN, hasExpansion, isDecoded, labelsOf, type Origin, unknownExpansion } from "./shell-meaning.ts";
import { listValue, parameterValue } from "./shell-parameters.ts";
import { knownProgram, literalPattern } from "./shell-patterns.ts";
import { operandPieces, type Piece, textPieces, type Word } from "./shell-words.ts";

/** What a command prints. `text` is null when it is not known; `hidden`: fetched or decoded; `cause`: why it is not known. */
export type Output = {
  readonly text: string | null;
  /** The text with what is not known in it, where somebody may read it as a program. */
  readonly template?: string;
  readonly hidden: boolean;
  readonly fetched: boolean;
  readonly labels: readonly Label[];
  readonly cause: Origin["cause"];
  /** What it may be instead of all of it: of branches that nothing decides one prints. */
  readonly choices?: readonly Output[];
};
const MAX_CHOICES = 4;
/** One of several; as a whole it is all of them, one after the other. */
export function eitherOf(outputs: readonly Output[]): Output {
  const different = outputs.filter((o, i) => outputs.findIndex((other) => other === o || (o.text !== null && o.text === other.text)) === i);
  const choices = different.flatMap((o) => o.choices ?? [o]);
  const { choices: _none, ...all } = joined(different);
  return different.length === 1 ? (different[0] as Output) : choices.length > MAX_CHOICES ? all : { ...all, choices };
}
/** For whoever reads it as a program. */
export const programText = (output: Output | null): string | null => output?.text ?? output?.template ?? null;
export const NO_OUTPUT: Output = { text: null, hidden: false, fetched: false, labels: [], cause: "unknown.unmodelled" };

/** Characters of a text that is followed; a longer one is not known. */
const LONGEST = 1_000_000;

/** Everything that was printed, one after the other. */
export function joined(outputs: readonly Output[]): Output {
  if (outputs.length === 1) return outputs[0] as Output;
  const choices = combined(outputs);
  const texts = outputs.map(programText);
  const fits = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0) <= LONGEST;
  const [known, readable] = [fits && outputs.every((o) => o.text !== null), fits && texts.every((text) => text !== null)];
  return {
    text: known ? texts.join("") : null,
    ...(readable && !known ? { template: texts.join("") } : {}),
    hidden: outputs.some((o) => o.hidden),
    fetched: outputs.some((o) => o.fetched),
    labels: [...new Set(outputs.flatMap((o) => [...o.labels]))],
    cause: outputs.find((o) => o.text === null)?.cause ?? (known ? null : "unknown.budget"),
    ...(choices === null ? {} : { choices }),
  };
}

/** Every way through the choices; null where there is none, or too many. */
function combined(outputs: readonly Output[]): readonly Output[] | null {
  if (!outputs.some((o) => o.choices !== undefined)) return null;
  const count = outputs.reduce((product, o) => product * (o.choices?.length ?? 1), 1);
  if (count > MAX_CHOICES) return null;
  return outputs
    .reduce<readonly (readonly Output[])[]>((ways, o) => ways.flatMap((way) => (o.choices ?? [o]).map((choice) => [...way, choice])), [[]])
    .map((way) => joined(way));
}

export type Expander = {
  /** The value of a variable; null when nothing set it. */
  readonly value: (name: string) => string | null;
  readonly elements: (name: string) => ReadonlyMap<string, string> | null;
  /** The key of an array behind an index. */
  readonly key: (name: string, index: string) => string;
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
  for (const piece of word.pieces) {
    const parts = piecePartsOf(piece, expander);
    for (const [i, part] of parts.entries()) {
      if (i > 0) fields.push({ text: "", real: false, bare: true });
      const field = fields[fields.length - 1] as Part;
      field.text += part.text;
      field.bare &&= piece.k === "text" && !piece.quoted;
      field.real ||= part.real;
    }
  }
  // `"$@"` without parameters is no word at all.
  if (fields.length === 1 && fields[0]?.text === "" && word.pieces.some((p) => isEmptyList(p, expander))) return [];
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
    .map((p) =>
      p.k === "text" && !p.quoted
        ? p.text
        : plainInBraces(
            p.k === "text"
              ? p.text
              : piecePartsOf(p, expander)
                  .map((part) => part.text)
                  .join(" "),
          ),
    )
    .join("");
  return braces(text).map((t) => t.replace(/[\ue010-\ue013]/g, (c) => "{},."[c.charCodeAt(0) - 0xe010] as string).replaceAll("\ue014", ""));
}
const QUOTED: Readonly<Record<string, string>> = { "{": "\ue010", "}": "\ue011", ",": "\ue012", ".": "\ue013" };
/** What was quoted, or comes from a variable, is no part of a brace expression; a number of it makes no range. */
const plainInBraces = (text: string): string =>
  /^\d+$/.test(text) ? `${text}\ue014` : text.replace(/[{},.]/g, (c) => QUOTED[c] as string);

/** `real`: it is a field even where it is empty. */
type Split = { readonly text: string; readonly real: boolean };

/** The value of one piece: several texts where it is split into fields. */
function piecePartsOf(piece: Piece, expander: Expander): Split[] {
  if (piece.k === "variable" && /^[^#]*[@*]/.test(piece.name + piece.modifier.slice(0, 2))) {
    const whole = piece.name + piece.modifier.slice(0, 2);
    const all = piece.quoted && !/^[^#]*@/.test(whole) ? null : allOf(piece, expander);
    if (all !== null && piece.quoted) return all.length === 0 ? [NO_PART] : all.map((text) => ({ text, real: true }));
    const ifs = expander.value("IFS");
    if (all !== null) return all.length === 0 ? [NO_PART] : all.flatMap((text) => fieldsOf(text, ifs));
  }
  const chosen = piece.k === "variable" && !piece.quoted ? quotedDefault(piece, expander) : null;
  if (chosen !== null) return chosen.map(({ text }) => ({ text, real: true }));
  const value = pieceValue(piece, expander);
  if (piece.k === "text" || piece.quoted) return [{ text: value, real: value !== "" || piece.quoted }];
  return fieldsOf(value, expander.value("IFS"));
}
/** `${x:-'a b' c}`: a default with quotes in it is split as a word is. */
function quotedDefault(piece: Extract<Piece, { k: "variable" }>, expander: Expander): Field[] | null {
  const [, operator = "", text = ""] = /^(:?[-+])([\s\S]*["'][\s\S]*)$/.exec(piece.modifier) ?? [];
  if (operator === "" || pieceValue({ ...piece, modifier: operator + CHOSEN }, expander) !== CHOSEN) return null;
  const pieces = operandPieces(text, false).flatMap(partedAtBlanks);
  const words: Piece[][] = [[]];
  for (const part of pieces)
    if (part === null) words.push([]);
    else words[words.length - 1]?.push(part);
  return words.filter((w) => w.length > 0).flatMap((w) => expandWord({ text, operator: false, pieces: w, start: 0, end: 0 }, expander));
}
const CHOSEN = "\ue033";
/** null stands for a blank that parts words. */
const partedAtBlanks = (piece: Piece): (Piece | null)[] =>
  piece.k !== "text" || piece.quoted
    ? [piece]
    : piece.text.split(/(\s+)/).flatMap((text) => (text === "" ? [] : /^\s/.test(text) ? [null] : [{ ...piece, text }]));

const NO_PART: Split = { text: "", real: false };

function isEmptyList(piece: Piece, expander: Expander): boolean {
  if (piece.k !== "variable" || !piece.quoted || !/^[^#]*@/.test(piece.name + piece.modifier.slice(0, 2))) return false;
  return allOf(piece, expander)?.length === 0;
}

/** `"$@"` and `"${a[@]}"`: each element is a field of its own. */
function allOf(piece: Extract<Piece, { k: "variable" }>, expander: Expander): string[] | null {
  const { name, modifier } = piece;
  if (/^[@*]$/.test(name) && modifier === "") return expander.positional === null ? null : [...expander.positional];
  if (/^[@*]$/.test(name) || /^\[[@*]\]./.test(modifier)) {
    const list = listValue(name, modifier, operandsOf(piece, expander));
    return list === null ? null : [...list];
  }
  if (!/^\[[@*]\]$/.test(modifier)) return null;
  // `"${!table[@]}"`: the keys.
  const keys = name.startsWith("!") ? expander.elements(name.slice(1)) : null;
  if (keys !== null) return [...keys.keys()];
  const elements = expander.elements(name);
  return elements === null ? null : [...elements.values()];
}

/** Field splitting; `IFS` that is not known splits as it does by default. What is not known stays in one piece. */
function fieldsOf(value: string, ifs: string | null): Split[] {
  if (ifs === "") return [{ text: value, real: value !== "" }];
  const known = ifs === null || hasExpansion(ifs) ? " \t\n" : ifs;
  const out: Split[] = [];
  let text = "";
  let end = 0;
  for (const found of value.matchAll(separators(known))) {
    text += value.slice(end, found.index);
    end = found.index + found[0].length;
    if (found[0].startsWith("\ue000")) text += found[0];
    else {
      // Between two marks there is a field, between blanks there is none.
      out.push({ text, real: text !== "" || /[^ \t\n]/.test(found[0]) });
      text = "";
    }
  }
  text += value.slice(end);
  return [...out, { text, real: text !== "" }];
}

/** One mark with the blanks around it, blanks, or what is not known, in which nothing is split. */
export function separators(ifs: string): RegExp {
  const classOf = (characters: readonly string[]): string => `[${characters.join("").replace(/[\\\]^[-]/g, "\\$&")}]`;
  const blanks = [...ifs].filter((c) => /[ \t\n]/.test(c));
  const marks = [...ifs].filter((c) => !/[ \t\n]/.test(c));
  const around = blanks.length === 0 ? "" : `${classOf(blanks)}*`;
  const parts = ["\\ue000[^\\ue001]*\\ue001"];
  if (marks.length > 0) parts.push(`${around}${classOf(marks)}${around}`);
  if (blanks.length > 0) parts.push(`${classOf(blanks)}+`);
  return new RegExp(parts.join("|"), "g");
}

function pieceValue(piece: Piece, expander: Expander): string {
  if (piece.k === "text") return piece.text;
  if (piece.k === "variable") return parameterValue(piece.name, piece.modifier, operandsOf(piece, expander));
  if (piece.k === "process") return expander.process(piece.code, piece.writes);
  if (piece.k === "arithmetic") return sumValue(piece.code, expander);
  return substituted(expander.output(piece.code), piece.code);
}

/** How what stands behind an operator is expanded. */
const operandsOf = ({ inQuotes }: { readonly inQuotes?: boolean }, expander: Expander) => ({
  ...expander,
  expandText: (text: string) => expandText(text, expander),
  operand: (text: string) => expander.nested(text, () => expandPieces(operandPieces(text, inQuotes === true), expander)),
  replacement: (text: string) => expander.nested(text, () => expandPieces(operandPieces(text, false), expander)),
  pattern: (text: string) => expander.nested(text, () => expandPattern(operandPieces(text, false), expander)),
});

/** A pattern in which what is quoted stands for itself. */
export function expandPattern(pieces: readonly Piece[], expander: Expander): string {
  return pieces
    .map((piece) => {
      const value = pieceValue(piece.k === "text" ? piece : { ...piece, quoted: true }, expander);
      return piece.quoted && !hasExpansion(value) ? literalPattern(value) : value;
    })
    .join("");
}

export function sumValue(code: string, expander: Expander): string {
  const text = expandText(code, expander);
  const value = evaluateSum(text, expander);
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
