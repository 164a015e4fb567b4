/** `sudo PROGRAM`: how far more rights go is what the program does with them, as far as that is known. */
import type { TargetClass } from "./effects.ts";
import { type CommandMeaning, NOTHING, only } from "./shell-meaning.ts";
import { baseName, PRIVILEGE } from "./shell-wrappers.ts";

/** They run a program as somebody else; the others change what a process sees of the machine. */
const BECOMES = /^(sudo|su|doas|pkexec)$/;
/** Whoever types the password is asked no more: a program types it itself. */
const TYPED = /^(-[a-zA-Z]*[SA][a-zA-Z]*|--(stdin|askpass))$/;
/** Options of `sudo` alone that only look at the rights that are there, or forget them. */
const ASKS = /^-[nvlkKVhU]+$/;
/** What such a command does is known, and its effects say where. */
const BOUNDED: ReadonlySet<TargetClass> = new Set(["command.inspect", "command.install", "command.build"]);
/** Settings of a package manager that are commands. */
const HOOK = /::?(pre|post)?-?(invoke|install-pkgs)\b|^--(pre|post)-?(script|hook)/i;

export type Raised = {
  /** The words that raise the rights, with their options. */
  readonly raised: readonly string[];
  readonly argv: readonly string[];
  /** The program runs code that stands somewhere else, or came over the network. */
  readonly foreign: boolean;
};

/** Besides what the program itself means. */
export function raisedMeaning(inner: CommandMeaning, { raised, argv, foreign }: Raised): CommandMeaning {
  if (raised.length === 0) return NOTHING;
  const wrappers = raised.filter((word) => PRIVILEGE.has(baseName(word)));
  const known = argv.length === 0 ? raised.slice(1).every((word) => ASKS.test(word)) && raised.length > 1 : isBounded(inner, argv);
  const becomes = wrappers.every((word) => BECOMES.test(baseName(word))) && !raised.some((word) => TYPED.test(word));
  return only(known && becomes && !foreign ? "command.elevated" : "command.privilege");
}

const isBounded = (inner: CommandMeaning, argv: readonly string[]): boolean =>
  inner.classes.length > 0 &&
  inner.nested.length === 0 &&
  inner.classes.every((found) => BOUNDED.has(found)) &&
  !argv.some((word) => HOOK.test(word));
