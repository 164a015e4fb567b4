/** Trees made at random: every kind of node in every position that its type and language allow, sensible or not. */

import type { Language, Node } from "../../analysis/tree.ts";
import { fc } from "../properties.ts";

type Any = fc.Arbitrary<unknown>;

let place = 0;
/** Every node gets a span of its own, so that what happens to it can be told apart. */
function node(kind: string, fields: Readonly<Record<string, Any>> = {}): fc.Arbitrary<Node> {
  return fc.record(fields).map((values) => {
    place += 2;
    return { kind, start: place, end: place + 1, ...values } as unknown as Node;
  });
}

const flag = fc.option(fc.constant(true as const), { nil: undefined });
const name = fc.constantFrom("a", "b", "this", "super", "undefined", "arguments", "_", "#fields", "x");
const one = (kind: string, fields: Readonly<Record<string, Any>> = {}) => node(kind, fields);

export function randomBody(language: Language): fc.Arbitrary<Node[]> {
  const { statement } = grammar(language === "python");
  return fc.array(statement, { maxLength: 4 });
}

function grammar(python: boolean) {
  return fc.letrec<{ expr: Node; statement: Node; fn: Node; cls: Node }>((tie) => {
    const e = tie("expr");
    const maybe = fc.option(e, { nil: null });
    const list = (of: Any, maxLength = 2) => fc.array(of, { maxLength });
    const body = list(tie("statement"));
    const arg = one("Arg", { value: e, name: fc.option(name, { nil: undefined }), spread: fc.constantFrom(undefined, "list", "dict") });
    const spread = one("Spread", { value: e, dict: flag });
    const hole = one("Hole", { value: e, conversion: fc.constantFrom(undefined, "r") });
    const template = one("Template", { parts: list(fc.oneof(one("Str", { value: name }), hole)) });
    const entry = one("Entry", { key: e, value: e, computed: flag, accessor: fc.constantFrom(undefined, "get", "set") });
    const decl = one("Assign", { target: e, op: fc.constant(null), value: maybe });
    const vars = one("VarDecl", { keyword: fc.constantFrom("var", "let"), declarations: list(decl) });
    const oneVar = one("VarDecl", { keyword: fc.constantFrom("var", "let"), declarations: fc.tuple(decl) });
    const importName = one("ImportName", { imported: fc.constantFrom("*", "", "default", "a"), local: name, aliased: fc.boolean() });
    const param = one("Param", { target: e, default: maybe, form: fc.constantFrom("normal", "rest"), decorators: list(e, 1) });
    const clauses = fc.tuple(one("ComprehensionFor", { target: e, iterable: e, async: flag }), one("ComprehensionIf", { test: e }));
    const atoms = [
      one("Name", { name }),
      one("Str", { value: name }),
      one("Num", { value: fc.nat(), imaginary: flag }),
      one("Null"),
      one("EllipsisLiteral"),
      one("Bool", { value: fc.boolean() }),
    ];
    const forms = [
      template,
      one("TaggedTemplate", { tag: e, template }),
      one("Call", { callee: e, args: list(arg), isNew: flag, optional: flag }),
      one("Member", { object: e, name, optional: flag }),
      one("Index", { object: e, index: fc.oneof(e, one("Slice", { lower: maybe, upper: maybe, step: maybe })), optional: flag }),
      one("Unary", { op: fc.constantFrom("not", "-", "delete", "typeof"), operand: e }),
      one("Binary", { op: fc.constantFrom("+", "|", "in"), left: e, right: e }),
      one("Logical", { op: fc.constantFrom("and", "or", "??"), left: e, right: e }),
      one("CompareChain", { ops: fc.constant(["<", "<"]), operands: fc.tuple(e, e, e) }),
      one("Conditional", { test: e, then: e, otherwise: e }),
      one("Assign", { target: e, op: fc.constantFrom(null, "+", "??", "and", "||"), value: maybe, walrus: flag }),
      one("Update", { op: fc.constant("+"), prefix: fc.boolean(), operand: e }),
      one("FunctionExpr", { fn: tie("fn") }),
      one("ClassExpr", { cls: tie("cls") }),
      one("Collection", { type: fc.constantFrom("list", "tuple", "set"), elements: list(fc.oneof(maybe, spread)) }),
      one("Dict", { entries: list(fc.oneof(entry, spread)) }),
      one("Comprehension", { type: fc.constantFrom("list", "set", "generator"), key: fc.constant(null), element: e, clauses }),
      one("Comprehension", { type: fc.constant("dict"), key: e, element: e, clauses }),
      one("Await", { value: e }),
      one("Yield", { value: maybe, delegate: flag }),
      spread,
      one("DefaultPattern", { target: e, value: e }),
      one("Sequence", { expressions: list(e) }),
      one("Cast", { value: e, type: fc.constant(null) }),
      one("Jsx", { tag: maybe, attributes: list(fc.oneof(arg, spread)), children: list(e) }),
      one("Unsupported", { reason: name, parts: list(fc.oneof(e, tie("statement"), arg, entry, tie("fn"))), mayCall: fc.boolean() }),
    ];
    const expr = fc.oneof({ depthSize: "small", withCrossShrink: true }, ...atoms, ...forms);
    const functionNamed = (named: Any) =>
      one("FunctionBody", {
        name: named,
        params: list(param),
        body,
        flavour: fc.constantFrom("function", "arrow", "method", "getter", "setter", "constructor", "lambda"),
        decorators: list(e, 1),
      });
    const fn = functionNamed(fc.option(name, { nil: null }));
    const field = fc.oneof(
      one("Field", { name, value: maybe, isStatic: flag }),
      one("Field", { name: fc.constant(null), computedName: e, value: maybe, isStatic: flag }),
    );
    const method = fc.oneof(
      one("FunctionDef", { fn: functionNamed(name), isStatic: flag }),
      one("FunctionDef", { fn: functionNamed(fc.constant(null)), isStatic: flag, ...(python ? {} : { computedName: e }) }),
    );
    const cls = one("ClassBody", {
      name: fc.option(name, { nil: null }),
      bases: list(arg, 1),
      body: list(fc.oneof(field, method, tie("statement")), 3),
      decorators: list(e, 1),
    });
    const handler = one("Handler", { type: maybe, target: maybe, body });
    const label = fc.constantFrom(undefined, "a", "b");
    const statements = [
      one("ExprStmt", { value: e }),
      vars,
      one("FunctionDef", { fn: tie("fn") }),
      one("ClassDef", { cls: tie("cls") }),
      field,
      one("If", { test: e, then: body, otherwise: body }),
      one("While", { test: e, body, otherwise: body, doFirst: flag }),
      one("ForEach", { target: fc.oneof(e, oneVar), iterable: e, body, otherwise: body, keys: flag, async: flag }),
      one("ForLoop", { init: fc.option(vars, { nil: null }), test: maybe, update: maybe, body }),
      one("Try", { body, handlers: list(handler), otherwise: body, finalizer: fc.option(body, { nil: null }) }),
      one("With", { items: list(one("WithItem", { value: e, target: maybe })), body, async: flag }),
      one("Return", { value: maybe }),
      one("Raise", { value: maybe }),
      one("Break", { label }),
      one("Continue", { label }),
      one("Pass"),
      one("Assert", { test: e, message: maybe }),
      one("Delete", { targets: list(e) }),
      one("ScopeDecl", { scope: fc.constantFrom("global", "nonlocal"), names: list(name) }),
      one("Import", { module: name, names: list(importName), form: fc.constantFrom("module", "from"), typeOnly: fc.constant(undefined) }),
      one("Export", {
        declaration: fc.oneof(e, vars, one("FunctionDef", { fn: tie("fn") }), one("ClassDef", { cls: tie("cls") }), fc.constant(null)),
        isDefault: flag,
        names: list(importName),
      }),
      one("Match", { subject: e, cases: list(one("Case", { pattern: e, guard: maybe, body })) }),
      one("Switch", { subject: e, cases: list(one("SwitchCase", { test: maybe, body })) }),
      one("Block", { body }),
      one("Labeled", { label: fc.constantFrom("a", "b"), body: tie("statement") }),
      one("TypeDecl", { name, text: name }),
    ];
    return { expr, statement: fc.oneof({ depthSize: "small", withCrossShrink: true }, ...statements), fn, cls };
  });
}
