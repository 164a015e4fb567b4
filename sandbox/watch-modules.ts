/**
 * Says which modules of Node a program loads and where it tries to connect. It runs beside the program and can be got
 * around by it: what is said was tried, what is not said may have been tried as well.
 */
import { subscribe } from "node:diagnostics_channel";
import { isBuiltin, registerHooks } from "node:module";
import type { ObservedEffect } from "./types.ts";

const MAX_TARGET = 200;

export function watchModules(observe: (effect: ObservedEffect) => void): void {
  const seen = new Set<string>();
  const once = (kind: string, target: string, allowed: boolean) => {
    if (seen.has(`${kind} ${target}`)) return;
    seen.add(`${kind} ${target}`);
    observe({ kind, target: target.slice(0, MAX_TARGET), allowed });
  };
  registerHooks({
    resolve: (specifier, context, next) => {
      if (isBuiltin(specifier)) once("import", specifier.replace(/^node:/, ""), true);
      return next(specifier, context);
    },
  });
  subscribe("undici:request:create", (message) => {
    const { origin, path } = (message as { request: { origin?: unknown; path?: unknown } }).request;
    once("net.fetch", `${origin}${String(path).replace(/[?#].*$/s, "")}`, false);
  });
}
