/** What the analysis says about a script, beside what the script did. */
import type { Effect } from "../../../analysis/effects.ts";
import { programOf } from "../../analysis/interpret/analyze-source.ts";
import { PRELUDE, type Script } from "./run-shell.ts";

export type Difference = {
  /** What the script did and the analysis does not say. */
  readonly missed: readonly string[];
  /** What it certainly says, and the script did not. */
  readonly invented: readonly string[];
  /** What the script did, where the analysis does not know all of it. */
  readonly unknown: readonly string[];
};

type Said = { readonly text: string; readonly sure: boolean };
const WRAPPED = /^(command|exec|builtin) /;
/** What stands for any text: a hole, which may be one of several ways, a variable as written, a pattern of files. */
const ANY = / ?\{\?\}|\$\([^()]*(?:\([^()]*\)[^()]*)*\)+|\$\w+|\$\{[^}]*\}+|\*/;

export function compare({ code }: Script, did: readonly string[]): Difference {
  const { effects } = programOf(PRELUDE + code, "shell");
  const said = effects.flatMap((effect) => saidBy(effect, code));
  const exact = new Set(said.map(({ text }) => text));
  const open = [...new Set(did.map((one) => one.trim()))].filter((one) => !exact.has(one));
  const patterns = said.filter(({ text }) => ANY.test(text)).map(({ text }) => patternOf(text));
  const missed = open.filter((one) => !patterns.some((pattern) => pattern.test(one)));
  const sure = said.filter((one) => one.sure && /^result\b/.test(one.text) && !ANY.test(one.text)).map(({ text }) => text);
  return {
    missed,
    invented: [...new Set(sure)].filter((one) => !did.some((real) => real.trim() === one)),
    unknown: open.filter((one) => !missed.includes(one)),
  };
}

/** `result x` is started, or `bat /result/x` reads that file: this is seen wherever it stands. */
function saidBy({ kind, target, reach }: Effect, code: string): Said[] {
  if (kind === "fs.read" && target.startsWith("/result/")) return [{ text: `result ${target.slice("/result/".length)}`, sure: false }];
  if (kind !== "process.exec") return [];
  const text = target.replace(WRAPPED, "").trim();
  return [{ text, sure: reach === "must" && !(/[$`]/.test(text) && code.includes(text)) }];
}

const patternOf = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split(new RegExp(ANY, "g"))
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join("[\\s\\S]*")}$`,
  );
