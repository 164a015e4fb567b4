/** What is wrong with a configuration, where, and what to write instead; and its text for people. */
import { closest, distance } from "fastest-levenshtein";

export type ConfigProblem = {
  /** File name as given, or the environment variable. */
  readonly file: string;
  /** 1-based; null when the problem has no place in a file. */
  readonly line: number | null;
  readonly column: number | null;
  /** How many characters the caret line underlines. */
  readonly length: number;
  /** The line of the file, without its line end. */
  readonly sourceLine: string | null;
  readonly message: string;
  readonly hint: string | null;
};

/** The nearest known name, when it is near enough to be a slip of the pen. */
export function didYouMean(word: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const candidate = closest(word, known as string[]);
  return distance(word, candidate) <= Math.max(2, Math.floor(word.length / 3)) ? candidate : null;
}

/** `file:line:column`, or the name of what holds the problem. */
export const formatPlace = ({ file, line, column }: ConfigProblem): string => (line === null ? file : `${file}:${line}:${column ?? 1}`);

/** `file:line:column: message; hint`, then the line and a caret under the place. */
export function formatProblem(problem: ConfigProblem): string {
  const head = `${formatPlace(problem)}: ${problem.message}${problem.hint === null ? "" : `; ${problem.hint}`}`;
  if (problem.line === null || problem.sourceLine === null) return head;
  const number = String(problem.line);
  const column = problem.column ?? 1;
  const indent = problem.sourceLine.slice(0, column - 1).replace(/[^\t]/g, " ");
  const room = Math.max(1, problem.sourceLine.length - column + 1);
  const caret = "^".repeat(Math.max(1, Math.min(problem.length, room)));
  return `${head}\n  ${number} | ${problem.sourceLine}\n  ${" ".repeat(number.length)} | ${indent}${caret}`;
}
