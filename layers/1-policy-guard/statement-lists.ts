/** Statement lists as patterns see them: one declaration each, exports opened; and flat, with everything inside. */
import { childrenOf, type Expr, type Node, type Stmt } from "../../analysis/tree.ts";

const NORMAL = new WeakMap<readonly Stmt[], readonly Stmt[]>();
const FLAT = new WeakMap<readonly Stmt[], readonly Stmt[]>();
const STATEMENTS: ReadonlySet<Node["kind"]> = new Set(
  "ExprStmt VarDecl FunctionDef ClassDef Field If While ForEach ForLoop Try With Return Raise Break Continue Pass Assert Delete ScopeDecl Import Export Match Switch Block Labeled TypeDecl".split(
    " ",
  ) as Node["kind"][],
);

/** `let a = 1, b = 2` as two statements; `export const a = 1` as what it exports. */
export function statementsOf(list: readonly Stmt[]): readonly Stmt[] {
  if (!list.some((stmt) => stmt.kind === "Export" || (stmt.kind === "VarDecl" && stmt.declarations.length > 1))) return list;
  const known = NORMAL.get(list);
  if (known !== undefined) return known;
  const out = list.flatMap((stmt): readonly Stmt[] => {
    const inner = stmt.kind === "Export" && stmt.declaration !== null && isStatement(stmt.declaration) ? stmt.declaration : stmt;
    if (inner.kind !== "VarDecl" || inner.declarations.length < 2) return [inner];
    return inner.declarations.map((each) => ({ ...inner, start: each.start, end: each.end, declarations: [each] }));
  });
  NORMAL.set(list, out);
  return out;
}

export function isStatement(node: Node): node is Stmt {
  return STATEMENTS.has(node.kind);
}

/** Every statement of the list and inside it, in source order, functions and classes included; the list itself when it is flat. */
export function flattened(list: readonly Stmt[]): readonly Stmt[] {
  const known = FLAT.get(list);
  if (known !== undefined) return known;
  const out: Stmt[] = [];
  const stack: Node[] = [...list].reverse();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (isStatement(node)) out.push(...(node.kind === "VarDecl" || node.kind === "Export" ? statementsOf([node]) : [node]));
    const children = childrenOf(node);
    for (let i = children.length - 1; i >= 0; i--) stack.push(children[i] as Node);
  }
  const flat = out.length === list.length ? list : out;
  FLAT.set(list, flat);
  return flat;
}

/** Expressions that stand directly in a statement, not in the statements inside it. */
export function expressionsOfStatement(stmt: Stmt): Expr[] {
  return childrenOf(stmt).flatMap((child): Expr[] => {
    if (isStatement(child)) return [];
    if (child.kind === "WithItem") return [child.value];
    if (child.kind === "Handler" || child.kind === "Case" || child.kind === "SwitchCase" || child.kind === "ImportName") return [];
    if (child.kind === "FunctionBody" || child.kind === "ClassBody") return [];
    return [child as Expr];
  });
}
