/** Magics of IPython: lines and cells that it hands to a shell, to Python or to a file. */
import type { Label } from "../effects.ts";
import type { State } from "../state.ts";
import { isString, partsOf, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { NO_ARGS } from "./call-args.ts";
import { execShell } from "./commands.ts";
import { emitPath } from "./emit-path.ts";
import { evaluate } from "./nested-code.ts";
import { rememberFile, rememberVariable } from "./remembered.ts";
import type { Run } from "./run.ts";

type Magic = {
  readonly name: string;
  readonly line: Value;
  readonly cell: Value | undefined;
  readonly api: string;
  readonly labels: readonly Label[];
};

const SHELL = /^(sx|system|bash|sh|zsh|cmd|!+)$/;
const PYTHON = /^(time|timeit|prun|debug|python|python3|pypy|memit|lprun|mprun|pypy3)$/;
const INSTALLERS = /^(pip|conda|mamba|micromamba|uv)$/;
const FOREIGN = /^(perl|ruby|script|node)$/;

/** `run_line_magic(name, line)` and `run_cell_magic(name, line, cell)`. */
const magic: Builtin = (run, state, { callee, args }) => {
  const [first, line, cell] = args.positional;
  if (first === undefined || !isString(first)) return undefined;
  const given = { api: callee.path, labels: callee.labels };
  const spoken = line ?? run.values.string("");
  const result = runMagic(run, state, { ...given, name: first.value.replace(/^%+/, ""), line: spoken, cell });
  return result ?? run.values.unknown("unmodelled");
};

function runMagic(run: Run, state: State, found: Magic): Value | null | undefined {
  const { name, line, cell, api, labels } = found;
  const shell = (value: Value): void => execShell(run, state, { value, api, labels });
  const prefixed = (text: string, value: Value): Value => run.values.template([text, ...partsOf(value)], value.labels);
  if (SHELL.test(name)) shell(cell ?? line);
  else if (INSTALLERS.test(name)) shell(prefixed(`${name} `, line));
  else if (name === "run") shell(prefixed("python ", line));
  else if (FOREIGN.test(name) && cell !== undefined && isString(line) && isString(cell)) {
    const program = name === "script" ? line.value : `${name} ${line.value}`;
    shell(run.values.string(`${program} <<'__CELL__'\n${cell.value}\n__CELL__\n`));
  } else if (PYTHON.test(name)) {
    const code = cell !== undefined && !(isString(cell) && cell.value.trim() === "") ? cell : withoutOptions(run, line);
    if (isString(code) && code.value.trim() === "") return undefined;
    return evaluate(run, state, code, { api, labels, language: "python" });
  } else if (name === "writefile" || name === "file") writeCell(run, state, found);
  else if (name === "env" || name === "set_env") setVariable(run, state, found);
  else if (name === "sql")
    return run.call(state, run.values.api("db.Connection.execute"), {
      ...NO_ARGS,
      positional: [cell !== undefined && isString(cell) && cell.value.trim() !== "" ? cell : line],
    });
  return undefined;
}

/** `-n 10 -r 3 statement`. */
const withoutOptions = (run: Run, line: Value): Value =>
  isString(line) ? run.values.string(line.value.replace(/^(\s*-[a-zA-Z]+\s*\d*)+\s*/, "")) : line;

function writeCell(run: Run, state: State, { line, cell, api }: Magic): void {
  const appends = isString(line) && /^-a\s/.test(line.value);
  const path = isString(line) ? run.values.string(line.value.replace(/^-a\s+/, "").trim()) : line;
  emitPath(run, state, { kind: "fs.write", path, api });
  rememberFile(run, state, { path, content: cell ?? run.values.string(""), append: appends });
}

function setVariable(run: Run, state: State, { line, api }: Magic): void {
  const set = isString(line) ? /^(\w+)[=\s]\s*([\s\S]*)$/.exec(line.value) : null;
  if (set !== null) rememberVariable(run, state, { name: set[1] as string, value: run.values.string(set[2] as string), api });
}

export const BUILTINS_NOTEBOOK: Readonly<Record<string, Builtin>> = { magic };
