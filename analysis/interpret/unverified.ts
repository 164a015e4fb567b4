/**
 * Connections whose other side nobody asks who it is: options that accept any certificate, wherever they were put together, and
 * the variable that turns the check off for the whole process.
 */
import type { State } from "../state.ts";
import { classifyHost } from "../targets.ts";
import { isNumber, isString, type RefV, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { isFalse, memberOf, optionOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import type { Run } from "./run.ts";

/** What opens connections of the web, or is told how they are opened. Databases are often behind a certificate of their host's own. */
const OPENS =
  /^(https|tls|http2|undici|got|axios|ky|ofetch|node-fetch|needle|superagent|request|ws|https-proxy-agent|globalThis\.(fetch|WebSocket))(\.|$)/;
/** Members that hold the options of the connection. */
const HOLD = ["https", "tls", "connect", "requestTls", "agentOptions", "options"];
const CHECKS = ["rejectUnauthorized", "strictSSL"];

/** A function that only gives nothing finds nothing wrong. */
function findsNothing(run: Run, value: Value | undefined): boolean {
  if (value?.k !== "closure") return false;
  const blocks = run.units[value.module]?.ir.get(value.fn).blocks ?? [];
  return blocks.every(({ instrs, end }) => end.op !== "Throw" && end.op !== "Branch" && instrs.every((i) => i.op !== "Call"));
}

function uncheckedOption(run: Run, state: State, options: RefV): string | null {
  const off = CHECKS.find((name) => isFalse(memberOf(state, options, name)));
  return off ?? (findsNothing(run, memberOf(state, options, "checkServerIdentity")) ? "checkServerIdentity" : null);
}

/** The machine itself needs no certificate. */
function isLocal(state: State, args: CallArgs): boolean {
  const host =
    args.positional.find((v) => isString(v) || v.k === "str") ?? optionOf(state, args, "hostname") ?? optionOf(state, args, "host");
  return host !== undefined && host.k !== "ref" && classifyHost(host).some((c) => c === "host.loopback" || c === "host.private");
}

export function reportUnverified(run: Run, state: State, api: string, args: CallArgs): void {
  if (!OPENS.test(api)) return;
  for (const given of args.positional) {
    if (given.k !== "ref") continue;
    const held = HOLD.flatMap((name) => memberOf(state, given, name) ?? []).filter((v): v is RefV => v.k === "ref");
    const option = [given, ...held].map((options) => uncheckedOption(run, state, options)).find((name) => name !== null);
    if (option !== undefined && !isLocal(state, args)) turnedOff(run, state, { target: `${option} of ${api}`, api });
  }
}

/** Accepts any certificate from here on when it is 0. */
export function reportUncheckedVariable(run: Run, state: State, variable: { name: string; value: Value; api: string }): void {
  const { name, value, api } = variable;
  if (name === "NODE_TLS_REJECT_UNAUTHORIZED" && (isString(value) || isNumber(value)) && String(value.value) === "0")
    turnedOff(run, state, { target: name, api });
}

function turnedOff(run: Run, state: State, { target, api }: { target: string; api: string }): void {
  emit(run, state, { kind: "code.patch", target, classes: [], args: { check: true }, labels: [], basis: "api", api });
}
