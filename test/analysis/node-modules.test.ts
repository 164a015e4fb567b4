/** Every function and method that Node's own modules export has a model, or is listed here as one that does nothing outside. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { modelsOf } from "../../analysis/models.ts";
import { shippedModels } from "../rules/shipped-rules.ts";
import { HARMLESS } from "./node-harmless.ts";

const load = createRequire(import.meta.url);
const { api } = modelsOf(shippedModels().javascript);

/** Modules that are another one's, or have no function of their own that a program calls. */
const LEFT_OUT = /^_|^(assert|constants|sys|test\/reporters|punycode|path\/|util\/|inspector\/promises|url|console|module$)/;
const MODULES = load("node:module").builtinModules.map((name: string) => name.replace(/^node:/, ""));

const callable = (value: unknown): value is (...args: never[]) => unknown => typeof value === "function";
const ownNames = (value: object): string[] =>
  Object.getOwnPropertyNames(value).filter((name) => !/^(_|constructor$|prototype$|length$|name$|default$)/.test(name));

/** A method of an object without asking getters, which may refuse. */
const method = (owner: object, name: string): boolean => callable(Object.getOwnPropertyDescriptor(owner, name)?.value);

function* functionsOf(module: string): Generator<string> {
  const exported: object = load(`node:${module}`);
  const prefix = module === "process" ? "globalThis.process" : module;
  for (const name of ownNames(exported).filter((each) => method(exported, each))) {
    yield `${prefix}.${name}`;
    const made = (exported as Record<string, { prototype?: object }>)[name]?.prototype;
    if (made === undefined || !/^[A-Z]/.test(name)) continue;
    const instance = api(`${prefix}.${name}`)?.returns ?? `${prefix}.${name}`;
    for (const member of ownNames(made)) if (method(made, member)) yield `${instance}.${member}`;
  }
}

const all = [
  ...new Set<string>(
    [...MODULES, "sqlite", "sea", "test"].filter((name) => !LEFT_OUT.test(name)).flatMap((name) => [...functionsOf(name)]),
  ),
];
const isHarmless = (path: string): boolean => {
  const cut = path.lastIndexOf(".");
  return HARMLESS[path.slice(0, cut)]?.some((name) => name === "*" || name === path.slice(cut + 1)) === true;
};

test("what Node's modules do is modelled or known to be harmless", () => {
  assert.deepEqual(
    all.filter((path) => api(path) === null && !isHarmless(path)),
    [],
  );
});

test("what is listed as harmless exists and has no model", () => {
  const listed = Object.entries(HARMLESS).flatMap(([owner, names]) =>
    names.filter((name) => name !== "*").map((name) => `${owner}.${name}`),
  );
  assert.deepEqual(
    listed.filter((path) => !all.includes(path) || api(path) !== null),
    [],
  );
});
