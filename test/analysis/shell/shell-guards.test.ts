/** Conditions before the commands of a shell program: which ones guard, with which polarity, and what certainly runs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { shellProgram } from "../../../analysis/shell-command.ts";

type Case = readonly [program: string, found: readonly string[]];

/** `act` as a command: `sure|maybe`, then its guards, a false one with `!` in front. */
function acts(program: string): string[] {
  return shellProgram(program)
    .commands.filter((command) => command.text.startsWith("act"))
    .map(({ sure, latent, guards }) =>
      [latent ? "latent" : sure ? "sure" : "maybe", ...guards.map((g) => (g.positive ? g.text : `!${g.text}`))].join(" | "),
    );
}

const CASES: Readonly<Record<string, readonly Case[]>> = {
  lists: [
    ["act", ["sure"]],
    ["a; act", ["sure"]],
    ["a && act", ["maybe | a"]],
    ["a || act", ["maybe | !a"]],
    ["a || b && act", ["maybe | !a | b"]],
    ["a && b; act", ["sure"]],
  ],
  "early exits": [
    ['[ "$CONFIRM" = yes ] || exit 1\nact', ['maybe | [ "$CONFIRM" = yes ]']],
    ['[ "$CONFIRM" = no ] && exit 1\nact', ['maybe | ![ "$CONFIRM" = no ]']],
    ["if ! test -e x; then exit 1; fi\nact", ["maybe | test -e x"]],
    ["if test -e x; then echo a; fi\nact", ["sure"]],
    ["f() { test -e x || return; act; }\nf", ["maybe | test -e x"]],
    ["f() { test -e x || return; }\nf\nact", ["sure"]],
    ["(test -e x || exit)\nact", ["sure"]],
    ["test -e x || { echo no; exit 1; }\nact", ["maybe | test -e x"]],
    ['set -e\n[ -n "$OK" ]\nact', ['sure | [ -n "$OK" ]']],
    ['case "$1" in yes) ;; *) exit 1;; esac\nact', ["maybe"]],
  ],
  branches: [
    ["if a; then act; fi", ["maybe | a"]],
    ["if a; then b; else act; fi", ["maybe | !a"]],
    ["if a; then b; elif c; then act; fi", ["maybe | !a | c"]],
    ["while a; do act; done", ["maybe | a"]],
    ["until a; do act; done", ["maybe | !a"]],
    ['case "$1" in x) act;; esac', ['maybe | "$1" = x']],
    ["if command -v docker; then act; fi", ["maybe | command -v docker"]],
  ],
  "what the program's own constants decide": [
    ["if true; then act; fi", ["sure"]],
    ["if false; then act; fi", []],
    ["false && act", []],
    ["true || act", []],
    ['x=1; [ "$x" = 2 ] && act', []],
    ["x=1; if [[ $x == 1 ]]; then act; fi", ["sure"]],
    ['DRY=1; [ -n "$DRY" ] || act', []],
    ["case a in b) act;; a) ;; esac", []],
    ["exit 0\nact", []],
    ["exec other\nact", []],
    ["while false; do act; done", []],
    ["for i in; do act; done", []],
    ["for i in a b; do act; done", ["sure", "sure"]],
    ["for i in *.c; do act; done", ["maybe"]],
  ],
  functions: [
    ["f() { act; }", ["latent"]],
    ["f() { act; }\nf", ["sure"]],
    ["f() { act; }\na && f", ["maybe | a"]],
  ],
};

for (const [title, cases] of Object.entries(CASES))
  describe(title, () => {
    for (const [program, found] of cases) test(program.replaceAll("\n", "\\n"), () => assert.deepEqual(acts(program), found));
  });

test("values of both branches are followed", () => {
  const targets = (program: string): string[] =>
    shellProgram(program)
      .commands.flatMap((c) => c.meaning.effects.filter((e) => e.kind === "fs.delete_tree").map((e) => e.target))
      .sort();
  assert.deepEqual(targets("d=/; if a; then d=build; fi; rm -rf $d"), ["/", "build"]);
  assert.deepEqual(targets("d=/; d=build; rm -rf $d"), ["build"]);
  assert.deepEqual(targets('d=/etc; case "$1" in a) d=x;; b) d=y;; esac; rm -rf "$d/z"'), ["/etc/z", "x/z", "y/z"]);
});

test("what does not fit the grammar is said, and the rest is read", () => {
  for (const program of ["if a; then b", "a; done; act", "a ) b", "echo 'a", "case x in a) b", "$(a"])
    assert.ok(shellProgram(program).problems.length > 0, program);
  assert.deepEqual(acts("fi; act"), ["sure"]);
  for (const program of [
    "if [[ $a =~ ^(x|y)$ ]]; then b; fi",
    "x=$(case a in b) c;; esac)",
    "cat <<'E' | sh\nit's\nE\n",
    'echo ${x:-"a)b"} $(( 1 << 2 ))',
    "for ((i=0; i<3; i++)); do a; done",
    "f() ( a )\nselect x in 1 2; do break; done",
    "a=(1 2\n 3); declare -A m=([x]=1)",
    "[[ -f a && ! -d b ]] || { c; }",
    "exit 0\n)) not a program ((",
  ])
    assert.deepEqual(shellProgram(program).problems, [], program);
});

test("hostile text costs bounded time", () => {
  const texts = [
    "$(".repeat(5_000),
    "${x:-".repeat(5_000),
    "((".repeat(5_000),
    "if a; then ".repeat(5_000),
    "a=$a$a; ".repeat(5_000),
    "{a,b}".repeat(2_000),
    "f() { f2; }; ".repeat(2_000),
    "x=1; if a; then y=2; fi; ".repeat(2_000),
    "'".repeat(9_999),
    "<<E ".repeat(5_000),
    "for i in 1 2 3 4 5 6 7 8; do ".repeat(100),
    'x=${x//a*b*c*/"$x"}; '.repeat(2_000),
  ]; // prettier-ignore
  for (const text of texts) {
    const started = performance.now();
    shellProgram(text);
    assert.ok(performance.now() - started < 3_000, `${text.slice(0, 20)}: ${Math.round(performance.now() - started)} ms`);
  }
});
