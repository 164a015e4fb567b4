/** Rules of networks in clouds that let everybody in: what a rule says, whichever client or stack is given it. */
import type { State } from "../state.ts";
import { isString, textOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import { elementsOf } from "./iterate.ts";
import type { Run } from "./run.ts";

/** Clients and stacks of clouds whose rules are read; those of AWS have models of their own. */
const OF_CLOUD =
  /google-cloud\/compute|google\.cloud\.compute|googleapi|^@?azure|azure\.mgmt|pulumi[/_](gcp|azure)|@?cdktf|provider-google/;
const MAKES =
  /^(begin_?)?(insert|patch|update|put|create|create_?or_?update)(_?and_?wait)?$|^(Firewall|NetworkSecurityRule|SecurityRule)$/i;
const EVERYBODY = /^(0\.0\.0\.0\/0|::\/0|\*|Internet|Any)$/i;
/** What the web is served by is meant for everybody. */
const WEB_PORTS = /^(80|443)$/;
const DEEPEST = 5;

/** `sourceRanges`, `source_ranges`. */
const named = (key: string): string => key.replace(/^s:/, "").replaceAll("_", "").toLowerCase();

type Fields = ReadonlyMap<string, Value>;

/** Rules in what is given: objects that say where somebody comes from. */
function rulesIn(run: Run, state: State, value: Value, depth = 0): Fields[] {
  if (value.k === "union") return value.of.flatMap((member) => rulesIn(run, state, member, depth));
  if (value.k !== "ref" || depth > DEEPEST) return [];
  const { type, props } = state.read(value.addr);
  if (type === "frame" || type === "class") return [];
  const fields = new Map([...props].filter(([key]) => key.startsWith("s:")).map(([key, held]) => [named(key), held] as const));
  const inner = [...fields.values(), ...(elementsOf(run, state, value) ?? [])].flatMap((held) => rulesIn(run, state, held, depth + 1));
  return [fields, ...inner];
}

const textsOf = (run: Run, state: State, value: Value | undefined): string[] => {
  if (value === undefined) return [];
  if (value.k !== "ref") return [textOf(value)];
  return (elementsOf(run, state, value) ?? []).flatMap((held) => (isString(held) ? [held.value] : held.k === "ref" ? [] : [textOf(held)]));
};

/** `sourceRanges: ["0.0.0.0/0"], allowed: [..]`; `sourceAddressPrefix: "*", access: "Allow"`. */
function letsEverybodyIn(run: Run, state: State, rule: Fields): boolean {
  const texts = (...names: readonly string[]): string[] => names.flatMap((name) => textsOf(run, state, rule.get(name)));
  const from = texts("sourceranges", "sourceaddressprefix", "sourceaddressprefixes");
  if (!from.some((text) => EVERYBODY.test(text)) || texts("direction").some((text) => /^(EGRESS|OUTBOUND)$/i.test(text))) return false;
  const allowed = ["allowed", "allows", "allow"].flatMap((name) => rule.get(name) ?? []);
  if (allowed.length > 0) {
    const ports = allowed.flatMap((value) => (elementsOf(run, state, value) ?? [value]).map((each) => portsIn(run, state, each)));
    return !ports.every((each) => each.length > 0 && each.every((port) => WEB_PORTS.test(port)));
  }
  if (!texts("access").some((text) => /^allow$/i.test(text))) return false;
  const ports = texts("destinationportrange", "destinationportranges");
  return ports.length === 0 || !ports.every((port) => WEB_PORTS.test(port));
}

function portsIn(run: Run, state: State, allowed: Value): string[] {
  const ports = allowed.k === "ref" ? state.read(allowed.addr).props.get("s:ports") : undefined;
  return textsOf(run, state, ports);
}

/** `firewalls.insert({ .. })`, `securityRules.beginCreateOrUpdate(..)`, `new gcp.compute.Firewall(..)`. */
export function reportOpenedNetwork(run: Run, state: State, callee: { name: string; receiver: string }, args: CallArgs): void {
  if (!MAKES.test(callee.name) || !OF_CLOUD.test(callee.receiver)) return;
  const given: Fields = new Map([...args.keywords].map(([name, value]) => [named(name), value] as const));
  const rules = [given, ...[...args.positional, ...args.keywords.values()].flatMap((value) => rulesIn(run, state, value))];
  if (!rules.some((rule) => letsEverybodyIn(run, state, rule))) return;
  const found = { target: "a network that everybody gets into", classes: [], args: { irreversible: true }, labels: [] };
  emit(run, state, { kind: "infra.change", ...found, basis: "api", api: `${callee.receiver}.${callee.name}` });
}
