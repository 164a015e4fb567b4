/** Keys that check a signature or open what is locked: what comes out is what was signed or locked, and does not show the key. */
import type { Label } from "../effects.ts";
import { memo } from "../memo.ts";
import type { ApiModel } from "../models.ts";
import type { State } from "../state.ts";
import { mergeLabels } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { deepLabels } from "./labels.ts";
import { selectAll } from "./select.ts";

/** Functions of libraries without a model, by their names: what they are given first is what they check or open. */
const CHECKS =
  /(^|\.)(verify([A-Z_]\w*)?|\w+Verify|\w+AndVerify|unsign(_object)?|construct_?([eE]vent|from)(_?[aA]sync)?|create\w*Verifier\(\)|(is_?valid|validate|check|compare)_?([sS]ignature|[rR]equest|[hH]mac|[dD]igest|[wW]ebhook)\w*)$/;
const OPENS = /(^|\.)(decrypt|unseal|unlock|unbox|decipher|secretbox_?[oO]pen)(_?[a-zA-Z]\w*)?$/;
const usesKey = memo((path): "checks" | "opens" | null => (CHECKS.test(path) ? "checks" : OPENS.test(path) ? "opens" : null));

const isKey = (label: Label): boolean => /^(env\b|secret\.)/.test(label);
const withoutKeys = (labels: readonly Label[]): readonly Label[] => (labels.some(isKey) ? labels.filter((l) => !isKey(l)) : labels);

/** Labels of what a call by this name is given: of a function that uses a key without those of the key. */
export function givenLabels(state: State, path: string, receiver: readonly Label[], args: CallArgs): readonly Label[] {
  const given = [...args.positional, ...args.keywords.values()].map((v) => deepLabels(state, v));
  const uses = usesKey(path);
  if (uses === null) return mergeLabels(receiver, ...given);
  const [first = [], ...others] = given;
  return mergeLabels(uses === "checks" ? withoutKeys(first) : first, withoutKeys(mergeLabels(receiver, ...others)));
}

/** Labels of what a modelled call is given and of its receiver, without those of its keys and passwords. */
export function shownLabels(state: State, call: { model: ApiModel; receiver: readonly Label[] }, args: CallArgs): readonly Label[] {
  const { model, receiver } = call;
  if (model.sanitizes) return [];
  const keys = [...selectAll(args, model.opens), ...selectAll(args, model.credential)];
  const all = [...args.positional, ...args.keywords.values(), ...(args.rest === null ? [] : [args.rest])];
  const said = keys.length === 0 ? all : all.filter((v) => !keys.includes(v));
  const own = model.opens?.receiver === true ? withoutKeys(receiver) : receiver;
  return mergeLabels(own, ...said.map((v) => deepLabels(state, v)));
}
