/**
 * The lowered form that the interpreter runs: three-address registers over a control-flow graph, not SSA.
 *
 * Simplifications, all of them over-approximations:
 * - Exceptions: any instruction of a block may go to the block's `handler`; `finally` is lowered once and leaves by `Fork`.
 * - Block-scoped variables are function variables with a unique name (`x#2`); `displayName` takes the suffix off.
 * - Generators run like functions; `Yield` appends to what the call returns. `Await` is a value.
 * - `with` is `EnterWith`; its exit has no instruction. Chained comparisons and `match` become branches.
 * - Decorators, comprehensions, destructuring, `+=`, getters' definitions, templates, default parameters are explicit.
 * - What a front end or lowering does not know becomes `Opaque`; it is never dropped.
 */
import type { Diagnostic, Language } from "./tree.ts";

export type Reg = number;
export type BlockId = number;
export type FunctionId = number;
export type Span = { readonly start: number; readonly end: number };

export type ConstValue =
  | { readonly type: "string" | "bytes"; readonly value: string }
  | { readonly type: "number"; readonly value: number | bigint /** Of Python's. */; readonly float?: true }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "null" | "undefined" | "ellipsis" }
  | { readonly type: "regex"; readonly pattern: string; readonly flags: string };

/**
 * Where a variable lives: `hops` functions up the static chain (0 is this function's own frame), or `"global"`:
 * looked up in the module's frame (for evaluated code, then in the frames around the eval), then among the builtins.
 */
export type VarRef = { readonly name: string; readonly hops: number | "global" };

/** An actual argument: positional, `name=` keyword, or spread. */
export type ArgReg = { readonly value: Reg; readonly name?: string; readonly spread?: "list" | "dict" };

/** An item of a container display; `key` for dict and object entries; `accessor` marks getter and setter functions. */
export type ItemReg = { readonly key?: Reg; readonly value: Reg; readonly spread?: "list" | "dict"; readonly accessor?: "get" | "set" };

type At = { readonly at: Span };

/** Operators of `Binary` whose answer is true or false, as programs write them. */
export const WRITTEN_COMPARISONS: ReadonlySet<string> = new Set([
  "==",
  "!=",
  "===",
  "!==",
  "<",
  "<=",
  ">",
  ">=",
  "in",
  "not in",
  "is",
  "is not",
  "instanceof",
]);

export type Instr =
  | (At & { readonly op: "Const"; readonly dst: Reg; readonly value: ConstValue })
  | (At & { readonly op: "Move"; readonly dst: Reg; readonly src: Reg })
  | (At & { readonly op: "LoadVar"; readonly dst: Reg; readonly ref: VarRef })
  | (At & { readonly op: "StoreVar"; readonly ref: VarRef; readonly src: Reg })
  | (At & { readonly op: "DeleteVar"; readonly ref: VarRef })
  /** `this` of the running function (JavaScript; Python passes it as the first parameter). */
  | (At & { readonly op: "LoadThis"; readonly dst: Reg })
  /** `optional`: `a?.b`, undefined when the object is nullish. */
  | (At & { readonly op: "GetAttr"; readonly dst: Reg; readonly object: Reg; readonly name: string; readonly optional?: true })
  | (At & { readonly op: "SetAttr"; readonly object: Reg; readonly name: string; readonly src: Reg })
  | (At & { readonly op: "DelAttr"; readonly object: Reg; readonly name: string })
  | (At & { readonly op: "GetItem"; readonly dst: Reg; readonly object: Reg; readonly index: Reg; readonly optional?: true })
  | (At & { readonly op: "SetItem"; readonly object: Reg; readonly index: Reg; readonly src: Reg })
  | (At & { readonly op: "DelItem"; readonly object: Reg; readonly index: Reg })
  /** Slice bounds; null when left out. */
  | (At & {
      readonly op: "GetSlice";
      readonly dst: Reg;
      readonly object: Reg;
      readonly lower: Reg | null;
      readonly upper: Reg | null;
      readonly step: Reg | null;
    })
  | (At & {
      readonly op: "Build";
      readonly dst: Reg;
      readonly type: "list" | "tuple" | "set" | "dict" | "object";
      readonly items: readonly ItemReg[];
    })
  /** Adds an element (or `key`: value) to a container that a comprehension is building. */
  | (At & { readonly op: "Append"; readonly container: Reg; readonly key?: Reg; readonly value: Reg })
  | (At & { readonly op: "Unary"; readonly dst: Reg; readonly operator: string; readonly operand: Reg })
  /** Arithmetic, bitwise, comparison, `in`, `is`, `instanceof`. `inPlace` for `+=` and its kin. */
  | (At & {
      readonly op: "Binary";
      readonly dst: Reg;
      readonly operator: string;
      readonly left: Reg;
      readonly right: Reg;
      readonly inPlace?: true;
    })
  /** A template or f-string. `format` is a constant format specification (Python), `conversion` s, r or a. */
  | (At & {
      readonly op: "Concat";
      readonly dst: Reg;
      readonly parts: readonly { readonly value: Reg; readonly conversion?: string; readonly format?: string }[];
    })
  /** `receiver` is `this` for a method call; the callee register already holds the method. */
  | (At & {
      readonly op: "Call";
      readonly dst: Reg;
      readonly callee: Reg;
      readonly receiver?: Reg;
      readonly args: readonly ArgReg[];
      readonly isNew?: true;
      readonly optional?: true;
    })
  | (At & {
      readonly op: "MakeFunction";
      readonly dst: Reg;
      readonly fn: FunctionId /** one per parameter, in order; null where there is no default */;
      readonly defaults: readonly (Reg | null)[];
      /** Variables of the running frame that each iteration of a loop has anew: the function keeps what they hold now. */
      readonly fresh?: readonly string[];
    })
  /** `body` runs with a fresh frame whose variables become the class's attributes (JavaScript: methods are stored there too; `static` ones under their name, instance fields in a function named `#fields` that runs with `this` at construction). */
  | (At & {
      readonly op: "MakeClass";
      readonly dst: Reg;
      readonly name: string;
      readonly bases: readonly ArgReg[];
      /** Fields that the body declares with a type (Python), in order: what a dataclass or a NamedTuple takes. */
      readonly fields: readonly string[];
      readonly body: FunctionId;
    })
  /** `name` null: the module object of the whole dotted path; `first`: bind the first segment only (`import a.b`); "*" imports everything. */
  | (At & { readonly op: "Import"; readonly dst: Reg; readonly module: string; readonly name: string | null; readonly first?: true })
  | (At & { readonly op: "Export"; readonly name: string; readonly src: Reg })
  | (At & { readonly op: "IterNew"; readonly dst: Reg; readonly src: Reg; readonly keys?: true })
  /** Destructuring of an iterable into `dsts`; `star` is the index of the one that takes the rest, or -1. */
  | (At & { readonly op: "Unpack"; readonly dsts: readonly Reg[]; readonly src: Reg; readonly star: number })
  /** `{a, ...rest} = src`: a copy of the object without `keys`. */
  | (At & { readonly op: "ObjectRest"; readonly dst: Reg; readonly src: Reg; readonly keys: readonly Reg[] })
  | (At & { readonly op: "EnterWith"; readonly dst: Reg; readonly src: Reg })
  | (At & { readonly op: "Await"; readonly dst: Reg; readonly src: Reg })
  | (At & { readonly op: "Yield"; readonly dst: Reg; readonly src: Reg; readonly delegate?: true })
  /** First instruction of a handler: the exception that was caught. */
  | (At & { readonly op: "Catch"; readonly dst: Reg })
  /** A form that is not understood. `mayCall`: it may contain a call. `parts` were evaluated before it. */
  | (At & { readonly op: "Opaque"; readonly dst: Reg; readonly reason: string; readonly mayCall: boolean; readonly parts: readonly Reg[] });

export type Terminator =
  | { readonly op: "Jump"; readonly to: BlockId }
  /** `subjects`: names and attribute paths that the condition reads, as written (`user.is_authorized`, `user`). `assertion` for `assert`. */
  | (At & {
      readonly op: "Branch";
      readonly test: Reg;
      readonly then: BlockId;
      readonly otherwise: BlockId;
      readonly subjects: readonly string[];
      readonly assertion?: true;
    })
  /** Takes the next element of `iter` into `dst` and goes to `body`, or to `exit` when there is none. */
  | (At & { readonly op: "ForNext"; readonly iter: Reg; readonly dst: Reg; readonly body: BlockId; readonly exit: BlockId })
  /** Goes to one of several blocks, not known which. */
  | { readonly op: "Fork"; readonly to: readonly BlockId[] }
  | (At & { readonly op: "Return"; readonly src: Reg | null })
  | (At & { readonly op: "Throw"; readonly src: Reg | null })
  | { readonly op: "Stop" };

export type Block = {
  readonly instrs: Instr[];
  end: Terminator;
  /** Where an exception of any instruction here goes; null: out of the function. */
  readonly handler: BlockId | null;
};

/** The variable that keeps what is imported as a type only: no name of the program reaches it. */
export const typeVariable = (name: string): string => `type:${name}`;

export type ParamIr = {
  /** Variable that receives the argument (destructured parameters get a hidden name and instructions at entry). */
  readonly name: string;
  readonly form: "normal" | "positional" | "keyword" | "rest" | "kwrest";
  readonly hasDefault: boolean;
  /** Text of the type annotation, or "". */
  readonly type: string;
  /** Name of its first decorator (`@Query("file") file`). */
  readonly decorator?: string;
};

export type FunctionIr = {
  readonly id: FunctionId;
  /** "" when anonymous; `<module>` for the top level; the class name for a class body. */
  readonly name: string;
  readonly flavour: "module" | "function" | "arrow" | "method" | "getter" | "setter" | "constructor" | "lambda" | "class" | "fields";
  readonly isStatic?: true;
  readonly async: boolean;
  readonly generator: boolean;
  readonly params: readonly ParamIr[];
  /** Names of the variables of its own frame. */
  readonly locals: readonly string[];
  readonly registers: number;
  /** Entry is block 0. */
  readonly blocks: readonly Block[];
  readonly at: Span;
  /** Texts of its decorators, outermost first (`requires_auth`, `app.route("/x")`). */
  readonly decorators: readonly string[];
  /** Expressions whose value no instruction of the same span yields (`a or b`, `x = y`, `x as T`), in order of lowering. */
  readonly wholes: readonly Whole[];
};

/** The value of the expression at `at` is in `reg` before instruction `index` of `block` runs. */
export type Whole = { readonly at: Span; readonly reg: Reg; readonly block: Block; readonly index: number };

/**
 * One lowered source. Functions are lowered when first asked for; `get` returns the same object every time.
 * Function 0 is the module.
 */
export type ModuleIr = {
  readonly language: Language;
  readonly source: string;
  readonly get: (id: FunctionId) => FunctionIr;
  /** Every function of the source, lowered or not, in source order: id, name and span. */
  readonly functionCount: () => number;
  readonly diagnostics: readonly Diagnostic[];
};

/** `x#2` -> `x`. */
export function displayName(variable: string): string {
  const hash = variable.indexOf("#", 1);
  return hash < 0 ? variable : variable.slice(0, hash);
}

/** Blocks control may enter after `block`, its exception handler included. */
export function successors(block: Block): BlockId[] {
  const out = plainSuccessors(block.end);
  if (block.handler !== null) out.push(block.handler);
  return out;
}

/** Blocks control enters when nothing throws. */
export function plainSuccessors(end: Terminator): BlockId[] {
  if (end.op === "Jump") return [end.to];
  if (end.op === "Branch") return [end.then, end.otherwise];
  if (end.op === "ForNext") return [end.body, end.exit];
  return end.op === "Fork" ? [...end.to] : [];
}
