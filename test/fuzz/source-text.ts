/** Programs made at random, as text: mostly valid ones of every construct, then damaged as bytes. */
import fc from "fast-check";
import type { Language } from "../../analysis/tree.ts";

type Text = fc.Arbitrary<string>;
/** `$e` an expression, `$s` a block of statements, `$n` a name, `$t` text for a literal; each is filled anew. */
type Grammar = {
  readonly expressions: readonly string[];
  readonly statements: readonly string[];
  readonly block: (body: string) => string;
};

const NAMES = ["a", "os", "x1", "self", "été", "_", "eval", "require", "path", "f"];
const TEXTS = ["", "a b", "rm -rf /", "%s {} ${x}", "\\\\n", "😀", "'", "../.ssh/id_rsa", "SELECT * FROM t"];

const indented = (body: string): string => body.replace(/^/gm, "    ");
const braced = (body: string): string => `{\n${body}\n}`;

const PYTHON: Grammar = {
  block: indented,
  expressions: [
    ...'$n|1|0x1F|1e9|None|...|"$t"|b\'ab\'|f"{$e!r:>{$e}} $t"|$n.$n|$n($e, *$n, k=$e, **$n)|$e[$e:$e]|[$e for $n in $e if $e]'.split("|"),
    ..."{**$n, $e: $e}|{$e, $e}|($e, $e)|lambda $n, *_: $e|$e if $e else $e|not $e|-$e|$e + $e|$e and $e|$e < $e <= $e|($n := $e)|await $n".split(
      "|",
    ),
    "($e for $n in $e)",
    '"$t" "$t"',
  ],
  statements: [
    ...[
      "$e",
      "$n = $e",
      "$n: int = $e",
      "$n, *$n = $e",
      "$n += $e",
      "del $n",
      "global $n",
      "pass",
      "return $e",
      "raise $e from $e",
      "assert $e, $e",
    ],
    ...[
      "import $n.$n as $n",
      "from . import $n, $n as $n",
      "from $n import *",
      "if $e:\n$s\nelif $e:\n$s\nelse:\n$s",
      "while $e:\n$s\nelse:\n$s",
    ],
    ...["for $n in $e:\n$s", "with $e as $n, $e:\n$s", "try:\n$s\nexcept $e as $n:\n$s\nfinally:\n$s", "def $n($n, /, $n=$e, *, $n):\n$s"],
    ...[
      "@$n.$n($e)\nasync def $n():\n$s",
      "class $n($e, metaclass=$n):\n$s",
      "match $e:\n    case {'k': [$n, *_]} if $e:\n        $n = $e",
      "%run $n",
    ],
  ],
};
const SCRIPT: Grammar = {
  block: braced,
  expressions: [
    ...["$n", "1", "0n", "null", "'$n'", "`a${$e}b`", "/a[b-z]+$/gi", "$n.$n", "$n?.[$e]", "$n($e, ...$n)", "new $n($e)", "[$e, , ...$n]"],
    ...[
      "({ $n, [$e]: $e, ...$n })",
      "($n, $n = $e) => $e",
      "async ({ $n }) => { await $n; }",
      "function* $n() { yield* $e; }",
      "$e ? $e : $e",
    ],
    ...[
      "!$e",
      "typeof $e",
      "$e + $e",
      "$e ?? $e",
      "$e instanceof $n",
      "$n = $e",
      "$n++",
      "$n`a${$e}`",
      "import($e)",
      "class { #p = $e; static {} }",
    ],
    "<div a={$e} {...$n}>{$e}</div>",
  ],
  statements: [
    ...[
      "$e;",
      "const { $n: a, ...b } = $e;",
      "let $n = $e, b;",
      "var $n;",
      "if ($e) $s else $s",
      "for (const $n of $e) $s",
      "for (;;) $s",
      "return $e;",
    ],
    ...[
      "while ($e) $s",
      "do $s while ($e)",
      "switch ($e) { case $e: $e; default: }",
      "try $s catch ({ message }) $s finally $s",
      "throw $e;",
    ],
    ...[
      "function $n($n, ...rest) $s",
      "class $n extends $n { static async m() $s get x() $s }",
      "import d, { $n as b } from 'm';",
      "export default $e;",
    ],
    ...["label: for (;;) break label;", "with ($n) $s", "debugger;"],
  ],
};
const TYPED: Grammar = {
  block: braced,
  expressions: [
    ...SCRIPT.expressions.filter((text) => !text.startsWith("<")),
    "$e as any",
    "$n!",
    "$n<string>($e)",
    "$e satisfies unknown",
  ],
  statements: [
    ...SCRIPT.statements.filter((text) => !text.startsWith("with")),
    ...[
      "interface I { a?: $n; [k: string]: unknown }",
      "type T<K extends keyof any> = { [P in K]?: P } | `x${string}`;",
      "enum E { A, B = 'b' }",
    ],
    ...[
      "namespace N $s",
      "abstract class C<T> { private readonly a: T; constructor(public b?: number) {} }",
      "declare module 'm';",
      "let $n: (a: number) => void = $e;",
    ],
  ],
};
const SHELL: Grammar = {
  block: (body) => body,
  expressions: [
    ...[
      "$n",
      '"$t"',
      "'a b'",
      "$$n",
      "${a:-$e}",
      "${a%%.*}",
      '"${a[@]}"',
      "$(echo $e)",
      "`ls`",
      "$((1 + a))",
      "-rf",
      "/tmp/*.{a,b}",
      "<(cat $e)",
      "~/x",
    ],
  ],
  statements: [
    ...[
      "echo $e $e",
      "$n=$e",
      "export A=$e",
      "A=1 cmd $e",
      "cat $e | grep $e | sh",
      "curl $e > out 2>&1",
      "a && b || ! c",
      "(cd $e; ls)",
      "{ ls; }",
    ],
    ...[
      "if [ -f $e ]; then\n$s\nelse\n$s\nfi",
      "for i in $e $e; do\n$s\ndone",
      "while read -r l; do\n$s\ndone < $e",
      "case $e in a|b) ls;; *) ;; esac",
    ],
    ...["f() {\n$s\n}", "cat <<EOF\n$e\nEOF", "[[ $e == a* ]]", "trap 'rm x' EXIT", "eval $e", "a=(1 $e)", "x | # c\ny"],
  ],
};
const GRAMMARS: Readonly<Record<Language, Grammar>> = { python: PYTHON, javascript: SCRIPT, typescript: TYPED, shell: SHELL };

const DEPTH = { maxDepth: 4, depthSize: "small" } as const;

function valid(language: Language): Text {
  const { expressions, statements, block } = GRAMMARS[language];
  const atoms = fc.constantFrom(...expressions.filter((text) => !/\$[es]/.test(text)));
  return fc.letrec<{ e: string; s: string }>((tie) => {
    const fill = (form: string): Text => {
      const parts = form.split(/(\$[estn](?![\w{]))/);
      const filled = parts.map((part): Text => {
        if (part === "$e") return tie("e");
        if (part === "$s") return fc.array(tie("s"), { minLength: 1, maxLength: 3 }).map((list) => block(list.join("\n")));
        if (part === "$n") return fc.constantFrom(...NAMES);
        return part === "$t" ? fc.constantFrom(...TEXTS) : fc.constant(part);
      });
      return fc.tuple(...filled).map((texts) => texts.join(""));
    };
    return {
      e: fc.oneof(DEPTH, atoms.chain(fill), fc.constantFrom(...expressions).chain(fill)),
      s: fc.oneof(DEPTH, tie("e") as Text, fc.constantFrom(...statements).chain(fill)),
    };
  }).s;
}

/** What byte errors, editors and attackers leave behind. */
const DEBRIS = [
  "\0",
  "\r",
  "\u2028",
  "\ufeff",
  "\ud800",
  "\t",
  "\\",
  '"',
  "'",
  "`",
  "(",
  ")",
  "{",
  "}",
  "[",
  "#",
  "//",
  "/*",
  "<<EOF\n",
  "${",
  "\n\n",
  "𝐨",
];

type Damage = { readonly at: number; readonly length: number; readonly put: string };

const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(12),
  put: fc.oneof(fc.constantFrom(...DEBRIS), fc.string({ maxLength: 3, unit: "binary" }), fc.constant("")),
});

function damaged(text: string, all: readonly Damage[]): string {
  return all.reduce((before, { at, length, put }) => {
    const from = Math.floor(at * before.length);
    return before.slice(0, from) + put + before.slice(from + length);
  }, text);
}

/** About half of the programs are whole. */
export function programText(language: Language): Text {
  const whole = fc.array(valid(language), { minLength: 1, maxLength: 8 }).map((list) => `${list.join("\n")}\n`);
  return fc.oneof(
    whole,
    fc.tuple(whole, fc.array(damage, { minLength: 1, maxLength: 6 })).map(([text, all]) => damaged(text, all)),
  );
}
