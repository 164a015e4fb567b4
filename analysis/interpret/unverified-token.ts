/** Tokens that a request brings and that are only decoded: anybody can write one, so what they say is no reason for anything. */
import type { Effect } from "../effects.ts";
import { textOf } from "../values.ts";
import { isUnproved, originsOf } from "./acting.ts";
import { isRequested } from "./asking.ts";
import type { Builtin } from "./builtin.ts";
import { isSet, optionOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import type { Run } from "./run.ts";

export const BUILTINS_TOKENS: Readonly<Record<string, Builtin>> = {
  decode_token: (run, state, { callee, args }) => {
    const [token] = args.positional;
    if (token === undefined || !isRequested(state, token) || isSet(run, state, optionOf(state, args, "complete"))) return undefined;
    if (!isUnproved(run, state)) return undefined;
    const target = `${callee.path}(${textOf(token)})`;
    const facts = { check: true, token: originsOf(token)[0] ?? "" };
    emit(run, state, { kind: "code.patch", target, classes: [], args: facts, labels: [], basis: "api", api: callee.path });
    return undefined;
  },
};

/** Whoever verifies a token decodes it first, to find out with which key: such a one is not believed unread. */
export const withProved = (run: Run, effects: readonly Effect[]): readonly Effect[] =>
  run.acting.proved.size === 0 ? effects : effects.filter(({ args }) => typeof args.token !== "string" || !isProved(run, args.token));

const isProved = (run: Run, token: string): boolean =>
  [...run.acting.proved].some((path) => path === token || token.startsWith(`${path}.`) || path.startsWith(`${token}.`));
