/**
 * What a program puts in the place of a function that sends: it is given what other code sends, with its keys. Passing that on to
 * where it goes is what the function is for; telling somebody else is not.
 */
import { possibly, type State } from "../state.ts";
import type { Value } from "../values.ts";
import { handOver } from "./again.ts";
import { withArgs } from "./call-args.ts";
import { modelsOf, type Run } from "./run.ts";

/** Path of what an intercepted call was given. */
const GIVEN = "intercepted";
const OF_PAGE = /^globalThis\.(window\.)?XMLHttpRequest\.prototype\.(open|send|setRequestHeader)$/;

const sends = (run: Run, path: string): boolean => {
  const model = modelsOf(run).api(path);
  return OF_PAGE.test(path) || model?.builtin === "fetch" || model?.effects.some(({ kind }) => kind === "net.send") === true;
};

/** A function in the place of one that sends runs on what others send. */
export function intercept(run: Run, state: State, path: string, by: Value): void {
  if (by.k !== "closure" || !sends(run, path)) return;
  const address = run.values.unknown("parameter", { path: `${GIVEN}.url` });
  const options = run.values.unknown("parameter", { path: `${GIVEN}.options`, labels: ["file.private"] });
  const given = withArgs(...(OF_PAGE.test(path) ? [options, options] : [address, options]));
  possibly(state, () => handOver(run, state, by, given));
}

/** It goes where it was to go. */
export const isPassedOn = (target: Value | null): boolean => target?.k === "unknown" && target.path?.startsWith(GIVEN) === true;
