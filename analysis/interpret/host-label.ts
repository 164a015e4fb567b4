/** A connection or a client remembers the host it was made for, in a label that stays inside the interpreter. */
import type { Label } from "../effects.ts";
import { isString, partsOf, type Value } from "../values.ts";
import type { Run } from "./run.ts";

export const HOST = "type:host:";
const LONGEST = 200;

export const hostLabel = (host: Value | null | undefined): readonly Label[] =>
  isString(host ?? undefined) ? [`${HOST}${String((host as { value: unknown }).value).slice(0, LONGEST)}`] : [];

/** The host that a connection or a client was made for. */
export const hostOf = (labels: readonly Label[]): string | undefined => labels.find((l) => l.startsWith(HOST))?.slice(HOST.length);

/** `axios.create({ baseURL }).get("/users")`: what does not name a host is below the one that the client was made for. */
export function atBase(run: Run, target: Value, labels: readonly Label[]): Value {
  const base = hostOf(labels);
  const [start] = partsOf(target);
  if (base === undefined || typeof start !== "string" || !(isString(target) || target.k === "str") || /^([a-z][\w+.-]*:|\/\/)/i.test(start))
    return target;
  const parts = partsOf(target);
  return run.values.template([base.replace(/\/$/, ""), start.startsWith("/") ? "" : "/", ...parts], target.labels);
}
