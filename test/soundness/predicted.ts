/** Whether what was observed had been predicted: an effect of such a kind, on a target that may be that one. */
import type { Effect, EffectKind, Program } from "../../analysis/effects.ts";
import type { Observed, Ran } from "./run.ts";

const KINDS: Readonly<Record<Observed["kind"], readonly EffectKind[]>> = {
  read: ["fs.read", "fs.write", "fs.delete_tree", "db.read", "code.load"],
  write: ["fs.write", "db.write", "db.admin"],
  delete: ["fs.delete", "fs.delete_tree"],
  exec: ["process.exec"],
  connect: ["net.fetch", "net.send", "net.listen"],
  eval: ["code.eval", "code.hidden", "code.load"],
};
/** Kinds that say: here something happens that cannot be named. */
const DYNAMIC: ReadonlySet<EffectKind> = new Set(["call.dynamic", "code.opaque"]);

/** The program says of itself that not everything it does can be known. */
export const isDynamic = ({ effects, exhausted }: Program): boolean =>
  exhausted ||
  effects.some((e) => DYNAMIC.has(e.kind) || (e.kind === "code.eval" && e.targetClasses.some((name) => name.startsWith("unknown."))));

/** What was observed and not predicted. */
export function unpredicted({ events }: Ran, { effects }: Program): Observed[] {
  return events.filter((event) => !effects.some((effect) => KINDS[event.kind].includes(effect.kind) && covers(effect, event)));
}

function covers(effect: Effect, { kind, target }: Observed): boolean {
  if (kind === "eval" || kind === "connect") return true;
  const pattern = effect.target
    .split(/\{[^{}]*\}/)
    .map(plain)
    .map(escaped)
    .join(".*");
  if (kind === "exec") return new RegExp(`(^|[ /])${pattern}`).test(target) || plain(effect.target).includes(target);
  const below = effect.kind === "fs.delete_tree" || effect.kind === "fs.read" || effect.kind === "db.write" ? "(/.*)?" : "";
  // Making a directory makes those around it.
  if (kind === "write" && plain(effect.target).startsWith(`${plain(target)}/`)) return true;
  return new RegExp(`^(\\./)?${pattern}${below}$`).test(plain(target));
}

const plain = (path: string): string => path.replaceAll("\\", "/").replace(/^\.\//, "").replace(/\/$/, "");
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
