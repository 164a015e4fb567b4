/**
 * What holds an agent back, turned off by the program: guard rails, approvals, kill switches and trails in settings that it did not
 * make itself, and under keys that others read.
 */
import type { State } from "../state.ts";
import { isExternal, isString, membersOf, textOf, type Value } from "../values.ts";
import { reportKept } from "./agent-memory.ts";
import type { Builtin } from "./builtin.ts";
import type { CallArgs } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import type { Run } from "./run.ts";

/** Parts of names, in snake case. */
const HOLDS_BACK =
  /(^|_)(guard_?rails?|safety(_checks?|_mode|_filters?|_layer|_settings)?|kill_?switch(es)?|circuit_breaker|content_(filters?|moderation)|moderation|human_(approvals?|reviews?|in_the_loop|oversight|confirmation)|approvals?|oversight|(spend|spending|budget|cost|rate)_?limit(s|er|ing)?|audit_?(logs?|logger|logging|trail)|policy_enforcement|permission_checks?)(_(enabled|active|required|enforced|on))?$/;
/** True of these means that something is let through: `requireApproval`, `needsHumanReview`. */
const DEMANDS = /^(requires?|needs?|enforce|must)_(human_|user_|manual_)?(approvals?|confirmations?|reviews?|consent|oversight)$/;
const LIFTS =
  /^(auto_?approve(_all)?|(disable|bypass|skip|ignore|no|without)_(guard_?rails?|safety\w*|approvals?|human_\w+|moderation|kill_?switch|audit\w*|confirmations?|oversight|rate_?limits?)|dangerously_\w+)$/;
const CAPS = /^(max|maximum)_(daily_)?(spend|budget|cost|loss)(_\w+)?$|(^|_)(spend|spending|budget|cost)_(limit|cap)(_\w+)?$/;
const SWITCH = /^(enabled?|active|on|required|enforced|armed)$/;
const MUTE = /^(silent|disabled?|bypass(ed)?|muted?|skip(ped)?|off|paused)$/;

const snake = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_");

const OFF: ReadonlySet<string> = new Set(["false", "0", "null", "none", "off", "disabled", "no", "inactive", ""]);
const ON: ReadonlySet<string> = new Set(["true", "1", "on", "yes", "enabled"]);
const isOff = (value: Value): boolean => value.k === "const" && OFF.has(String(value.value).toLowerCase());
const isOn = (value: Value): boolean => value.k === "const" && ON.has(String(value.value).toLowerCase());
/** As good as no limit. */
const isEndless = (value: Value): boolean =>
  (value.k === "const" && typeof value.value === "number" && value.value >= 1e6) || /(^|\.)(Infinity|inf)$/.test(textOf(value));

/** A setting by its last two names, and what it is set to. */
function liftsIt(owner: string, name: string, value: Value): boolean {
  const [whole, last] = [snake(owner), snake(name)];
  if (SWITCH.test(last)) return HOLDS_BACK.test(whole) && isOff(value);
  if (MUTE.test(last)) return HOLDS_BACK.test(whole) && isOn(value);
  if (LIFTS.test(last)) return isOn(value);
  if (CAPS.test(last)) return isEndless(value);
  return (HOLDS_BACK.test(last) || DEMANDS.test(last)) && isOff(value);
}

function report(run: Run, state: State, target: string): void {
  emit(run, state, { kind: "infra.change", target, classes: [], args: { unchecked: true }, labels: [], basis: "name", api: target });
}

const pathOf = (object: Value): string | null => {
  const of = object.k === "union" ? object.of.find(isExternal) : object;
  if (of === undefined) return null;
  if (of.k === "api") return of.path.startsWith("globalThis.") ? null : of.path;
  return of.k === "unknown" && KEPT.has(of.cause) ? (of.path ?? "") : null;
};
/** Settings that somebody else made: read from somewhere, or of another module. */
const KEPT: ReadonlySet<string> = new Set(["file", "network", "unmodelled", "free"]);

/** `settings.guardrails.enabled = false`, `settings["kill_switch"] = { enabled: false }`. */
export function reportLifted(run: Run, state: State, value: Value, to: { target: string; object: Value }): void {
  const of = pathOf(to.object);
  if (of === null) return;
  const owner = of.slice(of.lastIndexOf(".") + 1);
  for (const member of membersOf(value)) {
    if (liftsIt(owner, to.target, member)) report(run, state, `${of}.${to.target}`);
    else if (member.k === "ref" && [...state.read(member.addr).props].some(([key, held]) => liftsIt(to.target, key.slice(2), held)))
      report(run, state, `${of}.${to.target}`);
  }
}

/** `text.replace("SAFETY_CHECKS=true", "SAFETY_CHECKS=false")`, of a file. */
export function reportReplaced(run: Run, state: State, called: { name: string; value: Value }, args: CallArgs): void {
  if (!/^replace(All)?$/.test(called.name) || called.value.k !== "unknown" || called.value.cause !== "file") return;
  const [, by] = args.positional;
  const [, name = "", value = ""] = by !== undefined && isString(by) ? (SETTING.exec(String(by.value)) ?? []) : [];
  if (name !== "" && liftsIt("", name, run.values.string(value))) report(run, state, name);
}
const SETTING = /([\w.-]+)["']?\s*[:=]\s*["']?(\w+)/;

/** What keeps machines and payments from doing harm, in snake case. */
const KEEPS_SAFE =
  /(^|_)(interlocks?|alarms?|trips?|e_?stops?|emergency_stops?|protection|fail_?safes?|watchdogs?|(limit|risk|fraud|compliance|safety|credit|sanctions?|aml|kyc)_checks?|dual_(control|approval)|four_eyes)(_(enabled|active|required|enforced|on|armed))?$/;
const SILENCES = /^(inhibit(ed)?|silenced?|suppress(ed)?)$/;
const WAIVABLE = /(^|_)(reviews?|approvals?|verification|validation|compliance|kyc|aml|audit|signature|checks?)$/;
const WAIVED = /^(skip(ped)?|bypass(ed)?|waived?|muted?|silenced?|inhibit(ed)?|suppress(ed)?|override|ignored?)$/i;
const SAYS_OFF = /^(false|off|disabled?|none)$/i;

/** A field of a message, and of what; nothing and no number say that something is off. */
function liftsByMessage(run: Run, owner: string, name: string, said: string): boolean {
  const [whole, last] = [snake(owner), snake(name)];
  const guarded = KEEPS_SAFE.test(last) || HOLDS_BACK.test(last);
  if (WAIVED.test(said)) return guarded || WAIVABLE.test(last);
  if (SAYS_OFF.test(said)) return guarded || (SWITCH.test(last) && (KEEPS_SAFE.test(whole) || HOLDS_BACK.test(whole)));
  if (!/^true$/i.test(said)) return false;
  const silenced = (SILENCES.test(last) || MUTE.test(last)) && (KEEPS_SAFE.test(whole) || HOLDS_BACK.test(whole));
  return silenced || liftsIt(owner, name, run.values.true);
}

/** `patch(".../pumps/7/limits", json={"interlock": False})`, `publish("station/3/alarms", '{"inhibit": true}')`. */
export function reportSentLift(run: Run, state: State, to: { place: Value | null; api: string }, said: readonly Value[]): void {
  const owner = to.place === null ? "" : (textOf(to.place).match(LAST_NAME)?.[1] ?? "");
  const lifted = said.flatMap((value) => fieldsOf(state, value)).find(([of, name, text]) => liftsByMessage(run, of || owner, name, text));
  if (lifted !== undefined) report(run, state, `${owner === "" ? to.api : owner}.${lifted[1]}`);
}
const LAST_NAME = /([A-Za-z][\w-]*)(?:[/:.]\{\?\})?[/:]?$/;

/** `[of what, name, constant]` of what is said, as an object or as JSON. */
function fieldsOf(state: State, value: Value, of = "", depth = 0): [string, string, string][] {
  if (isString(value) || value.k === "str")
    return [...textOf(value).matchAll(FIELD)].map(([, name = "", text = "", plain = ""]) => [of, name, text || plain]);
  if (value.k !== "ref" || depth > 2) return [];
  return [...state.read(value.addr).props].flatMap(([key, held]): [string, string, string][] =>
    held.k === "const" ? [[of, key.slice(2), String(held.value)]] : fieldsOf(state, held, key.slice(2), depth + 1),
  );
}
const FIELD = /"([\w-]+)"\s*:\s*(?:"([\w-]+)"|(true|false))/g;

/** `set("agent:kill_switch", "off")`, `hset("agent:guardrails", "enabled", "false")`, `del("agent:kill_switch")`. */
export const BUILTINS_SAFEGUARDS: Readonly<Record<string, Builtin>> = {
  set_key: (run, state, { callee, args }) => {
    reportKept(run, state, callee.path, args);
    const [key, second, third] = args.positional;
    if (key === undefined || !(isString(key) || key.k === "str")) return undefined;
    const names = textOf(key).split(/[:/.]/);
    const [owner = "", last = ""] = names.slice(-2).length === 2 ? names.slice(-2) : ["", names[0] ?? ""];
    const gone = /\.(del|delete|unlink)$/.test(callee.path);
    const lifted = gone
      ? /(^|_)(kill_?switch|guard_?rails?|safety\w*|human_approval)$/.test(snake(last))
      : third !== undefined && second !== undefined && isString(second)
        ? liftsIt(last, String(second.value), third)
        : second !== undefined && !COUNTS.test(snake(last)) && liftsIt(owner, last, second);
    if (lifted) report(run, state, textOf(key));
    return undefined;
  },
};
/** Counters are set to nothing all the time. */
const COUNTS = /limit(s|er|ing)?$/;
