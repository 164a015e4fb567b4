/** One instruction of the lowered form on one flow. */

import type { ConstValue, Instr, Reg } from "../ir.ts";
import { displayName } from "../ir.ts";
import { mergeLabels, partsOf, type RefV, type Value } from "../values.ts";
import { assignedEffect } from "./assignments.ts";
import { getAttr } from "./attributes.ts";
import { awaitedValue } from "./builtins-tasks.ts";
import { called } from "./calling.ts";
import { asChecked } from "./checked.ts";
import { present } from "./choices.ts";
import { classMade } from "./class-creation.ts";
import { FIELD_NAMES, specialMethod } from "./classes.ts";
import { addAtEnd } from "./containers.ts";
import { emit } from "./effect-sink.ts";
import { makeMembers } from "./enums.ts";
import { caught, throwIn } from "./exceptions.ts";
import type { Flow } from "./flow.ts";
import { formatPart } from "./formatting.ts";
import { elementsOf, GENERATOR, makeIterator, RETURNED, someElement } from "./iterate.ts";
import { kept } from "./listings.ts";
import { importModule } from "./modules.ts";
import { named } from "./naming.ts";
import { binary, unary } from "./operators.ts";

import { itemIn } from "./program-objects.ts";
import { current, inJs, newAddr, type Run } from "./run.ts";
import { deleteAttr, deleteItem, setAttr, setItem } from "./set-attributes.ts";

import { getSlice } from "./slices.ts";
import { isThere, spreadInto } from "./spreading.ts";
import { builtStatement } from "./sql-call.ts";
import { settled } from "./thenables.ts";
import { objectRest, unpack } from "./unpacking.ts";
import { deleteVariable, iterationFrame, loadVariable, storeVariable } from "./variables.ts";
import { writtenBase } from "./written.ts";
import { libraryBase } from "./written-libraries.ts";

/** `stops`: nothing after this instruction runs (the callee never returns). */
export type StepResult = "goes" | "stops";

const at = (run: Run, regs: Flow["regs"], reg: Reg): Value => regs[reg] ?? run.values.unknown("local");

export function step(run: Run, flow: Flow, instr: Instr): StepResult {
  const { regs, state } = flow;
  switch (instr.op) {
    case "Const":
      regs[instr.dst] = constantOf(run, instr.value);
      return "goes";
    case "Move":
      regs[instr.dst] = at(run, regs, instr.src);
      return "goes";
    case "LoadVar":
      regs[instr.dst] = asChecked(run, state, loadVariable(run, state, instr.ref));
      return "goes";
    case "StoreVar":
      assignedEffect(run, state, at(run, regs, instr.src), { target: displayName(instr.ref.name), object: null });
      storeVariable(run, state, { ref: instr.ref, value: named(run, displayName(instr.ref.name), at(run, regs, instr.src)) });
      return "goes";
    case "DeleteVar":
      deleteVariable(run, state, instr.ref);
      return "goes";
    case "LoadThis":
      regs[instr.dst] = current(run).self ?? run.values.unknown("free", { path: "this" });
      return "goes";
    case "GetAttr":
      regs[instr.dst] = asChecked(run, state, getAttr(run, state, at(run, regs, instr.object), instr.name));
      return "goes";
    case "SetAttr":
      setAttr(run, state, at(run, regs, instr.object), { name: instr.name, value: at(run, regs, instr.src) });
      return "goes";
    case "DelAttr":
      deleteAttr(run, state, at(run, regs, instr.object), instr.name);
      return "goes";
    case "GetItem":
      regs[instr.dst] = asChecked(run, state, itemIn(run, state, at(run, regs, instr.object), at(run, regs, instr.index)));
      return "goes";
    case "SetItem":
      setItem(run, state, at(run, regs, instr.object), { index: at(run, regs, instr.index), value: at(run, regs, instr.src) });
      return "goes";
    case "DelItem":
      deleteItem(run, state, at(run, regs, instr.object), at(run, regs, instr.index));
      return "goes";
    case "GetSlice":
      regs[instr.dst] = getSlice(
        run,
        state,
        at(run, regs, instr.object),
        [instr.lower, instr.upper, instr.step].map((r) => (r === null ? null : at(run, regs, r))) as [
          Value | null,
          Value | null,
          Value | null,
        ],
      );
      return "goes";
    default:
      return stepMore(run, flow, instr);
  }
}

function stepMore(run: Run, flow: Flow, instr: Instr): StepResult {
  const { regs, state } = flow;
  switch (instr.op) {
    case "Build":
      regs[instr.dst] = build(run, flow, instr);
      return "goes";
    case "Append":
      append(run, flow, instr);
      return "goes";
    case "Unary":
      regs[instr.dst] = unary(run, state, instr.operator, at(run, regs, instr.operand));
      return "goes";
    case "Binary":
      regs[instr.dst] = binary(run, state, {
        operator: instr.operator,
        left: at(run, regs, instr.left),
        right: at(run, regs, instr.right),
        inPlace: instr.inPlace === true,
      });
      return "goes";
    case "Concat":
      regs[instr.dst] = concat(run, flow, instr);
      return "goes";
    case "Call": {
      const result = called(run, flow, instr);
      if (result === null) return "stops";
      regs[instr.dst] = result;
      return "goes";
    }
    case "MakeFunction":
      regs[instr.dst] = makeFunction(run, flow, instr);
      return "goes";
    case "MakeClass": {
      regs[instr.dst] = makeClass(run, flow, instr);
      return "goes";
    }
    case "Import":
      regs[instr.dst] = importModule(run, state, instr);
      return "goes";
    case "Export":
      return "goes";
    default:
      return stepRest(run, flow, instr);
  }
}

function stepRest(run: Run, flow: Flow, instr: Instr): StepResult {
  const { regs, state } = flow;
  switch (instr.op) {
    case "IterNew":
      regs[instr.dst] = makeIterator(run, state, at(run, regs, instr.src), instr.keys === true);
      return "goes";
    case "Unpack":
      unpack(run, flow, instr);
      return "goes";
    case "ObjectRest":
      regs[instr.dst] = objectRest(run, state, { of: at(run, regs, instr.src), keys: instr.keys.map((key) => at(run, regs, key)) });
      return "goes";
    case "EnterWith":
      regs[instr.dst] = enterWith(run, flow, at(run, regs, instr.src));
      return "goes";
    case "Await":
      regs[instr.dst] = settled(run, state, awaitedValue(run, state, at(run, regs, instr.src)));
      awaited(run, state, at(run, regs, instr.src));
      return "goes";
    case "Yield":
      current(run).yielded.push(
        ...(instr.delegate === true ? delegated(run, state, at(run, regs, instr.src)) : [at(run, regs, instr.src)]),
      );
      regs[instr.dst] = answered(run, state, instr.delegate === true ? at(run, regs, instr.src) : null);
      return "goes";
    case "Catch":
      regs[instr.dst] = caught(run, current(run));
      return "goes";
    case "Opaque":
      opaque(run, flow, instr);
      return "goes";
    default:
      return "goes";
  }
}

/** What a `yield` gives: what was sent; what the generator that it stands for returned. */
function answered(run: Run, state: Flow["state"], delegate: Value | null): Value {
  const { said } = current(run);
  if (said?.raised !== undefined && said.raised !== null) throwIn(run, current(run), said.raised);
  const returned = delegate?.k === "ref" ? state.read(delegate.addr).props.get(RETURNED) : undefined;
  return returned ?? said?.inTurn?.[current(run).yielded.length] ?? said?.sent ?? run.values.unknown("local");
}

/** Query builders of JavaScript run when they are awaited. */
function awaited(run: Run, state: Flow["state"], value: Value): void {
  if (
    value.k !== "unknown" ||
    value.path === null ||
    !/^(drizzle|@supabase|kysely|knex|objection)|\.query\(\)\.del(?:ete)?\(\)/.test(value.path)
  )
    return;
  const kind = builtStatement(value.path);
  if (kind !== null) emit(run, state, { kind, target: value.path, classes: [], args: {}, labels: [], basis: "api", api: value.path });
}

type Op<O extends Instr["op"]> = Extract<Instr, { op: O }>;

function constantOf(run: Run, value: ConstValue): Value {
  switch (value.type) {
    case "string":
      return run.values.string(value.value, run.sensitivity.ofLiteral(value.value));
    case "bytes":
      return run.values.bytes(value.value);
    case "number":
      if (value.float === true) return run.values.float(Number(value.value));
      return typeof value.value === "bigint" && inJs(run) ? run.values.big(value.value) : run.values.number(value.value);
    case "bool":
      return run.values.bool(value.value);
    case "regex":
      return run.values.constant("regex", `/${value.pattern}/${value.flags}`);
    default:
      return run.values.constant(value.type, null);
  }
}

function build(run: Run, { regs, state }: Flow, instr: Op<"Build">): Value {
  const { values } = run;
  const addr = newAddr(run);
  const keyed = instr.type === "dict" || instr.type === "object";
  const object = state.add(addr, { type: instr.type, items: keyed ? null : [] });
  for (const item of instr.items) {
    const value = regs[item.value] ?? values.unknown("local");
    if (item.spread !== undefined) spreadInto(run, state, { addr, value, keyed });
    else if (item.key !== undefined) {
      const key = regs[item.key] ?? values.unknown("local");
      if (item.accessor !== undefined) object.props.set(`${item.accessor}:${key.k === "const" ? String(key.value) : "?"}`, value);
      else setItem(run, state, values.ref(addr), { index: key, value, quiet: true });
    } else if (object.items === null) addAtEnd(run, state, addr, value);
    else if (!isThere(object, value)) object.items.push(value);
  }
  return values.ref(addr);
}

function append(run: Run, { regs, state }: Flow, instr: Op<"Append">): void {
  const container = regs[instr.container];
  if (container?.k !== "ref") return;
  const value = kept(run, state, regs[instr.value] ?? run.values.unknown("local"));
  if (instr.key !== undefined) {
    setItem(run, state, container, { index: regs[instr.key] ?? run.values.unknown("local"), value, quiet: true });
    return;
  }
  const object = state.write(container.addr);
  if (isThere(object, value)) return;
  if (object.items !== null && object.items.length < 8192) object.items.push(value);
  else {
    for (const item of object.items ?? []) state.addRest(container.addr, item, run.values);
    state.write(container.addr).items = null;
    state.addRest(container.addr, value, run.values);
  }
}

function concat(run: Run, { regs, state }: Flow, instr: Op<"Concat">): Value {
  const parts = instr.parts.map((part) =>
    formatPart(run, state, inJs(run) ? present(run, at(run, regs, part.value)) : at(run, regs, part.value), {
      conversion: part.conversion,
      format: part.format,
    }),
  );
  const labels = mergeLabels(...parts.map((p) => p.labels));
  const text = (list: readonly Value[]): Value =>
    run.values.template(
      list.flatMap((p) => [...partsOf(p)]),
      labels,
    );
  const several = parts.findIndex((p) => p.k === "union");
  const choice = parts[several];
  if (choice?.k !== "union" || choice.of.length > SEVERAL_TEXTS) return text(parts);
  return run.values.join(choice.of.map((member) => text(parts.with(several, member))));
}
/** A text with a part that has up to so many values is each of these texts. */
const SEVERAL_TEXTS = 4;

function makeFunction(run: Run, { regs, state }: Flow, instr: Op<"MakeFunction">): Value {
  const act = current(run);
  const defaults = instr.defaults.map((reg) => (reg === null ? null : (regs[reg] ?? null)));
  const inClass = act.fn.flavour === "class";
  const around = inClass ? (state.read(act.frame).parent ?? act.unit.frame) : act.frame;
  const differs = defaults.some((value, i) => value !== null && isOther(state, around, `default:${instr.fn}:${i}`, value));
  const env = differs || instr.fresh !== undefined ? iterationFrame(run, state, around, instr.fresh ?? []) : around;
  const fn = act.unit.ir.get(instr.fn);
  const lexical = fn.flavour === "arrow" ? act.self : null;
  const closure = run.values.closure({ module: act.unitIndex, fn: instr.fn, env }, lexical);
  if (closure.k !== "closure") return closure;
  if (defaults.some((d) => d !== null)) {
    const holder = state.write(env);
    defaults.forEach((value, i) => {
      if (value !== null) holder.props.set(`default:${instr.fn}:${i}`, value);
    });
  }
  const key = `${act.unitIndex}.${instr.fn}.${env}`;
  if (!run.made.has(key) && act.unit.written !== true)
    run.made.set(key, { closure, state, owner: inClass ? run.values.ref(act.frame) : null, latent: run.latent > 0 });
  return closure;
}

const isOther = (state: Flow["state"], frame: number, key: string, value: Value): boolean => {
  const before = state.read(frame).props.get(key);
  return before !== undefined && before !== value;
};

function makeClass(run: Run, flow: Flow, instr: Op<"MakeClass">): Value {
  const { regs, state } = flow;
  const addr = newAddr(run);
  const bases = instr.bases
    .filter((b) => b.name === undefined)
    .map((b) => libraryBase(run, state, writtenBase(run, state, regs[b.value] ?? run.values.unknown("local"))));
  state.add(addr, { type: "class", parent: current(run).frame, bases, name: instr.name });
  const body = run.values.closure(
    { module: current(run).unitIndex, fn: instr.body, env: current(run).frame },
    inJs(run) ? run.values.ref(addr) : null,
  );
  run.call(state, body, { positional: [], keywords: new Map(), rest: null, receiver: null, isNew: false, frame: addr });
  if (instr.fields.length > 0) state.setProp(addr, FIELD_NAMES, run.values.string(instr.fields.join(" ")));
  if (!inJs(run)) makeMembers(run, state, run.values.ref(addr) as RefV);
  const metaclass = instr.bases.find((b) => b.name === "metaclass");
  const given = instr.bases.flatMap((b) => (b.name === undefined || b.name === "metaclass" ? [] : [[b.name, regs[b.value]] as const]));
  const keywords = new Map(given.filter((entry): entry is readonly [string, Value] => entry[1] !== undefined));
  classMade(run, state, {
    cls: run.values.ref(addr) as RefV,
    metaclass: metaclass === undefined ? null : (regs[metaclass.value] ?? null),
    keywords,
  });
  return run.values.ref(addr);
}

function enterWith(run: Run, { state }: Flow, value: Value): Value {
  if (value.k !== "ref") return value;
  if (state.read(value.addr).name === GENERATOR) return someElement(run, state, value);
  const special = (name: string): Value | null =>
    specialMethod(run, state, value, `__${name}__`) ?? specialMethod(run, state, value, `__a${name}__`);
  const enter = special("enter");
  if (enter === null) return value;
  const exit = special("exit");
  const result = run.call(state, enter, { positional: [], keywords: new Map(), rest: null, receiver: null, isNew: false });
  if (exit !== null)
    run.call(state, exit, {
      positional: [run.values.none, run.values.none, run.values.none],
      keywords: new Map(),
      rest: null,
      receiver: null,
      isNew: false,
    });
  return result ?? value;
}

/** `yield from`: each element when they are known. */
const delegated = (run: Run, state: Flow["state"], source: Value): readonly Value[] =>
  elementsOf(run, state, source) ?? [someElement(run, state, source)];

function opaque(run: Run, { regs, state }: Flow, instr: Op<"Opaque">): void {
  const parts = instr.parts.map((reg) => regs[reg] ?? run.values.unknown("local"));
  const callable = parts.filter((p) => p.k === "closure");
  for (const part of callable)
    run.call(state, part, {
      positional: [],
      keywords: new Map(),
      rest: run.values.unknown("unmodelled"),
      receiver: null,
      isNew: false,
    });
  if (instr.mayCall)
    emit(run, state, { kind: "code.opaque", target: instr.reason, classes: [], args: {}, labels: [], basis: "api", api: "" });
  regs[instr.dst] = run.values.unknown("unmodelled", { labels: [...new Set(parts.flatMap((p) => [...p.labels]))].sort() });
}
