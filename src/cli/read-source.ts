/** Reads the program to be checked, from a file or standard input, and says in which language it is. */
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { isatty } from "node:tty";
import { LANGUAGES, type Language } from "../../layers/model.ts";
import { CliError } from "./cli-error.ts";

export type Source = { readonly file: string; readonly code: string; readonly language: Language };

const EXTENSIONS: Readonly<Record<string, Language>> = {
  ".py": "python",
  ".pyw": "python",
  ".js": "javascript",
  ".mjs": "javascript",
  ".cjs": "javascript",
  ".jsx": "javascript",
  ".ts": "typescript",
  ".mts": "typescript",
  ".cts": "typescript",
  ".tsx": "typescript",
  ".sh": "shell",
  ".bash": "shell",
};
const INTERPRETERS: readonly (readonly [RegExp, Language])[] = [
  [/^#!.*\bpython[\d.]*\b/, "python"],
  [/^#!.*\b(tsx|ts-node|deno)\b/, "typescript"],
  [/^#!.*\b(node|bun)\b/, "javascript"],
  [/^#!.*\b(ba|da|z|k)?sh\b/, "shell"],
];

/** `path` is a file name or `-`. Throws CliError when there is nothing that could be judged. */
export async function readSource(path: string, asked: Language | undefined): Promise<Source> {
  const file = path === "-" ? "<stdin>" : path;
  const code = decode(path === "-" ? await readStdin() : readFile(path), file);
  if (code.trim() === "") throw new CliError(`${file} is empty: there is nothing to check`);
  return { file, code, language: asked ?? languageOf(path, code) };
}

function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CliError(`cannot read \`${path}\`: ${readProblem(error)}`);
  }
}

/** Streamed, not `readFileSync(0)`: that fails with EAGAIN when whoever started us left the pipe non-blocking. */
async function readStdin(): Promise<Uint8Array> {
  if (isatty(0)) process.stderr.write("reading the program from the terminal; end it with Ctrl-D\n");
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch (error) {
    throw new CliError(`cannot read standard input: ${readProblem(error)}`);
  }
}

/** Why something cannot be read, in words. */
export function readProblem(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "there is no such file";
  if (code === "ENOTDIR") return "a part of the path is not a directory";
  if (code === "EISDIR") return "it is a directory; name one file";
  if (code === "ELOOP") return "it is a link that leads to itself";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  return error instanceof Error ? error.message : String(error);
}

function decode(bytes: Uint8Array, file: string): string {
  if (bytes.includes(0)) throw new CliError(`${file} is a binary file: it holds null bytes`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CliError(`${file} is not UTF-8 text`, "convert it first; guessing an encoding could hide code");
  }
}

function languageOf(path: string, code: string): Language {
  const language = EXTENSIONS[extname(path).toLowerCase()];
  if (language !== undefined) return language;
  const firstLine = code.slice(0, 200).split("\n", 1)[0] ?? "";
  const interpreter = INTERPRETERS.find(([pattern]) => pattern.test(firstLine));
  if (interpreter !== undefined) return interpreter[1];
  if (path === "-") return "python";
  throw new CliError(
    `cannot tell the language of \`${path}\` from its name`,
    `say it with --language ${LANGUAGES.join("|")}; known endings: ${Object.keys(EXTENSIONS).join(" ")}`,
  );
}
