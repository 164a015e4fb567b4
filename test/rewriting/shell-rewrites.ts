/** Shell rewrites: words spelled otherwise, and programs run from text. */
import { type Node, walk } from "../../analysis/tree.ts";
import { treeOf } from "../analysis/test-parser.ts";
import type { Rewrite } from "./rewrite.ts";
import { rewriteTree } from "./tree-edits.ts";

type Call = Extract<Node, { kind: "Call" }>;

/** Builtins, keywords and names of the program's own functions keep their plain spelling where only that works. */
const KEPT = new Set([
  "set",
  "cd",
  "trap",
  "source",
  ".",
  "eval",
  "exec",
  "local",
  "export",
  "alias",
  "read",
  "return",
  "shift",
  "unset",
  "exit",
  "[",
  "test",
  "command",
  "declare",
  "function",
]);

function ownNames(code: string): Set<string> {
  const names = new Set<string>(KEPT);
  walk(treeOf(code, "shell").module, (node) => {
    if (node.kind === "FunctionDef" && node.fn.name !== null) names.add(node.fn.name);
  });
  return names;
}

/** Plain command words (`rm`), as another text that means the same word. */
function commandWords(name: string, replace: (word: string) => string | null, anyCommand = false): Rewrite {
  const apply = (code: string): string => {
    if (code.includes("<<") && /<<-?\s*['"]?\w/.test(code)) return code;
    const own = ownNames(code);
    return rewriteTree(code, "shell", (node, _text, ancestors) => {
      const owner = ancestors.at(-1);
      if (owner?.kind !== "Call" || owner.callee !== node) return null;
      const word = code.slice(node.start, node.end);
      if (!/^[a-z][a-z0-9-]+$/.test(word) || (!anyCommand && own.has(word)) || isAliased(code, word)) return null;
      return replace(word);
    });
  };
  return { name, family: "shell", apply };
}

const isAliased = (code: string, word: string): boolean => new RegExp(`alias ${word}=`).test(code);

/** Plain argument words. */
function argumentWords(name: string, replace: (word: string) => string | null): Rewrite {
  const apply = (code: string): string => {
    if (/<<-?\s*['"]?\w/.test(code)) return code;
    return rewriteTree(code, "shell", (node, _text, ancestors) => {
      const owner = ancestors.at(-1);
      const command = ancestors.at(-2);
      if (owner?.kind !== "Arg" || command?.kind !== "Call" || owner.value !== node) return null;
      const name = code.slice(command.callee.start, command.callee.end);
      const word = code.slice(node.start, node.end);
      return /^[a-z/.-][\w/.:-]+$/i.test(word) && !["local", "export", "declare", "alias", "unset", "read"].includes(name)
        ? replace(word)
        : null;
    });
  };
  return { name, family: "shell", apply };
}

/** The whole program in another one. */
function whole(name: string, make: (code: string) => string, options: Pick<Rewrite, "adds" | "hides"> = {}): Rewrite {
  const apply = (code: string): string => (/^#!/.test(code) ? code : make(code.trimEnd()));
  return { name, family: "shell", apply, ...options };
}

/** Simple commands that stand alone on their line. */
function lines(name: string, make: (command: string) => string): Rewrite {
  const apply = (code: string): string => {
    if (/<<-?\s*['"]?\w/.test(code)) return code;
    const own = ownNames(code);
    const { module } = treeOf(code, "shell");
    if (module.kind !== "Module") return code;
    return module.body.toReversed().reduce((out, s) => {
      if (s.kind !== "ExprStmt" || s.value.kind !== "Call" || !isPlain(code, s.value, own)) return out;
      return out.slice(0, s.start) + make(code.slice(s.start, s.end)) + out.slice(s.end);
    }, code);
  };
  return { name, family: "shell", apply };
}

const isPlain = (code: string, call: Call, own: ReadonlySet<string>): boolean => {
  const word = code.slice(call.callee.start, call.callee.end);
  return /^[a-z][\w-]*$/.test(word) && !own.has(word) && !isAliased(code, word) && !/\n/.test(code.slice(call.start, call.end));
};

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const hex = (text: string): string => Buffer.from(text).toString("hex");
const HIDES = { hides: true, adds: ["code.eval", "code.hidden", "call.dynamic", "process.exec"] } as const;
const RUNS = { adds: ["code.eval", "process.exec"] } as const;

export const SHELL_REWRITES: readonly Rewrite[] = [
  commandWords("sh quotes", (w) => `${w[0]}""${w.slice(1)}`),
  commandWords("sh single quotes", (w) => `'${w[0]}'${w.slice(1)}`),
  commandWords("sh double quotes", (w) => `"${w}"`),
  commandWords("sh backslash", (w) => `\\${w}`),
  commandWords("sh backslashes inside", (w) => `${w[0]}\\${w.slice(1)}`),
  commandWords("sh ANSI-C quotes", (w) => `$'${[...w].map((c) => `\\x${c.charCodeAt(0).toString(16)}`).join("")}'`),
  commandWords("sh octal quotes", (w) => `$'${[...w].map((c) => `\\${c.charCodeAt(0).toString(8)}`).join("")}'`),
  commandWords("sh command substitution", (w) => `$(echo ${w})`),
  commandWords("sh printf", (w) => `$(printf %s%s ${w[0]} ${w.slice(1)})`),
  commandWords("sh backquotes", (w) => `\`echo ${w}\``),
  commandWords("sh default value", (w) => `\${nothing_0:-${w}}`),
  { ...commandWords("sh base64 word", (w) => `$(echo ${base64(w)} | base64 -d)`), ...HIDES },
  { ...commandWords("sh reversed word", (w) => `$(echo ${[...w].reverse().join("")} | rev)`), ...HIDES },
  commandWords("sh empty variable", (w) => `${w[0]}\${nothing_0}${w.slice(1)}`),
  commandWords("sh empty substitution", (w) => `${w[0]}$()${w.slice(1)}`),
  argumentWords("sh quoted arguments", (w) => `"${w}"`),
  argumentWords("sh split arguments", (w) => `${w[0]}''${w.slice(1)}`),
  argumentWords("sh escaped arguments", (w) => `${w[0]}\\${w.slice(1)}`),
  argumentWords("sh arguments in ANSI-C quotes", (w) => `$'${[...w].map((c) => `\\x${c.charCodeAt(0).toString(16)}`).join("")}'`),
  argumentWords("sh arguments by echo", (w) => `"$(printf '%s' '${w}')"`),
  lines("sh command", (c) => `command ${c}`),
  lines("sh env", (c) => `env ${c}`),
  lines("sh nohup", (c) => `nohup ${c}`),
  lines("sh time", (c) => `time ${c}`),
  lines("sh nice", (c) => `nice -n 5 ${c}`),
  lines("sh timeout", (c) => `timeout 60 ${c}`),
  lines("sh and", (c) => `true && ${c}`),
  lines("sh or", (c) => `false || ${c}`),
  lines("sh background", (c) => `${c} &\nwait`),
  lines("sh eval", (c) => `eval ${quote(c)}`),
  lines("sh bash -c", (c) => (c.includes("$") ? c : `bash -c ${quote(c)}`)),
  lines("sh array", (c) => (/["'$*?~{[\\]/.test(c) ? c : `words_0=(${c}); "\${words_0[@]}"`)),
  lines("sh set --", (c) => (/["'$*?~{[\\]/.test(c) ? c : `set -- ${c}; "$@"`)),
  lines("sh braces", (c) => (/["'$*?~{}[\\,<>|&;]/.test(c) || !c.includes(" ") ? c : `{${c.split(/\s+/).join(",")}}`)),
  lines("sh variable", (c) => (/["'$*?~{[\\]/.test(c) ? c : `line_0='${c}'; $line_0`)),
  lines("sh variables", (c) =>
    /["'$*?~{[\\]/.test(c)
      ? c
      : c
          .split(/\s+/)
          .map((w, i) => `w${i}=${w}; `)
          .join("") +
        c
          .split(/\s+/)
          .map((_, i) => `$w${i}`)
          .join(" "),
  ),
  lines("sh IFS", (c) => (/["'$*?~{[\\,]/.test(c) ? c : `(IFS=,; line_0='${c.split(/\s+/).join(",")}'; $line_0)`)),
  lines("sh xargs", (c) =>
    /["'$*?~{[\\<>|&;]/.test(c) || !c.includes(" ") ? c : `echo ${c.split(/\s+/).slice(1).join(" ")} | xargs ${c.split(/\s+/)[0]}`,
  ),
  whole("sh function", (c) => `main_0() {\n${c}\n}\nmain_0 "$@"\n`),
  whole("sh if", (c) => `if true; then\n${c}\nfi\n`),
  whole("sh for once", (c) => `for once_0 in 1; do\n${c}\ndone\n`),
  whole("sh case", (c) => `case x in\nx)\n${c}\n;;\nesac\n`),
  whole("sh group", (c) => `{\n${c}\n}\n`),
  whole("sh subshell", (c) => `(\n${c}\n)\n`),
  whole("sh while", (c) => `while :; do\n${c}\nbreak\ndone\n`),
  whole("sh trap", (c) => `main_0() {\n${c}\n}\ntrap main_0 EXIT\n`),
  whole("sh heredoc", (c) => (/<</.test(c) ? c : `bash <<'END_0'\n${c}\nEND_0\n`), RUNS),
  whole("sh heredoc cat", (c) => (/<</.test(c) ? c : `cat <<'END_0' | sh\n${c}\nEND_0\n`), RUNS),
  whole("sh here-string", (c) => `bash <<< ${quote(c)}\n`, RUNS),
  whole("sh echo to bash", (c) => `printf '%s\\n' ${quote(c)} | bash\n`, RUNS),
  whole("sh source of a substitution", (c) => `source <(printf '%s\\n' ${quote(c)})\n`, RUNS),
  whole("sh whole eval", (c) => `eval ${quote(c)}\n`, RUNS),
  whole("sh whole bash -c", (c) => `bash -c ${quote(c)}\n`, RUNS),
  whole("sh dead code", (c) => `never_0() { echo never; }\nunused_0=5\n${c}\n[ "$unused_0" = 6 ] && echo six\n:\n`),
  whole("sh comments", (c) => `# rm is a word\n${c} # and so is eval\n`),
  whole("sh base64 to bash", (c) => `echo ${base64(c)} | base64 -d | bash\n`, HIDES),
  whole("sh eval of base64", (c) => `eval "$(echo ${base64(c)} | base64 --decode)"\n`, HIDES),
  whole("sh hex to sh", (c) => `echo ${hex(c)} | xxd -r -p | sh\n`, HIDES),
]; // prettier-ignore
