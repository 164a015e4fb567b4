/** Decorators by what they are: however a program comes to one, and wherever it keeps the text of a route. */
import type { Label } from "../effects.ts";
import type { FunctionIr } from "../ir.ts";
import { type ApiV, isString, type UnknownV } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { lastName } from "./naming.ts";
import { type Activation, current, type Decorator, inJs, type Run } from "./run.ts";

/** Methods of servers that take the text of a route. */
const ROUTES: ReadonlySet<string> = new Set("route get post put patch delete websocket api_route".split(" "));
/** Label of what such a method gives: which route it is for. */
const ROUTE = "type:route:";

export const takesRoute = (path: string): boolean => ROUTES.has(lastName(path));

/** `app.post("/books/<int:number>")`: what comes of it is for that route. */
export function routeLabels(run: Run, { path }: ApiV | UnknownV, { positional, keywords }: CallArgs): readonly Label[] {
  if (path === null || inJs(run) || !takesRoute(path)) return NO_LABELS;
  const route = positional[0] ?? keywords.get("path") ?? keywords.get("rule");
  return route !== undefined && isString(route) && route.value.startsWith("/") ? [ROUTE + route.value] : NO_LABELS;
}
const NO_LABELS: readonly Label[] = [];

/** `blueprint.post("/x")` of `flask.Blueprint().post()`: as it is mostly written. */
function shortly(path: string, labels: readonly Label[]): string {
  const [name = "", owner] = path.replaceAll("()", "").split(".").reverse();
  const head = owner === undefined ? name : `${owner.toLowerCase()}.${name}`;
  if (!path.endsWith("()")) return head;
  const route = labels.find((label) => label.startsWith(ROUTE));
  return `${head}(${route === undefined ? "" : JSON.stringify(route.slice(ROUTE.length))})`;
}

/** The call that runs is written as a decorator of the function. */
export function isDecoration(run: Run, fn: FunctionIr): boolean {
  const { unit, at } = current(run);
  return fn.decorators.length > 0 && fn.decorators.includes(unit.source.slice(at.start, at.end));
}

/** Something from outside is called with a function alone: as its decorator, or for a route. */
export function noteDecorator(run: Run, { path, labels }: ApiV | UnknownV, { positional, keywords }: CallArgs): void {
  const [target, ...others] = positional;
  if (target?.k !== "closure" || others.length > 0 || keywords.size > 0 || path === null || inJs(run)) return;
  const fn = run.units[target.module]?.ir.get(target.fn);
  if (fn === undefined || !(labels.some((label) => label.startsWith(ROUTE)) || isDecoration(run, fn))) return;
  const id = `${target.module}.${target.fn}`;
  const known = run.decorators.get(id) ?? [];
  const text = shortly(path, labels);
  if (!known.some((each) => each.text === text)) run.decorators.set(id, [...known, { text, path: path.replace(/\(\)$/, "") }]);
}

const noted = (run: Run, { unitIndex, fn }: Activation): readonly Decorator[] => run.decorators.get(`${unitIndex}.${fn.id}`) ?? [];

/** As they are written, and as their values say. */
export const decoratorsOf = (run: Run, act: Activation): readonly string[] => {
  const known = noted(run, act);
  return known.length === 0 ? act.fn.decorators : [...act.fn.decorators, ...known.map(({ text }) => text)];
};

export const decoratorPaths = (run: Run, act: Activation): readonly string[] => noted(run, act).map(({ path }) => path);
export const decoratorTexts = (run: Run, id: string): readonly string[] => (run.decorators.get(id) ?? []).map(({ text }) => text);
