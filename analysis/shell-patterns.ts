/** Patterns of the shell (`*`, `?`, `[...]`) on known texts: parameter operators, `case`, and programs that a pattern names. */

/** A pattern as a regular expression body; `greedy` for `##` and `%%`. Linear: only `.`, classes and stars of them, and few groups. */
export function patternSource(pattern: string, greedy = true): string {
  let out = "";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    const group = /[@?*+!]/.test(c) && pattern[i + 1] === "(" ? groupEnd(pattern, i + 1) : -1;
    if (group > 0) {
      out += groupSource(c, pattern.slice(i + 2, group), greedy);
      i = group;
    } else if (c === "*") {
      while (pattern[i + 1] === "*") i++;
      out += greedy ? "[\\s\\S]*" : "[\\s\\S]*?";
    } else if (c === "?") out += "[\\s\\S]";
    else if (c === "\\" && i + 1 < pattern.length) out += escaped(pattern[++i] as string);
    else if (c === "[") {
      const end = classEnd(pattern, i);
      if (end < 0) out += "\\[";
      else {
        out += classOf(pattern.slice(i + 1, end));
        i = end;
      }
    } else out += escaped(c);
  }
  return out;
}

/** Where a class ends: names and escaped brackets in it do not end it. */
function classEnd(pattern: string, open: number): number {
  let i = open + 1;
  if (/[!^]/.test(pattern[i] ?? "")) i++;
  if (pattern[i] === "]") i++;
  for (; i < pattern.length; i++) {
    if (pattern[i] === "\\") i++;
    else if (pattern.startsWith("[:", i) && pattern.indexOf(":]", i) > 0) i = pattern.indexOf(":]", i) + 1;
    else if (pattern[i] === "]") return i;
  }
  return -1;
}

function groupEnd(pattern: string, open: number): number {
  let depth = 0;
  for (let i = open; i < pattern.length; i++) {
    if (pattern[i] === "\\") i++;
    else if (pattern[i] === "(") depth++;
    else if (pattern[i] === ")" && --depth === 0) return i;
  }
  return -1;
}

/** `@(a|b)`, `+(x)`, `!(y)`. */
function groupSource(sign: string, inside: string, greedy: boolean): string {
  const choices = `(?:${choicesIn(inside)
    .map((choice) => patternSource(choice, greedy))
    .join("|")})`;
  if (sign === "!") return `(?!${choices}$)[\\s\\S]*${greedy ? "" : "?"}`;
  return sign === "@" ? choices : `${choices}${sign}${greedy ? "" : "?"}`;
}

function choicesIn(inside: string): string[] {
  const out = [""];
  let depth = 0;
  for (let i = 0; i < inside.length; i++) {
    const c = inside[i] as string;
    if (c === "(") depth++;
    if (c === ")") depth--;
    if (c === "|" && depth === 0) out.push("");
    else out[out.length - 1] += c === "\\" ? c + (inside[++i] ?? "") : c;
  }
  return out;
}

/** How often it tries every length. */
export const starsIn = (pattern: string): number => {
  const plain = pattern.replace(/\\[\s\S]/g, "");
  return (plain.match(/\*+/g) ?? []).length + 2 * (plain.match(/[*+!]\(/g) ?? []).length;
};

/** The text as a pattern that names only itself. */
export const literalPattern = (text: string): string => text.replace(/[\\*?[\]@!+()|^-]/g, "\\$&");

const escaped = (c: string): string => c.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

const NAMED: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: "\\s",
  blank: " \\t",
  punct: "!-/:-@[-`{-~",
  xdigit: "0-9A-Fa-f",
};

function classOf(inside: string): string {
  const negated = /^[!^]/.test(inside);
  const body = (negated ? inside.slice(1) : inside).replace(/\[:(\w+):\]|\\([\s\S])|[\\\]^[]/g, (all, name?: string, quoted?: string) =>
    name !== undefined ? (NAMED[name] ?? all) : `\\${quoted ?? all}`,
  );
  const source = `[${negated ? "^" : ""}${body.replace(/\\([A-Za-z0-9 ])/g, (all, c: string) => (/[st]/.test(c) ? all : c))}]`;
  return isValid(source) ? source : "[\\s\\S]";
}

function isValid(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

/** Whether the pattern names the text; stars are few, so that trying costs little. */
export const matchesPattern = (text: string, pattern: string): boolean => decidePattern(text, pattern) ?? true;

/** null: it costs too much to see. */
export function decidePattern(text: string, pattern: string, anyCase = false): boolean | null {
  if (text.length > 1_000 || starsIn(pattern) > 3) return pattern === "*" ? true : null;
  return new RegExp(`^(?:${patternSource(pattern)})$`, anyCase ? "i" : "").test(text);
}

/** Programs that are worth hiding behind a pattern, where a system keeps them. */
const HIDEABLE = (
  "/bin/cat /bin/rm /bin/sh /bin/bash /bin/dash /bin/nc /bin/netcat /bin/dd /bin/ls /bin/mv /bin/cp /bin/chmod /bin/chown /bin/kill " +
  "/usr/bin/curl /usr/bin/wget /usr/bin/base64 /usr/bin/python3 /usr/bin/perl /usr/bin/ssh /usr/bin/scp /usr/bin/shred /usr/bin/sudo " +
  "/usr/bin/crontab /usr/bin/ncat /usr/bin/socat /usr/bin/openssl /usr/bin/find /usr/bin/env /usr/bin/tac /usr/bin/head /usr/bin/xxd " +
  "/sbin/reboot /sbin/shutdown /sbin/halt /sbin/mkfs /sbin/iptables /sbin/insmod /usr/sbin/useradd /usr/sbin/iptables"
).split(" "); // prettier-ignore
/** Files that a pattern is used for. */
const SOUGHT = "/etc/passwd /etc/shadow /etc/sudoers /etc/hosts /root/.ssh/id_rsa /etc/gshadow".split(" ");

/** A path whose pattern can only mean a program or file of the system; other texts stay as they are. */
export function knownProgram(text: string): string {
  if (!/^\/[^\s\ue000]*[?[*]/.test(text) || text.length > 60 || !/[?[]|\w\*/.test(text)) return text;
  const segments = text.split("/").length;
  // A bare star names everything, which is said better by the pattern itself.
  if (/(^|\/)\*($|\/)/.test(text)) return text;
  return [...SOUGHT, ...HIDEABLE].find((path) => path.split("/").length === segments && matchesPattern(path, text)) ?? text;
}
