/** git: what it does is undone by git, but for history that is thrown away, other remotes, and settings that run programs. */
import { operands } from "./shell-files.ts";
import { type CommandEffect, type CommandMeaning, holed, only, pathEffect, shown } from "./shell-meaning.ts";
import { classifyHostText, hostOf } from "./targets.ts";

const RUNS_PROGRAMS =
  /^(core\.(hookspath|sshcommand|fsmonitor|pager|editor|askpass)|init\.templatedir|credential\.helper|filter\..*\.(clean|smudge|process)|diff\.external|gpg\.program)$/i;
/** Helpers that git itself brings. */
const OWN_HELPER =
  /^(store|cache|osxkeychain|manager|manager-core|libsecret|wincred|vim?|nano|emacs|less|cat|code --wait|cat|true|more|delta|ssh)\b/;

export function gitMeaning(args: readonly string[]): CommandMeaning {
  const rest = args
    .filter((_a, i) => !/^(-C|-c|--git-dir|--work-tree)$/.test(args[i - 1] ?? ""))
    .filter((a) => !/^(-C|-c|--git-dir|--work-tree)/.test(a));
  const [verb = "", ...given] = operands(rest);
  const has = (option: RegExp): boolean => rest.some((a) => option.test(a));
  const effects: CommandEffect[] = [...remoteEffects(verb, given)];
  if (verb === "push") {
    const overwrites =
      has(/^(-[a-zA-Z]*[fd][a-zA-Z]*|--force|--force-with-lease.*|--mirror|--delete|--prune)$/) ||
      given.slice(1).some((g) => /^[+:]/.test(g));
    if (overwrites) effects.push(irreversible(args));
    else if (has(/^--no-verify$/) && given.slice(1).some((ref) => SHARED.test(ref)))
      effects.push({ ...irreversible(args), args: { unchecked: true } });
  } else if (verb === "reset" && has(/^--hard$/)) effects.push({ ...pathEffect("fs.delete_tree", "."), args: { tracked: true } });
  else if (verb === "clean" && has(/^-[a-zA-Z]*f|^--force$/) && !has(/^(-[a-zA-Z]*n|--dry-run)/))
    effects.push(pathEffect("fs.delete_tree", given[0] ?? "."));
  else if (
    /^(filter-branch|filter-repo)$/.test(verb) ||
    (verb === "reflog" && given[0] === "expire") ||
    (verb === "update-ref" && has(/^-d$/))
  )
    effects.push(irreversible(args));
  else if (verb === "config") effects.push(...settingEffects(rest, given));
  return { ...only("command.build"), effects };
}

/** Branches from which others build; what goes there past the hooks goes past everybody. */
const SHARED = /^(?:[^:]*:)?(?:refs\/heads\/)?(main|master|trunk|develop|production|prod|stable|release([/-].*)?)$/;

const irreversible = (args: readonly string[]): CommandEffect => ({
  kind: "infra.change",
  target: ["git", ...args.map(shown)].join(" "),
  classes: [],
  args: { irreversible: true },
});

/** A remote that is named by its address. */
function remoteEffects(verb: string, given: readonly string[]): CommandEffect[] {
  const names = verb === "remote" ? /^(add|set-url)$/.test(given[0] ?? "") : /^(push|clone|fetch|pull|ls-remote|submodule)$/.test(verb);
  if (!names) return [];
  const url = given.find((g) => /:\/\/|^[\w.-]+@[\w.-]+:/.test(holed(g)));
  if (url === undefined) return [];
  const host = /:\/\//.test(url) ? hostOf(holed(url)) : (holed(url).split("@")[1]?.split(":")[0] ?? "");
  return [{ kind: verb === "push" ? "net.send" : "net.fetch", target: shown(url), classes: classifyHostText(host) }];
}

/** `git config core.hooksPath DIR`: programs that git starts from then on. */
function settingEffects(rest: readonly string[], given: readonly string[]): CommandEffect[] {
  const [name = "", value] = given[0] === "set" ? given.slice(1) : given;
  if (value === undefined || !RUNS_PROGRAMS.test(name) || OWN_HELPER.test(value) || rest.some((a) => /^--(get|unset|list)/.test(a)))
    return [];
  const local = /^core\.hookspath$/i.test(name) && /^\.?[\w-]+(\/|$)/.test(value) && !rest.some((a) => /^--(global|system)$/.test(a));
  return local ? [] : [pathEffect("fs.write", "~/.git/hooks/*")];
}
