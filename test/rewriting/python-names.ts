/** Python rewrites of names and imports: modules by computed names, globals by text, other names, another order. */
import type { Node } from "../../analysis/tree.ts";
import { renameLocals } from "../analysis/interpret/rewrite.ts";
import { treeOf } from "../analysis/test-parser.ts";
import type { Rewrite } from "./rewrite.ts";
import { isFixed, isStored, rewriteTree } from "./tree-edits.ts";

type Import = Extract<Node, { kind: "Import" }>;

const half = (text: string): string => `"${text.slice(0, Math.ceil(text.length / 2))}" + "${text.slice(Math.ceil(text.length / 2))}"`;

/** `import a.b as c` and `from a import b` as assignments; what star, future and relative imports do needs the statement. */
function imports(name: string, load: (module: string) => string): Rewrite {
  const one = (node: Import, at: string): string | null => {
    if (node.module.startsWith(".") || node.module === "__future__" || node.names.some((n) => n.imported === "*")) return null;
    const lines = node.names.map((n) => {
      if (node.form === "from") return `${n.local} = getattr(${load(node.module)}, "${n.imported}")`;
      return `${n.local} = ${n.aliased ? load(node.module) : load(n.local)}`;
    });
    if (node.form === "module" && node.module.includes(".")) return null;
    return lines.join(`\n${at}`);
  };
  return {
    name,
    family: "python",
    apply: (code) =>
      rewriteTree(code, "python", (node) => {
        if (node.kind !== "Import" || !ownLine(code, node) || /^import .*,/.test(code.slice(node.start, node.end))) return null;
        return one(node, /[ \t]*$/.exec(code.slice(0, node.start))?.[0] ?? "");
      }),
  };
}

const ownLine = (code: string, node: Node): boolean =>
  /(^|\n)[ \t]*$/.test(code.slice(0, node.start)) && /^[ \t]*(#.*)?(\n|$)/.test(code.slice(node.end));

/** Names of modules that the top level imports under their first segment. */
function importedModules(module: Node): Set<string> {
  const out = new Set<string>();
  if (module.kind === "Module")
    for (const statement of module.body)
      if (statement.kind === "Import" && statement.form === "module") for (const n of statement.names) out.add(n.local);
  return out;
}

/** Names of modules where they are read, in another spelling. */
function moduleNames(name: string, replace: (name: string) => string): Rewrite {
  return {
    name,
    family: "python",
    apply: (code) => {
      const known = importedModules(treeOf(code, "python").module);
      return rewriteTree(code, "python", (node, _text, ancestors) => {
        if (node.kind !== "Name" || !known.has(node.name) || isFixed(ancestors) || isStored(node, ancestors)) return null;
        const owner = ancestors.at(-1);
        return owner?.kind === "Member" || owner?.kind === "Arg" ? replace(node.name) : null;
      });
    },
  };
}

function moduleMembers(name: string, replace: (module: string, member: string) => string): Rewrite {
  return {
    name,
    family: "python",
    apply: (code) => {
      const known = importedModules(treeOf(code, "python").module);
      return rewriteTree(code, "python", (node, _text, ancestors) => {
        if (node.kind !== "Member" || node.object.kind !== "Name" || !known.has(node.object.name)) return null;
        if (isFixed(ancestors) || isStored(node, ancestors)) return null;
        const owner = ancestors.at(-1);
        if (owner?.kind === "Assign" && owner.target === node) return null;
        return replace(node.object.name, node.name);
      });
    },
  };
}

/** Neighbouring imports, and neighbouring functions without decorators and defaults, in the opposite order. */
function reorder(code: string): string {
  const { module } = treeOf(code, "python");
  if (module.kind !== "Module") return code;
  const movable = (node: Node): string => {
    if (!ownLine(code, node)) return "";
    if (node.kind === "Import") return node.module === "__future__" ? "" : "import";
    if (node.kind !== "FunctionDef" || node.fn.decorators.length > 0) return "";
    return node.fn.params.every((p) => p.default === null && p.type === undefined) && node.fn.returns === undefined ? "def" : "";
  };
  const edits: [number, number, string][] = [];
  for (let i = 0; i < module.body.length; ) {
    let j = i;
    const kind = movable(module.body[i] as Node);
    while (kind !== "" && j + 1 < module.body.length && movable(module.body[j + 1] as Node) === kind) j++;
    const run = module.body.slice(i, j + 1);
    const bound = run.flatMap((s) => (s.kind === "Import" ? s.names.map((n) => n.local) : s.kind === "FunctionDef" ? [s.fn.name] : []));
    // `import a, b` is one line and two imports.
    const lines = run.filter((s, k) => s.start !== run[k - 1]?.start);
    if (new Set(bound).size === bound.length)
      lines.forEach((s, k) => {
        const other = lines[lines.length - 1 - k] as Node;
        edits.push([s.start, s.end, code.slice(other.start, other.end)]);
      });
    i = j + 1;
  }
  return edits.reverse().reduce((text, [start, end, put]) => text.slice(0, start) + put + text.slice(end), code);
}

export const PYTHON_NAMES: readonly Rewrite[] = [
  imports("py __import__", (m) => (m.includes(".") ? `__import__("${m}", fromlist=["x"])` : `__import__("${m}")`)),
  imports("py __import__ of parts", (m) => (m.includes(".") ? `__import__(${half(m)}, fromlist=["x"])` : `__import__(${half(m)})`)),
  imports("py importlib", (m) => `__import__("importlib").import_module(${half(m)})`),
  imports("py sys.modules", (m) => `(__import__(${half(m)}, fromlist=["x"]), __import__("sys").modules["${m}"])[1]`),
  moduleNames("py globals()", (name) => `globals()["${name}"]`),
  moduleNames("py globals().get of parts", (name) => `globals().get(${half(name)})`),
  moduleNames("py module tuple", (name) => `(${name},)[0]`),
  moduleMembers("py vars()", (module, member) => `vars(${module})["${member}"]`),
  moduleMembers("py __dict__", (module, member) => `${module}.__dict__[${half(member)}]`),
  { name: "py other names", family: "python", apply: (code) => renameLocals(code, "python") },
  { name: "py another order", family: "python", apply: reorder },
];
