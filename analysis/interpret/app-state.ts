/**
 * What a program keeps with its web application, to be read where a request is answered: `app["key"]` of aiohttp, `app.config`
 * of Flask, `app.state` of FastAPI, `g`. There is one application.
 */
import type { State } from "../state.ts";
import { isString, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { rememberedVariable, setVariable } from "./remembered.ts";

/** No variable has such a name. */
const KEPT = "#app:";
const OWNER =
  /(^|\.)(Application\(\)|Flask\(\)|FastAPI\(\)|Starlette\(\)|Quart\(\)|Sanic\(\)|Litestar\(\)|(current_)?app|application)(\.(config|state|ctx))?$|^(flask|quart)\.g$/;

const isOwner = (path: string | null): boolean => path !== null && OWNER.test(path);

export function keepWithApp(state: State, path: string | null, to: { name: string; value: Value }): void {
  if (isOwner(path)) setVariable(state, KEPT + to.name, to.value);
}

/** `app.config.update(KEY=value)`, `app.config.from_mapping({"KEY": value})`. */
export function keepAllWithApp(state: State, called: { name: string; receiver: string }, args: CallArgs): void {
  if (!/^(update|from_mapping|update_config)$/.test(called.name) || !isOwner(called.receiver)) return;
  for (const [name, value] of args.keywords) setVariable(state, KEPT + name, value);
  const [given] = args.positional;
  if (given?.k !== "ref") return;
  for (const [key, value] of state.read(given.addr).props) if (key.startsWith("s:")) setVariable(state, KEPT + key.slice(2), value);
}

/** Undefined: the program keeps nothing there by that name. */
export function keptWithApp(state: State, path: string | null, name: Value | string): Value | undefined {
  const key = typeof name === "string" ? name : isString(name) ? String(name.value) : null;
  const kept = key === null ? undefined : rememberedVariable(state, KEPT + key);
  return kept !== undefined && isOwner(path) ? kept : undefined;
}
