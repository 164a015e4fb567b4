/** `print(..., file=out)`: what is printed is written to where `out` writes. */
import type { State } from "../state.ts";
import { isString, mergeLabels, partsOf, type Value } from "../values.ts";
import { getAttr } from "./attributes.ts";
import type { Builtin } from "./builtin.ts";
import { withArgs } from "./call-args.ts";
import { toText } from "./formatting.ts";
import { deepLabels } from "./labels.ts";
import { modelsOf, type Run } from "./run.ts";

/** The words with what stands between them and behind them. */
function lineOf(run: Run, state: State, words: readonly Value[], around: { sep: Value | undefined; end: Value | undefined }): Value {
  const { sep, end } = around;
  const between = sep !== undefined && isString(sep) ? sep.value : " ";
  const parts = words.flatMap((word, i) => [...(i === 0 ? [] : [between]), ...partsOf(toText(run, state, word))]);
  return run.values.template(
    [...parts, end !== undefined && isString(end) ? end.value : "\n"],
    mergeLabels(...words.map((w) => deepLabels(state, w))),
  );
}

export const BUILTINS_PRINTING: Readonly<Record<string, Builtin>> = {
  printed: (run, state, { args }) => {
    const out = args.keywords.get("file");
    const written = out?.k === "api" && !out.path.startsWith("sys.") && modelsOf(run).api(`${out.path}.write`) !== null;
    const isOpen = out?.k === "ref" || written || (out?.k === "api" && out.instance);
    if (out === undefined || !isOpen || args.rest !== null) return run.values.none;
    const line = lineOf(run, state, args.positional, { sep: args.keywords.get("sep"), end: args.keywords.get("end") });
    run.call(state, getAttr(run, state, out, "write"), withArgs(line));
    return run.values.none;
  },
};
