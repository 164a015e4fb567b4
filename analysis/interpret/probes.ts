/**
 * Probes for weaknesses: what a request says in its address or its parameters is no value but an attempt to end a statement, to
 * climb out of a directory or to start a command at the other end (CWE-89, CWE-22, CWE-78). Words about such attempts are none.
 */
import type { EffectKind } from "../effects.ts";
import type { State } from "../state.ts";
import { classifyHost } from "../targets.ts";
import { isString, membersOf, partsOf, textOf, type Value } from "../values.ts";
import { emit } from "./effect-sink.ts";
import type { Run } from "./run.ts";

/** A value that ends where a statement goes on: `1' OR '1'='1`, `1 UNION SELECT a,b`, `x'; DROP TABLE t`, `admin'--`. */
const STATEMENT =
  /^(-?\d+|[^'"\s]{0,40}['"])\s*\)*\s*((or|and|\|\||&&)\s+\(?['"]?\w+['"]?\s*(=|<|>|like\b)|union\s+(all\s+|distinct\s+)?select\s+([\w@().*]+\s*(,|--|#|from\b)|null|\*|\d)|;\s*(drop|delete|insert|update|shutdown|exec)\b|(or|and)?\s*(sleep|benchmark|pg_sleep|extractvalue|updatexml|load_file|waitfor\s+delay)\s*['"(])|^[^'"\s]{0,40}['"]\)*\s*(--|#|\/\*)/i;
/** `../../../etc/passwd`. */
const CLIMBS =
  /^\S{0,80}?(\.\.+[\\/]+){2,}[\w./\\-]*(etc[\\/]+(passwd|shadow|hosts|group)|win\.ini|boot\.ini|system32|proc[\\/]self|\.env\b|id_rsa|web\.config|wp-config)/i;
/** `x; cat /etc/passwd`, `$(id)`, `${jndi:ldap://...}`. */
const COMMAND =
  /^[^;|`$\s]{0,40}\s*(;|\|\|?|&&|`|\$\()\s*(cat\s+\/|id\b|whoami\b|uname\b|ping\s+-|sleep\s+\d|nslookup\s|(curl|wget)\s+\S*:\/\/|nc\s)|\$\{jndi:|<script[^>]*>\s*alert\(/i;
const LONGEST = 300;
const DEEPEST = 3;

const isProbe = (value: string): boolean => value.length <= LONGEST && (STATEMENT.test(value) || CLIMBS.test(value) || COMMAND.test(value));

/** Decoded as often as it was encoded: some probes are encoded twice. */
function plain(text: string): string {
  let now = text.replaceAll("+", " ");
  for (let i = 0; i < 2; i++) {
    const next = now.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (next === now) break;
    now = next;
  }
  return now;
}

/** The path behind the host, and the values of the parameters. */
function valuesIn(address: string): string[] {
  const behind = address.replace(/^\s*[a-z][\w+.-]*:\/\/[^/?#]*/i, "");
  const [path = "", ...query] = behind.split("?");
  const last = plain(path).split("/").at(-1) ?? "";
  return [
    plain(path),
    last,
    ...query
      .join("?")
      .split("&")
      .map((pair) => plain(pair.slice(pair.indexOf("=") + 1))),
  ];
}

function textsIn(state: State, value: Value, depth = 0): string[] {
  if (isString(value)) return [value.value];
  if (value.k === "union") return value.of.flatMap((member) => textsIn(state, member, depth));
  if (value.k !== "ref" || depth > DEEPEST) return [];
  const { type, props, items } = state.read(value.addr);
  if (type === "frame" || type === "class") return [];
  return [...props.values(), ...(items ?? [])].flatMap((held) => textsIn(state, held, depth + 1));
}

/** What is written as JSON or as a form. */
const valuesOfBody = (text: string): string[] =>
  /^\s*[{[]/.test(text)
    ? [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inner = ""]) => inner.replace(/\\(["'\\])/g, "$1"))
    : text.includes("=") && !/\s/.test(text)
      ? text.split("&").map((pair) => plain(pair.slice(pair.indexOf("=") + 1)))
      : [text];

type Request = { readonly kind: EffectKind; readonly target: Value; readonly api: string };

/** Reports a request to another machine whose address, parameters or body probe it; `said`: what is told besides the address. */
export function reportProbe(run: Run, state: State, { kind, target, api }: Request, said: readonly Value[]): void {
  for (const address of membersOf(target)) {
    const classes = classifyHost(address);
    if (classes.some((c) => /^host\.(loopback|private|unknown)$/.test(c)) || classes.length === 0) continue;
    const known = partsOf(address).map((part) => (typeof part === "string" ? part : "x"));
    const values = [...valuesIn(known.join("")), ...said.flatMap((value) => textsIn(state, value)).flatMap(valuesOfBody)];
    if (!values.some(isProbe)) continue;
    emit(run, state, { kind, target: textOf(target), classes, args: { probes: true }, labels: [], basis: "api", api });
    return;
  }
}
