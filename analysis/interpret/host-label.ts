/** A connection or a client remembers the host it was made for, in a label that stays inside the interpreter. */
import type { Label } from "../effects.ts";
import type { State } from "../state.ts";
import { isString, partsOf, type Value } from "../values.ts";
import { PATCHES } from "./function-attributes.ts";
import { inJs, type Run } from "./run.ts";

/** What is remembered of the request that a page has opened. */
export const OPENED = "#request";

export const HOST = "type:host:";
const LONGEST = 200;

export const hostLabel = (host: Value | null | undefined): readonly Label[] =>
  isString(host ?? undefined) ? [`${HOST}${String((host as { value: unknown }).value).slice(0, LONGEST)}`] : [];

/** The host that a connection or a client was made for. */
export const hostOf = (labels: readonly Label[]): string | undefined => labels.find((l) => l.startsWith(HOST))?.slice(HOST.length);

/** `axios.defaults.baseURL = url`. */
function baseSet(state: State, api: string): string | undefined {
  const { props } = state.read(PATCHES);
  const owner = api.slice(0, Math.max(api.lastIndexOf("."), 0));
  const set = props.get(`${api}.defaults.baseURL`) ?? props.get(`${owner}.defaults.baseURL`);
  return isString(set) ? String(set.value) : undefined;
}

type Client = { readonly api: string; readonly labels: readonly Label[] };

/** `axios.create({ baseURL }).get("/users")`: what does not name a host is below the one that the client was made for. */
export function atBase(run: Run, state: State, target: Value, client: Client): Value {
  const base = hostOf(client.labels) ?? (inJs(run) ? baseSet(state, client.api) : undefined);
  const [start] = partsOf(target);
  if (base === undefined || typeof start !== "string" || !(isString(target) || target.k === "str") || /^([a-z][\w+.-]*:|\/\/)/i.test(start))
    return target;
  const parts = partsOf(target);
  return run.values.template([base.replace(/\/$/, ""), start.startsWith("/") ? "" : "/", ...parts], target.labels);
}

/** `{socket}` stands for the host that it was made for. */
export const fixedTarget = (run: Run, fixed: string, labels: readonly Label[]): Value =>
  run.values.string((fixed.startsWith("{") ? hostOf(labels) : undefined) ?? fixed);
