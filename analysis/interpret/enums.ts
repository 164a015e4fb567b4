/** Python's enumerations: the names that the class's body binds are its members, each with a name and a value. */
import type { State } from "../state.ts";
import { isString, membersOf, type RefV, type Value } from "../values.ts";
import { BASE_VALUE, contentOf, MEMBER_VALUE, MEMBERS } from "./base-values.ts";
import { withArgs } from "./call-args.ts";
import { classLookup } from "./classes.ts";
import { listValue } from "./containers.ts";
import { elementsOf } from "./iterate.ts";
import { newAddr, type Run } from "./run.ts";

const ENUMERATION = /^enum\.\w*(Enum|Flag)$/;
/** Those whose members are texts or numbers themselves. */
const PLAIN = /^(builtins\.(str|int|float|bytes)|enum\.(Str|Int)(Enum|Flag))$/;
const DEEPEST = 8;

/** When a class has been made: its constants become members. */
export function makeMembers(run: Run, state: State, cls: RefV): void {
  const bases = basesOf(state, cls, 0);
  if (!bases.some((path) => ENUMERATION.test(path))) return;
  const isPlain = bases.some((path) => PLAIN.test(path));
  const init = classLookup(run, state, cls, "__init__");
  const members: Value[] = [];
  for (const [name, value] of [...state.read(cls.addr).props]) {
    if (/^[_#]/.test(name) || value.k === "closure") continue;
    const addr = newAddr(run);
    const member = state.add(addr, { type: "instance", parent: cls.addr, name: state.read(cls.addr).name });
    for (const key of ["s:value", MEMBER_VALUE]) member.props.set(key, value);
    member.props.set("s:name", run.values.string(name));
    if (isPlain) member.props.set(BASE_VALUE, value);
    const self = run.values.ref(addr);
    state.setProp(cls.addr, name, self);
    members.push(self);
    const given = init?.k === "closure" ? (elementsOf(run, state, value) ?? [value]) : [];
    if (init?.k === "closure") run.call(state, run.values.closure(init, self), withArgs(...(isString(value) ? [value] : given)));
  }
  state.setProp(cls.addr, MEMBERS, listValue(run, state, members));
}

function basesOf(state: State, cls: RefV, depth: number): string[] {
  if (depth > DEEPEST) return [];
  return state
    .read(cls.addr)
    .bases.flatMap((base) => [...membersOf(base)])
    .flatMap((base) => (base.k === "api" ? [base.path] : base.k === "ref" ? basesOf(state, base, depth + 1) : []));
}

/** `Mode(value)`: the member of this value, or any. */
export function memberOfValue(run: Run, state: State, cls: RefV, value: Value | undefined): Value | null {
  const list = contentOf(state, cls);
  const members = list === null ? [] : (elementsOf(run, state, list) ?? []);
  if (members.length === 0 || value === undefined) return null;
  const found = members.find((member) => member.k === "ref" && state.read(member.addr).props.get("s:value") === value);
  return found ?? run.values.join(members);
}
