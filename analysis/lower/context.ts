/**
 * The types that the files of this room share: the source on its way to IR, the function being lowered, and what one
 * language does differently.
 */
import type { Block, BlockId, FunctionId, FunctionIr, Reg, Span, Whole } from "../ir.ts";
import type {
  Block as BlockNode,
  ClassBody,
  Diagnostic,
  Expr,
  FunctionBody,
  FunctionDef,
  Import,
  Language,
  LineIndex,
  Module,
  Name,
  Node,
  Stmt,
} from "../tree.ts";
import type { Frame, Scope } from "./scopes.ts";

export type FunctionInfo = {
  readonly id: FunctionId;
  readonly name: string;
  readonly flavour: FunctionIr["flavour"];
  /** `static`: a JavaScript static initialiser block; `fields`: the instance fields of a class. */
  readonly role: "module" | "function" | "class" | "fields" | "static";
  readonly node: Module | FunctionBody | ClassBody | BlockNode;
  readonly frame: Frame;
  /** Scope in which its body's code starts. */
  readonly scope: Scope;
  readonly isStatic: boolean;
  generator: boolean;
};

/** One source on its way to IR. */
export type Unit = {
  readonly language: Language;
  readonly source: string;
  readonly lines: LineIndex;
  readonly dialect: Dialect;
  readonly functions: FunctionInfo[];
  /** Function and class bodies, static blocks -> what they became. */
  readonly infoOf: Map<Node, FunctionInfo>;
  /** Class bodies -> the function of their instance fields. */
  readonly fieldsOf: Map<Node, FunctionInfo>;
  /** Nodes and statement lists that open a scope. */
  readonly scopeOf: Map<object, Scope>;
  readonly frames: Map<Frame, FunctionInfo>;
  /** Computed field names -> the variable of `frame` that keeps the name from class definition to construction. */
  readonly keptNames: Map<Node, { readonly variable: string; readonly frame: Frame }>;
  readonly diagnostics: Diagnostic[];
  /** The source has a JavaScript `with` statement. */
  usesWith: boolean;
  /** Names that are assigned to somewhere, apart from their declarations and heads of loops (JavaScript). */
  readonly assigned: Set<string>;
  /** Nothing but the module's function is known: it may do anything. */
  surveyFailed: boolean;
};

export type Survey = {
  readonly unit: Unit;
  readonly scopes: Scope[];
  readonly nodes: Node[];
  readonly within: Scope[];
  /** The module is strict code (JavaScript). */
  strict: boolean;
  /** Loops, and the lists that are their bodies (JavaScript). */
  readonly loops: Set<object>;
  /** Assignments that declare or that belong to the head of a loop (JavaScript). */
  readonly declarations: Set<Node>;
};

/** A construct around the current statement that a jump may leave or pass through. */
export type Exit =
  | {
      readonly kind: "loop" | "switch" | "block";
      readonly labels: readonly string[];
      readonly breakTo: BlockId;
      readonly continueTo: BlockId | null;
    }
  /** `pending`: the ways in which its body is left, each of which first runs the finalizer at `entry`. */
  | { readonly kind: "finally"; readonly entry: BlockId; readonly pending: Leave[] };

export type Leave = { readonly kind: "return" } | { readonly kind: "break" | "continue"; readonly target: Exit };

export type Lowering = {
  readonly unit: Unit;
  readonly fn: FunctionInfo;
  readonly blocks: Block[];
  /** By block: some live code goes there. */
  readonly entered: boolean[];
  block: Block;
  /** The current block has its terminator; what comes next is unreachable. */
  sealed: boolean;
  /** Whether control can come to the current place. */
  live: boolean;
  scope: Scope;
  /** Handler that new blocks get. */
  handler: BlockId | null;
  registers: number;
  readonly exits: Exit[];
  /** Labels written directly before the statement that is being lowered. */
  labels: string[];
  /** Holds the value of a `return` while finalizers run; -1 until one needs it. */
  returned: Reg;
  /** The exception that the `except` around the current place has caught; null outside. */
  caught: Reg | null;
  /** Emitted when the body is done (`export {a}` lists come before what they export). */
  readonly deferred: (() => void)[];
  /** Statements that were lowered at the start of their block. */
  readonly hoisted: Set<Node>;
  readonly wholes: Whole[];
  depth: number;
  readonly expr: (l: Lowering, node: Expr) => Reg;
  readonly statement: (l: Lowering, node: Stmt) => void;
};

/** What one language does differently; everything else of the lowering is shared. */
export type Dialect = {
  // ---- the pass that finds functions and scopes
  readonly surveyModule: (s: Survey, module: Module, scope: Scope) => void;
  /** Handles a node that declares names or opens scopes; false when its children are to be visited as usual. */
  readonly surveyNode: (s: Survey, node: Node, scope: Scope) => boolean;
  /** The scope of the statements of a list. */
  readonly surveyList: (s: Survey, list: readonly Stmt[], scope: Scope) => Scope;
  // ---- lowering
  /** A name that is not a variable (`this`, `undefined`); null when it is one. */
  readonly reserved: (l: Lowering, node: Name) => Reg | null;
  /** Runs what comes before the first statement of a list: hoisted functions and imports. */
  readonly hoist: (l: Lowering, list: readonly Stmt[]) => void;
  /** Instructions at the entry of a function: default and destructured parameters. */
  readonly enter: (l: Lowering, fn: FunctionBody) => void;
  /** Default values where the function is made; null for a parameter without one. */
  /** A decorator of a member is told the member's name and descriptor. */
  readonly decoratesMembers: boolean;
  readonly defaults: (l: Lowering, fn: FunctionBody) => (Reg | null)[];
  /** A function definition as a statement; nothing when it was hoisted. */
  readonly functionDef: (l: Lowering, node: FunctionDef) => void;
  readonly classBody: (l: Lowering, cls: ClassBody) => void;
  /** The function that gives a new object its instance fields (JavaScript). */
  readonly fields: (l: Lowering, cls: ClassBody) => void;
  readonly importNames: (l: Lowering, node: Import) => void;
  /** `this` of a call whose callee is `a[b]` or `super.a`. */
  readonly receiver: (l: Lowering, object: Expr, value: Reg, byIndex: boolean) => Reg | null;
  /** The object and index of an assignment's target are evaluated before the value. */
  readonly targetFirst: boolean;
  readonly displayType: "dict" | "object";
  /** The value of what is left out: `return` without a value, a hole in an array. */
  readonly nothing: (l: Lowering, at: Span) => Reg;
};
