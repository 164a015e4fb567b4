/**
 * Walks a tree-sitter tree inside wasm. web-tree-sitter's own TreeCursor copies its state into wasm and back for every
 * property it is asked for, which makes reading a tree cost nearly as much as parsing it; this one leaves the state
 * where it is, three times faster. It depends on names inside web-tree-sitter, whose version is therefore pinned.
 */
import { Parser, type Tree } from "web-tree-sitter";

type TreeFunction = (tree: number) => number;
type Exports = {
  readonly HEAPU32: Uint32Array;
  readonly _ts_init: () => number;
  readonly _ts_tree_cursor_current_node_type_id_wasm: TreeFunction;
  readonly _ts_tree_cursor_start_index_wasm: TreeFunction;
  readonly _ts_tree_cursor_end_index_wasm: TreeFunction;
  readonly _ts_tree_cursor_current_field_id_wasm: TreeFunction;
  readonly _ts_tree_cursor_current_node_is_missing_wasm: TreeFunction;
  readonly _ts_tree_cursor_goto_first_child_wasm: TreeFunction;
  readonly _ts_tree_cursor_goto_next_sibling_wasm: TreeFunction;
  readonly _ts_tree_cursor_goto_parent_wasm: TreeFunction;
};
const NEEDED = ["current_node_type_id", "start_index", "end_index", "current_field_id", "current_node_is_missing"];
const MOVES = ["goto_first_child", "goto_next_sibling", "goto_parent"];

/** The wasm module of this thread. */
export type TreeRuntime = { readonly exports: Exports /** Index into HEAPU32 of the buffer that calls share. */; readonly buffer: number };

/** Words of a cursor's state. */
const CURSOR_WORDS = 4;

let started: Promise<TreeRuntime> | null = null;

/** Instantiates web-tree-sitter once per thread; later calls get the same instance. Rejects when the wasm is not the one of its version. */
export function startRuntime(wasmBinary: Uint8Array): Promise<TreeRuntime> {
  started ??= instantiate(wasmBinary);
  return started;
}

async function instantiate(wasmBinary: Uint8Array): Promise<TreeRuntime> {
  // The object given here becomes the module: its functions are added to it.
  const module: Record<string, unknown> = { wasmBinary };
  await Parser.init(module as NonNullable<Parameters<typeof Parser.init>[0]>);
  const missing = [...NEEDED, ...MOVES].filter((name) => typeof module[`_ts_tree_cursor_${name}_wasm`] !== "function");
  if (missing.length > 0 || typeof module._ts_init !== "function") throw new Error("web-tree-sitter has other internals than expected");
  const exports = module as unknown as Exports;
  return { exports, buffer: exports._ts_init() >> 2 };
}

export type WasmCursor = {
  typeId(): number;
  start(): number;
  end(): number;
  fieldId(): number;
  isMissing(): boolean;
  gotoFirstChild(): boolean;
  gotoNextSibling(): boolean;
  gotoParent(): boolean;
};

/** Lends a cursor at the root of a tree. INVARIANT: nothing else uses the runtime meanwhile, and the cursor is freed. */
export function withCursor<T>(runtime: TreeRuntime, tree: Tree, use: (cursor: WasmCursor) => T): T {
  const { exports, buffer } = runtime;
  const cursor = tree.walk();
  const state = cursor as unknown as number[];
  const address = (tree as unknown as number[])[0] as number;
  for (let i = 0; i < CURSOR_WORDS; i++) exports.HEAPU32[buffer + i] = state[i] as number;
  try {
    return use({
      typeId: () => exports._ts_tree_cursor_current_node_type_id_wasm(address),
      start: () => exports._ts_tree_cursor_start_index_wasm(address),
      end: () => exports._ts_tree_cursor_end_index_wasm(address),
      fieldId: () => exports._ts_tree_cursor_current_field_id_wasm(address),
      isMissing: () => exports._ts_tree_cursor_current_node_is_missing_wasm(address) !== 0,
      gotoFirstChild: () => exports._ts_tree_cursor_goto_first_child_wasm(address) !== 0,
      gotoNextSibling: () => exports._ts_tree_cursor_goto_next_sibling_wasm(address) !== 0,
      gotoParent: () => exports._ts_tree_cursor_goto_parent_wasm(address) !== 0,
    });
  } finally {
    // Moving may have reallocated the cursor's stack: what is freed is what it points to now. (The heap may have grown, too.)
    for (let i = 0; i < CURSOR_WORDS; i++) state[i] = exports.HEAPU32[buffer + i] as number;
    cursor.delete();
  }
}
