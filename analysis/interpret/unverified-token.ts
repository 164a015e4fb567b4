/** Tokens that a request brings and that are only decoded: anybody can write one, so what they say is no reason for anything. */
import { textOf } from "../values.ts";
import { isRequested } from "./asking.ts";
import type { Builtin } from "./builtin.ts";
import { isSet, optionOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { mentions } from "./guards.ts";

/** A program that verifies somewhere decodes to find out which key to verify with. */
const VERIFIES = /\b(jwt_?)?verif(y|ies|ied)\w*\b|\w+verif(y|ier)\b|createRemoteJWKSet|passport|expressjwt|express-jwt/i;

export const BUILTINS_TOKENS: Readonly<Record<string, Builtin>> = {
  decode_token: (run, state, { callee, args }) => {
    const [token] = args.positional;
    if (token === undefined || !isRequested(state, token) || isSet(run, state, optionOf(state, args, "complete"))) return undefined;
    if (mentions(run, VERIFIES)) return undefined;
    const target = `${callee.path}(${textOf(token)})`;
    emit(run, state, { kind: "code.patch", target, classes: [], args: { check: true }, labels: [], basis: "api", api: callee.path });
    return undefined;
  },
};
