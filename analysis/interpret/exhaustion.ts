/** Programs that use up processes or memory: loops that only grow or spawn and never end, and single huge allocations. */
import type { Effect, TargetClass } from "../effects.ts";
import { type BlockId, type FunctionIr, type Instr, plainSuccessors } from "../ir.ts";
import type { State } from "../state.ts";
import { holeClasses } from "../targets.ts";
import { isExternal } from "../values.ts";
import { emit } from "./effect-sink.ts";
import { type Activation, current, type Run } from "./run.ts";

const names = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const SPAWN = names("fork forkpty Popen spawn Process Thread start Worker create_subprocess_exec create_subprocess_shell");
const GROWTH = names("append extend push unshift add insert appendleft update set alloc fill bytearray bytes repeat concat Array");
const HARMLESS = names("str range len int chr list dict String Number Symbol");
/** Bytes or elements of one allocation that no ordinary program asks for (4 GiB). */
const HUGE = 2 ** 32;

/** The loop never ends by itself, and all it calls are allocations and spawns. */
export function isRunaway(fn: FunctionIr, body: ReadonlySet<BlockId>): boolean {
  const called: string[] = [];
  for (const id of body) {
    const block = fn.blocks[id];
    if (block === undefined || block.handler !== null || block.end.op === "ForNext") return false;
    const literal =
      block.end.op === "Branch" && block.instrs.some((i) => i.op === "Const" && block.end.op === "Branch" && i.dst === block.end.test);
    if (!literal && plainSuccessors(block.end).some((to) => !body.has(to))) return false;
    for (const instr of block.instrs) {
      if (instr.op === "Yield" || instr.op === "Await" || instr.op === "Opaque" || instr.op === "EnterWith") return false;
      if (instr.op === "Call") called.push(calleeName(fn, body, instr));
    }
  }
  const grows = called.some((name) => SPAWN.has(name) || GROWTH.has(name));
  return grows && called.every((name) => SPAWN.has(name) || GROWTH.has(name) || HARMLESS.has(name));
}

function calleeName(fn: FunctionIr, body: ReadonlySet<BlockId>, call: Extract<Instr, { op: "Call" }>): string {
  for (const id of body)
    for (const instr of fn.blocks[id]?.instrs ?? []) {
      if (instr.op === "GetAttr" && instr.dst === call.callee) return instr.name;
      if (instr.op === "LoadVar" && instr.dst === call.callee) return instr.ref.name;
    }
  return "?";
}

/** Reported when control comes to the head of such a loop. */
export function reportRunaway(run: Run, state: State, act: Activation, head: BlockId): void {
  const body = act.graph.loops.get(head);
  if (body === undefined || !isRunaway(act.fn, body)) return;
  emit(run, state, {
    kind: "resource.exhaust",
    target: "a loop that never ends",
    classes: [],
    args: {},
    labels: [],
    basis: "api",
    api: "loop",
  });
}

export function reportHuge(run: Run, state: State, size: number, what: string): void {
  if (!(size >= HUGE)) return;
  emit(run, state, {
    kind: "resource.exhaust",
    target: `${size} ${what}`,
    classes: [],
    args: { size },
    labels: [],
    basis: "api",
    api: "allocation",
  });
}

type Facts = { readonly args: Effect["args"]; readonly classes: readonly TargetClass[] };
const NO_FACTS: Facts = { args: {}, classes: [] };
/** Calls that do not wait for what they start. */
const DETACHED = /(^|\.)(Popen|spawn|fork|forkpty|Worker|create_subprocess_\w+)$/;

/** What is started runs beside the loop, and how often it turns is for somebody outside to say. */
export function spawnFacts(run: Run, api: string): Facts {
  const act = current(run);
  if (!DETACHED.test(api) || !act.graph.looped.has(act.block)) return NO_FACTS;
  for (const [head, body] of act.graph.loops) {
    const count = body.has(act.block) ? act.tests.get(head) : undefined;
    if (count?.k !== "unknown" || !isExternal(count)) continue;
    if (!/^range\(|[<>]/.test(count.path ?? "")) continue;
    return { args: { unbounded: true }, classes: holeClasses(count) };
  }
  return NO_FACTS;
}
