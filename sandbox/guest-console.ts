/** The guest's console: text made inside the isolate, handed out as bounded strings. Compiled there: see guest-natives.ts. */
import { bounded, errorText, formatValue, type Natives } from "./guest-natives.ts";

/** Takes 0 (stdout) or 1 (stderr) and a text. */
export type Emit = (stream: number, text: string) => void;

/** One call's text at most, in UTF-16 units; the run's own ceiling is kept by the host. */
function lineLimit(): number {
  return 65_536;
}

export function createConsole(n: Natives, emit: Emit): Record<string, unknown> {
  const counts = new n.Map<string, number>();
  const starts = new n.Map<string, number>();
  let indent = "";
  const write = (stream: number, values: unknown[]) => emit(stream, `${indent}${lineOf(n, values)}\n`);
  const out = (...values: unknown[]) => write(0, values);
  const err = (...values: unknown[]) => write(1, values);
  const named = (label: unknown) => bounded(n, n.toText(label ?? "default"), 200);
  const elapsed = (label: unknown) =>
    `${named(label)}: ${n.now() - (n.call(n.mapGet as () => number | undefined, starts, named(label)) ?? n.now())}ms`;
  return {
    ...{ log: out, info: out, debug: out, dir: (value: unknown) => write(0, [value]), table: out },
    ...{ error: err, warn: err, trace: (...values: unknown[]) => write(1, ["Trace:", ...values]) },
    assert: (ok: unknown, ...values: unknown[]) => {
      if (!ok) write(1, ["Assertion failed", ...values]);
    },
    group: (...values: unknown[]) => {
      if (values.length > 0) write(0, values);
      if (indent.length < 40) indent += "  ";
    },
    groupEnd: () => {
      indent = n.call(n.slice, indent, 2);
    },
    count: (label: unknown) => {
      const count = (n.call(n.mapGet as () => number | undefined, counts, named(label)) ?? 0) + 1;
      n.call(n.mapSet, counts, named(label), count);
      write(0, [`${named(label)}: ${count}`]);
    },
    time: (label: unknown) => {
      n.call(n.mapSet, starts, named(label), n.now());
    },
    timeLog: (label: unknown) => write(0, [elapsed(label)]),
    timeEnd: (label: unknown) => write(0, [elapsed(label)]),
  };
}

/** The arguments of one call as one line, `%s %d %i %f %j %o %O %%` of the first replaced as in node. */
function lineOf(n: Natives, values: unknown[]): string {
  try {
    const room = { left: lineLimit() };
    let text = "";
    let next = 0;
    if (typeof values[0] === "string" && values.length > 1 && n.call(n.indexOf, values[0], "%") >= 0) {
      const filled = fillTemplate(n, values, room);
      text = filled.text;
      next = filled.used;
    }
    for (let i = next; i < values.length && room.left > 0; i++) text += (i === 0 ? "" : " ") + formatValue(n, values[i], 0, room);
    return bounded(n, text, lineLimit());
  } catch (error) {
    return `[value that cannot be shown: ${bounded(n, errorText(n, error), 200)}]`;
  }
}

function fillTemplate(n: Natives, values: unknown[], room: { left: number }): { text: string; used: number } {
  const template = bounded(n, values[0] as string, lineLimit());
  let text = "";
  let used = 1;
  for (let i = 0; i < template.length; i++) {
    const letter = template[i]!;
    const kind = letter === "%" ? (template[i + 1] ?? "") : "";
    if (kind === "%") text += "%";
    else if (kind !== "" && n.call(n.indexOf, "sdifjoO", kind) >= 0 && used < values.length) text += shown(n, kind, values[used++], room);
    else {
      text += letter;
      continue;
    }
    i++;
  }
  room.left -= text.length;
  return { text, used };
}

function shown(n: Natives, kind: string, value: unknown, room: { left: number }): string {
  if (kind === "s" && typeof value !== "object") return formatValue(n, value, 0, room);
  if (kind === "d" || kind === "f") return n.toText(typeof value === "object" ? 0 / 0 : n.toNumber(value));
  if (kind === "i") return n.toText(typeof value === "object" ? 0 / 0 : n.floor(n.toNumber(value)));
  return kind === "j" ? bounded(n, n.stringify(value) ?? "undefined", lineLimit()) : formatValue(n, value, 1, room);
}

/** What the isolate is given of this file, as text. */
export const CONSOLE_FUNCTIONS: readonly ((...given: never[]) => unknown)[] = [lineLimit, createConsole, lineOf, fillTemplate, shown];
