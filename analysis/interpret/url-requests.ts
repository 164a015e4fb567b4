/** `urllib.request.Request`: an object of the program's until it is opened; then it is an address, and what is said there. */
import type { State } from "../state.ts";
import { mergeLabels, type RefV, type Value } from "../values.ts";
import { NO_ARGS } from "./call-args.ts";
import { headerLabels } from "./header-labels.ts";
import { deepLabels } from "./labels.ts";
import { DELETES, isDelete } from "./mass-removal.ts";
import { reportRemoteChange } from "./remote-records.ts";
import type { Run } from "./run.ts";

/** What `written/python.ts` keeps the address under. */
const ADDRESS = "s:full_url";

/** The address of such a request with what leaves with it; null for any other object. */
export function requestedUrl(run: Run, state: State, object: RefV): Value | null {
  const { type, props } = state.read(object.addr);
  const url = type === "instance" ? props.get(ADDRESS) : undefined;
  if (url === undefined) return null;
  const [data, method] = [props.get("s:data"), props.get("s:method")];
  if (method !== undefined && isDelete(method)) return run.values.label(url, [DELETES]);
  if (method !== undefined && data !== undefined) {
    const given = { ...NO_ARGS, keywords: new Map(Object.entries({ method, data })) };
    reportRemoteChange(run, state, { target: url, api: "urllib.request.Request" }, given);
  }
  const said = headerLabels(state, props.get("s:headers"));
  const empty = data === undefined || (data.k === "const" && data.type === "null");
  if (empty && said.length === 0) return url;
  return run.values.label(url, mergeLabels(empty ? [] : deepLabels(state, data), said, ["type:post"]));
}
