/** What runs when a class of the program's own is made or called: metaclasses, `__init_subclass__`, `__set_name__`. */
import type { State } from "../state.ts";
import type { RefV, Value } from "../values.ts";
import { type CallArgs, NO_ARGS, withArgs } from "./call-args.ts";
import { classLookup, classOf } from "./classes.ts";
import { inJs, newAddr, type Run } from "./run.ts";

/** `class A(Base, metaclass=M)`: the metaclass and the bases see the class that was made. */
type Making = { readonly cls: RefV; readonly metaclass: Value | null; readonly keywords: CallArgs["keywords"] };

export function classMade(run: Run, state: State, { cls, metaclass, keywords }: Making): void {
  if (inJs(run)) return;
  const { bases, name, props } = state.read(cls.addr);
  const meta = metaclass ?? inheritedMetaclass(state, bases);
  if (meta?.k === "ref") {
    state.setProp(cls.addr, "#metaclass", meta);
    const given = [run.values.string(name), run.values.unknown("local"), cls];
    for (const hook of ["__new__", "__init__"]) callHook(run, state, { owner: meta, hook, self: hook === "__new__" ? meta : cls }, given);
  } else if (meta?.k === "closure") run.call(state, meta, withArgs(run.values.string(name), run.values.unknown("local"), cls));
  for (const base of bases) if (base.k === "ref") callHook(run, state, { owner: base, hook: "__init_subclass__", self: cls, keywords }, []);
  for (const [attribute, value] of props)
    if (value.k === "ref" && state.read(value.addr).type === "instance") nameSet(run, state, { value, cls, attribute });
}

function nameSet(run: Run, state: State, of: { value: RefV; cls: RefV; attribute: string }): void {
  const owner = classOf(run, state, of.value);
  if (owner !== null) callHook(run, state, { owner, hook: "__set_name__", self: of.value }, [of.cls, run.values.string(of.attribute)]);
}

function inheritedMetaclass(state: State, bases: readonly Value[]): Value | null {
  for (const base of bases) {
    const meta = base.k === "ref" ? state.read(base.addr).props.get("#metaclass") : undefined;
    if (meta !== undefined) return meta;
  }
  return null;
}

function callHook(
  run: Run,
  state: State,
  of: { owner: RefV; hook: string; self: Value; keywords?: CallArgs["keywords"] },
  args: readonly Value[],
): void {
  const found = classLookup(run, state, of.owner, of.hook);
  if (found?.k === "closure")
    run.call(state, run.values.closure(found, of.self), { ...NO_ARGS, positional: args, keywords: of.keywords ?? NO_ARGS.keywords });
}

/** `A(...)` where A's metaclass has its own `__call__`; undefined where it has none. */
export function metaCall(run: Run, state: State, cls: RefV, args: CallArgs): Value | null | undefined {
  const meta = state.read(cls.addr).props.get("#metaclass");
  const call = meta?.k === "ref" ? classLookup(run, state, meta, "__call__") : null;
  return call?.k === "closure" ? run.call(state, run.values.closure(call, cls), args) : undefined;
}

/** `type("A", (B,), {"f": ...})`. */
export function classFromParts(run: Run, state: State, parts: { name: Value; bases: readonly Value[]; body: Value }): Value {
  const addr = newAddr(run);
  const name = parts.name.k === "const" ? String(parts.name.value) : "";
  const cls = state.add(addr, { type: "class", parent: null, bases: parts.bases, name });
  if (parts.body.k === "ref")
    for (const [key, value] of state.read(parts.body.addr).props) if (key.startsWith("s:")) cls.props.set(key.slice(2), value);
  return run.values.ref(addr);
}
