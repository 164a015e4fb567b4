/** Brace expansion: `{a,b}` and `{1..9..2}` give several words. */

const MOST = 64;
const RANGE = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/;

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
  const [, from = "", to = "", by] = RANGE.exec(inside) ?? [];
  const letters = /^[A-Za-z]$/.test(from);
  if (inside.includes(",")) return inside.split(",");
  if (from === "" || letters !== /^[A-Za-z]$/.test(to)) return [`\ue010${inside}\ue011`];
  const [first, last] = letters ? [from.charCodeAt(0), to.charCodeAt(0)] : [Number(from), Number(to)];
  const step = Math.max(1, Math.abs(Number(by ?? "1"))) * (last < first ? -1 : 1);
  // With a nought in front all are as wide as the widest.
  const wide = /^-?0\d/.test(from) || /^-?0\d/.test(to) ? Math.max(from.length, to.length) : 0;
  const out: string[] = [];
  for (let i = first; step > 0 ? i <= last : i >= last; i += step) {
    out.push(letters ? String.fromCharCode(i) : i < 0 ? `-${String(-i).padStart(wide - 1, "0")}` : String(i).padStart(wide, "0"));
    if (out.length >= MOST) break;
  }
  return out;
}
