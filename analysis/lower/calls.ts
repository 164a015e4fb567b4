/** Calls and what is one in disguise: `new`, tagged templates, JSX; and the templates themselves. */
import type { ArgReg, ItemReg, Reg, Span } from "../ir.ts";
import type { Arg, Call, Expr, Hole, Jsx, Spread, Str, TaggedTemplate, Template } from "../tree.ts";
import { attributeName, emit, text, value } from "./builder.ts";
import type { Lowering } from "./context.ts";

export function lowerCall(l: Lowering, node: Call): Reg {
  const { callee, receiver } = lowerCallee(l, node.callee);
  const args = node.args.map((arg) => lowerArg(l, arg));
  return value(l, node, {
    op: "Call",
    callee,
    args,
    ...(receiver !== null && node.isNew !== true ? { receiver } : {}),
    ...(node.isNew === true ? { isNew: true } : {}),
    ...(node.optional === true ? { optional: true } : {}),
  });
}

export function lowerArg(l: Lowering, arg: Arg): ArgReg {
  const reg = l.expr(l, arg.value);
  if (arg.spread !== undefined) return { value: reg, spread: arg.spread };
  return arg.name === undefined ? { value: reg } : { value: reg, name: arg.name };
}

type Callee = { readonly callee: Reg; readonly receiver: Reg | null };

function lowerCallee(l: Lowering, callee: Expr): Callee {
  if (callee.kind === "Cast") return lowerCallee(l, callee.value);
  if (callee.kind === "Member" || callee.kind === "Index") {
    const object = l.expr(l, callee.object);
    const receiver = l.unit.dialect.receiver(l, callee.object, object, callee.kind === "Index");
    return { callee: lowerAccess(l, callee, object), receiver };
  }
  const reg = l.expr(l, callee);
  const isSuper = callee.kind === "Name" && callee.name === "super";
  return { callee: reg, receiver: isSuper ? l.unit.dialect.receiver(l, callee, reg, false) : null };
}

type Access = Extract<Expr, { readonly kind: "Member" | "Index" }>;

/**
 * Reads an attribute, item or slice of an object that has been evaluated. `a?.b.c` does not leave the chain when `a` is
 * nullish: the rest runs on undefined, which is more than can happen.
 */
export function lowerAccess(l: Lowering, node: Access, object: Reg): Reg {
  const optional = node.optional === true ? ({ optional: true } as const) : {};
  if (node.kind === "Member") return value(l, node, { op: "GetAttr", object, name: attributeName(node.name), ...optional });
  if (node.index.kind !== "Slice") return value(l, node, { op: "GetItem", object, index: l.expr(l, node.index), ...optional });
  const { lower, upper, step } = node.index;
  const bound = (of: Expr | null) => (of === null ? null : l.expr(l, of));
  return value(l, node, { op: "GetSlice", object, lower: bound(lower), upper: bound(upper), step: bound(step) });
}

// ---------------------------------------------------------------- templates

type Part = { readonly value: Reg; readonly conversion?: string; readonly format?: string };

export function lowerTemplate(l: Lowering, node: Template): Reg {
  const parts = node.parts.map((part): Part => (part.kind === "Str" ? { value: text(l, part, part.value) } : lowerHole(l, part)));
  return value(l, node, { op: "Concat", parts });
}

function lowerHole(l: Lowering, hole: Hole): Part {
  const reg = l.expr(l, hole.value);
  const conversion = hole.conversion === undefined ? {} : { conversion: hole.conversion };
  if (hole.format === undefined) return { value: reg, ...conversion };
  if (hole.format.kind === "Str") return { value: reg, ...conversion, format: hole.format.value };
  const format = lowerTemplate(l, hole.format);
  const converted = hole.conversion === undefined ? reg : value(l, hole, { op: "Concat", parts: [{ value: reg, ...conversion }] });
  // Python's own meaning of a computed format: `value.__format__(format)`.
  const callee = value(l, hole, { op: "GetAttr", object: converted, name: "__format__" });
  return { value: value(l, hole, { op: "Call", callee, receiver: converted, args: [{ value: format }] }) };
}

export function lowerTaggedTemplate(l: Lowering, node: TaggedTemplate): Reg {
  const { callee, receiver } = lowerCallee(l, node.tag);
  const strings: ItemReg[] = [];
  const raw: ItemReg[] = [];
  const holes: ArgReg[] = [];
  let before: Str | null = null;
  const closeString = (at: Span) => {
    const string: ItemReg = { value: text(l, before ?? at, before?.value ?? "") };
    strings.push(string);
    raw.push(before === null ? string : rawText(l, before, string));
    before = null;
  };
  for (const part of node.template.parts) {
    if (part.kind === "Str") before = part;
    else {
      closeString(part);
      holes.push({ value: l.expr(l, part.value) });
    }
  }
  closeString(node.template);
  const list = value(l, node.template, { op: "Build", type: "list", items: strings });
  const src = value(l, node.template, { op: "Build", type: "list", items: raw });
  emit(l, node.template, { op: "SetAttr", object: list, name: "raw", src });
  return value(l, node, { op: "Call", callee, args: [{ value: list }, ...holes], ...(receiver === null ? {} : { receiver }) });
}

/** The text as it is written, where an escape makes that another text. */
function rawText(l: Lowering, part: Str, cooked: ItemReg): ItemReg {
  const written = l.unit.source.slice(part.start, part.end);
  return written.includes("\\") ? { value: text(l, part, written) } : cooked;
}

// ---------------------------------------------------------------- JSX

/** A component is called with its properties; an element of the page is an object that holds them. */
export function lowerJsx(l: Lowering, node: Jsx): Reg {
  const component = node.tag !== null && !isElementName(node.tag) ? l.expr(l, node.tag) : null;
  const items: ItemReg[] = node.attributes.map((attribute) => lowerAttribute(l, attribute));
  if (node.children.length > 0) {
    const children = node.children.map((child): ItemReg => childItem(l, child));
    items.push({ key: text(l, node, "children"), value: value(l, node, { op: "Build", type: "list", items: children }) });
  }
  const properties = value(l, node, { op: "Build", type: "object", items });
  return component === null ? properties : value(l, node, { op: "Call", callee: component, args: [{ value: properties }] });
}

function childItem(l: Lowering, child: Expr): ItemReg {
  return child.kind === "Spread" ? { value: l.expr(l, child.value), spread: "list" } : { value: l.expr(l, child) };
}

function lowerAttribute(l: Lowering, attribute: Arg | Spread): ItemReg {
  if (attribute.kind === "Spread" || attribute.spread !== undefined) return { value: l.expr(l, attribute.value), spread: "dict" };
  return { key: text(l, attribute, attribute.name ?? ""), value: l.expr(l, attribute.value) };
}

/** `<div>`, `<my-element>`: a name that JSX takes as text. */
function isElementName(tag: Expr): boolean {
  return tag.kind === "Str" || (tag.kind === "Name" && (/^[a-z]/.test(tag.name) || tag.name.includes("-")));
}
