/** Brace expansion: `{a,b}` and `{1..3}` give several words. */

const MOST = 64;

export function braces(text: string): string[] {
  const out: string[] = [];
  const left = [text];
  while (left.length > 0 && out.length + left.length < MOST) {
    const next = left.pop() as string;
    const found = /\{([^{},]*(?:,[^{},]*)+|-?\w+\.\.-?\w+(?:\.\.-?\d+)?)\}/.exec(next);
    if (found === null) out.unshift(next);
    else
      for (const choice of choicesOf(found[1] as string))
        left.push(next.slice(0, found.index) + choice + next.slice(found.index + found[0].length));
  }
  return [...left, ...out].filter((t) => t !== "");
}

function choicesOf(inside: string): string[] {
  const range = /^(-?\w+)\.\.(-?\w+)/.exec(inside);
  if (inside.includes(",") || range === null) return inside.split(",");
  const [, from = "", to = ""] = range;
  const letters = /^[A-Za-z]$/.test(from) && /^[A-Za-z]$/.test(to);
  const first = letters ? from.charCodeAt(0) : Number(from);
  const last = letters ? to.charCodeAt(0) : Number(to);
  if (!Number.isInteger(first) || !Number.isInteger(last)) return [`\ue010${inside}\ue011`];
  const step = last < first ? -1 : 1;
  const out: string[] = [];
  for (let i = first; step > 0 ? i <= last : i >= last; i += step) {
    out.push(letters ? String.fromCharCode(i) : String(i));
    if (out.length >= MOST) break;
  }
  return out;
}
