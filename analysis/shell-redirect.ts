/** Redirections: files, here-documents, sockets. What a command reads comes before it runs, what it prints is kept after it. */
import { expandPieces, expandWord, NO_OUTPUT, type Output } from "./shell-expand.ts";
import { expanderOf } from "./shell-expander.ts";
import {
  FETCHED,
  HIDDEN,
  hasExpansion,
  holed,
  isDecoded,
  labelsOf,
  NOTHING,
  oneEffect,
  pathEffect,
  withoutMarks,
  writeEffects,
} from "./shell-meaning.ts";
import { ENDLESS } from "./shell-output.ts";
import { inDirectory, joinedPath } from "./shell-paths.ts";
import { contentOf, saveText, throughLink } from "./shell-saved.ts";
import { type Input, type Shell, say } from "./shell-state.ts";
import type { Redirection } from "./shell-syntax.ts";
import { classifyHostText, hostOf } from "./targets.ts";

type Outgoing = { readonly path: string; readonly append: boolean; readonly host: string | null };
/** `input` is null when standard input stays as it is. `socket`: the command talks to a host. */
/** `aside`: what it prints goes to the standard error. */
export type Opened = {
  readonly input: Input | null;
  readonly outputs: readonly Outgoing[];
  readonly socket: boolean;
  readonly aside: boolean;
};

const SOCKET = /^\/dev\/(tcp|udp)\/([^/]*)/;
const FROM_NETWORK: Output = { ...NO_OUTPUT, hidden: true, fetched: true, cause: "unknown.network" };

export function openRedirections(shell: Shell, redirections: readonly Redirection[]): Opened {
  let input: Input | null = null;
  let socket = false;
  let aside = false;
  const outputs: Outgoing[] = [];
  for (const redirection of redirections) {
    const found = openOne(shell, redirection);
    socket ||= found.socket === true;
    if (found.input !== undefined) input = "output" in found.input ? found.input : { output: found.input, at: 0 };
    const { operator, target } = redirection;
    // Whoever joins both ends elsewhere wants it back.
    if (operator.text === ">&" && target?.text === "2" && /^1?$/.test(operator.descriptor ?? ""))
      aside = !/2>\s*&1|&>|\|&/.test(shell.line);
    if (found.output !== undefined) outputs.push(found.output);
  }
  return { input, outputs, socket, aside };
}

type Found = { readonly input?: Output | Input; readonly output?: Outgoing; readonly socket?: boolean };

function openOne(shell: Shell, { operator, target }: Redirection): Found {
  const expander = expanderOf(shell);
  if (operator.body !== undefined) return textFor(shell, operator.descriptor, textInput(expandPieces(operator.body, expander)));
  const text =
    target === null
      ? ""
      : expandWord(target, expander)
          .map((f) => f.text)
          .join(" "); // prettier-ignore
  if (operator.text === "<<<") return textFor(shell, operator.descriptor, textInput(`${text}\n`));
  const reads = operator.text.startsWith("<");
  const descriptor = operator.descriptor ?? (reads ? "0" : "1");
  if (/^[<>]&$/.test(operator.text) && /^\d*-?$/.test(text)) return duplicated(shell, text, reads && descriptor === "0");
  const host = SOCKET.exec(text)?.[2];
  if (host !== undefined && operator.text === "<") return fromHost(shell, host, descriptor);
  if (host !== undefined) return toHost(shell, host, { descriptor, both: operator.text === "<>" || reads });
  const read = reads ? readFile(shell, text) : null;
  if (read !== null && descriptor !== "0") describe(shell, descriptor.replace(/[{}]/g, ""), read);
  if (read !== null) return descriptor === "0" ? { input: read } : {};
  return writeFile(shell, text, { descriptor, append: operator.text.includes(">>") });
}

/** `exec 3<<< text`: what is read from that descriptor; without a number it is the standard input. */
function textFor(shell: Shell, descriptor: string | undefined, input: Output): Found {
  const number = (descriptor ?? "0").replace(/[{}]/g, "");
  if (number === "0") return { input };
  describe(shell, number, input);
  return {};
}

/** What is read from a descriptor is read from its files, too: `. /dev/fd/9`. */
function describe(shell: Shell, number: string, output: Output): void {
  shell.descriptors.set(number, { output, at: 0 });
  for (const directory of ["/dev/fd", "/proc/self/fd"]) shell.budget.saved.set(`${directory}/${number}`, output);
}

function textInput(text: string): Output {
  const known = !hasExpansion(text);
  const hidden = isDecoded(text) || labelsOf(text).some((l) => l === HIDDEN || l === FETCHED);
  return {
    ...NO_OUTPUT,
    text: known ? withoutMarks(text) : null,
    ...(known || hidden ? {} : { template: text }),
    hidden,
    labels: labelsOf(text),
    cause: "unknown.unmodelled",
  };
}

function duplicated(shell: Shell, number: string, reads: boolean): Found {
  const host = shell.sockets.get(number);
  const kept = shell.descriptors.get(number);
  // Whoever reads on goes on where the last one stopped.
  if (kept !== undefined && reads) return { input: kept };
  const file = shell.files.get(number);
  if (file !== undefined && !reads) return { output: { path: file, append: true, host: null } };
  if (host === undefined) return {};
  return reads ? { input: FROM_NETWORK, socket: true } : { output: { path: "", append: true, host }, socket: true };
}

function toHost(shell: Shell, host: string, how: { descriptor: string; both: boolean }): Found {
  shell.sockets.set(how.descriptor.replace(/[{}]/g, ""), host);
  const base = { socket: true };
  if (how.both) return { ...base, ...(how.descriptor === "0" ? { input: FROM_NETWORK } : {}), output: { path: "", append: true, host } };
  return { ...base, output: { path: "", append: true, host } };
}

/** `cat < /dev/tcp/HOST/PORT`: only what comes from there. */
function fromHost(shell: Shell, host: string, descriptor: string): Found {
  shell.sockets.set(descriptor.replace(/[{}]/g, ""), host);
  say(shell, { ...NOTHING, effects: [{ kind: "net.fetch", target: holed(host), classes: classifyHostText(hostOf(holed(host))) }] });
  return { socket: true, ...(descriptor === "0" ? { input: FROM_NETWORK } : {}) };
}

function readFile(shell: Shell, path: string): Output {
  if (/^\/dev\/(null|tty|stdin|zero|fd\/0)$/.test(path))
    return { ...NO_OUTPUT, ...(path === "/dev/null" ? { text: "" } : {}), cause: "unknown.input" };
  if (!path.startsWith("/dev/fd/")) say(shell, inDirectory({ ...NOTHING, effects: [pathEffect("fs.read", path)] }, shell.frame.cwd));
  return contentOf(shell.budget.saved, joinedPath(shell.frame.cwd, path));
}

/** What a path stands for: a link of the line's own is where it leads. */
export function linked(shell: Shell, path: string): string {
  const place = joinedPath(shell.frame.cwd, path);
  const target = throughLink(shell.budget.saved, place);
  return target === place ? path : target;
}

function writeFile(shell: Shell, path: string, how: { descriptor: string; append: boolean }): Found {
  if (/^\/dev\/(null|stdout|stderr|tty|full)$|^\/dev\/fd\//.test(path))
    return how.descriptor === "2" || path === "/dev/stdout" ? {} : { output: { path: "", append: true, host: null } };
  const written = linked(shell, path);
  if (!/^[012]$/.test(how.descriptor)) {
    shell.files.set(how.descriptor.replace(/[{}]/g, ""), joinedPath(shell.frame.cwd, path));
    if (!how.append) saveText(shell.budget.saved, joinedPath(shell.frame.cwd, path), { ...NO_OUTPUT, text: "" }, false);
  }
  if (path !== "") say(shell, inDirectory({ ...NOTHING, effects: writeEffects(written, how.append) }, shell.frame.cwd));
  return how.descriptor === "1" ? { output: { path: joinedPath(shell.frame.cwd, path), append: how.append, host: null } } : {};
}

/** What was printed is in the file, or on its way to the host. */
export function closeRedirections(shell: Shell, outputs: readonly Outgoing[], printed: Output): void {
  for (const { path, append, host } of outputs) {
    if (host !== null) sendTo(shell, host, printed);
    else if (path !== "") saveText(shell.budget.saved, path, printed, append);
    if (host === null && path !== "" && printed.labels.includes(ENDLESS))
      say(shell, oneEffect("resource.exhaust", path, ["command.process"]));
  }
}

export function sendTo(shell: Shell, host: string, printed: Output): void {
  const labels = [...new Set([...printed.labels, ...labelsOf(host)])].filter((l) => !l.startsWith("shell:"));
  const effect = { kind: "net.send" as const, target: holed(host), classes: classifyHostText(hostOf(holed(host))), labels };
  say(shell, { classes: ["command.network"], effects: [effect], nested: [] });
}
