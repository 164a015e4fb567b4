/**
 * The fixpoint: runs a function's control-flow graph on abstract states. Loops whose control is known are unrolled (decoders),
 * within their own budget; all others are joined for three rounds and then widened.
 */

import type { BlockId, Reg, Terminator } from "../ir.ts";
import { joinStates, type State, sameState, widenState } from "../state.ts";
import type { Value } from "../values.ts";
import type { Flow } from "./flow.ts";
import { iterate } from "./iterate.ts";
import { type Activation, current, type Run } from "./run.ts";
import { step } from "./step.ts";
import { decideTruth } from "./truth.ts";

export type Returned = { readonly value: Value; readonly state: State | null };

type LoopInfo = { joined: Flow | null; rounds: number; turns: number; undecided: number };
type Frontier = {
  readonly pending: Map<BlockId, Flow>;
  readonly deferred: Map<BlockId, Flow>;
  readonly loops: Map<BlockId, LoopInfo>;
  readonly returns: { value: Value; state: State }[];
};

const ABSTRACT_ROUNDS = 3;
/** Turns of a loop that are followed one by one although branches inside it are not decided. */
const UNDECIDED_TURNS = 8;

/** Runs the function of the topmost activation from its entry; `state` null means that it never returns. */
export function execute(run: Run, entry: Flow): Returned {
  const act = current(run);
  const frontier: Frontier = { pending: new Map([[0, entry]]), deferred: new Map(), loops: new Map(), returns: [] };
  for (let next = choose(act, frontier); next !== null; next = choose(act, frontier)) {
    if (run.exhausted) break;
    runBlock(run, frontier, next);
  }
  if (frontier.returns.length === 0) return { value: run.values.undefined, state: run.exhausted ? entry.state : null };
  const state = frontier.returns.map((r) => r.state).reduce((a, b) => joinStates(a, b, run.values));
  return { value: joinReturns(run, act, frontier), state };
}

/** Several constants under a condition from outside are an answer about the outside (`return True` in one branch). */
function joinReturns(run: Run, act: Activation, frontier: Frontier): Value {
  const all = run.values.join(frontier.returns.map((r) => r.value));
  const onlyFlags =
    all.k === "union" && all.of.every((v) => v.k === "const" && (v.type === "bool" || v.type === "null" || v.type === "undefined"));
  if (!onlyFlags || act.tests.size === 0) return all;
  return run.values.unknown("unmodelled", { path: `${act.fn.name}()` });
}

/** Blocks inside the innermost loop first, then its head again, then what follows. */
function choose(act: Activation, frontier: Frontier): { block: BlockId; flow: Flow; back: boolean } | null {
  const byOrder = (a: BlockId, b: BlockId): number => (act.graph.order[a] as number) - (act.graph.order[b] as number);
  const head = [...frontier.deferred.keys()].sort(byOrder).pop();
  const body = head === undefined ? undefined : act.graph.loops.get(head);
  const blocks = [...frontier.pending.keys()].filter((b) => body === undefined || body.has(b)).sort(byOrder);
  const block = blocks[0];
  if (block !== undefined) {
    const flow = frontier.pending.get(block) as Flow;
    frontier.pending.delete(block);
    return { block, flow, back: false };
  }
  if (head === undefined) return null;
  const flow = frontier.deferred.get(head) as Flow;
  frontier.deferred.delete(head);
  return { block: head, flow, back: true };
}

function runBlock(run: Run, frontier: Frontier, next: { block: BlockId; flow: Flow; back: boolean }): void {
  const act = current(run);
  const flow = act.graph.loops.has(next.block) ? enterHead(run, frontier, next) : next.flow;
  if (flow === null) return;
  const block = act.fn.blocks[next.block];
  if (block === undefined) return;
  act.block = next.block;
  if (block.handler !== null && block.handler !== next.block) send(run, frontier, next.block, block.handler, forkFlow(flow));
  for (const instr of block.instrs) {
    act.at = instr.at;
    if (++run.steps > run.budget.steps) {
      run.exhausted = true;
      return;
    }
    if (act.abstract === 0) run.unrolled += inLoop(act, next.block) ? 1 : 0;
    if (step(run, flow, instr) === "stops") {
      if (block.handler !== null) send(run, frontier, next.block, block.handler, flow);
      return;
    }
    if (run.exhausted) return;
  }
  if (block.handler !== null) send(run, frontier, next.block, block.handler, forkFlow(flow));
  leave(run, frontier, next.block, { flow, end: block.end });
}

function inLoop(act: Activation, block: BlockId): boolean {
  for (const body of act.graph.loops.values()) if (body.has(block)) return true;
  return false;
}

/** A loop head: another concrete turn, or one more abstract round. Null when nothing new comes. */
function enterHead(run: Run, frontier: Frontier, next: { block: BlockId; flow: Flow; back: boolean }): Flow | null {
  const act = current(run);
  let info = frontier.loops.get(next.block);
  if (info === undefined || !next.back) {
    info = { joined: null, rounds: 0, turns: 0, undecided: act.undecided };
    frontier.loops.set(next.block, info);
    return next.flow;
  }
  info.turns++;
  const unclear = act.undecided > info.undecided;
  const concrete =
    info.joined === null && run.unrolled < run.budget.unroll && (!unclear || (info.turns <= UNDECIDED_TURNS && endsAlone(run, next)));
  if (concrete) return next.flow;
  if (info.joined === null) {
    info.joined = forkFlow(next.flow);
    act.abstract++;
    return next.flow;
  }
  const before = info.joined;
  const joined = joinFlows(run, forkFlow(before), next.flow);
  info.rounds++;
  // A loop inside an abstract round is widened at once: its rounds would multiply with those around it.
  const rounds = act.abstract > 1 ? 1 : ABSTRACT_ROUNDS;
  if (info.rounds > rounds + 1 || sameFlow(before, joined)) {
    act.abstract = Math.max(0, act.abstract - 1);
    return null;
  }
  const result = info.rounds >= rounds ? widenFlow(run, joined, before) : joined;
  info.joined = forkFlow(result);
  return result;
}

/** A loop over a known sequence ends by itself; `while` ends only by its condition. */
function endsAlone(run: Run, next: { block: BlockId; flow: Flow }): boolean {
  const end = current(run).fn.blocks[next.block]?.end;
  if (end?.op !== "ForNext") return false;
  const iterator = next.flow.regs[end.iter];
  if (iterator?.k !== "ref") return false;
  const object = next.flow.state.read(iterator.addr);
  return object.items !== null && object.position >= 0;
}

function leave(run: Run, frontier: Frontier, from: BlockId, last: { flow: Flow; end: Terminator }): void {
  const { flow, end } = last;
  const act = current(run);
  switch (end.op) {
    case "Jump":
      send(run, frontier, from, end.to, flow);
      return;
    case "Fork":
      for (const to of end.to) send(run, frontier, from, to, uncertain(forkFlow(flow)));
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
      const handler = act.fn.blocks[from]?.handler ?? null;
      if (handler !== null) send(run, frontier, from, handler, flow);
      return;
    }
    case "Stop":
      frontier.returns.push({ value: nothing(run), state: flow.state });
  }
}

const nothing = (run: Run): Value => (current(run).unit.language === "python" ? run.values.none : run.values.undefined);

function branch(run: Run, frontier: Frontier, from: BlockId, last: { flow: Flow; end: Extract<Terminator, { op: "Branch" }> }): void {
  const { flow, end } = last;
  const act = current(run);
  const test = flow.regs[end.test] ?? run.values.unknown("local");
  const truth = decideTruth(flow.state, test);
  if (truth !== null) {
    send(run, frontier, from, truth ? end.then : end.otherwise, flow);
    return;
  }
  const seen = act.tests.get(from);
  act.tests.set(from, seen === undefined ? test : run.values.join([seen, test]));
  act.undecided++;
  send(run, frontier, from, end.then, uncertain(forkFlow(flow)));
  send(run, frontier, from, end.otherwise, uncertain(flow));
}

function forNext(run: Run, frontier: Frontier, from: BlockId, last: { flow: Flow; end: Extract<Terminator, { op: "ForNext" }> }): void {
  const { flow, end } = last;
  const act = current(run);
  const next = iterate(run, flow.state, flow.regs[end.iter], frontier.loops.get(from)?.joined !== null);
  if (next.how === "done") {
    send(run, frontier, from, end.exit, flow);
    return;
  }
  if (next.how === "one") {
    flow.regs[end.dst] = next.value;
    send(run, frontier, from, end.body, flow);
    return;
  }
  act.undecided++;
  send(run, frontier, from, end.exit, uncertain(forkFlow(flow)));
  flow.regs[end.dst] = next.value;
  send(run, frontier, from, end.body, uncertain(flow));
}

function send(run: Run, frontier: Frontier, from: BlockId, to: BlockId, flow: Flow): void {
  const act = current(run);
  const taken = act.edges.get(from);
  if (taken === undefined) act.edges.set(from, new Set([to]));
  else taken.add(to);
  if (act.graph.always.has(to)) flow.state.certain = act.certainAtEntry;
  const back = act.graph.loops.get(to)?.has(from) === true;
  const queue = back ? frontier.deferred : frontier.pending;
  const waiting = queue.get(to);
  queue.set(to, waiting === undefined ? flow : joinFlows(run, waiting, flow));
}

export function forkFlow(flow: Flow): Flow {
  return { state: flow.state.fork(), regs: [...flow.regs] };
}
function uncertain(flow: Flow): Flow {
  flow.state.certain = false;
  return flow;
}
export function joinFlows(run: Run, a: Flow, b: Flow): Flow {
  const state = joinStates(a.state, b.state, run.values);
  const regs: (Value | undefined)[] = [];
  for (let i: Reg = 0; i < Math.max(a.regs.length, b.regs.length); i++) {
    const left = a.regs[i];
    const right = b.regs[i];
    regs[i] = left === undefined || left === right ? right : right === undefined ? left : run.values.join([left, right]);
  }
  return { state, regs };
}
const sameFlow = (a: Flow, b: Flow): boolean => sameState(a.state, b.state) && b.regs.every((v, i) => v === a.regs[i]);
function widenFlow(run: Run, flow: Flow, before: Flow): Flow {
  widenState(flow.state, before.state, run.values);
  flow.regs = flow.regs.map((v, i) =>
    v === undefined || v === before.regs[i] ? v : run.values.widen([v, ...(before.regs[i] === undefined ? [] : [before.regs[i] as Value])]),
  );
  return flow;
}
