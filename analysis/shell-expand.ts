/** Words of a shell line -> the fields that a program is given: variables, substitutions, braces and field splitting. */
import { unknownExpansion } from "./shell-meaning.ts";
import type { Piece, Word } from "./shell-words.ts";

/** What a command prints. `text` is null when it is not known; `hidden`: fetched or decoded. */
export type Output = { readonly text: string | null; readonly hidden: boolean; readonly fetched: boolean };
export const NO_OUTPUT: Output = { text: null, hidden: false, fetched: false };

export type Expander = {
  /** A variable that the line set; null is a value that is not known. */
  readonly variables: ReadonlyMap<string, string | null>;
  /** Null when the program gets them from outside. */
  readonly positional: readonly string[] | null;
  /** Runs a substitution. */
  readonly output: (code: string) => Output;
};

/** `hidden`: a substitution in the word gives what was fetched or decoded. */
export type Field = { readonly text: string; readonly hidden: boolean };

const BRACES_MAX = 64;

export function expandWord(word: Word, expander: Expander): Field[] {
  const fields: { text: string; hidden: boolean; real: boolean }[] = [{ text: "", hidden: false, real: false }];
  for (const piece of word.pieces) {
    const [value, hidden] = pieceValue(piece, expander);
    const split = piece.k !== "text" && !piece.quoted && !value.includes("\ue000");
    const parts = split ? fieldsOf(value, expander.variables.get("IFS")) : [value];
    for (const [i, part] of parts.entries()) {
      if (i > 0) fields.push({ text: "", hidden: false, real: false });
      const field = fields[fields.length - 1] as (typeof fields)[number];
      field.text += part;
      field.hidden ||= hidden;
      field.real ||=
        part !== "" || (piece.k === "text" ? piece.quoted : piece.quoted && piece.k === "variable" && !/^[@*]$/.test(piece.name));
    }
  }
  const bare = word.pieces.every((p) => p.k === "text" && !p.quoted);
  return fields.filter((f) => f.real).flatMap((f): Field[] => (bare ? braces(f.text).map((text) => ({ text, hidden: false })) : [f]));
}

/** Field splitting; `IFS` that is not known splits as it does by default. */
function fieldsOf(value: string, ifs: string | null | undefined): string[] {
  if (ifs === "") return [value];
  if (typeof ifs !== "string") return value.split(/[ \t\n]+/);
  return value.split(new RegExp(`[${ifs.replace(/[\\\]^-]/g, "\\$&")}]+`));
}

function pieceValue(piece: Piece, expander: Expander): [string, boolean] {
  if (piece.k === "text") return [piece.text, false];
  if (piece.k === "variable") return [variableOf(piece.name, piece.modifier, expander), false];
  if (piece.k === "command" && piece.code.startsWith("(")) return [unknownExpansion(`(${piece.code})`), false];
  const output = expander.output(piece.code);
  if (piece.k === "process") return [unknownExpansion(`<(${piece.code})`), output.hidden];
  return [output.text === null ? unknownExpansion(`(${piece.code})`) : output.text.replace(/\n+$/, ""), output.hidden];
}

function variableOf(name: string, modifier: string, { variables, positional }: Expander): string {
  const source = modifier === "" ? name : `{${name}${modifier}}`;
  const set = /^[@*]$/.test(name)
    ? positional?.join(" ")
    : /^[1-9]$/.test(name)
      ? positional === null
        ? undefined
        : (positional[Number(name) - 1] ?? "")
      : name === "IFS" && !variables.has(name)
        ? " "
        : variables.get(name);
  if (modifier === "") return set ?? unknownExpansion(source);
  const chosen = /^:?([-=+])([\s\S]*)$/.exec(modifier);
  if (chosen !== null && !(chosen[2] as string).includes("$")) {
    if (chosen[1] === "+") return typeof set === "string" && set !== "" ? (chosen[2] as string) : unknownExpansion(source);
    if (set !== null) return set === undefined || (set === "" && modifier.startsWith(":")) ? (chosen[2] as string) : set;
  }
  const cut = /^:(\d+)(?::(\d+))?$/.exec(modifier);
  if (cut !== null && typeof set === "string") {
    const from = Number(cut[1]);
    return set.slice(from, cut[2] === undefined ? undefined : from + Number(cut[2]));
  }
  return unknownExpansion(source);
}

/** `{a,b}` gives two words. */
function braces(text: string): string[] {
  const out: string[] = [];
  const left = [text];
  while (left.length > 0 && out.length + left.length < BRACES_MAX) {
    const next = left.pop() as string;
    const found = /\{([^{},]*(?:,[^{},]*)+)\}/.exec(next);
    if (found === null) out.unshift(next);
    else
      for (const choice of (found[1] as string).split(","))
        left.push(next.slice(0, found.index) + choice + next.slice(found.index + found[0].length));
  }
  return [...left, ...out].filter((t) => t !== "");
}
