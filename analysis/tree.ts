// One file on purpose: the whole generic syntax tree, readable from top to bottom.
/**
 * The generic syntax tree that every front end produces and that rules match: surface order, sugar and spans intact.
 * One set of node kinds serves Python, JavaScript, TypeScript and shell; what a language lacks, it never produces.
 * Assignment targets and patterns are written with expression nodes (`Name`, `Collection`, `Dict`, `Member`, ...).
 * `start`/`end` are UTF-16 offsets into the source; `LineIndex` turns them into lines and columns.
 */

export const LANGUAGES = ["python", "javascript", "typescript", "shell"] as const;
export type Language = (typeof LANGUAGES)[number];

/** 1-based line and column; `endColumn` is exclusive; offsets are UTF-16 code units. */
export type Location = {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly offset: number;
  readonly endOffset: number;
};

export type Diagnostic = {
  /** `syntax`: the text is not valid; `unsupported`: valid but not modelled; `limit`: cut by a limit. */
  readonly kind: "syntax" | "unsupported" | "limit";
  readonly message: string;
  readonly location: Location;
};

type Base = { readonly start: number; readonly end: number };

// ---------------------------------------------------------------- expressions

/** An identifier, `this`, `super`, `self`. Python names are NFKC-normalised, JavaScript escapes decoded. */
export type Name = Base & { readonly kind: "Name"; readonly name: string };
/** `joined`: written as several Python literals side by side. */
export type Str = Base & { readonly kind: "Str"; readonly value: string; readonly joined?: true };
/** Python bytes; one character per byte (latin-1). */
export type Bytes = Base & { readonly kind: "Bytes"; readonly value: string };
/** `value` is the nearest double for floats; integers beyond 2^53 are bigint; JavaScript BigInt literals set `bigint`. */
export type Num = Base & {
  readonly kind: "Num";
  readonly value: number | bigint;
  readonly imaginary?: true;
  readonly bigint?: true;
  readonly float?: true;
};
export type Bool = Base & { readonly kind: "Bool"; readonly value: boolean };
/** Python `None`, JavaScript `null`. (`undefined` is a Name.) */
export type Null = Base & { readonly kind: "Null" };
/** Python `...` as a value. */
export type EllipsisLiteral = Base & { readonly kind: "EllipsisLiteral" };
export type Regex = Base & { readonly kind: "Regex"; readonly pattern: string; readonly flags: string };
/** f-string, template literal, or adjacent strings one of which is an f-string. Parts are `Str` or any expression wrapped in `Hole`. */
export type Template = Base & { readonly kind: "Template"; readonly parts: readonly (Str | Hole)[]; readonly joined?: true };
/** `conversion` is "s", "r" or "a" (Python `!r`); `format` is the format specification. */
export type Hole = Base & { readonly kind: "Hole"; readonly value: Expr; readonly conversion?: string; readonly format?: Template | Str };
export type TaggedTemplate = Base & { readonly kind: "TaggedTemplate"; readonly tag: Expr; readonly template: Template };
/** `f(a, k=b, *c, **d)`, `new F(a)`, `f?.(a)`. `import(x)` has a callee Name "import". */
export type Call = Base & {
  readonly kind: "Call";
  readonly callee: Expr;
  readonly args: readonly Arg[];
  readonly isNew?: true;
  readonly optional?: true;
};
/** `spread`: `"list"` for `*x` and `...x`, `"dict"` for `**x`. */
export type Arg = Base & { readonly kind: "Arg"; readonly name?: string; readonly spread?: "list" | "dict"; readonly value: Expr };
/** `a.b`, `a?.b`, `a.#b` (name keeps the `#`). */
export type Member = Base & { readonly kind: "Member"; readonly object: Expr; readonly name: string; readonly optional?: true };
/** `a[i]`; a Python slice is an Index whose `index` is a `Slice`; `a[i, j]` has a tuple. */
export type Index = Base & { readonly kind: "Index"; readonly object: Expr; readonly index: Expr; readonly optional?: true };
export type Slice = Base & { readonly kind: "Slice"; readonly lower: Expr | null; readonly upper: Expr | null; readonly step: Expr | null };
/** op: `-` `+` `~` `not` `typeof` `void` `delete`. `!` is written `not`. */
export type Unary = Base & { readonly kind: "Unary"; readonly op: string; readonly operand: Expr };
/** Arithmetic, bitwise and comparison: `+` `-` `*` `/` `//` `%` `**` `@` `<<` `>>` `>>>` `&` `|` `^` `==` `!=` `===` `!==` `<` `<=` `>` `>=` `in` `not in` `is` `is not` `instanceof`. */
export type Binary = Base & { readonly kind: "Binary"; readonly op: string; readonly left: Expr; readonly right: Expr };
/** Short-circuiting: `and` (also `&&`), `or` (also `||`), `??`. */
export type Logical = Base & { readonly kind: "Logical"; readonly op: "and" | "or" | "??"; readonly left: Expr; readonly right: Expr };
/** Python chained comparison `a < b < c`: `ops.length === operands.length - 1`, at least two ops. */
export type CompareChain = Base & { readonly kind: "CompareChain"; readonly ops: readonly string[]; readonly operands: readonly Expr[] };
export type Conditional = Base & { readonly kind: "Conditional"; readonly test: Expr; readonly then: Expr; readonly otherwise: Expr };
/** `x = v`, `x: T = v`, `a = b = v` (nested on the right), `x := v`, `x += v` (op "+"), `x ??= v` (op "??"). Value is null for a bare annotation `x: T`. */
export type Assign = Base & {
  readonly kind: "Assign";
  readonly target: Expr;
  readonly op: string | null;
  readonly value: Expr | null;
  readonly type?: TypeNode;
  readonly walrus?: true;
};
/** `x++`, `--x`. */
export type Update = Base & { readonly kind: "Update"; readonly op: "+" | "-"; readonly prefix: boolean; readonly operand: Expr };
/** A lambda, arrow function or function expression. */
export type FunctionExpr = Base & { readonly kind: "FunctionExpr"; readonly fn: FunctionBody };
export type ClassExpr = Base & { readonly kind: "ClassExpr"; readonly cls: ClassBody };
/** List, tuple, set, JavaScript array (holes are null), and their patterns; elements may be `Spread` or `DefaultPattern`. */
export type Collection = Base & {
  readonly kind: "Collection";
  readonly type: "list" | "tuple" | "set";
  readonly elements: readonly (Expr | null)[];
};
/** Python dict, JavaScript object, and object patterns. */
export type Dict = Base & { readonly kind: "Dict"; readonly entries: readonly (Entry | Spread)[] };
/** `key` is a `Str` for plain JavaScript property names; `computed` for `[key]`. Methods have a FunctionExpr value. */
export type Entry = Base & {
  readonly kind: "Entry";
  readonly key: Expr;
  readonly value: Expr;
  readonly computed?: true;
  readonly shorthand?: true;
  readonly accessor?: "get" | "set";
  readonly method?: true;
};
export type Comprehension = Base & {
  readonly kind: "Comprehension";
  readonly type: "list" | "set" | "dict" | "generator";
  readonly key: Expr | null;
  readonly element: Expr;
  readonly clauses: readonly (ComprehensionFor | ComprehensionIf)[];
};
export type ComprehensionFor = Base & {
  readonly kind: "ComprehensionFor";
  readonly target: Expr;
  readonly iterable: Expr;
  readonly async?: true;
};
export type ComprehensionIf = Base & { readonly kind: "ComprehensionIf"; readonly test: Expr };
export type Await = Base & { readonly kind: "Await"; readonly value: Expr };
export type Yield = Base & { readonly kind: "Yield"; readonly value: Expr | null; readonly delegate?: true };
/** `*x`, `**x` (dict) or `...x` inside a collection, dict, pattern. */
export type Spread = Base & { readonly kind: "Spread"; readonly value: Expr; readonly dict?: true };
/** `target = default` inside a destructuring pattern. */
export type DefaultPattern = Base & { readonly kind: "DefaultPattern"; readonly target: Expr; readonly value: Expr };
export type Sequence = Base & { readonly kind: "Sequence"; readonly expressions: readonly Expr[] };
/** `x as T`, `x satisfies T`, `x!`, `<T>x`: the value passes through. */
export type Cast = Base & { readonly kind: "Cast"; readonly value: Expr; readonly type: TypeNode | null };
export type Jsx = Base & {
  readonly kind: "Jsx";
  readonly tag: Expr | null;
  readonly attributes: readonly (Arg | Spread)[];
  readonly children: readonly Expr[];
};
/** A type annotation, kept as text and as names it mentions (types have no effect when run). */
export type TypeNode = Base & { readonly kind: "TypeNode"; readonly text: string; readonly names: readonly string[] };
/** Valid or invalid text that the front end does not know. `parts` are whatever sub-trees could be built: never silence. */
export type Unsupported = Base & {
  readonly kind: "Unsupported";
  readonly reason: string;
  readonly parts: readonly Node[];
  readonly mayCall: boolean;
};

export type Expr =
  | Name
  | Str
  | Bytes
  | Num
  | Bool
  | Null
  | EllipsisLiteral
  | Regex
  | Template
  | TaggedTemplate
  | Call
  | Member
  | Index
  | Slice
  | Unary
  | Binary
  | Logical
  | CompareChain
  | Conditional
  | Assign
  | Update
  | FunctionExpr
  | ClassExpr
  | Collection
  | Dict
  | Comprehension
  | Await
  | Yield
  | Spread
  | DefaultPattern
  | Sequence
  | Cast
  | Jsx
  | TypeNode
  | Unsupported; // prettier-ignore

// ---------------------------------------------------------------- functions and classes

/** `form`: `positional` parameters before `/`, `rest` is `*a` or `...a`, `kwrest` is `**k`, `keyword` comes after `*`. */
export type Param = Base & {
  readonly kind: "Param";
  readonly target: Expr;
  readonly default: Expr | null;
  readonly form: "normal" | "positional" | "keyword" | "rest" | "kwrest";
  readonly type?: TypeNode;
  readonly decorators?: readonly Expr[];
};
export type FunctionBody = Base & {
  readonly kind: "FunctionBody";
  readonly name: string | null;
  readonly params: readonly Param[];
  /** A lambda or arrow with an expression body has one `Return` here. */
  readonly body: readonly Stmt[];
  readonly flavour: "function" | "arrow" | "method" | "getter" | "setter" | "constructor" | "lambda";
  readonly async?: true;
  readonly generator?: true;
  readonly decorators: readonly Expr[];
  readonly returns?: TypeNode;
};
export type ClassBody = Base & {
  readonly kind: "ClassBody";
  readonly name: string | null;
  readonly bases: readonly Arg[];
  /** FunctionDef (methods), Field, and any statement (Python class bodies, JavaScript `static {}` as Block). */
  readonly body: readonly Stmt[];
  readonly decorators: readonly Expr[];
};

// ---------------------------------------------------------------- statements

export type ExprStmt = Base & { readonly kind: "ExprStmt"; readonly value: Expr };
/** JavaScript `var | let | const | using`; each declaration is an Assign (value null when uninitialised). */
export type VarDecl = Base & { readonly kind: "VarDecl"; readonly keyword: string; readonly declarations: readonly Assign[] };
export type FunctionDef = Base & {
  readonly kind: "FunctionDef";
  readonly fn: FunctionBody;
  readonly isStatic?: true;
  readonly computedName?: Expr;
};
export type ClassDef = Base & { readonly kind: "ClassDef"; readonly cls: ClassBody };
/** JavaScript class field. */
export type Field = Base & {
  readonly kind: "Field";
  readonly name: string | null;
  readonly computedName?: Expr;
  readonly value: Expr | null;
  readonly isStatic?: true;
  readonly type?: TypeNode;
};
export type If = Base & { readonly kind: "If"; readonly test: Expr; readonly then: readonly Stmt[]; readonly otherwise: readonly Stmt[] };
/** `while`; `doFirst` for do-while; `otherwise` is Python's while-else. */
export type While = Base & {
  readonly kind: "While";
  readonly test: Expr;
  readonly body: readonly Stmt[];
  readonly otherwise: readonly Stmt[];
  readonly doFirst?: true;
};
/** `for x in xs`, `for (x of xs)`; `keys` for JavaScript for-in. `target` is an Expr or a VarDecl with one declaration. */
export type ForEach = Base & {
  readonly kind: "ForEach";
  readonly target: Expr | VarDecl;
  readonly iterable: Expr;
  readonly body: readonly Stmt[];
  readonly otherwise: readonly Stmt[];
  readonly keys?: true;
  readonly async?: true;
};
export type ForLoop = Base & {
  readonly kind: "ForLoop";
  readonly init: Stmt | null;
  readonly test: Expr | null;
  readonly update: Expr | null;
  readonly body: readonly Stmt[];
};
export type Try = Base & {
  readonly kind: "Try";
  readonly body: readonly Stmt[];
  readonly handlers: readonly Handler[];
  readonly otherwise: readonly Stmt[];
  readonly finalizer: readonly Stmt[] | null;
};
export type Handler = Base & {
  readonly kind: "Handler";
  readonly type: Expr | null;
  readonly target: Expr | null;
  readonly body: readonly Stmt[];
  readonly group?: true;
};
export type With = Base & {
  readonly kind: "With";
  readonly items: readonly WithItem[];
  readonly body: readonly Stmt[];
  readonly async?: true;
};
export type WithItem = Base & { readonly kind: "WithItem"; readonly value: Expr; readonly target: Expr | null };
export type Return = Base & { readonly kind: "Return"; readonly value: Expr | null };
export type Raise = Base & { readonly kind: "Raise"; readonly value: Expr | null; readonly cause?: Expr };
export type Break = Base & { readonly kind: "Break"; readonly label?: string };
export type Continue = Base & { readonly kind: "Continue"; readonly label?: string };
export type Pass = Base & { readonly kind: "Pass" };
export type Assert = Base & { readonly kind: "Assert"; readonly test: Expr; readonly message: Expr | null };
/** Python `del a, b[0]`. */
export type Delete = Base & { readonly kind: "Delete"; readonly targets: readonly Expr[] };
/** Python `global` and `nonlocal`. */
export type ScopeDecl = Base & { readonly kind: "ScopeDecl"; readonly scope: "global" | "nonlocal"; readonly names: readonly string[] };
/**
 * `import a.b as c` / `import c from "a"` / `from a import b as c` / `import {b as c} from "a"`.
 * One Import per statement; `module` is the dotted path or specifier (leading dots kept for relative Python imports).
 */
export type Import = Base & {
  readonly kind: "Import";
  readonly module: string;
  readonly names: readonly ImportName[];
  readonly form: "module" | "from";
  readonly typeOnly?: true;
  /** Names that TypeScript takes as types only: `import { type Pool } from "pg"`. */
  readonly types?: readonly { readonly imported: string; readonly local: string }[];
};
/** `imported`: name taken from the module; `*` for everything or a namespace; `default` for a JavaScript default import; "" when form is "module" (local is the bound name, the first segment when there is no alias). */
export type ImportName = Base & {
  readonly kind: "ImportName";
  readonly imported: string;
  readonly local: string;
  readonly aliased: boolean;
};
/** JavaScript export: the exported declaration or expression runs; re-exports have `module`. */
export type Export = Base & {
  readonly kind: "Export";
  readonly declaration: Stmt | Expr | null;
  readonly isDefault?: true;
  readonly module?: string;
  readonly names: readonly ImportName[];
};
export type Match = Base & { readonly kind: "Match"; readonly subject: Expr; readonly cases: readonly Case[] };
/** Python `case pattern if guard:`. Pattern captures are Names; class patterns are Calls; `a | b` is Binary `|`; `_` is a Name; `p as x` is DefaultPattern{target: x, value: p}. */
export type Case = Base & { readonly kind: "Case"; readonly pattern: Expr; readonly guard: Expr | null; readonly body: readonly Stmt[] };
export type Switch = Base & { readonly kind: "Switch"; readonly subject: Expr; readonly cases: readonly SwitchCase[] };
export type SwitchCase = Base & { readonly kind: "SwitchCase"; readonly test: Expr | null; readonly body: readonly Stmt[] };
export type Block = Base & { readonly kind: "Block"; readonly body: readonly Stmt[] };
export type Labeled = Base & { readonly kind: "Labeled"; readonly label: string; readonly body: Stmt };
/** TypeScript interface, type alias, declare; Python `type X = ...`: no effect when run. */
export type TypeDecl = Base & { readonly kind: "TypeDecl"; readonly name: string; readonly text: string };
/** TypeScript enum and namespace are lowered by the front end to VarDecl and Block of what they run. */

export type Stmt =
  | ExprStmt
  | VarDecl
  | FunctionDef
  | ClassDef
  | Field
  | If
  | While
  | ForEach
  | ForLoop
  | Try
  | With
  | Return
  | Raise
  | Break
  | Continue
  | Pass
  | Assert
  | Delete
  | ScopeDecl
  | Import
  | Export
  | Match
  | Switch
  | Block
  | Labeled
  | TypeDecl
  | Unsupported; // prettier-ignore

export type Module = Base & { readonly kind: "Module"; readonly language: Language; readonly body: readonly Stmt[] };

export type Node =
  | Expr
  | Stmt
  | Module
  | Hole
  | Arg
  | Entry
  | ComprehensionFor
  | ComprehensionIf
  | Param
  | FunctionBody
  | ClassBody
  | Handler
  | WithItem
  | ImportName
  | Case
  | SwitchCase; // prettier-ignore
export type NodeKind = Node["kind"];

export type ParsedTree = {
  readonly module: Module;
  readonly diagnostics: readonly Diagnostic[];
  readonly lines: LineIndex;
};

// ---------------------------------------------------------------- walking and places

/** Fields of a node that hold nodes, in surface order: what generic walks and the pattern matcher iterate. */
export const CHILD_FIELDS: { readonly [K in NodeKind]: readonly string[] } = {
  Name: [],
  Str: [],
  Bytes: [],
  Num: [],
  Bool: [],
  Null: [],
  EllipsisLiteral: [],
  Regex: [],
  Template: ["parts"],
  Hole: ["value", "format"],
  TaggedTemplate: ["tag", "template"],
  Call: ["callee", "args"],
  Arg: ["value"],
  Member: ["object"],
  Index: ["object", "index"],
  Slice: ["lower", "upper", "step"],
  Unary: ["operand"],
  Binary: ["left", "right"],
  Logical: ["left", "right"],
  CompareChain: ["operands"],
  Conditional: ["test", "then", "otherwise"],
  Assign: ["target", "type", "value"],
  Update: ["operand"],
  FunctionExpr: ["fn"],
  ClassExpr: ["cls"],
  Collection: ["elements"],
  Dict: ["entries"],
  Entry: ["key", "value"],
  Comprehension: ["key", "element", "clauses"],
  ComprehensionFor: ["target", "iterable"],
  ComprehensionIf: ["test"],
  Await: ["value"],
  Yield: ["value"],
  Spread: ["value"],
  DefaultPattern: ["target", "value"],
  Sequence: ["expressions"],
  Cast: ["value", "type"],
  Jsx: ["tag", "attributes", "children"],
  TypeNode: [],
  Unsupported: ["parts"],
  Param: ["decorators", "target", "type", "default"],
  FunctionBody: ["decorators", "params", "returns", "body"],
  ClassBody: ["decorators", "bases", "body"],
  ExprStmt: ["value"],
  VarDecl: ["declarations"],
  FunctionDef: ["computedName", "fn"],
  ClassDef: ["cls"],
  Field: ["computedName", "type", "value"],
  If: ["test", "then", "otherwise"],
  While: ["test", "body", "otherwise"],
  ForEach: ["target", "iterable", "body", "otherwise"],
  ForLoop: ["init", "test", "update", "body"],
  Try: ["body", "handlers", "otherwise", "finalizer"],
  Handler: ["type", "target", "body"],
  With: ["items", "body"],
  WithItem: ["value", "target"],
  Return: ["value"],
  Raise: ["value", "cause"],
  Break: [],
  Continue: [],
  Pass: [],
  Assert: ["test", "message"],
  Delete: ["targets"],
  ScopeDecl: [],
  Import: ["names"],
  ImportName: [],
  Export: ["declaration", "names"],
  Match: ["subject", "cases"],
  Case: ["pattern", "guard", "body"],
  Switch: ["subject", "cases"],
  SwitchCase: ["test", "body"],
  Block: ["body"],
  Labeled: ["body"],
  TypeDecl: [],
  Module: ["body"],
}; // prettier-ignore

/** Children of a node in surface order (no recursion: use an explicit stack to walk). */
export function childrenOf(node: Node): Node[] {
  const out: Node[] = [];
  const fields = CHILD_FIELDS[node.kind];
  for (const field of fields) {
    const value = (node as unknown as Record<string, unknown>)[field];
    if (value === null || value === undefined) continue;
    if (Array.isArray(value)) {
      for (const item of value) if (item !== null) out.push(item as Node);
    } else out.push(value as Node);
  }
  return out;
}

/** Calls `visit` for every node in pre-order; without recursion, so input depth cannot overflow the stack. */
export function walk(root: Node, visit: (node: Node) => void): void {
  const stack: Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    visit(node);
    const fields = CHILD_FIELDS[node.kind];
    for (let f = fields.length - 1; f >= 0; f--) {
      const value = (node as unknown as Record<string, Node | readonly (Node | null)[] | null | undefined>)[fields[f] as string];
      if (value === null || value === undefined) continue;
      if (!Array.isArray(value)) stack.push(value as Node);
      else for (let i = value.length - 1; i >= 0; i--) if (value[i] !== null) stack.push(value[i] as Node);
    }
  }
}

/** Offsets to 1-based lines and columns; CR, LF and CRLF each end one line. Built once per source. */
export class LineIndex {
  readonly source: string;
  readonly #starts: number[] = [0];

  constructor(source: string) {
    this.source = source;
    for (let i = 0; i < source.length; i++) {
      const c = source.charCodeAt(i);
      if (c === 10 || (c === 13 && source.charCodeAt(i + 1) !== 10)) this.#starts.push(i + 1);
    }
  }

  /** 1-based line and column of an offset (binary search). */
  position(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if ((this.#starts[mid] as number) <= offset) low = mid;
      else high = mid - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] as number) + 1 };
  }

  locate(span: { readonly start: number; readonly end: number }): Location {
    const from = this.position(span.start);
    const to = this.position(span.end);
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column, offset: span.start, endOffset: span.end };
  }
}
