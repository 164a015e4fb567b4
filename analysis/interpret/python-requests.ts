/** Parameters of routes in servers of Python: whether somebody who requests says what they are. */
import type { ParamIr } from "../ir.ts";
import { displayName } from "../ir.ts";
import type { State } from "../state.ts";
import type { Addr } from "../values.ts";

/** Routes of servers; what a tool or a command is given comes from a model or a person. */
const SERVED =
  /(^|\.)(route|get|post|put|patch|delete|websocket|api_route)\(\s*[rf]?["']\/|^(\w+\.)*\w*(app|api|router|blueprint|bp|server)\.(route|get|post|put|patch|delete|websocket|api_route)\(|^((\w+\.)*cherrypy\.)?expose(\(|$)/;
/** `@app.get("/x")`, `@app.get(PREFIX + name)`. */
export const isServed = (decorator: string): boolean => SERVED.test(decorator);
/** A framework refuses whatever is no such thing. */
const CONVERTED = /^(typing\.)?(Annotated\[|Optional\[)?\s*(int|float|bool|complex|Decimal|UUID\d?|date|datetime|time|timedelta|Literal)\b/;
/** What a framework makes of a request: its text, its parts, a model of the program's own. */
const TEXTUAL = /^$|\b(str|bytes|dict|list|Any|UploadFile|Dict|List)\b/;

/** `async def users(q: str)` behind `@app.get("/users")`: whether somebody says what the parameter is. */
export function isRouteParameter(state: State, decorators: readonly string[], param: ParamIr, frame: Addr): boolean {
  if (CONVERTED.test(param.type) || !decorators.some(isServed)) return false;
  const converted = new RegExp(`<(int|float|uuid)(\\([^)]*\\))?:${displayName(param.name)}>`);
  if (decorators.some((decorator) => converted.test(decorator))) return false;
  return TEXTUAL.test(param.type) || isModel(state, param.type, frame);
}

/** A class of the program's own that is no enumeration. */
function isModel(state: State, type: string, frame: Addr): boolean {
  const cls = /^\w+$/.test(type) ? state.read(frame).props.get(type) : undefined;
  if (cls?.k !== "ref") return false;
  const { type: kind, bases } = state.read(cls.addr);
  return kind === "class" && !bases.some((base) => base.k === "api" && base.path.startsWith("enum."));
}
