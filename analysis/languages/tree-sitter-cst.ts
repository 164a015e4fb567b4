/**
 * Reads a tree-sitter tree out of wasm into plain objects, once, without recursion. Every node is listed after its
 * parent, so that walking the list backwards visits children before parents: conversion needs no recursion either.
 */
import { Language, Parser, type Tree } from "web-tree-sitter";
import type { Node, Stmt } from "../tree.ts";
import { startRuntime, type TreeRuntime, type WasmCursor, withCursor } from "./wasm-cursor.ts";

export type Converted = Node | readonly Node[] | null;

export type CstNode = {
  readonly type: string;
  readonly typeId: number;
  readonly named: boolean;
  readonly field: string | null;
  readonly start: number;
  readonly end: number;
  readonly parent: CstNode | null;
  readonly children: CstNode[];
  /** Inserted by error recovery: it has no text. */
  readonly missing: boolean;
  /** Filled by the conversion: what the node became; null for tokens and for nodes that their parent reads itself. */
  out: Converted;
  /** Filled by the conversion: statements that run before the statement that holds this node (evaluated annotations). */
  before: readonly Stmt[] | null;
  /** A `yield` somewhere below, not counting inner functions. */
  yields: boolean;
  /** An ERROR or MISSING node somewhere below, this node included. */
  broken: boolean;
};

export type Cst = {
  readonly root: CstNode;
  readonly nodes: readonly CstNode[];
  /** Offsets at which comments end. */
  readonly commentEnds: ReadonlySet<number>;
  readonly tooDeep: boolean;
};

/** Type id of ERROR nodes, in every grammar. */
const ERROR_ID = 65535;
/**
 * Levels of nesting that are converted. CPython itself refuses more than 100 levels of indentation and 200 of brackets,
 * which make at most about 1,000 levels here.
 */
const MAX_NESTING = 1_200;
/** Length of chains that nest to the left only (`a + b + c`, `a.b().c()`). */
const MAX_CHAIN = 20_000;

/** Nodes whose first child continues a chain: such depth is ordinary and costs no recursion anywhere. */
const CHAINS = new Set(["binary_operator", "boolean_operator", "attribute", "call", "subscript", "list", "binary_expression"]);
const SKIPPED = new Set(["comment", "line_continuation"]);

/** What a grammar's numeric ids mean, looked up once per grammar instead of once per node. */
export type CstVocabulary = {
  readonly types: readonly string[];
  readonly named: readonly boolean[];
  readonly fields: readonly (string | null)[];
};

function vocabulary(language: Language): CstVocabulary {
  const types: string[] = [];
  const named: boolean[] = [];
  for (let id = 0; id < language.nodeTypeCount; id++) {
    types.push(language.nodeTypeForId(id) ?? "");
    named.push(language.nodeTypeIsNamed(id));
  }
  const fields: (string | null)[] = [null];
  for (let id = 1; id <= language.fieldCount; id++) fields.push(language.fieldNameForId(id));
  return { types, named, fields };
}

export type CstReading = { readonly cst: Cst; readonly hasError: boolean };
export type CstReader = { readonly words: CstVocabulary; readonly read: (text: string) => CstReading };

/** Loads the wasm runtime (once per thread) and a grammar, both given as bytes. */
export async function createCstReader(runtimeWasm: Uint8Array, grammarWasm: Uint8Array): Promise<CstReader> {
  const runtime = await startRuntime(runtimeWasm);
  const language = await Language.load(grammarWasm);
  const parser = new Parser().setLanguage(language);
  const words = vocabulary(language);
  // INVARIANT: every tree is deleted; the wasm heap is not collected, and the process dies when it is full.
  const read = (text: string): CstReading => {
    let tree: Tree | null = null;
    try {
      tree = parser.parse(text);
      if (tree === null) throw new Error("tree-sitter returned no tree");
      return { cst: readCst(runtime, tree, words), hasError: tree.rootNode.hasError };
    } finally {
      tree?.delete();
    }
  };
  return { words, read };
}

function readCst(runtime: TreeRuntime, tree: Tree, words: CstVocabulary): Cst {
  return withCursor(runtime, tree, (cursor) => readNodes(cursor, words));
}

function readNodes(cursor: WasmCursor, words: CstVocabulary): Cst {
  const root = readNode(cursor, words, null);
  const nodes: CstNode[] = [root];
  let parent = root;
  let depth = 0;
  let nesting = 0;
  const nestings: number[] = [];
  const commentEnds = new Set<number>();
  if (!cursor.gotoFirstChild()) return { root, nodes, commentEnds, tooDeep: false };
  for (;;) {
    const node = readNode(cursor, words, parent);
    if (!SKIPPED.has(node.type)) {
      parent.children.push(node);
      nodes.push(node);
      if (cursor.gotoFirstChild()) {
        const chain = parent.children.length === 1 && CHAINS.has(node.type);
        nestings.push(nesting);
        depth++;
        if (!chain) nesting++;
        if (nesting > MAX_NESTING || depth > MAX_CHAIN) return { root, nodes, commentEnds, tooDeep: true };
        parent = node;
        continue;
      }
    } else commentEnds.add(node.end);
    while (!cursor.gotoNextSibling()) {
      cursor.gotoParent();
      if (parent.parent === null) return { root, nodes, commentEnds, tooDeep: false };
      parent = parent.parent;
      depth--;
      nesting = nestings.pop() ?? 0;
    }
  }
}

function readNode(cursor: WasmCursor, words: CstVocabulary, parent: CstNode | null): CstNode {
  const typeId = cursor.typeId();
  const start = cursor.start();
  const end = cursor.end();
  const missing = start === end && cursor.isMissing();
  return {
    type: typeId === ERROR_ID ? "ERROR" : (words.types[typeId] ?? "ERROR"),
    typeId,
    named: typeId === ERROR_ID || words.named[typeId] === true,
    field: words.fields[cursor.fieldId()] ?? null,
    start,
    end,
    parent,
    children: [],
    missing,
    out: null,
    before: null,
    yields: false,
    broken: missing || typeId === ERROR_ID,
  };
}

// ---------------------------------------------------------------- looking at nodes

export function childByField(node: CstNode, field: string): CstNode | null {
  for (const child of node.children) if (child.field === field) return child;
  return null;
}

export function childrenByField(node: CstNode, field: string): CstNode[] {
  return node.children.filter((child) => child.field === field && child.named);
}

export function childByType(node: CstNode, type: string): CstNode | null {
  for (const child of node.children) if (child.type === type) return child;
  return null;
}

/** Named children without ERROR nodes (those are reported at the level of the statement). */
export function namedChildren(node: CstNode): CstNode[] {
  return node.children.filter((child) => child.named && child.type !== "ERROR");
}

export function hasToken(node: CstNode, token: string): boolean {
  for (const child of node.children) if (child.type === token) return true;
  return false;
}
