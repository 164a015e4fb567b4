/**
 * `match` and `switch`: tests in order, each a branch. Tests on the shape of a value (`matches sequence`, `matches
 * mapping`) are operators; a sequence is to have so many elements, or (`2+`) at least so many.
 */
import type { BlockId, Reg } from "../ir.ts";
import type { Call, Case, Collection, Dict, Expr, Match, Node, Switch } from "../tree.ts";
import { branchOn, constant, emit, inScope, jump, newBlock, newReg, startBlock, value } from "./builder.ts";
import { branch } from "./conditions.ts";
import type { Lowering } from "./context.ts";
import { statements } from "./functions.ts";
import { storeName } from "./names.ts";
import { assign } from "./places.ts";
import { subjectsOf } from "./subjects.ts";

/** What is being matched: the value in hand, the names the whole subject reads, and where a mismatch goes. */
type Matching = { readonly value: Reg; readonly subjects: readonly string[]; readonly no: BlockId };

export function lowerMatch(l: Lowering, node: Match): void {
  const subject = l.expr(l, node.subject);
  const subjects = subjectsOf(node.subject);
  const end = newBlock(l);
  for (const one of node.cases) {
    const no = newBlock(l);
    lowerCase(l, one, { value: subject, subjects, no });
    jump(l, end);
    startBlock(l, no);
  }
  jump(l, end);
  startBlock(l, end);
}

function lowerCase(l: Lowering, one: Case, m: Matching): void {
  matchPattern(l, one.pattern, m);
  if (one.guard !== null) {
    const yes = newBlock(l);
    branch(l, one.guard, { yes, no: m.no, into: null, assertion: false });
    startBlock(l, yes);
  }
  statements(l, one.body);
}

/** Goes on where `pattern` matches, with its names bound; to `m.no` otherwise. */
function matchPattern(l: Lowering, pattern: Expr, m: Matching): void {
  if (pattern.kind === "Name") {
    if (pattern.name !== "_") storeName(l, pattern, pattern.name, m.value);
  } else if (pattern.kind === "DefaultPattern") {
    matchPattern(l, pattern.value, m);
    assign(l, pattern.target, m.value);
  } else if (pattern.kind === "Binary" && pattern.op === "|") matchAlternatives(l, pattern, m);
  else if (pattern.kind === "Collection") matchSequence(l, pattern, m);
  else if (pattern.kind === "Dict") matchMapping(l, pattern, m);
  else if (pattern.kind === "Call") matchClass(l, pattern, m);
  else if (pattern.kind === "Spread") matchPattern(l, pattern.value, m);
  else {
    const operator = pattern.kind === "Bool" || pattern.kind === "Null" ? "is" : "==";
    const right = l.expr(l, pattern);
    test(l, pattern, m, value(l, pattern, { op: "Binary", operator, left: m.value, right }));
  }
}

function test(l: Lowering, pattern: Node, m: Matching, reg: Reg): void {
  const yes = newBlock(l);
  branchOn(l, pattern, reg, [yes, m.no], { subjects: m.subjects });
  startBlock(l, yes);
}

function matchAlternatives(l: Lowering, pattern: Expr, m: Matching): void {
  const alternatives: Expr[] = [];
  let left = pattern;
  for (; left.kind === "Binary" && left.op === "|"; left = left.left) alternatives.push(left.right);
  alternatives.push(left);
  const matched = newBlock(l);
  for (let i = alternatives.length - 1; i >= 0; i--) {
    const next = i > 0 ? newBlock(l) : m.no;
    matchPattern(l, alternatives[i] as Expr, { ...m, no: next });
    jump(l, matched);
    if (i > 0) startBlock(l, next);
  }
  startBlock(l, matched);
}

function matchSequence(l: Lowering, pattern: Collection, m: Matching): void {
  const star = pattern.elements.findIndex((element) => element?.kind === "Spread");
  const shape = star < 0 ? `${pattern.elements.length}` : `${pattern.elements.length - 1}+`;
  test(l, pattern, m, value(l, pattern, { op: "Unary", operator: `matches sequence ${shape}`, operand: m.value }));
  const dsts = pattern.elements.map(() => newReg(l));
  emit(l, pattern, { op: "Unpack", dsts, src: m.value, star });
  for (const [i, element] of pattern.elements.entries()) {
    if (element !== null) matchPattern(l, element, { ...m, value: dsts[i] as Reg });
  }
}

function matchMapping(l: Lowering, pattern: Dict, m: Matching): void {
  test(l, pattern, m, value(l, pattern, { op: "Unary", operator: "matches mapping", operand: m.value }));
  const keys: Reg[] = [];
  for (const entry of pattern.entries) {
    if (entry.kind === "Spread") {
      matchPattern(l, entry.value, { ...m, value: value(l, entry, { op: "ObjectRest", src: m.value, keys: [...keys] }) });
      continue;
    }
    const key = l.expr(l, entry.key);
    keys.push(key);
    test(l, entry, m, value(l, entry, { op: "Binary", operator: "in", left: key, right: m.value }));
    matchPattern(l, entry.value, { ...m, value: value(l, entry, { op: "GetItem", object: m.value, index: key }) });
  }
}

/** Classes whose single positional pattern is matched with the value itself. */
const SELF_MATCHING: ReadonlySet<string> = new Set("bool bytearray bytes dict float frozenset int list set str tuple".split(" "));

function matchClass(l: Lowering, pattern: Call, m: Matching): void {
  const right = l.expr(l, pattern.callee);
  test(l, pattern, m, value(l, pattern, { op: "Binary", operator: "isinstance", left: m.value, right }));
  const self = pattern.callee.kind === "Name" && SELF_MATCHING.has(pattern.callee.name);
  for (const [i, arg] of pattern.args.entries()) {
    const part = arg.name === undefined && self ? m.value : readPart(l, arg, m.value, i);
    matchPattern(l, arg.value, { ...m, value: part });
  }
}

/** The attribute that an argument of a class pattern is about; positional ones are named by the class. */
function readPart(l: Lowering, arg: Call["args"][number], object: Reg, position: number): Reg {
  if (arg.name !== undefined) return value(l, arg, { op: "GetAttr", object, name: arg.name });
  const names = value(l, arg, { op: "GetAttr", object, name: "__match_args__" });
  const index = constant(l, arg, { type: "number", value: position });
  const name = value(l, arg, { op: "GetItem", object: names, index });
  return value(l, arg, { op: "GetItem", object, index: name });
}

// ---------------------------------------------------------------- switch

/** All tests first, then the bodies, each falling through to the next. */
export function lowerSwitch(l: Lowering, node: Switch): void {
  const left = l.expr(l, node.subject);
  const subjects = subjectsOf(node.subject);
  inScope(l, l.unit.scopeOf.get(node), () => {
    const end = newBlock(l);
    const bodies = node.cases.map(() => newBlock(l));
    for (const one of node.cases) l.unit.dialect.hoist(l, one.body);
    for (const [i, one] of node.cases.entries()) {
      if (one.test === null) continue;
      const right = l.expr(l, one.test);
      const next = newBlock(l);
      const same = value(l, one, { op: "Binary", operator: "===", left, right });
      branchOn(l, one.test, same, [bodies[i] as BlockId, next], { subjects: [...subjects, ...subjectsOf(one.test)] });
      startBlock(l, next);
    }
    const fallback = node.cases.findIndex((one) => one.test === null);
    jump(l, fallback < 0 ? end : (bodies[fallback] as BlockId));
    lowerBodies(l, node, bodies, end);
    startBlock(l, end);
  });
}

function lowerBodies(l: Lowering, node: Switch, bodies: readonly BlockId[], end: BlockId): void {
  l.exits.push({ kind: "switch", labels: [], breakTo: end, continueTo: null });
  for (const [i, one] of node.cases.entries()) {
    startBlock(l, bodies[i] as BlockId);
    for (const statement of one.body) l.statement(l, statement);
    jump(l, bodies[i + 1] ?? end);
  }
  l.exits.pop();
}
