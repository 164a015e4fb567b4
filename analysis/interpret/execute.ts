/**
 * The fixpoint: runs a function's control-flow graph on abstract states. Loops whose control is known are unrolled (decoders),
 * within their own budget; all others are joined for three rounds and then widened.
 */
import type { BlockId, Instr, Reg, Terminator } from "../ir.ts";
import { joinStates, type State } from "../state.ts";
import type { Value } from "../values.ts";
import { charge, isNearlySpent, precision } from "./budget.ts";
import { allow, behind } from "./checked.ts";
import { throwIn } from "./exceptions.ts";
import { type Before, reportRunaway } from "./exhaustion.ts";
import { type Flow, forkWaiting, joinWaiting, keep, restore, sameWaiting, type Waiting, widenWaiting } from "./flow.ts";
import { iterate } from "./iterate.ts";
import { type Activation, current, inJs, isUnrolling, type Run } from "./run.ts";
import { step } from "./step.ts";
import { decideTruth } from "./truth.ts";

export type Returned = { readonly value: Value; readonly state: State | null };

type LoopInfo = {
  /** Join of the states of its abstract rounds. */
  joined: Waiting | null;
  rounds: number;
  turns: number;
  readonly undecided: number;
  /** Something that can end the loop was decided in this turn. */
  progress: boolean;
  /** Its abstract rounds are under way. */
  open: boolean;
  /** It was entered in an abstract round of a loop around it. */
  readonly again: boolean;
  /** Values, objects and calls of functions that there were when its last turn began. */
  made: number;
  /** Calls and objects that there were when control came to it. */
  readonly before: Before;
  /** Nothing in it asks for the turn; null until that is looked for. */
  repeats: boolean | null;
};
type Frontier = {
  /** Blocks that wait to be run, and loop heads that wait for their next round. */
  readonly pending: Next[];
  readonly deferred: Next[];
  readonly loops: Map<BlockId, LoopInfo>;
  readonly returns: { value: Value; state: State }[];
  /** The registers of the block that is running. */
  readonly regs: (Value | undefined)[];
};

/** Turns without progress, after which a loop is no longer followed turn by turn. */
const IDLE_TURNS = 2;

/** Runs the function of the topmost activation from its entry; `state` null means that it never returns. */
export function execute(run: Run, state: State): Returned {
  const act = current(run);
  const frontier: Frontier = {
    pending: [{ block: 0, waiting: { state, kept: [] }, back: false }],
    deferred: [],
    loops: new Map(),
    returns: [],
    regs: new Array(act.fn.registers),
  };
  for (let next = choose(act, frontier); next !== null && !run.exhausted; next = choose(act, frontier)) runBlock(run, frontier, next);
  if (frontier.returns.length === 0) return { value: run.values.undefined, state: run.exhausted ? state : null };
  const after = frontier.returns.map((r) => r.state).reduce((a, b) => joinStates(a, b, run.values));
  return { value: joinReturns(run, act, frontier), state: after };
}

/** Several constants under a condition from outside are an answer about the outside (`return True` in one branch). */
function joinReturns(run: Run, act: Activation, frontier: Frontier): Value {
  const all = run.values.join(frontier.returns.map((r) => r.value));
  const onlyFlags =
    all.k === "union" && all.of.every((v) => v.k === "const" && (v.type === "bool" || v.type === "null" || v.type === "undefined"));
  if (!onlyFlags || act.tests.size === 0) return all;
  return run.values.unknown("unmodelled", { path: `${act.fn.name}()` });
}

type Next = { readonly block: BlockId; readonly waiting: Waiting; readonly back: boolean };

/** Blocks inside the innermost loop first, then its head again, then what follows. */
function choose(act: Activation, frontier: Frontier): Next | null {
  const { order, loops } = act.graph;
  const { pending, deferred } = frontier;
  let head = -1;
  for (let i = 0; i < deferred.length; i++) if (head < 0 || isBefore(order, deferred[head], deferred[i])) head = i;
  const body = head < 0 ? undefined : loops.get((deferred[head] as Next).block);
  let found = -1;
  for (let i = 0; i < pending.length; i++) {
    const next = pending[i] as Next;
    if ((body === undefined || body.has(next.block)) && (found < 0 || isBefore(order, next, pending[found]))) found = i;
  }
  if (found >= 0) return take(pending, found);
  return head < 0 ? null : take(deferred, head);
}

const isBefore = (order: readonly number[], a: Next | undefined, b: Next | undefined): boolean =>
  (order[(a as Next).block] as number) < (order[(b as Next).block] as number);

/** Their order in the queue does not matter. */
function take(queue: Next[], at: number): Next {
  const next = queue[at] as Next;
  const last = queue.pop() as Next;
  if (last !== next) queue[at] = last;
  return next;
}

function runBlock(run: Run, frontier: Frontier, next: Next): void {
  const act = current(run);
  const { graph } = act;
  const waiting = graph.loops.has(next.block) ? enterHead(run, frontier, next) : next.waiting;
  const block = act.fn.blocks[next.block];
  if (waiting === null || block === undefined) return;
  const throwsTo = graph.throwing.has(next.block) ? block.handler : null;
  act.block = next.block;
  const flow = restore(waiting, frontier.regs, graph.live[next.block] as readonly Reg[]);
  if (throwsTo !== null && graph.entering.has(next.block)) fork(run, frontier, next.block, { to: throwsTo, flow });
  const unrolls = isUnrolling(act);
  // A block without instructions costs a step too: `for (;;);` must end.
  if (charge(run, unrolls)) return;
  act.index = 0;
  for (const instr of block.instrs) {
    act.at = instr.at;
    act.index++;
    act.allocations = 0;
    if (charge(run, unrolls)) return;
    if (step(run, flow, instr) === "stops") {
      if (throwsTo !== null) go(run, frontier, next.block, { to: throwsTo, flow });
      return;
    }
    if (run.exhausted) return;
  }
  if (throwsTo !== null) fork(run, frontier, next.block, { to: throwsTo, flow });
  leave(run, frontier, next.block, { flow, end: block.end });
}

/** A loop head: another concrete turn, or one more abstract round. Null when nothing new comes. */
function enterHead(run: Run, frontier: Frontier, next: Next): Waiting | null {
  const act = current(run);
  const before = frontier.loops.get(next.block);
  if (before === undefined || !next.back) return enterLoop(run, frontier, { next, before });
  if (before.turns === 0 && before.rounds === 0)
    reportRunaway(run, next.waiting.state, { act, head: next.block, before: before.before }, frontier.regs);
  if (before.joined !== null) return nextRound(run, { info: before, joined: before.joined }, next.waiting);
  before.turns++;
  if (isFollowed(run, frontier, { info: before, next })) {
    before.progress = false;
    return next.waiting;
  }
  before.joined = forkWaiting(next.waiting);
  open(act, before);
  return next.waiting;
}

/** Control comes to a loop from outside. In a later round of a loop around it, it goes on from what it knew in the last one. */
function enterLoop(run: Run, frontier: Frontier, at: { next: Next; before: LoopInfo | undefined }): Waiting {
  const act = current(run);
  const { next, before } = at;
  if (before !== undefined) close(act, before);
  const info: LoopInfo = {
    joined: null,
    rounds: 0,
    turns: 0,
    undecided: act.undecided,
    progress: false,
    open: false,
    again: act.abstract > 0,
    made: 0,
    before: { calls: run.calls.length, addr: run.nextAddr },
    repeats: null,
  };
  frontier.loops.set(next.block, info);
  if (before === undefined || !before.again || !info.again || before.joined === null) return next.waiting;
  const waiting = joinWaiting(run, forkWaiting(before.joined), next.waiting);
  info.joined = forkWaiting(waiting);
  open(act, info);
  return waiting;
}

function open(act: Activation, info: LoopInfo): void {
  if (!info.open) act.abstract++;
  info.open = true;
}
function close(act: Activation, info: LoopInfo): void {
  if (info.open) act.abstract--;
  info.open = false;
}

/** Whether the loop is followed turn by turn: it makes progress, and the branches in it are decided (or few are not). */
function isFollowed(run: Run, frontier: Frontier, loop: { info: LoopInfo; next: Next }): boolean {
  const { info, next } = loop;
  const act = current(run);
  if (run.unrolled >= run.unrollLimit || isNearlySpent(run) || (!info.progress && info.turns > IDLE_TURNS)) return false;
  const now = run.values.count + run.nextAddr + run.nextKey;
  const made = now - info.made;
  info.made = now;
  if (made === 0 && info.turns > IDLE_TURNS) info.repeats ??= onlyRepeats(act, next.block);
  if (made === 0 && info.repeats === true) return false;
  if (act.undecided <= info.undecided) return true;
  return info.turns <= precision(run).undecidedTurns >> around(act, frontier, next.block) && endsAlone(run, next);
}

/** Whether the program never asks which turn of the loop it is in: `for _ in range(500)`. */
function onlyRepeats(act: Activation, head: BlockId): boolean {
  const end = act.fn.blocks[head]?.end;
  if (end?.op !== "ForNext") return false;
  const { source } = act.unit;
  const variable = source.slice(end.at.start, end.at.end).replace(/^(const|let|var) /, "");
  if (!/^[A-Za-z_]\w*$/.test(variable)) return false;
  for (const block of act.graph.loops.get(head) ?? []) if (act.fn.blocks[block]?.instrs.some(changesContainer)) return false;
  const asWord = new RegExp(`\\b${variable}\\b(?!\\s+(?:in|of)\\b)`);
  return !asWord.test(source);
}

const changesContainer = (instr: Instr): boolean =>
  instr.op === "Append" || instr.op === "SetItem" || instr.op === "DelItem" || (instr.op === "GetAttr" && CHANGING_METHODS.has(instr.name));
const CHANGING_METHODS: ReadonlySet<string> = new Set(
  "append appendleft add push unshift insert extend update set pop popleft popitem shift splice remove next reverse rotate".split(" "),
);

/** Loops around this one that are followed although branches in them are not decided: their turns multiply. */
function around(act: Activation, frontier: Frontier, head: BlockId): number {
  let count = 0;
  for (const [other, info] of frontier.loops)
    if (other !== head && info.turns > 0 && info.joined === null && act.graph.loops.get(other)?.has(head) === true) count++;
  return count * 2;
}

function nextRound(run: Run, loop: { info: LoopInfo; joined: Waiting }, waiting: Waiting): Waiting | null {
  const act = current(run);
  const { info } = loop;
  const joined = joinWaiting(run, forkWaiting(loop.joined), waiting);
  info.rounds++;
  // A loop inside an abstract round is widened at once: its rounds would multiply with those around it.
  const rounds = act.abstract > 1 ? 1 : precision(run).rounds;
  if (info.rounds > rounds + 1 || sameWaiting(loop.joined, joined)) {
    close(act, info);
    return null;
  }
  open(act, info);
  const result = info.rounds >= rounds ? widenWaiting(run, joined, loop.joined) : joined;
  info.joined = forkWaiting(result);
  return result;
}

/** A loop over a known sequence ends by itself; `while` ends only by its condition. */
function endsAlone(run: Run, next: Next): boolean {
  const act = current(run);
  const end = act.fn.blocks[next.block]?.end;
  if (end?.op !== "ForNext") return false;
  const iterator = next.waiting.kept[act.graph.live[next.block]?.indexOf(end.iter) ?? -1];
  if (iterator?.k !== "ref") return false;
  const object = next.waiting.state.read(iterator.addr);
  return object.items !== null && object.position >= 0;
}

type Last<E extends Terminator = Terminator> = { readonly flow: Flow; readonly end: E };

function leave(run: Run, frontier: Frontier, from: BlockId, last: Last): void {
  const { flow, end } = last;
  const act = current(run);
  switch (end.op) {
    case "Jump":
      go(run, frontier, from, { to: end.to, flow });
      return;
    case "Fork":
      for (const to of end.to) fork(run, frontier, from, { to, flow });
      return;
    case "Branch":
      act.at = end.at;
      branch(run, frontier, from, { flow, end });
      return;
    case "ForNext":
      act.at = end.at;
      forNext(run, frontier, from, { flow, end });
      return;
    case "Return": {
      const value = end.src === null ? nothing(run) : (flow.regs[end.src] ?? nothing(run));
      frontier.returns.push({ value, state: flow.state });
      return;
    }
    case "Throw": {
      if (end.src !== null && flow.regs[end.src] !== undefined) throwIn(run, act, flow.regs[end.src] as Value);
      const handler = act.fn.blocks[from]?.handler ?? null;
      if (handler !== null) go(run, frontier, from, { to: handler, flow });
      return;
    }
    case "Stop":
      frontier.returns.push({ value: nothing(run), state: flow.state });
  }
}

const nothing = (run: Run): Value => (inJs(run) ? run.values.undefined : run.values.none);

function branch(run: Run, frontier: Frontier, from: BlockId, last: Last<Extract<Terminator, { op: "Branch" }>>): void {
  const { flow, end } = last;
  const act = current(run);
  const test = flow.regs[end.test] ?? run.values.unknown("local");
  const truth = decideTruth(run, flow.state, test);
  if (truth !== null) {
    for (const head of act.graph.leaves.get(from) ?? []) makeProgress(frontier, head);
    go(run, frontier, from, { to: truth ? end.then : end.otherwise, flow });
    return;
  }
  const seen = act.tests.get(from);
  act.tests.set(from, seen === undefined ? test : run.values.join2(seen, test));
  act.undecided++;
  const then = flow.state.fork();
  then.certain &&= asksWhetherStarted(test);
  allow(run, then, act.frame, behind(flow.state, test, true));
  go(run, frontier, from, { to: end.then, flow: { state: then, regs: flow.regs } });
  allow(run, flow.state, act.frame, behind(flow.state, test, false));
  flow.state.certain = false;
  go(run, frontier, from, { to: end.otherwise, flow });
}

/** `if __name__ == "__main__"`: what is submitted is what is started, whatever else may import it. */
const asksWhetherStarted = (test: Value): boolean =>
  test.k === "unknown" && /^(__name__ == __main__|__main__ == __name__)$/.test(test.path ?? "");

function makeProgress(frontier: Frontier, head: BlockId): void {
  const info = frontier.loops.get(head);
  if (info !== undefined) info.progress = true;
}

function forNext(run: Run, frontier: Frontier, from: BlockId, last: Last<Extract<Terminator, { op: "ForNext" }>>): void {
  const { flow, end } = last;
  const act = current(run);
  const next = iterate(run, flow.state, flow.regs[end.iter], (frontier.loops.get(from)?.joined ?? null) !== null);
  if (next.how === "done") {
    go(run, frontier, from, { to: end.exit, flow });
    return;
  }
  if (next.how === "one") makeProgress(frontier, from);
  else {
    act.undecided++;
    act.tests.set(from, next.value);
    fork(run, frontier, from, { to: end.exit, flow });
    flow.state.certain = false;
  }
  flow.regs[end.dst] = next.value;
  go(run, frontier, from, { to: end.body, flow });
}

type Goal = { readonly to: BlockId; readonly flow: Flow };

/** Goes on to `to` with the running state itself. */
function go(run: Run, frontier: Frontier, from: BlockId, goal: Goal): void {
  send(run, frontier, from, {
    to: goal.to,
    waiting: keep(goal.flow.state, goal.flow.regs, current(run).graph.live[goal.to] as readonly Reg[]),
  });
}

/** Goes to `to` with a copy: not certain to get there. */
function fork(run: Run, frontier: Frontier, from: BlockId, goal: Goal): void {
  const copy = goal.flow.state.fork();
  copy.certain = false;
  send(run, frontier, from, { to: goal.to, waiting: keep(copy, goal.flow.regs, current(run).graph.live[goal.to] as readonly Reg[]) });
}

function send(run: Run, frontier: Frontier, from: BlockId, goal: { readonly to: BlockId; readonly waiting: Waiting }): void {
  const act = current(run);
  const { to, waiting } = goal;
  takeEdge(act, from, to);
  if (act.graph.always.has(to)) waiting.state.certain = act.certainAtEntry;
  const back = act.graph.loops.get(to)?.has(from) === true;
  const queue = back ? frontier.deferred : frontier.pending;
  const at = queue.findIndex((next) => next.block === to);
  const there = queue[at];
  if (there === undefined) queue.push({ block: to, waiting, back });
  else queue[at] = { block: to, waiting: joinWaiting(run, there.waiting, waiting), back };
}

function takeEdge(act: Activation, from: BlockId, to: BlockId): void {
  const taken = act.edges[from];
  if (taken === undefined) act.edges[from] = [to];
  else if (taken.includes(to)) return;
  else taken.push(to);
  act.dominance = null;
}
