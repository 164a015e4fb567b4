/** Numbers of both languages: of Python integers without end and floats, of JavaScript doubles and big integers. */
import { type ConstV, isFloat, type Value } from "../values.ts";
import { inJs, type Run } from "./run.ts";

type Numeric = ConstV & { readonly value: number | bigint };
type Operands = { readonly left: Numeric; readonly right: Numeric };

type OfNumbers = Readonly<Record<string, ((a: number, b: number) => number) | undefined>>;
const EVERYWHERE: OfNumbers = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "**": (a, b) => a ** b,
};
const DOUBLES: OfNumbers = {
  ...EVERYWHERE,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "<<": (a, b) => a << b,
  ">>": (a, b) => a >> b,
  ">>>": (a, b) => a >>> b,
};

/** Python's remainder has the sign of the divisor. */
function remainder(a: number, b: number): number {
  const left = a % b;
  return left !== 0 && left < 0 !== b < 0 ? left + b : left;
}

/** As CPython computes it: what is left is taken off before the division. */
function floorDivided(a: number, b: number): number {
  const exact = (a - remainder(a, b)) / b;
  const below = Math.floor(exact);
  return exact - below > 0.5 ? below + 1 : below;
}

/** Python's, of floats and integers. */
const PYTHON: OfNumbers = { ...EVERYWHERE, "//": floorDivided, "%": remainder };
const FLOATS: OfNumbers = { ...PYTHON, "/": (a, b) => a / b };

/** Python's integers that are safe as doubles; what is not safe as a result is computed once more with big ones. */
const INTEGERS: OfNumbers = {
  ...PYTHON,
  "&": (a, b) => Number(BigInt(a) & BigInt(b)),
  "|": (a, b) => Number(BigInt(a) | BigInt(b)),
  "^": (a, b) => Number(BigInt(a) ^ BigInt(b)),
  "<<": (a, b) => (b < 0 ? Number.NaN : b <= 52 ? a * 2 ** b : Number.POSITIVE_INFINITY),
  ">>": (a, b) => (b < 0 ? Number.NaN : Math.floor(a / 2 ** b)),
};

const floored = (a: bigint, b: bigint): bigint => (a % b !== 0n && a < 0n !== b < 0n ? a / b - 1n : a / b);
const BIG: Readonly<Record<string, ((a: bigint, b: bigint) => bigint) | undefined>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "**": (a, b) => a ** b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "<<": (a, b) => a << b,
  ">>": (a, b) => a >> b,
};
const BIG_PYTHON: typeof BIG = { ...BIG, "//": floored, "%": (a, b) => a - b * floored(a, b) };
const BIG_JAVASCRIPT: typeof BIG = { ...BIG, "/": (a, b) => a / b, "%": (a, b) => a % b };

/** The result of an operator on two numbers; unknown where the languages would raise. */
export function arithmetic(run: Run, operator: string, of: Operands, labels: readonly string[]): Value {
  try {
    return (
      (inJs(run) ? javascriptResult(run, operator, of, labels) : pythonResult(run, operator, of, labels)) ?? run.values.unknown("local")
    );
  } catch {
    return run.values.unknown("local");
  }
}

function javascriptResult(run: Run, operator: string, { left, right }: Operands, labels: readonly string[]): Value | undefined {
  const [a, b] = [left.value, right.value];
  if (typeof a === "bigint" && typeof b === "bigint") {
    if (isTooBig(operator, a, b)) return run.values.unknown("budget");
    const result = BIG_JAVASCRIPT[operator]?.(a, b);
    return result === undefined ? undefined : run.values.big(result, labels);
  }
  const result = typeof a === "bigint" || typeof b === "bigint" ? undefined : DOUBLES[operator]?.(a, b);
  return result === undefined ? undefined : run.values.number(result, labels);
}

function pythonResult(run: Run, operator: string, { left, right }: Operands, labels: readonly string[]): Value | undefined {
  const [a, b] = [left.value, right.value];
  const float = isFloat(left) || isFloat(right) || operator === "/" || (operator === "**" && b < 0);
  if (float) return floatResult(run, operator, [a, b], labels);
  if (typeof a === "bigint" || typeof b === "bigint") return bigResult(run, operator, [a, b], labels);
  const result = INTEGERS[operator]?.(a, b);
  if (result === undefined || Number.isNaN(result)) return undefined;
  return Number.isSafeInteger(result) ? run.values.number(result === 0 ? 0 : result, labels) : bigResult(run, operator, [a, b], labels);
}

type Two = readonly [number | bigint, number | bigint];

/** Big integers lose digits as doubles, and a float that is too large is an error but for what it is added to or multiplied by. */
function floatResult(run: Run, operator: string, [a, b]: Two, labels: readonly string[]): Value | undefined {
  if (typeof a === "bigint" || typeof b === "bigint") return undefined;
  const result = FLOATS[operator]?.(a, b);
  if (result === undefined || Number.isNaN(result)) return undefined;
  const raises = !Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b) && /[/%]|\*\*/.test(operator);
  return raises ? undefined : run.values.float(result, labels);
}

function bigResult(run: Run, operator: string, two: Two, labels: readonly string[]): Value | undefined {
  const [a, b] = [BigInt(two[0]), BigInt(two[1])];
  if (isTooBig(operator, a, b)) return run.values.unknown("budget");
  const result = BIG_PYTHON[operator]?.(a, b);
  return result === undefined ? undefined : run.values.number(result, labels);
}

function isTooBig(operator: string, a: bigint, b: bigint): boolean {
  const bits = a.toString(16).length * 4;
  return (operator === "**" && (b < 0n || BigInt(bits) * b > 100_000n)) || (operator === "<<" && b > 100_000n) || bits > 200_000;
}
