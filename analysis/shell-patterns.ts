/** Patterns of the shell (`*`, `?`, `[...]`) on known texts: parameter operators, `case`, and programs that a pattern names. */

/** A pattern as a regular expression body; `greedy` for `##` and `%%`. Linear: only `.`, classes and stars of them. */
export function patternSource(pattern: string, greedy = true): string {
  let out = "";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === "*") {
      while (pattern[i + 1] === "*") i++;
      out += greedy ? "[\\s\\S]*" : "[\\s\\S]*?";
    } else if (c === "?") out += "[\\s\\S]";
    else if (c === "\\" && i + 1 < pattern.length) out += escaped(pattern[++i] as string);
    else if (c === "[") {
      const end = pattern.indexOf("]", i + (/[!^\]]/.test(pattern[i + 1] ?? "") ? 3 : 2));
      if (end < 0) out += "\\[";
      else {
        out += classOf(pattern.slice(i + 1, end));
        i = end;
      }
    } else out += escaped(c);
  }
  return out;
}

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
  const body = (negated ? inside.slice(1) : inside)
    .replace(/[\\\]^]/g, "\\$&")
    .replace(/\[:(\w+):\\?\]?/g, (all, name: string) => NAMED[name] ?? all);
  const source = `[${negated ? "^" : ""}${body}]`;
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
export function matchesPattern(text: string, pattern: string): boolean {
  if (text.length > 1_000 || (pattern.match(/\*/g) ?? []).length > 3) return true;
  return new RegExp(`^(?:${patternSource(pattern)})$`).test(text);
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
