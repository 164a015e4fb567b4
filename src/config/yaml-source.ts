/** A YAML configuration file with positions: from a path of keys back to line and column. */
import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import type { ConfigProblem } from "./problem.ts";

type Range = { readonly offset: number; readonly length: number };

export type YamlSource = {
  readonly data: unknown;
  readonly problems: readonly ConfigProblem[];
  /** A problem at the value of `path`, or at the key named `key` inside it. */
  problemAt(path: readonly PropertyKey[], key: string | null, message: string, hint: string | null): ConfigProblem;
};

const rangeOf = (node: Node | null | undefined): Range | null =>
  node?.range == null ? null : { offset: node.range[0], length: Math.max(1, node.range[1] - node.range[0]) };

function findPair(node: unknown, key: PropertyKey): Pair<unknown, unknown> | null {
  if (!isMap(node)) return null;
  return node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key)) ?? null;
}

/** The range of the deepest node on `path` that is written in the file. */
function locate(root: unknown, path: readonly PropertyKey[], key: string | null): Range | null {
  let node: unknown = root;
  let range = rangeOf(root as Node | null);
  for (const part of path) {
    const pair = findPair(node, part);
    const child = pair === null ? (isSeq(node) ? node.items[Number(part)] : undefined) : (pair.value ?? pair.key);
    if (child === undefined) return range;
    node = child;
    range = rangeOf(child as Node) ?? range;
  }
  const named = key === null ? null : findPair(node, key);
  return named === null ? range : (rangeOf(named.key as Node) ?? range);
}

export function readYaml(file: string, text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const textLines = text.split(/\r\n|\r|\n/);
  const problemIn = (range: Range | null, message: string, hint: string | null): ConfigProblem => {
    const place = range === null ? { line: 1, col: 1 } : lines.linePos(range.offset);
    const length = range?.length ?? 1;
    return { file, line: place.line, column: place.col, length, sourceLine: textLines[place.line - 1] ?? "", message, hint };
  };
  const problems = document.errors.map((error) =>
    problemIn({ offset: error.pos[0], length: Math.max(1, error.pos[1] - error.pos[0]) }, `not valid YAML: ${error.message}`, null),
  );
  let data: unknown = null;
  try {
    data = problems.length > 0 ? null : document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    problems.push(problemIn(null, `not valid YAML: ${(error as Error).message}`, null));
  }
  return { data, problems, problemAt: (path, key, message, hint) => problemIn(locate(document.contents, path, key), message, hint) };
}
