/**
 * The function being lowered: its blocks, registers, exception handler and the constructs that `break`, `continue` and
 * `return` leave. Every other file of this room writes instructions through here.
 */
import type { Block, BlockId, ConstValue, Instr, Reg, Span, Terminator, VarRef } from "../ir.ts";
import type { Exit, FunctionInfo, Leave, Lowering, Unit } from "./context.ts";
import { resolve, type Scope } from "./scopes.ts";

/** An instruction without its `at`, distributed over the union. */
type Bare<T> = T extends unknown ? Omit<T, "at"> : never;

const UNSET: Terminator = { op: "Stop" };

export function startLowering(unit: Unit, fn: FunctionInfo, lower: Pick<Lowering, "expr" | "statement">): Lowering {
  const entry: Block = { instrs: [], end: UNSET, handler: null };
  return {
    unit,
    fn,
    blocks: [entry],
    entered: [true],
    block: entry,
    sealed: false,
    live: true,
    scope: fn.scope,
    handler: null,
    registers: 0,
    exits: [],
    labels: [],
    returned: -1,
    caught: null,
    deferred: [],
    hoisted: new Set(),
    wholes: [],
    depth: 0,
    ...lower,
  };
}

// ---------------------------------------------------------------- blocks

export function newBlock(l: Lowering): BlockId {
  l.blocks.push({ instrs: [], end: UNSET, handler: l.handler });
  l.entered.push(false);
  return l.blocks.length - 1;
}

export function startBlock(l: Lowering, id: BlockId): void {
  l.block = l.blocks[id] as Block;
  l.sealed = false;
  l.live = l.entered[id] === true;
}

/** Ends the current block. After an end, only `startBlock` makes code live again. */
export function finish(l: Lowering, end: Terminator): void {
  if (l.sealed) return;
  l.block.end = end;
  if (l.live) for (const to of targetsOf(end)) l.entered[to] = true;
  l.sealed = true;
  l.live = false;
}

function targetsOf(end: Terminator): readonly BlockId[] {
  if (end.op === "Jump") return [end.to];
  if (end.op === "Branch") return [end.then, end.otherwise];
  if (end.op === "ForNext") return [end.body, end.exit];
  return end.op === "Fork" ? end.to : [];
}

export function jump(l: Lowering, to: BlockId): void {
  finish(l, { op: "Jump", to });
}

/** Ends the current block by going on to a new one; returns it. */
export function cut(l: Lowering): BlockId {
  const next = newBlock(l);
  jump(l, next);
  startBlock(l, next);
  return next;
}

// ---------------------------------------------------------------- instructions

export function newReg(l: Lowering): Reg {
  return l.registers++;
}

export function spanOf(node: Span): Span {
  return { start: node.start, end: node.end };
}

/** Takes over `instr`, which callers write as a literal: completing it in place spares a copy of every instruction. */
export function emit(l: Lowering, node: Span, instr: Bare<Instr>): void {
  if (l.sealed) startBlock(l, newBlock(l));
  (instr as { at?: Span }).at = spanOf(node);
  l.block.instrs.push(instr as Instr);
}

type Valued = Extract<Bare<Instr>, { readonly dst: Reg }>;
type WithoutDst<T> = T extends unknown ? Omit<T, "dst"> : never;

/** Emits an instruction that yields a value, into a new register. */
export function value(l: Lowering, node: Span, instr: WithoutDst<Valued>): Reg {
  const dst = newReg(l);
  (instr as { dst?: Reg }).dst = dst;
  emit(l, node, instr as Bare<Instr>);
  return dst;
}

export function constant(l: Lowering, node: Span, of: ConstValue): Reg {
  return value(l, node, { op: "Const", value: of });
}

export function text(l: Lowering, node: Span, of: string): Reg {
  return constant(l, node, { type: "string", value: of });
}

export function move(l: Lowering, node: Span, dst: Reg, src: Reg): void {
  emit(l, node, { op: "Move", dst, src });
}

type Guarding = { readonly subjects: readonly string[]; readonly assertion?: boolean };

/** Ends the block with a branch. Without `guarding` the test is the lowering's own (a default that applies): it guards nothing. */
export function branchOn(l: Lowering, at: Span, test: Reg, to: readonly [yes: BlockId, no: BlockId], guarding?: Guarding): void {
  if (to[0] === to[1]) {
    jump(l, to[0]);
    return;
  }
  const subjects = guarding?.subjects ?? [];
  const end = { op: "Branch", test, then: to[0], otherwise: to[1], subjects, at: spanOf(at) } as const;
  finish(l, guarding?.assertion === true ? { ...end, assertion: true } : end);
}

/** A form that is not understood, after its parts were evaluated. */
export function opaque(l: Lowering, node: Span, reason: string, parts: readonly Reg[], mayCall: boolean): Reg {
  return value(l, node, { op: "Opaque", reason, mayCall, parts });
}

export function refTo(l: Lowering, name: string): VarRef {
  return resolve(l.scope, l.fn.frame, name);
}

// ---------------------------------------------------------------- leaving

/** Goes where `how` leads, through the finalizers on the way. Ends the current block. */
export function leave(l: Lowering, how: Leave, at: Span): void {
  for (let i = l.exits.length - 1; i >= 0; i--) {
    const exit = l.exits[i] as Exit;
    if (exit.kind === "finally") {
      if (l.live && !exit.pending.some((one) => sameLeave(one, how))) exit.pending.push(how);
      jump(l, exit.entry);
      return;
    }
    if (how.kind !== "return" && exit === how.target) {
      jump(l, how.kind === "break" ? exit.breakTo : (exit.continueTo ?? exit.breakTo));
      return;
    }
  }
  finish(l, { op: "Return", src: l.returned < 0 ? null : l.returned, at: spanOf(at) });
}

function sameLeave(a: Leave, b: Leave): boolean {
  return a.kind === b.kind && (a.kind === "return" || (b.kind !== "return" && a.target === b.target));
}

/** Runs `lower` in another scope. */
export function inScope<T>(l: Lowering, scope: Scope | undefined, lower: () => T): T {
  if (scope === undefined) return lower();
  const outer = l.scope;
  l.scope = scope;
  const result = lower();
  l.scope = outer;
  return result;
}

/** JavaScript private names keep their `#`; `#fields` itself belongs to the lowering. */
export function attributeName(name: string): string {
  return name === "#fields" ? "#fields#1" : name;
}
