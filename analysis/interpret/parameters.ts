/** Binds arguments to a function's parameters; what nobody passed is a default, or a parameter that is not known. */

import type { Label } from "../effects.ts";
import type { ParamIr } from "../ir.ts";
import { displayName } from "../ir.ts";
import type { State } from "../state.ts";
import { type Cause, isString, mergeLabels, type Value } from "../values.ts";
import { ASKED_NUMBER } from "./asked-label.ts";
import { type CallArgs, NO_ARGS } from "./call-args.ts";
import { classOf, foreignBase } from "./classes.ts";
import { addAtEnd } from "./containers.ts";
import { declaredLabels } from "./declared-fields.ts";
import { decoratorsOf } from "./decorated.ts";
import { fixtureGiven } from "./fixtures.ts";
import { named } from "./naming.ts";
import { isRouteParameter, isServed } from "./python-requests.ts";
import { optionNamed } from "./remembered.ts";
import { type Activation, inJs, isJs, modelsOf, newAddr, type Run } from "./run.ts";
import { contextParameter, typedParameter } from "./typed-parameters.ts";

export function bindParameters(run: Run, state: State, call: { act: Activation; args: CallArgs }): void {
  const { act, args } = call;
  const js = isJs(act.unit.language);
  const method = act.self !== null && !js && !act.fn.decorators.includes("staticmethod");
  const positional = method ? [act.self as Value, ...args.positional] : [...args.positional];
  const used = new Set<string>();
  let next = 0;
  act.fn.params.forEach((param, i) => {
    const value = argumentFor(run, state, { act, args, param, index: i, positional, next, used });
    if (param.form === "normal" || param.form === "positional") next++;
    if (value !== null) state.setProp(act.frame, param.name, named(run, displayName(param.name), value));
  });
  if (js) bindArguments(run, state, { act, positional, rest: args.rest });
}

/** `@app.post("/run")`, `@mcp.tool()`: whoever requests the route, or the model that calls the tool, gives the arguments. */
const ROUTE =
  /(^|\.)(route|get|post|put|patch|delete|websocket|api_route)\(\s*[rf]?["']\/|^(\w+\.)*(tool|function_tool|kernel_function|register_tool|tool_plain|call_tool|read_resource|resource)(\(|$)|^controller\.action\(|^\w+\.(event$|(message_handler|callback_query_handler|hybrid_command|slash_command|on_message)\b)|^(bot|client|dp|router|sio|socketio|consumer|tree)\.(command|hybrid_command|event|on|message|message_handler|on_message|handler|subscribe|listen)\b|^(Get|Post|Put|Patch|Delete|All|MessagePattern|EventPattern|SubscribeMessage|Mutation|Process|OnEvent|GrpcMethod|GrpcStreamMethod|RabbitSubscribe|RabbitRPC|SqsMessageHandler)\(|^(\w+\.)*(shared_task|task|actor|job)(\(|$)|^((click|typer|cli|app|main|group)\.)+(command|argument|option|callback)\(/;
const isRoute = (run: Run, act: Activation): boolean =>
  decoratorsOf(run, act).some((decorator) => ROUTE.test(decorator) || isServed(decorator));
/** `class Run(BaseTool): def _run(self, command)`: a library's class whose method of this name a model calls, or whoever is connected. */
const SERVES_METHODS = /_pb2_grpc\.\w+Servicer$|^rpyc\.Service$/;
function calledBy(run: Run, state: State, { self, fn }: Activation): Cause | null {
  if (self?.k !== "ref" || inJs(run)) return null;
  const cls = classOf(run, state, self);
  const base = cls === null ? null : foreignBase(state, cls);
  if (base !== null && SERVES_METHODS.test(base.path) && !fn.name.startsWith("_")) return "network";
  const cause = base === null ? null : (modelsOf(run).api(`${base.path}.${fn.name}`)?.cause ?? null);
  return cause === "input" || cause === "network" ? cause : null;
}
/** `@Query("file") file`: what somebody requests. */
const REQUESTED =
  /^((Query|Body|Path|Cookie|Header|Host)?Params?|Query|Body|Headers?|Req|Request|Args|Payload|MessageBody|UploadedFiles?|Cookies?)$/;
const isRequested = (run: Run, b: Binding): boolean =>
  isRoute(run, b.act) || (b.param.decorator !== undefined && REQUESTED.test(b.param.decorator));

/** `async (req, res) => ...`, `GET(request: NextRequest)`: the handler of a server, whoever hands it to one. */
const REQUEST = /^_?(req|request)$/;
const RESPONSE = /^_?(res|response|reply)$/;
const REQUEST_TYPE =
  /^(Next(Api)?|Fastify|Vercel|Http|Express|Koa|Azure)?Request\b|^FormData$|^IncomingMessage\b|^APIGatewayProxyEvent|^Http2ServerRequest\b/;
/** `GET(request, { params })`: a route by the name of a method. */
const ROUTE_HANDLER = /^(GET|POST|PUT|PATCH|DELETE)$/;
const isRequestParam = (param: ParamIr | undefined): boolean =>
  param !== undefined && (REQUEST.test(displayName(param.name)) || REQUEST_TYPE.test(param.type));
/** Functions of a file that says so are called by whoever is at the other end. */
const SERVER_ACTIONS = /^\s*["']use server["']/;
/** `export const loader = async ({ request, params }) => ...` of a route. */
const TAKES_REQUEST = /^[^{]{0,40}\(\s*\{[^}]*\b(?:request|params)\b/;
const KEPT_AS = /\b(?:action|loader)\s*(?::[^=]*)?=\s*$/;
const isRouteModule = ({ act: { fn, unit } }: Binding): boolean =>
  (/^(action|loader)$/.test(fn.name) || KEPT_AS.test(unit.source.slice(Math.max(fn.at.start - 80, 0), fn.at.start))) &&
  TAKES_REQUEST.test(unit.source.slice(fn.at.start, fn.at.start + 200));

const isHandled = (b: Binding): boolean => {
  const { act, param, index } = b;
  const [first, second] = act.fn.params;
  const answered = second !== undefined && RESPONSE.test(displayName(second.name));
  if (SERVER_ACTIONS.test(act.unit.source) && act.fn.async) return true;
  if (index === 0 && isRouteModule(b)) return true;
  // `module.exports = async (context, req) => ...`
  if (index === 1 && first !== undefined && /^_?(context|ctx)$/.test(displayName(first.name)) && isRequestParam(param)) return true;
  if (index === 1) return /^FormData$/.test(param.type) || (ROUTE_HANDLER.test(act.fn.name) && isRequestParam(first));
  return index === 0 && (answered || isRequestParam(param));
};

/** `@Body("amount") amount: number`: it is a number, and as much as somebody says. */
function isAskedNumber(run: Run, { param }: Binding): boolean {
  if (param.type !== "number" || param.decorator === undefined || !inJs(run) || !REQUESTED.test(param.decorator)) return false;
  run.values.requested = true;
  return true;
}

/** Where an argument that nobody passes comes from. */
function givenBy(run: Run, state: State, b: Binding): Cause {
  if (!isJs(b.act.unit.language)) {
    const caller = calledBy(run, state, b.act);
    if (caller !== null) return caller;
    if (!isRequested(run, b)) return "parameter";
    return isRouteParameter(state, decoratorsOf(run, b.act), b.param, b.act.unit.frame) ? "request" : "input";
  }
  if (isHandled(b) || (b.param.decorator !== undefined && REQUESTED.test(b.param.decorator) && b.param.type !== "number")) return "request";
  return isRequested(run, b) ? "input" : "parameter";
}

/** `app.router.add_get("/find", find)`: what the handler gets is called what it is. */
const isWholeRequest = (run: Run, name: string): boolean => !inJs(run) && REQUEST.test(name);

/** `constructor(private readonly store: Store)` of a class that a framework makes: it is given one of the program's own. */
function injected(run: Run, state: State, { act, param }: Binding): Value | undefined {
  if (act.fn.flavour !== "constructor" || !/^[A-Z]\w*$/.test(param.type)) return undefined;
  const cls = state.read(act.unit.frame).props.get(param.type);
  if (cls?.k !== "ref" || state.read(cls.addr).type !== "class") return undefined;
  const before = run.instances.get(cls.addr);
  if (before !== undefined && (before.k !== "ref" || state.get(before.addr) !== undefined)) return before;
  // One that needs itself is not followed.
  run.instances.set(cls.addr, run.values.unknown("local", { path: "self" }));
  const made = run.call(state, cls, { ...NO_ARGS, rest: run.values.unknown("parameter"), isNew: true });
  if (made !== null) run.instances.set(cls.addr, made);
  return made ?? undefined;
}

type Binding = {
  act: Activation;
  args: CallArgs;
  param: ParamIr;
  index: number;
  positional: readonly Value[];
  next: number;
  used: Set<string>;
};

const NO_LABELS: readonly Label[] = [];
/** Defaults that say what is done to what; a number or a flag is one of many. */
const matters = (preset: Value): boolean => isString(preset) || preset.k === "str" || preset.k === "closure" || preset.k === "api";

function argumentFor(run: Run, state: State, b: Binding): Value | null {
  const { values } = run;
  const name = displayName(b.param.name);
  if (b.param.form === "rest") return collect(run, state, b.positional.slice(b.next), b.args.rest);
  if (b.param.form === "kwrest") return collectKeywords(run, state, b);
  if (b.param.form !== "keyword") {
    const given = b.positional[b.next];
    if (given !== undefined) return given;
  }
  const keyword = b.args.keywords.get(name);
  if (keyword !== undefined) {
    b.used.add(name);
    return keyword;
  }
  const option = isRoute(run, b.act) ? optionNamed(state, name) : undefined;
  if (option !== undefined) return option;
  const declared = b.param.type === "" ? NO_LABELS : declaredLabels(run, b.act.unit, b.param.type);
  const unknown = values.unknown(givenBy(run, state, b), {
    path: name,
    labels: mergeLabels(b.args.rest?.labels ?? NO_LABELS, declared, isAskedNumber(run, b) ? [ASKED_NUMBER] : NO_LABELS),
  });
  const preset = b.param.hasDefault
    ? state.read(state.read(b.act.frame).parent ?? 0).props.get(`default:${b.act.fn.id}:${b.index}`)
    : undefined;
  if (b.args.rest !== null) {
    const cause = b.args.rest.k === "unknown" ? b.args.rest.cause : null;
    const orPreset = (value: Value): Value =>
      preset !== undefined && matters(preset) ? values.join2(preset, named(run, name, value)) : value;
    const context = b.index === 0 ? contextParameter(run, b.act) : undefined;
    if (context !== undefined) return context;
    const outside = unknown.k === "unknown" && unknown.cause !== "parameter";
    if (outside && (cause === "parameter" || cause === "unmodelled")) return orPreset(unknown);
    if (cause === "unmodelled" && isWholeRequest(run, name)) return unknown;
    if (cause !== "parameter") return orPreset(b.args.rest);
    return (
      fixtureGiven(run, state, b.act, name) ??
      injected(run, state, b) ??
      typedParameter(run, state, b.act, b.param.type) ??
      orPreset(unknown)
    );
  }
  if (preset !== undefined) return preset;
  return b.param.hasDefault || isJs(b.act.unit.language) ? values.undefined : unknown;
}

function collect(run: Run, state: State, items: readonly Value[], rest: Value | null): Value {
  const addr = newAddr(run);
  state.add(addr, { type: inJs(run) || rest !== null ? "list" : "tuple", items: rest === null || items.length > 0 ? [...items] : null });
  // What is not known comes behind what is.
  if (rest !== null) addAtEnd(run, state, addr, rest);
  return run.values.ref(addr);
}

function collectKeywords(run: Run, state: State, b: Binding): Value {
  const addr = newAddr(run);
  const object = state.add(addr, { type: "dict" });
  for (const [key, value] of b.args.keywords) if (!b.used.has(key)) object.props.set(`s:${key}`, value);
  if (b.args.rest !== null && b.args.unnamed !== true) state.addRest(addr, b.args.rest, run.values);
  return run.values.ref(addr);
}

/** JavaScript's `arguments`. */
function bindArguments(run: Run, state: State, call: { act: Activation; positional: readonly Value[]; rest: Value | null }): void {
  if (call.act.fn.flavour === "arrow" || call.act.fn.flavour === "module") return;
  if (!mentionsArguments(call.act)) return;
  state.setProp(call.act.frame, "arguments", collect(run, state, call.positional, call.rest));
}

const mentions = new WeakMap<Activation["fn"], boolean>();

function mentionsArguments({ fn, unit }: Activation): boolean {
  let known = mentions.get(fn);
  if (known === undefined) {
    known = /\barguments\b/.test(unit.source.slice(fn.at.start, fn.at.end));
    mentions.set(fn, known);
  }
  return known;
}
