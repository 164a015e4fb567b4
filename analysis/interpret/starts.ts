/** Functions that start something whatever happens, and do not wait for it. */
import type { EffectKind } from "../effects.ts";
import { type BlockId, type FunctionIr, plainSuccessors } from "../ir.ts";
import type { Activation, Run } from "./run.ts";

/** Calls that do not wait for what they start. */
const STARTS = /(^|\.)(spawn|fork|exec|execFile|execa|\$|Worker|Process|run|cluster\.fork)$/;

/** Something is started that nobody waits for: what runs starts it whatever happens. */
export function noteStart(run: Run, { kind, api }: { readonly kind: EffectKind; readonly api: string }): void {
  if (kind !== "process.spawn" && !(kind === "process.exec" && STARTS.test(api))) return;
  for (let i = run.stack.length - 1; i >= 0; i--) {
    const act = run.stack[i] as Activation;
    if (!isStraight(act)) return;
    run.starts.add(`${act.unitIndex}.${act.fn.id}`);
    if (run.later.some(({ depth }) => depth === i)) return;
  }
}

/** Control comes to the running place whatever happens, and without waiting. */
export const isStraight = ({ fn, block }: Activation): boolean =>
  isAlways(fn, block) && !fn.blocks.some(({ instrs }) => instrs.some((i) => i.op === "Await"));

/** No way from the beginning to an end goes past the block. */
function isAlways(fn: FunctionIr, block: BlockId): boolean {
  const seen = new Set<BlockId>([block]);
  const left: BlockId[] = block === 0 ? [] : [0];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const end = fn.blocks[id]?.end;
    if (end === undefined || end.op === "Return") return false;
    left.push(...plainSuccessors(end));
  }
  return true;
}
