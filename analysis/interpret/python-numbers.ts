/** Python's builtins on numbers: `abs`, `divmod`, `pow`, `round`. */
import { isFloat, isNumber, type Value } from "../values.ts";
import { listValue } from "./containers.ts";
import { binary } from "./operators.ts";
import type { Inner } from "./python-sequences.ts";
import type { Run } from "./run.ts";

/** More digits than a text is made of. */
const MOST_BITS = 4_096;

/** `pow(a, b, m)` by squaring. */
function powerModulo(run: Run, [a, b, m]: readonly Value[]): Value | undefined {
  if (!isNumber(a) || !isNumber(b) || !isNumber(m) || [a, b, m].some(isFloat)) return undefined;
  const modulus = BigInt(m.value);
  let [base, left, out] = [BigInt(a.value), BigInt(b.value), 1n];
  if (modulus <= 0n || left < 0n || [base, left, modulus].some((n) => n.toString(2).length > MOST_BITS)) return undefined;
  for (base = ((base % modulus) + modulus) % modulus; left > 0n; left >>= 1n, base = (base * base) % modulus)
    if (left & 1n) out = (out * base) % modulus;
  return run.values.number(out % modulus);
}

/** To the even neighbour where two are as near; of a fraction by its exact digits. */
function roundedTo(run: Run, value: Value, digits: Value | undefined): Value | undefined {
  if (!isNumber(value)) return undefined;
  const places =
    digits === undefined || (digits.k === "const" && digits.value === null) ? null : isNumber(digits) ? Number(digits.value) : Number.NaN;
  if (!isFloat(value)) return places === null || places >= 0 ? value : undefined;
  const number = Number(value.value);
  if (places === null) {
    const below = Math.floor(number);
    const tie = number - below === 0.5;
    return Number.isSafeInteger(below) ? run.values.number(tie ? below + (below % 2 === 0 ? 0 : 1) : Math.round(number)) : undefined;
  }
  if (!(places >= 0 && places <= 15) || Math.abs(number) >= 1e15) return undefined;
  const exact = number.toFixed(Math.min(100, places + 40));
  // Half way between two there are two answers.
  return /^5?0+$/.test(exact.slice(exact.length - 40)) && exact.at(-40) === "5"
    ? undefined
    : run.values.float(Number(number.toFixed(places)));
}

export const PYTHON_NUMBERS: Readonly<Record<string, Inner>> = {
  abs: (run, _state, { args }) => {
    const [value] = args.positional;
    if (!isNumber(value)) return undefined;
    if (value.float === true) return run.values.float(Math.abs(Number(value.value)), value.labels);
    return run.values.number(value.value < 0 ? -value.value : value.value, value.labels);
  },
  divmod: (run, state, { args }) => {
    const [left, right] = args.positional;
    if (!isNumber(left) || !isNumber(right)) return undefined;
    const both = ["//", "%"].map((operator) => binary(run, state, { operator, left, right, inPlace: false }));
    return listValue(run, state, both, "tuple");
  },
  pow: (run, state, { args }) => {
    const [left, right, modulus] = args.positional;
    if (modulus !== undefined) return powerModulo(run, args.positional);
    return isNumber(left) && isNumber(right) ? binary(run, state, { operator: "**", left, right, inPlace: false }) : undefined;
  },
  round: (run, _state, { args }) => {
    const [value, digits = args.keywords.get("ndigits")] = args.positional;
    return value === undefined ? undefined : roundedTo(run, value, digits);
  },
};
