/** The programs of the comparison of values, read from `values/`: what is analysed, and what is run. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A program is named by its file and its content: what stands in `fixme.txt` is about this program and no other. */
export type ValueProgram = { readonly id: string; readonly language: "python" | "javascript"; readonly code: string };

const DIRECTORY = join(import.meta.dirname, "values");
const MODULES =
  /(?<![\w.])(ast|array|base64|binascii|bisect|bz2|calendar|codecs|collections|colorsys|copy|csv|datetime|decimal|difflib|fnmatch|fractions|functools|gzip|hashlib|heapq|hmac|html|io|ipaddress|itertools|json|keyword|lzma|marshal|math|operator|os|pathlib|pickle|quopri|re|secrets|shlex|statistics|string|struct|sys|textwrap|types|unicodedata|urllib\.parse|uuid|zlib)\./g;
/** What a program calls with what it computed, and what the analysis sees there. */
const READS = { python: 'open("/result/" + ', javascript: 'require("fs").readFileSync("/result/" + ' } as const;

export function valuePrograms(): readonly ValueProgram[] {
  return readdirSync(DIRECTORY).flatMap((file) => {
    if (file === "fixme.txt") return [];
    const language = file.startsWith("python") ? "python" : "javascript";
    const text = readFileSync(join(DIRECTORY, file), "utf8");
    const code = file.endsWith("-programs.txt") ? wholePrograms(text) : expressions(text, language);
    return code.map((one) => ({ id: `${file} ${createHash("sha256").update(one).digest("hex").slice(0, 8)}`, language, code: one }));
  });
}

/** Programs with a blank line between them; lines that begin with a hash before the first are left out. */
const wholePrograms = (text: string): string[] =>
  text
    .replace(/^#.*\n/, "")
    .trim()
    .split(/\n\n+/);

function expressions(text: string, language: ValueProgram["language"]): string[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const made = language === "python" ? "str" : "String";
  return lines.map((line) => {
    const modules = language === "python" ? [...new Set([...line.matchAll(MODULES)].map((match) => match[1]))] : [];
    const sinks = line.split(" ;; ").map((expression) => `sink(${made}(${expression}))`);
    return [...modules.map((name) => `import ${name}`), ...sinks].join("\n");
  });
}

export const analysed = ({ code, language }: ValueProgram): string => code.replace(/\bsink\(/g, READS[language]);
