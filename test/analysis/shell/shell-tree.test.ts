/** The generic tree of shell programs: one line of source, the tree in short. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createParser } from "../../../analysis/parse.ts";
import { childrenOf, type Node, walk } from "../../../analysis/tree.ts";
import { loadGrammars } from "../../../src/analysis-pool/grammars.ts";

const parser = await createParser(loadGrammars());

function parse(source: string) {
  const parsed = parser.parse(source, "shell");
  if (!parsed.ok) throw new Error(parsed.failure.message);
  return parsed.tree;
}

/** `Kind(children)`, with names, strings and operators instead of the kinds that carry them. */
function short(node: Node): string {
  if (node.kind === "Name") return node.name;
  if (node.kind === "Str") return JSON.stringify(node.value);
  if (node.kind === "Arg" || node.kind === "ExprStmt" || node.kind === "Hole") return short(node.value);
  const label = node.kind === "Binary" || node.kind === "Logical" || node.kind === "Unary" ? node.op : node.kind;
  return `${label}(${childrenOf(node).map(short).join(" ")})`;
}

const CASES: Readonly<Record<string, string>> = {
  "ls -l /tmp": 'Call(ls "-l" "/tmp")',
  "echo \"a b\" 'c $d' e\\ f": 'Call(echo "a b" "c $d" "e f")',
  'echo "x $y ${z}"': 'Call(echo Template("x " y " " z))',
  "cat a > b 2>&1": '>&(>(Call(cat "a") "b") "1")',
  "a | b |& c": "|&(|(Call(a) Call(b)) Call(c))",
  "a && b || ! c": "or(and(Call(a) Call(b)) not(Call(c)))",
  "X=1 Y=$X run": 'Sequence(Assign(X "1") Assign(Y X) Call(run))',
  "x=$(date)": "Assign(x Call(FunctionExpr(FunctionBody(Call(date)))))",
  "echo ${a:-b}": 'Call(echo Call(${:-} a "b"))',
  "if a; then b; elif c; then d; else e; fi": "If(Call(a) Call(b) If(Sequence(Call(c)) Call(d) Call(e)))",
  "for f in a b; do rm $f; done": 'ForEach(f Collection("a" "b") Call(rm f))',
  "while read l; do echo $l; done": 'While(Call(read "l") Call(echo l))',
  "until a; do b; done": "While(not(Call(a)) Call(b))",
  "case $1 in a|b) c;; *) d;; esac": 'Match(1 Case(Collection("a" "b") Call(c)) Case("*" Call(d)))',
  "f() { g; }": "FunctionDef(FunctionBody(Call(g)))",
  "(cd x; ls)": 'Call(FunctionExpr(FunctionBody(Call(cd "x") Call(ls))))',
  "cat <<EOF\nhi $x\nEOF\n": '<<(Call(cat) Template("hi " x "\\n"))',
  "sh <<< 'ls'": '<<<(Call(sh) "ls")',
  "export A=1 B": 'Call(export Assign(A "1") B)',
  "a=(1 2)": 'Assign(a Collection("1" "2"))',
  "[ -f x ] && y": 'and(Call([ "-f" "x") Call(y))',
  "# only a comment": "",
  // The grammar alone takes the second line for arguments of `c`.
  "z | a b | c d # e | f\n\nrm g | h i\n\nj k | l > m":
    '|(|(Call(z) Call(a "b")) Call(c "d")); |(Call(rm "g") Call(h "i")); >(|(Call(j "k") Call(l)) "m")',
  "a b \\\nc": 'Call(a "b" "c")',
};

for (const [source, expected] of Object.entries(CASES)) {
  test(source.replaceAll("\n", "\\n"), () => {
    const tree = parse(source);
    assert.deepEqual(tree.diagnostics, []);
    assert.equal(tree.module.body.map(short).join("; "), expected);
  });
}

test("spans are those of the source, with CRLF, tabs, a byte order mark and characters outside the BMP", () => {
  const source = "\ufeffecho '😀'\r\n\trm  -rf\tx\r\n";
  const tree = parse(source);
  const words: string[] = [];
  walk(tree.module, (node) => {
    if (node.kind === "Str" || node.kind === "Name") words.push(source.slice(node.start, node.end));
  });
  assert.deepEqual(words, ["echo", "'😀'", "rm", "-rf", "x"]);
  assert.deepEqual([tree.lines.locate(tree.module.body[1] as Node).line, tree.lines.locate(tree.module.body[1] as Node).column], [2, 2]);
});

test("text that the grammar does not know stays in the tree and says so", () => {
  const tree = parse("ls\nif then fi ((\nrm x\n");
  assert.ok(tree.diagnostics.length > 0);
  let unsupported = 0;
  walk(tree.module, (node) => {
    if (node.kind === "Unsupported") unsupported++;
  });
  assert.ok(unsupported > 0);
});

for (const [title, source] of Object.entries({
  "10,000 open brackets": "(".repeat(10_000),
  "10,000 substitutions": "echo ".concat("$(echo ".repeat(10_000)),
  "10,000 conditions": "if a; then ".repeat(10_000),
  "a million line ends": "\n".repeat(1_000_000),
  "null bytes": "ls \0 x; rm \0",
  "lone surrogates": "echo \ud800 '\udc00'",
  "one long line": `echo ${"x".repeat(900_000)}`,
})) {
  test(`hostile text ends: ${title}`, () => {
    const parsed = parser.parse(source, "shell");
    assert.ok(parsed.ok || parsed.failure.reason === "limit", parsed.ok ? "" : parsed.failure.message);
    assert.deepEqual(parse("ls").diagnostics, [], "the next program is read as usual");
  });
}
