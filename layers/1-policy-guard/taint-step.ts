/** One instruction: what value it yields, and what it stores. */
import { displayName, type Instr, type Span, WRITTEN_COMPARISONS } from "../../analysis/ir.ts";
import { type CallInstr, givenTo, valueOfCall } from "./taint-calls.ts";
import { judge, taintsIn } from "./taint-events.ts";
import {
  type Frame,
  growValue,
  held,
  memberOf,
  type Path,
  placeOfVariable,
  readVariable,
  type State,
  setValue,
  writePath,
} from "./taint-frame.ts";
import { allTaints, CLEAN, fieldOf, join, mapTaints, moved, tainted, type Value, withField, withRefs, withTaints } from "./taint-values.ts";

type Of<Op extends Instr["op"]> = Instr & { readonly op: Op };

/** Runs one instruction of a block on the state before it. */
export function step(frame: Frame, state: State, instr: Instr): void {
  frame.program.spend();
  switch (instr.op) {
    case "StoreVar":
      store(frame, state, placeOfVariable(frame, instr.ref), {
        at: instr.at,
        value: held(frame, instr.src),
        name: displayName(instr.ref.name),
      });
      return;
    case "SetAttr":
      storeField(frame, state, instr, instr.name);
      return;
    case "SetItem":
      // `o[key] = v`: the key comes to a sink that the place is, as it does when the element is read.
      if (!frame.program.setting.options.safeIndexes) judge(frame, state, { at: instr.at, value: held(frame, instr.index), path: null });
      storeField(frame, state, instr, frame.names[instr.index] ?? null);
      return;
    case "Append":
      append(frame, instr);
      return;
    case "Unpack":
      unpack(frame, instr);
      return;
    case "Yield":
      frame.program.returns(frame.fn.id, held(frame, instr.src));
      break;
    case "Export":
    case "DeleteVar":
    case "DelAttr":
    case "DelItem":
      return;
    default:
  }
  yields(frame, state, instr);
}

/** The value of an expression that ends here, without an instruction of its own. */
export function complete(frame: Frame, state: State, at: Span, reg: number): void {
  const value = judge(frame, state, { at, value: held(frame, reg), path: null });
  if (value !== held(frame, reg)) frame.values[reg] = value;
}

function yields(
  frame: Frame,
  state: State,
  instr: Exclude<Instr, Of<"StoreVar" | "SetAttr" | "SetItem" | "Append" | "Unpack" | "Export" | "DeleteVar" | "DelAttr" | "DelItem">>,
): void {
  note(frame, instr);
  const path = pathOf(frame, instr);
  if (path === undefined) delete frame.paths[instr.dst];
  else frame.paths[instr.dst] = path;
  const value = compute(frame, state, instr);
  const given = instr.op === "Call" ? { given: () => givenTo(frame, instr as CallInstr) } : {};
  setValue(frame, instr.dst, judge(frame, state, { at: instr.at, value, path: path ?? null, ...given }));
}

// ---------------------------------------------------------------- values

function note(frame: Frame, instr: Instr): void {
  if (instr.op !== "Const") return;
  const { value } = instr;
  if (value.type === "string" || value.type === "number") frame.names[instr.dst] = String(value.value);
  if (value.type === "number") frame.numbers.add(instr.dst);
}

function pathOf(frame: Frame, instr: Instr): Path | undefined {
  switch (instr.op) {
    case "LoadVar":
      return placeOfVariable(frame, instr.ref);
    case "LoadThis":
      return { variable: "this", fields: [] };
    case "GetAttr":
    case "GetItem": {
      const object = frame.paths[instr.object];
      const name = instr.op === "GetAttr" ? instr.name : (frame.names[instr.index] ?? null);
      return object === undefined ? undefined : { variable: object.variable, fields: [...object.fields, name] };
    }
    default:
      return undefined;
  }
}

function compute(frame: Frame, state: State, instr: Instr): Value {
  const { options } = frame.program.setting;
  switch (instr.op) {
    case "Move":
    case "IterNew":
    case "ObjectRest":
    case "EnterWith":
    case "Await":
    case "Yield":
      return held(frame, instr.src);
    case "LoadVar":
      return readVariable(frame, state, placeOfVariable(frame, instr.ref).variable);
    case "LoadThis":
      return readVariable(frame, state, "this");
    case "GetAttr":
      return memberOf(frame, held(frame, instr.object), instr.name);
    case "GetItem":
      return item(frame, instr);
    case "GetSlice":
      return tainted(allTaints(held(frame, instr.object)));
    case "Build":
      return build(frame, instr);
    case "Unary":
      return options.onlyAssignments || (options.safeBooleans && instr.operator === "not")
        ? CLEAN
        : tainted(taintsIn(frame, [instr.operand]));
    case "Binary":
      return binary(frame, instr);
    case "Concat":
      return options.onlyAssignments
        ? CLEAN
        : tainted(
            taintsIn(
              frame,
              instr.parts.map((part) => part.value),
            ),
          );
    case "Opaque":
      return tainted(taintsIn(frame, instr.parts));
    case "Call":
      return safeResult(frame, instr) ? CLEAN : valueOfCall(frame, instr);
    case "MakeFunction":
      return makeFunction(frame, state, instr);
    case "MakeClass":
      return makeClass(frame, state, instr);
    default:
      return CLEAN;
  }
}

function item(frame: Frame, instr: Of<"GetItem">): Value {
  const object = held(frame, instr.object);
  const name = frame.names[instr.index];
  const value = name === undefined ? fieldOf(object, null) : memberOf(frame, object, name);
  return frame.program.setting.options.safeIndexes ? value : withTaints(value, taintsIn(frame, [instr.index]));
}

/** Longer displays are not told apart by their elements. */
const MAX_ITEMS = 64;

function build(frame: Frame, instr: Of<"Build">): Value {
  const ordered = instr.type === "list" || instr.type === "tuple";
  const apart =
    instr.items.length <= MAX_ITEMS && instr.type !== "set" && !(ordered && instr.items.some((each) => each.spread !== undefined));
  let out: Value = CLEAN;
  for (const [i, entry] of instr.items.entries()) {
    const value = held(frame, entry.value);
    if (entry.key !== undefined) out = withTaints(out, taintsIn(frame, [entry.key]));
    const name = entry.key === undefined ? String(i) : (frame.names[entry.key] ?? null);
    if (entry.spread === "dict") out = join(out, { ...value, refs: [] });
    else if (!apart || entry.spread !== undefined) out = withTaints(out, allTaints(value));
    else if (value !== CLEAN) out = withField(out, [name], value);
  }
  return out;
}

function binary(frame: Frame, instr: Of<"Binary">): Value {
  const { options } = frame.program.setting;
  if (options.onlyAssignments || instr.operator === "suppresses") return CLEAN;
  if ((options.safeComparisons || options.safeBooleans) && WRITTEN_COMPARISONS.has(instr.operator)) return CLEAN;
  if (options.safeNumbers && (frame.numbers.has(instr.left) || frame.numbers.has(instr.right)) && instr.operator !== "*") return CLEAN;
  return tainted(taintsIn(frame, [instr.left, instr.right]));
}

const BOOLEAN_CALLS: ReadonlySet<string> = new Set([
  "bool",
  "isinstance",
  "issubclass",
  "hasattr",
  "callable",
  "any",
  "all",
  "Boolean",
  "isNaN",
]);
const NUMBER_CALLS: ReadonlySet<string> = new Set(["int", "float", "len", "ord", "hash", "id", "parseInt", "parseFloat", "Number"]);

/** Calls whose result is a boolean or number by their name, for rules that trust those. */
function safeResult(frame: Frame, call: Of<"Call">): boolean {
  const { options } = frame.program.setting;
  if (!options.safeBooleans && !options.safeNumbers) return false;
  const path = frame.paths[call.callee];
  if (path === undefined || path.fields.length > 0) return false;
  const name = path.variable.slice(path.variable.indexOf(":") + 1);
  return (options.safeBooleans && BOOLEAN_CALLS.has(name)) || (options.safeNumbers && NUMBER_CALLS.has(name));
}

// ---------------------------------------------------------------- functions and classes

function makeFunction(frame: Frame, state: State, instr: Of<"MakeFunction">): Value {
  const { program } = frame;
  capture(frame, state, instr.fn);
  if (instr.defaults.length > 0)
    program.setDefaults(
      instr.fn,
      instr.defaults.map((reg) => (reg === null ? null : held(frame, reg))),
    );
  return withRefs(CLEAN, [{ kind: "function", id: instr.fn }]);
}

function makeClass(frame: Frame, state: State, instr: Of<"MakeClass">): Value {
  capture(frame, state, instr.body);
  const { bases } = frame.program.classFacts(instr.body);
  for (const base of instr.bases) for (const ref of held(frame, base.value).refs) if (ref.kind === "class") bases.add(ref.id);
  return withRefs(CLEAN, [{ kind: "class", id: instr.body }]);
}

function capture(frame: Frame, state: State, made: number): void {
  const { program, fn } = frame;
  const inClass = fn.flavour === "class";
  program.made(made, fn.id, inClass);
  if (inClass) return;
  for (const name of program.names.wanted[made] ?? []) {
    const value = state.variables.get(name);
    if (value !== undefined && value !== CLEAN) program.capture(made, name, value);
  }
  state.made.add(made);
}

// ---------------------------------------------------------------- storing

type Stored = { readonly at: Span; readonly value: Value; readonly name: string };

function store(frame: Frame, state: State, path: Path, { at, value, name }: Stored): void {
  const stepped = value === CLEAN ? value : mapTaints(value, (taints) => moved(taints, `kept in \`${name}\``, at));
  const judged = judge(frame, state, { at, value: stepped, path: null });
  writePath(frame, state, path, judged);
  if (frame.fn.flavour === "class" && !path.variable.includes(":"))
    frame.program.setMember(frame.fn.id, "attributes", path.variable, judged);
  arriveByAssignment(frame, path, at);
}

/** A propagator may lead to the variable that is assigned here, from what is evaluated later. */
function arriveByAssignment(frame: Frame, path: Path, at: Span): void {
  for (const match of frame.program.setting.matches.to.get(`${at.start}:${at.end}`) ?? []) frame.arrivals.set(match.number, path);
}

function storeField(frame: Frame, state: State, instr: Of<"SetAttr" | "SetItem">, name: string | null): void {
  const object = frame.paths[instr.object];
  const value = held(frame, instr.src);
  const path = object === undefined ? null : { variable: object.variable, fields: [...object.fields, name] };
  if (path !== null) store(frame, state, path, { at: instr.at, value, name: name ?? "an element" });
  else judge(frame, state, { at: instr.at, value, path: null });
}

function append(frame: Frame, instr: Of<"Append">): void {
  const taints = taintsIn(frame, instr.key === undefined ? [instr.value] : [instr.key, instr.value]);
  growValue(frame, instr.container, withTaints(held(frame, instr.container), taints));
}

function unpack(frame: Frame, instr: Of<"Unpack">): void {
  const src = held(frame, instr.src);
  for (const [i, dst] of instr.dsts.entries()) setValue(frame, dst, fieldOf(src, instr.star < 0 ? String(i) : null));
}
