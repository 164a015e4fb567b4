const RANGES = { minute: [0, 59], hour: [0, 23], day: [1, 31], month: [1, 12], weekday: [0, 6] } as const;
type Field = keyof typeof RANGES;
const FIELDS = Object.keys(RANGES) as Field[];

function expand(text: string, field: Field): ReadonlySet<number> {
  const [low, high] = RANGES[field];
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part);
    if (match === null) throw new SyntaxError(`${field}: cannot read \`${part}\``);
    const from = match[1] === "*" ? low : Number(match[1]);
    const to = match[1] === "*" ? high : Number(match[2] ?? from);
    if (from < low || to > high || from > to) throw new RangeError(`${field}: ${part} is outside ${low}-${high}`);
    for (let value = from; value <= to; value += Number(match[3] ?? 1)) values.add(value);
  }
  return values;
}

export function matches(expression: string, at: Date): boolean {
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) throw new SyntaxError(`expected ${FIELDS.length} fields`);
  const now: Record<Field, number> = {
    minute: at.getMinutes(),
    hour: at.getHours(),
    day: at.getDate(),
    month: at.getMonth() + 1,
    weekday: at.getDay(),
  };
  return FIELDS.every((field, i) => expand(parts[i]!, field).has(now[field]));
}

console.log(matches("*/15 8-18 * * 1-5", new Date(2026, 0, 5, 9, 30)));
