/**
 * INVARIANT 8: secrets and personal data found in code never reach logs, metrics, notifications or the audit log in the
 * clear. What is recorded or sent goes through here first: each literal becomes its type and length, `[ssn:11]`.
 */
import { labelOfName, maskLiterals, type Recognisers } from "../../analysis/sensitivity.ts";
import type { Json } from "../model.ts";

const DEPTH_LIMIT = 64;

/** `text` with every recognised literal replaced. Masking twice changes nothing. */
export function maskSensitive(recognisers: Recognisers, text: string): string {
  return maskLiterals(recognisers, text);
}

/**
 * Plain data with every string masked, keys included; a text or number under a key that names something which may not
 * be logged (`{"ssn": 123456789}`) is masked whole. Deeper than 64 levels nothing is kept: `[deep]`.
 */
export function maskJson(recognisers: Recognisers, value: Json, depth = 0): Json {
  if (typeof value === "string") return maskLiterals(recognisers, value);
  if (typeof value === "number") return maskNumber(recognisers, value);
  if (value === null || typeof value !== "object") return value;
  if (depth >= DEPTH_LIMIT) return "[deep]";
  if (Array.isArray(value)) return value.map((item) => maskJson(recognisers, item, depth + 1));
  const out: [string, Json][] = [];
  for (const [key, item] of Object.entries(value as { readonly [key: string]: Json })) {
    const type = typeof item === "string" || typeof item === "number" ? typeOfKey(recognisers, key) : null;
    const masked = type === null ? maskJson(recognisers, item, depth + 1) : maskWhole(type, String(item));
    out.push([maskLiterals(recognisers, key), masked]);
  }
  return Object.fromEntries(out);
}

function maskNumber(recognisers: Recognisers, value: number): Json {
  const text = String(value);
  const masked = maskLiterals(recognisers, text);
  return masked === text ? value : masked;
}

/** `ssn` for a key whose value must not be logged, else null. */
function typeOfKey(recognisers: Recognisers, key: string): string | null {
  const label = labelOfName(recognisers, key).find((name) => recognisers.labels.get(name)?.actions.log === "block");
  return label === undefined ? null : label.slice(label.indexOf(".") + 1);
}

function maskWhole(type: string, text: string): string {
  return /^\[[a-z_]+:[0-9]+\]$/.test(text) ? text : `[${type}:${text.length}]`;
}
