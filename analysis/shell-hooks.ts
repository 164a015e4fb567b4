/** Variables that mean more than their value: a shell or another program runs it, loads it, or stops remembering because of it. */
import { type CommandEffect, type CommandMeaning, hasExpansion, oneEffect, withoutMarks } from "./shell-meaning.ts";
import { type Shell, say } from "./shell-state.ts";
import { classifyPathText } from "./targets.ts";

/** Their value is code; the others name a program: with arguments it is a line. */
const RUN_AS_CODE = /^(PROMPT_COMMAND|PS0)$/;
const NAMES_A_PROGRAM =
  /^(GIT_(SSH_COMMAND|EXTERNAL_DIFF|PAGER|EDITOR|SEQUENCE_EDITOR|ASKPASS|PROXY_COMMAND)|RSYNC_RSH|CVS_RSH|SSH_ASKPASS|SUDO_ASKPASS|(MAN)?PAGER|EDITOR|VISUAL|FCEDIT|BROWSER|LESSOPEN|LESSCLOSE)$/;

export function runsAsCode(shell: Shell, name: string, value: string): void {
  if (hasExpansion(value) || value === "") return;
  const line = withoutMarks(value);
  if (RUN_AS_CODE.test(name) || (NAMES_A_PROGRAM.test(name) && /\s/.test(line.trim()))) shell.traps.push(line.replace(/^\|/, ""));
}

/** `HISTFILE=/dev/null`: what is done is not to be seen. */
export function hiddenHistory(names: readonly string[]): CommandEffect[] {
  const hides = names.find((n) => /^(HISTFILE=(\/dev\/null)?|HIST(FILE)?SIZE=0)$/.test(n));
  return hides === undefined ? [] : [{ kind: "fs.delete", target: "~/.bash_history", classes: ["path.credentials"] }];
}

const PRELOADS = /^(LD_PRELOAD|LD_AUDIT|DYLD_INSERT_LIBRARIES)$/;
/** Libraries that the system brings lie where nobody but its administrator writes. */
const isOfSystem = (value: string): boolean =>
  value
    .split(/[\s:]+/)
    .every(
      (path) =>
        path === "" ||
        !path.includes("/") ||
        classifyPathText(path.replace(/\$\{?(LIB|PLATFORM)\}?/g, "lib")).every((c) => c === "path.system_public"),
    );

/** `LD_PRELOAD=x program`, `export LD_PRELOAD=x`: code of a file in every program. */
export function sayPreload(shell: Shell, set: readonly string[], known: (name: string) => string): void {
  const name = set.find((n) => PRELOADS.test(n));
  const value = name === undefined ? "" : known(name);
  if (name !== undefined && value !== "" && !isOfSystem(value)) say(shell, preload(name, value));
}

const preload = (name: string, value: string): CommandMeaning => oneEffect("system.control", `${name}=${value}`, ["command.persistence"]);
