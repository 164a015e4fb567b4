/**
 * Who acts: what stands before the handler of a request and asks that. A middleware, a hook, a dependency or a decorator from
 * outside is known by its name alone; one of the program's own is run, and asks when a condition about somebody ends it early.
 */
import type { Guard, Label } from "../effects.ts";
import { memo } from "../memo.ts";
import type { State } from "../state.ts";
import { type Hole, isString, membersOf, mergeLabels, partsOf, type RefV, type Value } from "../values.ts";
import { type CallArgs, NO_ARGS } from "./call-args.ts";
import { classOf } from "./classes.ts";
import { memberOf } from "./effect-conditions.ts";
import { placeOf } from "./effect-sink.ts";
import { activeGuards, guardsAt, returnGuards } from "./guards.ts";
import { type Activation, current, inJs, type Run } from "./run.ts";

/** Names of what asks who somebody is, and refuses whom it does not know. */
const ASKER =
  /auth(?!or(?!i))|log_?in|signed_?in|jwt|permission|role|guard|protect|\bacl\b|identi|token|api_?key|admin|verif|signature|oidc|keycloak|ensure|restrict|current_?user|get_?user|(^|\.)(require|only|must)_?(?!json|body|https?|ssl|param|field|valid|content|post|get|safe)[a-z]|policy|bearer|hmac|scope|is_?(owner|member|staff)|principal|constructEvent|construct_event/i;
/** What only prepares it, or asks something else. */
const NO_ASKER = /csrf|xsrf|passport\.(initialize|session)\b|AllowAny|jwt\.sign|logger|OAuth2\w*(Bearer|Form)|HTTPBearer$/i;
const isAsker = memo((name) => ASKER.test(name) && !NO_ASKER.test(name));

/** A condition about what is requested, and not about somebody; what a middleware refuses by any other is somebody. */
const ABOUT =
  /session|user|uid|token|auth|cookie|key|secret|password|who|caller|principal|owner|role|signature|\berr(or)?\b|claims|admin|identity|account|tenant|login|member/i;
const ELSEWHERE =
  /method|path|url|endpoint|origin|host|\bip\b|content|body|quer|param|form|json|count|limit|rate|size|errors|valid|schema|debug|started|time|cache/i;
const isAbout = ({ external, text }: Guard): boolean => external && (ABOUT.test(text) || !ELSEWHERE.test(text));

/** Whom a server has found to act: `req.user.id`, `flask.session.uid`, `current_user.id`, what a verified token says. */
const ACTOR =
  /^(?:(?:_?req|_?request|res|reply|ctx|c|context|event|info|self|this|g|flask|flask_login|django|state|locals|var|requestContext|raw)(?:\(\))?\.)*(?:session|user|userId|user_id|current_?user|auth|principal|identity|authorizer|claims)\b|(?:get_?(?:current_?)?(?:user|session|server_?session|jwt_identity|claims)\w*|verif\w*|\w+[vV]erify|auth\w*|current_?user|jwt\.decode)\(|^(?:flask\.)?g\./i;
export const isOfActor = ({ cause, path }: Hole): boolean => cause !== "request" && cause !== "network" && ACTOR.test(path ?? "");

const guardNamed = (run: Run, name: string): Guard => ({
  text: name,
  positive: true,
  subjects: [name.replace(/\(\)$/, "")],
  external: true,
  location: placeOf(run),
});

const nameOf = (value: Value): string => (value.k === "api" || value.k === "unknown" ? (value.path ?? "") : "");
const idOf = (value: Value): string | null =>
  value.k === "closure" ? `${value.module}.${value.fn}` : value.k === "partial" ? idOf(value.callee) : null;

/** Options of a route, or of a server, that functions before the handler stand under. */
const BEFORE = ["preHandler", "onRequest", "preValidation", "beforeHandle", "preParsing", "middleware", "auth", "config", "options"];
const DEEPEST = 2;

/** What a list holds, also when something that is not known was given it. */
function heldIn(state: State, list: RefV): readonly Value[] {
  const { items, rest } = state.read(list.addr);
  return [...(items ?? []), ...(rest === null ? [] : membersOf(rest))];
}

/** What asks in what is given beside a handler. */
function askersIn(run: Run, state: State, value: Value, depth = 0): Guard[] {
  const label = value.labels.find((l) => l.startsWith(ASKED));
  if (label !== undefined) return [guardNamed(run, label.slice(ASKED.length))];
  if (value.k === "closure" || value.k === "partial") return asksItself(run, state, value);
  if (value.k !== "ref") return isAsker(nameOf(value)) ? [guardNamed(run, nameOf(value))] : [];
  if (depth > DEEPEST) return [];
  if (!/^(object|dict)$/.test(state.read(value.addr).type)) return heldIn(state, value).flatMap((v) => askersIn(run, state, v, depth + 1));
  return BEFORE.flatMap((name) => {
    const held = memberOf(state, value, name);
    if (held === undefined) return [];
    return name === "auth" && held.k === "const" && held.value ? [guardNamed(run, "auth")] : askersIn(run, state, held, depth + 1);
  });
}

/** What a function of the program's own asks before it lets something go on. */
function asksItself(run: Run, state: State, fn: Value): Guard[] {
  const id = idOf(fn);
  const known = id === null ? [] : run.acting.asks.get(id);
  if (known !== undefined || id === null) return known ?? [];
  run.acting.asks.set(id, []);
  run.latent++;
  const rest = run.values.unknown(inJs(run) ? "request" : "parameter", { path: inJs(run) ? "request" : null });
  const { guards } = collecting(run, id, () => run.call(state.fork(), fn, { ...NO_ARGS, rest }));
  run.latent--;
  return guards;
}

function collecting<T>(run: Run, id: string | null, call: () => T): { result: T; guards: Guard[] } {
  const { acting } = run;
  const outer = acting.collecting;
  const mine = { depth: run.stack.length, before: new Set(activeGuards(run).map((guard) => guard.text)), guards: [] as Guard[] };
  acting.collecting = mine;
  const result = call();
  acting.collecting = outer;
  if (id !== null) acting.asks.set(id, mine.guards);
  return { result, guards: mine.guards };
}

/** Where a value, or what it is cut from, comes from. */
export const originsOf = (value: Value): string[] =>
  membersOf(value)
    .flatMap((member) => partsOf(member))
    .flatMap((part) => (typeof part === "string" ? [] : [part.path ?? `#${value.id}`]));

/** Calls that raise when somebody is not who they say: those of models, and those whose names do not begin with a verb. */
const PROVES =
  /(^|\.)(verify\w*|\w+[vV]erify|jwt_verify|constructEvent|construct_event|verify_jwt_in_request)(\(\))?$|^(jwt|jose\.jwt)\.decode$|^itsdangerous\..*\.loads$/;

function noteCheck(run: Run, state: State, path: string, args: CallArgs): void {
  const options = args.keywords.get("options");
  const signed = options === undefined ? undefined : memberOf(state, options, "verify_signature");
  if (signed?.k === "const" && signed.value === false) return;
  const act = current(run);
  act.checks.push({ block: act.block, guard: guardNamed(run, path) });
  for (const value of args.positional) for (const origin of originsOf(value)) run.acting.proved.add(origin);
}

/** What a guard by its name alone is called: a condition has a variable or an operator. */
const ONLY_NAMED = /^@?[\w.{}/()-]+$/;
const OF_REQUEST = /\b(headers|request|req)\b/;
/** Nothing before this place verifies what a request brings: that it brings something is no proof. */
export function isUnproved(run: Run, state: State): boolean {
  if (isBehindAskers(run, state)) return false;
  return !activeGuards(run).some(
    ({ text, external }) =>
      external && (VERIFIES.test(text) || (text.includes(".") && ONLY_NAMED.test(text) && !OF_REQUEST.test(text) && isAsker(text))),
  );
}
const VERIFIES = /verif|passport|expressjwt|express-jwt/i;

/** `next()`: whatever holds here was asked. */
export function passesOn(run: Run, callee: Value, given: number): void {
  const { collecting: mine } = run.acting;
  if (mine === null || given > 0 || callee.k !== "unknown" || !/^(request|next|done)$/.test(callee.path ?? "")) return;
  mine.guards.push(...activeGuards(run).filter((guard) => !mine.before.has(guard.text) && isAbout(guard)));
}

/** A function returns that is asked what it asks: whatever one of its ends, or all of them, stand behind. */
export function endsAsked(run: Run, act: Activation): void {
  const { collecting: mine } = run.acting;
  if (mine === null || run.stack.length !== mine.depth) return;
  const ends = act.fn.blocks.flatMap((block, i) =>
    block.end.op === "Return" && (i === 0 || act.edges.some((to) => to?.includes(i))) ? [i] : [],
  );
  mine.guards.push(...returnGuards(act).filter(isAbout), ...ends.flatMap((end) => guardsAt(act, end)).filter(isAbout));
}

/** `app.use(..)`, `fastify.addHook("onRequest", ..)`: for whatever comes after. */
const STANDS = /(^|\.)(use|addHook|all|derive|register)(\(\))?$/;
const SERVER = /(^|\.)(app|server|api|fastify|\w*router|procedure)\b/i;

/** Label of a router, and of its methods: the place where it was made. */
const ROUTER = "type:router:";
const makesRouter = memo((path) => /router(\(\))?$/i.test(path));

/** `express.Router()`, `new Router()`. */
const routerLabels = (run: Run, path: string): readonly Label[] =>
  inJs(run) && makesRouter(path) ? [`${ROUTER}${placeOf(run).offset}`] : [];

/** `router` of `router.post("/x", ..)`: the one that was made, or what the program calls it. */
const routerOf = (path: string, labels: readonly Label[]): string =>
  labels.find((label) => label.startsWith(ROUTER)) ?? path.slice(0, Math.max(0, path.lastIndexOf(".")));

type Registered = { readonly path: string; readonly of: string; readonly stands: boolean; readonly routes: boolean };

/** Functions and what stands beside them are given to something outside: null when this is no server. */
export function registered(run: Run, state: State, args: readonly Value[], from: Value | undefined): Registered | null {
  if (from?.k !== "unknown" || !inJs(run)) return null;
  const path = from.path ?? "";
  const stands = STANDS.test(path) && (run.models.javascript.serves(path) || SERVER.test(path));
  const [first] = args;
  const routes = stands || (isString(first) && /^[/*]/.test(first.value)) || run.models.javascript.serves(path);
  const given: Registered = { path, of: routerOf(path, from.labels), stands, routes };
  if (!stands) return given;
  const named = args.map((value) => (value.k === "closure" || value.k === "partial" ? [] : askersIn(run, state, value)));
  stand(run, given, named.flat());
  const asks = named.findIndex((guards) => guards.length > 0);
  if (asks >= 0 && args.slice(asks + 1).some((value) => value.k === "api" || value.k === "unknown")) run.acting.mounted = true;
  return given;
}

function stand(run: Run, { of, path }: Registered, guards: readonly Guard[]): void {
  const part = /router/i.test(path) || of.startsWith(ROUTER) ? of : null;
  for (const guard of guards) run.acting.standing.push({ of: part, guard });
}

/** `withAuth(handler)`, `protectedProcedure.input(..).mutation(handler)`. */
const PROTECTED = /(^|\.)\w*(protected|auth|private|admin|secure)\w*(procedure|router|route|action|client)\b/i;
const wrapsHandlers = memo((path) => isAsker(path.slice(path.lastIndexOf(".") + 1)) || PROTECTED.test(path));

/** A handler runs behind what is given before it, and behind what stands. */
export function behindAskers<T>(
  run: Run,
  state: State,
  to: { given: Registered | null; callee: Value; beside: readonly Value[]; labels: readonly string[] },
  call: () => T,
): T {
  const { given, beside, labels } = to;
  if (given === null) return call();
  const { acting } = run;
  const before = acting.ahead;
  const standing = acting.standing.filter((each) => each.of === null || each.of === given.of).map(({ guard }) => guard);
  const named = wrapsHandlers(given.path) ? [guardNamed(run, given.path)] : [];
  const labelled = labels.filter((l) => l.startsWith(ASKED)).map((l) => guardNamed(run, l.slice(ASKED.length)));
  acting.ahead = [
    ...before,
    ...standing,
    ...named,
    ...labelled,
    ...(given.routes ? beside : []).flatMap((value) => askersIn(run, state, value)),
  ];
  // What one handler proves is proved for no other.
  const { checks } = current(run);
  const proved = checks.length;
  try {
    if (!given.stands) return call();
    const { result, guards } = collecting(run, idOf(to.callee), call);
    stand(run, given, guards);
    return result;
  } finally {
    acting.ahead = before;
    if (given.routes) checks.length = proved;
  }
}

/** Label of what a dependency gives, and of what is made of such: who asks. */
const ASKED = "type:asked:";
const DEPENDS = /(^|\.)(Depends|Security|method_decorator|use)(\(\))?$/;
const HOOK = /\.(before_request|before_app_request|before_serving|middleware|on_request|url_value_preprocessor)(\(\))?$/;
const WRAPS = /\.(add_middleware|include_router|register_blueprint)$/;

/** What calling something of that path says. */
const sayingOf = memo((path) => ({
  proves: PROVES.test(path),
  depends: DEPENDS.test(path),
  hook: HOOK.test(path),
  wraps: WRAPS.test(path),
}));

/** A call of something outside: what it says of who is asked, as labels of what it gives. */
export function askedBy(run: Run, state: State, callee: Value, args: CallArgs): readonly Label[] {
  const path = nameOf(callee);
  const { proves, depends, hook, wraps } = sayingOf(path);
  if (proves) noteCheck(run, state, path, args);
  const dependencies = args.keywords.get("dependencies");
  const handed = callee.labels.filter((l) => l.startsWith(ASKED));
  const [made] = args.positional;
  if (handed.length > 0) decorated(run, state, made, handed);
  else if (made?.k === "ref" && path.endsWith("()") && isAsker(path) && state.read(made.addr).type === "class")
    run.acting.classes.add(made.addr);
  if (!depends && !hook && !wraps && dependencies === undefined) return mergeLabels(handed, routerLabels(run, path));
  const given = depends ? args.positional : dependencies === undefined ? [] : [dependencies];
  const asked = given.flatMap((value) => askersIn(run, state, value));
  const wrapped = hook || path.endsWith("add_middleware") ? args.positional.flatMap((value) => askersIn(run, state, value)) : asked;
  if (!inJs(run) && (hook || wraps)) run.acting.standing.push(...wrapped.map((guard) => ({ of: null, guard })));
  return [...handed, ...asked.map((guard) => ASKED + guard.text)];
}

/** `@app.post("/x", dependencies=[..])` of a function, `@method_decorator(..)` of a class. */
function decorated(run: Run, state: State, made: Value | undefined, labels: readonly Label[]): void {
  if (made?.k === "ref" && state.read(made.addr).type === "class") run.acting.classes.add(made.addr);
  if (made?.k !== "closure") return;
  const guards = labels.map((l) => guardNamed(run, l.slice(ASKED.length)));
  const id = `${made.module}.${made.fn}`;
  run.decorated.set(id, [...(run.decorated.get(id) ?? []), ...guards]);
}

/** `user=Depends(current_user)`, `user: Annotated[User, Depends(current_user)]`: what the parameters of a handler ask. */
function asksByParameters(state: State, { fn, frame }: Activation): boolean {
  const above = state.get(frame)?.parent;
  const presets = above === undefined || above === null ? undefined : state.get(above)?.props;
  return fn.params.some((param, i) => {
    const named = /\b(?:Depends|Security)\(\s*([\w.]+)/.exec(param.type)?.[1] ?? (/^\w+$/.test(param.type) ? param.type : "");
    if (/^(Current|Auth|Logged|Verified|Active)/.test(named) || (named !== param.type && isAsker(named))) return true;
    return presets?.get(`default:${fn.id}:${i}`)?.labels.some((l) => l.startsWith(ASKED)) === true;
  });
}

/** Attributes of a class of handlers that say who may call them. */
const OF_CLASSES = ["permission_classes", "authentication_classes", "method_decorators", "decorators", "permission_required"];

function asksByClass(run: Run, state: State, cls: RefV | null, depth = 0): boolean {
  if (cls === null || depth > DEEPEST) return false;
  const { bases, props } = state.read(cls.addr);
  if (run.acting.classes.has(cls.addr)) return true;
  if (bases.some((base) => (base.k === "ref" ? asksByClass(run, state, base, depth + 1) : isAsker(nameOf(base))))) return true;
  return OF_CLASSES.some((name) => {
    const held = props.get(`s:${name}`) ?? props.get(name);
    if (held === undefined) return false;
    const all = held.k === "ref" ? heldIn(state, held) : [held];
    return all.length > 0 && !all.every((each) => NO_ASKER.test(nameOf(each)));
  });
}

/** Nothing that holds here is about who somebody is. */
export const asksNobody = (run: Run, state: State): boolean =>
  !isBehindAskers(run, state) && !activeGuards(run).some(({ text, external }) => external && (isAsker(text) || ABOUT.test(text)));

/** Some function that runs is a handler that nobody reaches unasked. */
function isBehindAskers(run: Run, state: State): boolean {
  if (!inJs(run) && run.acting.standing.length > 0) return true;
  return run.stack.some(
    (act) => asksByParameters(state, act) || (act.self?.k === "ref" && asksByClass(run, state, classOf(run, state, act.self))),
  );
}
