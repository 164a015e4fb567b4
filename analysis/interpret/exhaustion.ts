/** Programs that use up processes or memory: loops that only grow or spawn and never end, and single huge allocations. */
import type { Effect, TargetClass } from "../effects.ts";
import { type Block, type BlockId, type FunctionIr, type Instr, plainSuccessors, type Reg, type Terminator } from "../ir.ts";
import type { State } from "../state.ts";
import { holeClasses } from "../targets.ts";
import { type Addr, isExternal, type Value } from "../values.ts";
import { emit } from "./effect-sink.ts";
import { throwsAgain } from "./flow-graph.ts";
import { ENDLESS } from "./iterate.ts";
import { lastName } from "./naming.ts";
import { type Activation, type Context, modelsOf, type Run } from "./run.ts";

const names = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const SPAWN = names("fork forkpty Popen spawn Process Thread start Worker create_subprocess_exec create_subprocess_shell");
const GROWTH = names(
  "append extend push unshift add insert appendleft update set alloc fill bytearray bytes repeat concat Array ones zeros full empty rand randn",
);
/** Writing that never waits fills the disk, and sending that never listens a line. */
const WRITES = names(
  "write writeSync writelines writeFileSync appendFileSync appendFile writeFile write_bytes write_text posix_fallocate sendto sendp sendpfast",
);
const AROUND_WRITES = names(
  "socket IP TCP UDP ICMP ARP Ether Raw RandIP RandShort randint choice open flush fsync fileno close join urandom uuid4 token_bytes randbytes encode format Path randomBytes randomUUID gettempdir disk_usage statvfs mkstemp NamedTemporaryFile",
);
/** A request whose answer nobody looks at; what a loop of them calls besides. */
const REQUEST = "fetch";
const AROUND_REQUESTS = names(
  "fetch catch then finally on once resume all allSettled dump cancel destroy abort end random uniform choice choices randint urandom token_hex join __enter__ __exit__ __aenter__ __aexit__ read aread release repeat alloc fill stringify",
);
/** A copy is written, too. */
const COPIES = /^shutil\.copy(2|file|tree)?$/;
const WRITE = "write";
/** Each turn takes one of what there is: writing that ends, or waits, when nothing is left. */
const NEXT = "next";
const TAKES = names("pop popleft popitem __next__");
/** Name of whatever is only computed. */
const COMPUTED = "str";
const HARMLESS = names(
  "print min max abs sum round str range len int chr list dict String Number Symbol for methodcaller() attrgetter() identity() submit result ThreadPoolExecutor fromCharCode fromCodePoint charCodeAt parseInt atob decode toString slice split join replace trim match charAt set b64decode unhexlify fromhex nice getpid getattr setattr __import__ import_module require call apply bind type staticmethod __getattribute__",
);
/** Libraries that only compute. */
const NUMERIC = /^(numpy|math|statistics|itertools|operator|random|string)\.(?!.*(\.(save|load|tofile|memmap)|txt))/;
/** Methods of functions, and functions that call what they are given: that is called, too. */
const THROUGH = names("call apply bind __call__");
/** Bytes or elements of one allocation that no ordinary program asks for (4 GiB). */
const HUGE = 2 ** 32;

/** `guarded`: what a call throws may be caught, and end the loop. */
type Endless = { readonly calls: readonly CallInstr[]; readonly guarded: boolean; readonly doubling: boolean; readonly waits: boolean };

/**
 * Calls of a loop that never ends by itself; null when it ends, waits, or has forms that are not understood. `noExit`: a branch
 * or a walk that seems to leave it and never does.
 */
function endless(
  fn: FunctionIr,
  body: ReadonlySet<BlockId>,
  noExit: (end: Terminator, instrs: readonly Instr[]) => boolean,
): Endless | null {
  const calls: CallInstr[] = [];
  let guarded = false;
  let doubling = false;
  let waits = false;
  for (const id of body) {
    const block = fn.blocks[id];
    if (block === undefined) return null;
    guarded ||= block.handler !== null && !body.has(block.handler) && !rethrows(fn, block.handler);
    const { end, instrs } = block;
    const literal = end.op === "Branch" && instrs.some((i) => i.op === "Const" && i.dst === end.test);
    const leaves = plainSuccessors(end).filter((to) => !body.has(to));
    const thrown = leaves.filter((to) => isRethrown(fn, block, to));
    guarded ||= thrown.some((to) => isCaught(fn, to));
    if (!literal && thrown.length < leaves.length && !noExit(end, instrs)) return null;
    for (const instr of block.instrs) {
      if (instr.op === "Yield" || instr.op === "Opaque") return null;
      waits ||= instr.op === "Await";
      doubling ||= instr.op === "Binary" && doubles(block.instrs, instr);
      if (instr.op === "Call") calls.push(instr);
    }
  }
  return { calls, guarded, doubling, waits };
}

/** What no `except` takes, and no `with` swallows, goes on: nothing leaves the loop that way but an error. */
function isRethrown(fn: FunctionIr, { end, instrs }: Block, to: BlockId): boolean {
  if (throwsAgain(fn, to)) return true;
  if (fn.blocks[to]?.end.op !== "Throw" || !fn.blocks[to].instrs.every((i) => i.op === "Catch")) return false;
  return end.op === "Fork" || (end.op === "Branch" && instrs.some((i) => i.op === "Binary" && i.dst === end.test && isSuppressing(i)));
}

const isSuppressing = (instr: Extract<Instr, { op: "Binary" }>): boolean => instr.operator === "suppresses";

const isCaught = (fn: FunctionIr, thrown: BlockId): boolean => {
  const handler = fn.blocks[thrown]?.handler ?? null;
  return handler !== null && !rethrows(fn, handler);
};

type CallInstr = Extract<Instr, { op: "Call" }>;

/** All that is called are allocations and spawns, and what makes them. A list that grows until something is thrown is ordinary. */
const usesUp = (called: readonly string[], loop: Endless): boolean => floods(called) || (!loop.waits && fills(called, loop));

/** Requests without end, whose answers nobody looks at. */
const floods = (called: readonly string[]): boolean =>
  called.includes(REQUEST) && called.every((name) => name === REQUEST || AROUND_REQUESTS.has(name) || HARMLESS.has(name));

function fills(called: readonly string[], { guarded, doubling }: Endless): boolean {
  const ends = called.includes(NEXT);
  const used = (name: string): boolean => SPAWN.has(name) || (WRITES.has(name) && !ends) || (GROWTH.has(name) && !guarded);
  return ((doubling && !guarded) || called.some(used)) && called.every(isKnown);
}

const isKnown = (name: string): boolean =>
  name === NEXT || SPAWN.has(name) || GROWTH.has(name) || WRITES.has(name) || HARMLESS.has(name) || AROUND_WRITES.has(name);

/** `while n < math.inf`, `for _ in itertools.count()`: what decides about the end is known, and never ends it. */
function neverLeaves(state: State, regs: readonly (Value | undefined)[], end: Terminator, instrs: readonly Instr[]): boolean {
  if (end.op === "ForNext") {
    const iterator = regs[end.iter];
    return iterator?.k === "ref" && state.read(iterator.addr).name === ENDLESS;
  }
  if (end.op !== "Branch") return false;
  const test = instrs.find((i) => i.op === "Binary" && i.dst === end.test);
  if (test?.op !== "Binary" || !/^[<>]=?$/.test(test.operator)) return false;
  if ([test.left, test.right].some((reg) => isFreeSpace(regs[reg]))) return true;
  const bound = regs[test.operator.startsWith("<") ? test.right : test.left];
  return bound?.k === "const" && bound.value === Number.POSITIVE_INFINITY;
}

/** It ends when the disk is full. */
const isFreeSpace = (value: Value | undefined): boolean =>
  value?.k === "unknown" && /\.(disk_usage|statvfs|statfsSync)\(\)(\.|\[)/.test(value.path ?? "");

/** `x += x`: each turn makes it twice as large. */
function doubles(instrs: readonly Instr[], sum: Extract<Instr, { op: "Binary" }>): boolean {
  const loaded = (reg: Reg): string | null => {
    const load = instrs.find((i) => i.op === "LoadVar" && i.dst === reg);
    return load?.op === "LoadVar" ? load.ref.name : null;
  };
  const left = loaded(sum.left);
  return left !== null && /^\+=?$/.test(sum.operator) && left === loaded(sum.right);
}

/** The end of a `with`: what is thrown goes on. */
const rethrows = (fn: FunctionIr, handler: BlockId): boolean =>
  fn.blocks[handler]?.instrs.some((i) => i.op === "Binary" && isSuppressing(i)) === true;

/** What calling something that is no function of the program's own comes to: a library function's name; "?" for what is not known. */
function calledName(run: Run, state: State, value: Value): string {
  if (value.k === "api") {
    const name = lastName(value.path);
    if (asks(run, value)) return REQUEST;
    if (COPIES.test(value.path)) return WRITE;
    if (/^builtins\.a?next$/.test(value.path)) return NEXT;
    return !SPAWN.has(name) && !WRITES.has(name) && isComputed(run, value) ? COMPUTED : name;
  }
  if (value.k === "unknown") return NUMERIC.test(value.path ?? "") ? COMPUTED : nameOf(value);
  if (value.k !== "method") return "?";
  const { name, receiver } = value;
  if (receiver.k === "ref" && TAKES.has(name)) return NEXT;
  if (receiver.k === "ref" && name === "get" && state.read(receiver.addr).type === "list") return name;
  return GROWTH.has(name) || WRITES.has(name) || receiver.k === "unknown" || receiver.k === "api" ? name : COMPUTED;
}

const nameOf = (callee: Value): string =>
  callee.k === "method" ? callee.name : callee.k === "api" || callee.k === "unknown" ? lastName(callee.path ?? "?") : "?";

/** It asks a host for something. */
function asks(run: Run, { path }: Extract<Value, { k: "api" }>): boolean {
  const model = modelsOf(run).api(path);
  return model !== null && (model.builtin === "fetch" || model.effects.some((e) => e.as === "url" && /^net\./.test(e.kind ?? "")));
}

/** The interpreter computes it: it neither waits nor does anything. */
function isComputed(run: Run, api: Extract<Value, { k: "api" }>): boolean {
  const model = modelsOf(run).api(api.path);
  return (
    model !== null &&
    model.builtin !== null &&
    model.effects.length === 0 &&
    model.cause === null &&
    !/(^|\.)(Array|bytearray|bytes|alloc)$/.test(api.path)
  );
}

/** Where a loop begins: what was called and made before. */
export type Before = { readonly calls: number; readonly addr: Addr };

/** Reported when such a loop has turned once. `regs` hold what decides about its end. */
export function reportRunaway(
  run: Run,
  state: State,
  at: { act: Activation; head: BlockId; before: Before },
  regs: readonly (Value | undefined)[],
): void {
  const body = at.act.graph.loops.get(at.head);
  const noExit = (end: Terminator, instrs: readonly Instr[]): boolean => neverLeaves(state, regs, end, instrs);
  const loop = body === undefined ? null : endless(at.act.fn, body, noExit);
  if (loop !== null && usesUp(calledSince(run, state, at.before), loop)) runaway(run, state);
}

/** Names of whatever a turn of a loop has called, however it came to the call. */
function calledSince(run: Run, state: State, { calls, addr }: Before): readonly string[] {
  const names: string[] = [];
  const seen = new Set<Context>();
  // What is made in each turn is never used up.
  const isNew = (value: Value | undefined): boolean => value?.k === "ref" && value.addr >= addr;
  const add = (from: number, to: number): void => {
    for (const { callee, first, inside } of run.calls.slice(from, to)) {
      if (inside !== undefined) {
        const known = seen.has(inside);
        seen.add(inside);
        if (!known) for (const range of inside.calls) add(...range);
      } else if (!THROUGH.has(nameOf(callee))) {
        const name = calledName(run, state, callee);
        names.push(name === NEXT && isNew(callee.k === "method" ? callee.receiver : first) ? COMPUTED : name);
      }
    }
  };
  add(calls, run.calls.length);
  return names;
}

/** `list(itertools.count())`, `file.writelines(itertools.repeat(block))`: all of what never ends is taken. */
export function reportTakenWhole(run: Run, state: State, source: Value | undefined): void {
  if (source?.k === "ref" && state.read(source.addr).name === ENDLESS) runaway(run, state);
}

/** `def f(): Process(target=f).start()`: a function that starts itself, whatever happens, with nothing that would tell the next one to stop. */
export function reportSelfStart(run: Run, state: State, target: Value | undefined): void {
  if (target?.k !== "closure" || !state.certain) return;
  const running = run.stack.some((act) => act.unitIndex === target.module && act.fn.id === target.fn);
  if (running) runaway(run, state);
}

/** Milliseconds of a period in which nobody looks at an answer before the next request goes. */
const RUSHED = 50;

/** `setInterval(() => fetch(url), 10)`: requests without end, one upon another. */
export function reportRushed(run: Run, state: State, before: Before, period: Value | undefined): void {
  if (period?.k !== "const" || typeof period.value !== "number" || period.value > RUSHED) return;
  if (floods(calledSince(run, state, before))) runaway(run, state);
}

export function runaway(run: Run, state: State): void {
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
  if (!DETACHED.test(api)) return NO_FACTS;
  for (const act of run.stack) {
    if (!act.graph.looped.has(act.block)) continue;
    for (const [head, body] of act.graph.loops) {
      const count = body.has(act.block) ? act.tests.get(head) : undefined;
      if (count?.k !== "unknown" || !isExternal(count)) continue;
      if (!/^range\(|[<>]/.test(count.path ?? "")) continue;
      return { args: { unbounded: true }, classes: holeClasses(count) };
    }
  }
  return NO_FACTS;
}
