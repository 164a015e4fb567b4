/** Programs that are started: shell strings and argument vectors become effects, code inside them is interpreted in turn. */

import type { Effect, Guard, Label, TargetClass } from "../effects.ts";
import { type CommandMeaning, commandMeaning, type ShellGuard, shellMeaning, shellProgram } from "../shell-command.ts";
import { headOf, type State } from "../state.ts";
import type { Location } from "../tree.ts";
import { type Addr, isString, membersOf, mergeLabels, partsOf, type RefV, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { commandHoles } from "./command-holes.ts";
import { optionOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { spawnFacts } from "./exhaustion.ts";
import { isFetched, isPrivate, remoteCode, toldCode } from "./file-handles.ts";
import { activeGuards } from "./guards.ts";
import { elementsOf } from "./iterate.ts";
import { runNested } from "./nested-code.ts";
import { namedText, placePrefix, rememberedPath, rememberFile, shellPrefix } from "./remembered.ts";
import { current, type Run, type Unit } from "./run.ts";
import { decideTruth } from "./truth.ts";

type Started = {
  readonly value: Value | null;
  readonly api: string;
  readonly labels: readonly Label[];
  /** Where the command is started, when its caller says so. */
  readonly place?: Value | undefined;
};

/** Places that are known wherever the machine keeps them stay what they are. */
const PLACES: ReadonlySet<string | null> = new Set(["{home}", "{tmp}"]);
const withHoles = (value: Value): string =>
  partsOf(value)
    .map((p) => (typeof p === "string" ? p : PLACES.has(p.path) ? p.path : "{?}"))
    .join("");

export function execShell(run: Run, state: State, started: Started): void {
  const value = started.value ?? run.values.unknown("local");
  const elements = value.k === "ref" ? elementsOf(run, state, value) : null;
  const members =
    elements !== null
      ? [run.values.template(elements.flatMap((e, i) => [...(i === 0 ? [] : [" "]), ...partsOf(e)]))]
      : value.k === "union"
        ? value.of
        : [value];
  for (const member of members) {
    const text = withHoles(member);
    const meaning = shellMeaning(placePrefix(run, state, started.place) + shellPrefix(state, text) + text);
    report(run, state, { ...started, text, meaning, holes: member, shell: true });
  }
}

/** `subprocess.run([...])`, `spawn(cmd, [...])`, `execl(path, ...)`; with `shell=True` a shell string. */
export function execCommand(run: Run, state: State, started: Started & { node: boolean; all: boolean }, args: CallArgs): void {
  fedBySocket(run, state, started, args);
  const options = started.node ? (args.positional[2] ?? args.positional[1]) : undefined;
  const flag = args.keywords.get("shell") ?? (options?.k === "ref" ? state.read(options.addr).props.get("s:shell") : undefined);
  const shell = flag !== undefined && decideTruth(run, state, flag) !== false;
  const value = started.value ?? run.values.unknown("local");
  const list = started.all
    ? args.positional.flatMap((v) => (v.k === "ref" ? elementsOf(run, state, v) : null) ?? [v])
    : commandList(run, state, value);
  const [, vector] = args.positional;
  if (started.node && (vector?.k === "union" || (vector !== undefined && started.value?.k === "union"))) {
    for (const value of started.value?.k === "union" ? started.value.of : [started.value])
      for (const member of membersOf(vector))
        execCommand(run, state, { ...started, value }, { ...args, positional: args.positional.with(1, member) });
    return;
  }
  if (started.node) {
    const rest = args.positional[1]?.k === "ref" ? vectorOf(run, state, args.positional[1]) : null;
    if (rest !== null) {
      reportVector(run, state, { ...started, shell }, [value, ...rest]);
      return;
    }
  }
  if (shell && (list === null || value.k !== "ref")) {
    execShell(run, state, started);
    return;
  }
  if (list === null) {
    if (value.k === "ref") {
      const begun = shell ? null : vectorOf(run, state, value);
      if (begun !== null) {
        reportVector(run, state, { ...started, shell }, begun);
        return;
      }
      const holes = run.values.unknown("unmodelled");
      report(run, state, { ...started, text: "{?}", meaning: shellMeaning(partial(state, value)), holes, shell: false });
      return;
    }
    const members = value.k === "union" ? value.of : [value];
    for (const member of members.filter(({ k }) => k === "ref")) execCommand(run, state, { ...started, value: member }, args);
    for (const member of members.filter(({ k }) => k !== "ref"))
      reportVector(
        run,
        state,
        { ...started, shell: false },
        isString(member) ? member.value.split(/\s+/).map((w) => run.values.string(w)) : [member],
      );
    return;
  }
  reportVector(run, state, { ...started, shell }, list);
}

/** Words of the command line that would say the same. */
const CLIENTS = { container: ["docker", "exec", "container"], pip: ["pip"], powershell: ["powershell", "-Command"] } as const;

/** `container.exec_run("cmd")`, `pip.main(["install", url])`. */
export function execThrough(run: Run, state: State, started: Started, client: keyof typeof CLIENTS): void {
  const value = started.value ?? run.values.unknown("local");
  const shell = client === "powershell" ? [] : ["sh", "-c"].map((word) => run.values.string(word));
  const list = commandList(run, state, value) ?? [...shell, value];
  reportVector(run, state, { ...started, shell: false }, [...CLIENTS[client].map((word) => run.values.string(word)), ...list]);
}

/** Libraries whose members are programs, up to the program's name; of git the commands. */
const NAMED = /^(?:sh|plumbum\.(?:cmd|local)|(?:.*\.)?(?=git\.))/;

/** `repo.git.push("--force", "origin")`, `sh.rm("-rf", path)`: what is called is the command, and options may be keywords. */
export function execNamed(run: Run, state: State, started: Started, args: CallArgs): void {
  const names = started.api
    .replace(NAMED, "")
    .split(".")
    .filter((part) => part !== "");
  const called = names.map((part) => part.replaceAll("_", "-")).filter((part) => part !== "execute");
  const keywords = [...args.keywords].filter(([key, value]) => !key.startsWith("_") && decideTruth(run, state, value) !== false);
  const options = keywords.map(([key]) => (key.length === 1 ? `-${key}` : `--${key.replaceAll("_", "-")}`));
  const given = args.positional.flatMap((v) => (v.k === "ref" ? (elementsOf(run, state, v) ?? [run.values.unknown("unmodelled")]) : [v]));
  const words = [...called, ...options].map((word) => run.values.string(word));
  reportVector(run, state, { ...started, shell: false }, [...words, ...given]);
}

/** `execv(path, argv)`, `execl(path, name, ...)`: the path is what runs, whatever name it is given as its first argument. */
export function execPath(run: Run, state: State, started: Started & { readonly value: Value }, vector: readonly Value[]): void {
  const [list, ...words] = vector;
  const known = list === undefined ? [] : commandList(run, state, list)?.slice(1);
  const rest = known ?? (list?.k === "ref" || list?.k === "union" ? [list] : words.filter((word) => word.k !== "ref"));
  reportVector(run, state, { ...started, shell: false }, [started.value, ...rest]);
}

/** `Popen(["sh"], stdin=sock)`: what comes over the network is what runs. */
function fedBySocket(run: Run, state: State, started: Started & { node: boolean }, args: CallArgs): void {
  const input = args.keywords.get("stdin");
  const socket = (input?.k === "api" && /^socket\.|^ssl\./.test(input.path)) || (input?.k === "unknown" && input.cause === "network");
  const streams = started.node ? optionOf(state, args, "stdio") : undefined;
  const [first] = streams === undefined ? [] : (elementsOf(run, state, streams) ?? [streams]);
  const connected = first?.k === "api" && /^(net|tls)\.Socket/.test(first.path);
  if (socket || connected) remoteCode(run, state, { target: "a program fed by a socket", api: started.api, labels: started.labels });
}

function commandList(run: Run, state: State, value: Value): readonly Value[] | null {
  return value.k === "ref" ? elementsOf(run, state, value) : null;
}

/** The words of a list, or those that it begins with and whatever else is in it; null when nothing is known of its order. */
function vectorOf(run: Run, state: State, list: RefV): readonly Value[] | null {
  const begun = headOf(state.read(list.addr));
  return elementsOf(run, state, list) ?? (begun.length > 0 ? [...begun, ...others(state, list.addr, begun)] : null);
}

function others(state: State, addr: Addr, begun: readonly Value[]): readonly Value[] {
  const { rest } = state.read(addr);
  const members = rest === null ? [] : rest.k === "union" ? rest.of : [rest];
  return members.filter((value) => !begun.includes(value));
}

/** Known words of a list whose length is not known. */
function partial(state: State, value: Value): string {
  if (value.k !== "ref") return "{?}";
  const object = state.read(value.addr);
  const words = [...(object.items ?? []), ...(object.rest === null ? [] : object.rest.k === "union" ? object.rest.of : [object.rest])];
  return words.map(withHoles).join(" ");
}

const quoted = (word: string): string => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Command lines that are told apart when their words have several values. */
const MOST_LINES = 8;

/** A command line for each choice of values; too many are one with holes. */
function reportVector(run: Run, state: State, started: Started & { shell: boolean }, list: readonly Value[]): void {
  const lines = list.reduce((count, word) => count * membersOf(word).length, 1);
  const several = lines > MOST_LINES ? -1 : list.findIndex((word) => word.k === "union");
  if (several < 0) reportLine(run, state, started, list);
  else for (const member of membersOf(list[several] as Value)) reportVector(run, state, started, list.with(several, member));
}

function reportLine(run: Run, state: State, started: Started & { shell: boolean }, list: readonly Value[]): void {
  const words = list.map(withHoles);
  const holes = run.values.template(
    list.flatMap((v, i) => [...(i === 0 ? [] : [" "]), ...partsOf(v)]),
    mergeLabels(...list.map((v) => v.labels)),
  );
  const text = words.join(" ");
  const place = placePrefix(run, state, started.place);
  const line = started.shell || place === "" ? text : words.map(quoted).join(" ");
  const meaning = started.shell || place !== "" ? shellMeaning(place + line) : commandMeaning(words);
  report(run, state, { ...started, text, meaning, holes });
}

/** A submission that is a shell program: every command at its own place. Gives the places that do not fit the grammar. */
export function runShellProgram(run: Run, state: State, source: string): readonly number[] {
  const act = current(run);
  const { commands, problems } = shellProgram(source, run.sensitivity.ofName);
  for (const { at, end, sure, latent, text, unknown, guards, calls, meaning } of commands) {
    act.at = { start: at, end };
    state.certain = sure;
    if (latent) run.latent++;
    const classes = [...meaning.classes, ...unknown];
    reportMeaning(run, state, {
      text,
      classes,
      meaning,
      api: "shell",
      args: {},
      labels: [],
      guards: guards.map((g) => guardOf(act.unit, g)),
      calls: calls.map((span) => act.unit.lines.locate(span)),
    });
    if (latent) run.latent--;
  }
  return problems;
}

function guardOf(unit: Unit, { text, positive, start, end }: ShellGuard): Guard {
  const subjects = [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((found) => found[1] as string);
  return { text, positive, subjects: [...new Set(subjects)], external: true, location: unit.lines.locate({ start, end }) };
}

type Report = Started & {
  readonly text: string;
  readonly meaning: CommandMeaning;
  readonly holes: Value;
  readonly shell: boolean;
  /** It is a script of the program's own: scripts that it starts in turn are not followed. */
  readonly written?: true;
};

function report(run: Run, state: State, found: Report): void {
  const labels = mergeLabels(found.labels, found.holes.labels);
  const wholly = /^\s*["']?\{\?\}/.test(found.text);
  const unknowns = commandHoles(found.holes, found.meaning, wholly);
  const classes = [
    ...found.meaning.classes,
    ...unknowns,
    ...(wholly && !found.meaning.classes.includes("command.unknown") ? (["command.unknown"] as const) : []),
  ];
  const spawns = spawnFacts(run, found.api);
  reportMeaning(run, state, {
    text: found.text,
    classes: [...classes, ...spawns.classes],
    meaning: found.meaning,
    api: found.api,
    args: { shell: found.shell, ...spawns.args },
    labels,
  });
  if (startsItself(run, state, found.text)) bomb(run, state, found);
  runWritten(run, state, found);
}

/** `node ./program.js`, without a condition that would end it: each one starts the next. What it is told may be such a condition. */
function startsItself(run: Run, state: State, text: string): boolean {
  const started = SELF.exec(text);
  if (started === null || run.latent > 0 || (started.groups?.told !== undefined && !state.certain)) return false;
  return !activeGuards(run).some((guard) => guard.external);
}
const SELF =
  /^(\S*\/)?(node|tsx|ts-node|npx tsx|npx ts-node|bun|bun run|deno run|python3?)( --?(import|require|r|loader|m)[ =]\S+| -\S+)* \.\/program\.([jt]sx?|py)(?<told> .+)?$/;

function bomb(run: Run, state: State, { text, api }: Report): void {
  const found = { target: `${text}: the program starts itself`, classes: ["command.process" as const], args: {}, labels: [] };
  emit(run, state, { kind: "resource.exhaust", ...found, basis: "api", api });
}

type Meant = {
  readonly text: string;
  readonly classes: readonly TargetClass[];
  readonly meaning: CommandMeaning;
  readonly api: string;
  readonly args: Effect["args"];
  readonly labels: readonly Label[];
  /** Conditions in the shell program that lead here. */
  readonly guards?: readonly Guard[];
  /** Calls in the shell program that lead here, outermost first. */
  readonly calls?: readonly Location[];
};

/** The start of a program, what the program would do, and the code that it is given. */
function reportMeaning(run: Run, state: State, { text, classes, meaning, api, args, labels, guards = [], calls = [] }: Meant): void {
  const ruinous = meaning.classes.includes("command.destructive");
  const targets = meaning.effects.flatMap((e) => [...e.classes]).filter((c) => !c.startsWith("command."));
  if (classes.length > 0 || api !== "shell")
    emit(run, state, {
      kind: "process.exec",
      target: text,
      classes: ruinous ? [...classes, ...targets] : classes,
      args,
      labels,
      basis: "api",
      api,
      guards,
      calls,
    });
  const unknowns = classes.filter((c) => c.startsWith("unknown."));
  for (const effect of meaning.effects)
    emit(run, state, {
      kind: effect.kind,
      target: effect.target,
      classes: effect.classes,
      args: effect.args ?? {},
      // `user@host` names an account there, and is nobody's address.
      labels: mergeLabels(
        effect.kind.startsWith("net.") ? labels.filter((l) => l !== "pii.email") : labels,
        effect.labels ?? [],
        api === "shell" ? [] : ["via:subprocess"],
      ),
      basis: "api",
      api,
      guards,
      calls,
    });
  if (api !== "shell") rememberPacked(run, state, meaning);
  for (const nested of meaning.nested) {
    if (nested.code.includes("{?}"))
      emit(run, state, { kind: "code.eval", target: "{?}", classes: unknowns, args: {}, labels, basis: "api", api });
    else
      runNested(run, state, {
        source: nested.code,
        language: nested.language,
        labels: mergeLabels(
          labels.filter((l) => l.startsWith("via:")),
          ["via:subprocess"],
        ),
        ownFrame: true,
        api,
      });
  }
}

/** `tar czf /tmp/a.tgz ~/Documents`: what a command writes holds what it reads. */
function rememberPacked(run: Run, state: State, { effects }: CommandMeaning): void {
  if (!effects.some((effect) => effect.kind === "fs.read" && isPrivate(effect.classes))) return;
  for (const { kind, target } of effects)
    if (kind === "fs.write") {
      const content = run.values.unknown("file", { path: "packed", labels: ["file", "file.private"] });
      rememberFile(run, state, { path: run.values.string(target), content, append: false });
    }
}

const INTERPRETER = /(?:^|\/)(python(?=[\d.]*w?$)|node(?=(js)?$)|(?:deno|bun|tsx|bash|sh|zsh|dash|ksh|source|\.)$)/;

/** A script that the program wrote itself, or saved from the network, is what runs. */
function runWritten(run: Run, state: State, found: Report): void {
  const text = namedText(found.holes) || found.text;
  const words = text.split(/[\s;&|()"'<]+/).filter((w) => w !== "");
  for (const [i, word] of words.entries()) {
    const content = rememberedPath(run, state, word);
    if (content === undefined) continue;
    const before = (i > 0 ? (INTERPRETER.exec(words[i - 1] as string) ?? INTERPRETER.exec(words[i - 2] ?? ""))?.[1] : null) ?? null;
    if (before === null && i > 0 && !startsHere(text, word, words[i - 1] as string)) continue;
    for (const member of membersOf(content)) runScript(run, state, found, { content: member, by: before });
  }
}

/** The word is where a program is named: first, behind an operator, or behind a program that starts another. */
function startsHere(text: string, word: string, before: string): boolean {
  if (/^(sudo|doas|nohup|exec|time|env|setsid|nice|timeout|start|call|\d+)$|=/.test(before)) return true;
  const at = text.indexOf(word);
  return /[;&|(`\n]\s*["']?$/.test(text.slice(0, at));
}

function runScript(run: Run, state: State, found: Report, script: { content: Value; by: string | null }): void {
  const { content } = script;
  const labels = mergeLabels(
    content.labels.filter((l) => l.startsWith("via:")),
    ["via:subprocess"],
  );
  if (isFetched(content)) {
    remoteCode(run, state, { target: found.text, api: found.api, labels });
    return;
  }
  toldCode(run, state, content, { target: found.text, api: found.api, labels });
  if (!isString(content)) return;
  const by = script.by ?? /^#!.*?(python|node|bash|sh)/.exec(content.value)?.[1] ?? "sh";
  if (by === "python") runNested(run, state, { source: content.value, language: "python", labels, ownFrame: true, api: found.api });
  else if (/^(node|deno|bun|tsx)$/.test(by))
    runNested(run, state, { source: content.value, language: "javascript", labels, ownFrame: true, api: found.api });
  else if (found.written !== true) {
    const meaning = shellMeaning(content.value);
    report(run, state, {
      ...found,
      text: content.value.slice(0, 400),
      labels,
      meaning,
      holes: run.values.string(""),
      shell: true,
      written: true,
    });
  }
}
