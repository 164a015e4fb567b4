/** `export` in all its forms. Lists are exported when the module's body is done, for they may come before what they name. */
import type { Export, Expr, Node, Stmt } from "../tree.ts";
import { emit, value } from "./builder.ts";
import type { Lowering } from "./context.ts";
import { makeClass, makeFunction } from "./functions.ts";
import { loadName, storeName } from "./names.ts";
import { boundNames } from "./scopes.ts";

export function lowerExport(l: Lowering, node: Export): void {
  if (node.module !== undefined) reexport(l, node, node.module);
  else {
    if (node.declaration !== null) exportDeclaration(l, node, node.declaration);
    for (const name of node.names) {
      l.deferred.push(() => emit(l, name, { op: "Export", name: name.local, src: loadName(l, name, name.imported) }));
    }
  }
}

function reexport(l: Lowering, node: Export, module: string): void {
  for (const name of node.names) {
    const src = value(l, name, { op: "Import", module, name: name.imported === "*" ? null : name.imported });
    emit(l, name, { op: "Export", name: name.local, src });
  }
  if (node.names.length === 0) value(l, node, { op: "Import", module, name: null });
}

function exportDeclaration(l: Lowering, node: Export, declaration: Stmt | Expr): void {
  const name = (of: string | null) => (node.isDefault === true || of === null ? "default" : of);
  if (declaration.kind === "FunctionDef") {
    const { fn } = declaration;
    // A named function was hoisted, unless the export stands where none can.
    const hoisted = fn.name === null || !l.hoisted.has(declaration) ? null : fn.name;
    const src = hoisted === null ? makeFunction(l, fn, declaration) : loadName(l, fn, hoisted);
    if (hoisted === null && fn.name !== null) storeName(l, declaration, fn.name, src);
    emit(l, node, { op: "Export", name: name(fn.name), src });
  } else if (declaration.kind === "ClassDef") {
    const src = makeClass(l, declaration.cls, declaration);
    if (declaration.cls.name !== null) storeName(l, declaration, declaration.cls.name, src);
    emit(l, node, { op: "Export", name: name(declaration.cls.name), src });
  } else if (isStatement(declaration)) {
    l.statement(l, declaration);
    if (declaration.kind !== "VarDecl") return;
    for (const one of boundNames(declaration.declarations.map((each) => each.target))) {
      emit(l, node, { op: "Export", name: one, src: loadName(l, node, one) });
    }
  } else emit(l, node, { op: "Export", name: "default", src: l.expr(l, declaration) });
}

const STATEMENT_KINDS: ReadonlySet<string> = new Set(
  (
    "ExprStmt VarDecl FunctionDef ClassDef Field If While ForEach ForLoop Try With Return Raise Break Continue Pass Assert Delete " +
    "ScopeDecl Import Export Match Switch Block Labeled TypeDecl"
  ).split(" "),
);

/** Whether a node is a statement (`Unsupported` can be both, and is lowered as an expression). */
function isStatement(node: Node): node is Exclude<Stmt, { readonly kind: "Unsupported" }> {
  return STATEMENT_KINDS.has(node.kind);
}
