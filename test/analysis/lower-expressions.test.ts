/** What expressions become: evaluation order, short circuits, calls, displays. */
import { type Case, checkCases } from "./lower-cases.ts";

const CASES: readonly Case[] = [
  {
    name: "`and`, `or` and `not` as a value branch on one name at a time, each with its own polarity",
    language: "python",
    source: `x = a and not b or c()`,
    ir: `
      [x]
      b0:
        %1 = @a
        %0 = %1
        if %1 b3 else b2 about a
      b1:
        $x := %0
        stop
      b2:
        %5 = @c
        %6 = call %5()
        %0 = %6
        jump b1
      b3:
        %2 = @b
        if %2 b5 else b4 about b
      b4:
        %3 = true
        %0 = %3
        jump b1
      b5:
        %4 = false
        %0 = %4
        jump b2
    `,
  },
  {
    name: "`&&` guards what follows it",
    language: "javascript",
    source: `!ok && f()`,
    ir: `
      []
      b0:
        %1 = @ok
        if %1 b4 else b3 about ok
      b1:
        stop
      b2:
        %4 = @f
        %5 = call %4()
        %0 = %5
        jump b1
      b3:
        %2 = true
        %0 = %2
        jump b2
      b4:
        %3 = false
        %0 = %3
        jump b1
    `,
  },
  {
    name: "`??` asks whether the value is nullish",
    language: "javascript",
    source: `y = p ?? q ?? r`,
    ir: `
      []
      b0:
        %1 = @p
        %0 = %1
        %2 = null
        %3 = %0 == %2
        if %3 b2 else b1
      b1:
        @y := %0
        stop
      b2:
        %4 = @q
        %0 = %4
        %5 = null
        %6 = %0 == %5
        if %6 b3 else b1
      b3:
        %7 = @r
        %0 = %7
        jump b1
    `,
  },
  {
    name: "a chained comparison evaluates each operand once and stops at the first false one",
    language: "python",
    source: `ok = a < b() < c`,
    ir: `
      [ok]
      b0:
        %1 = @a
        %2 = @b
        %3 = call %2()
        %4 = %1 < %3
        %0 = %4
        if %4 b2 else b1 about a b
      b1:
        $ok := %0
        stop
      b2:
        %5 = @c
        %6 = %3 < %5
        %0 = %6
        jump b1
    `,
  },
  {
    name: "nested conditionals",
    language: "javascript",
    source: `x = a ? 1 : b ? 2 : 3`,
    ir: `
      []
      b0:
        %1 = @a
        if %1 b2 else b3 about a
      b1:
        @x := %0
        stop
      b2:
        %2 = 1
        %0 = %2
        jump b1
      b3:
        %3 = @b
        if %3 b4 else b5 about b
      b4:
        %4 = 2
        %0 = %4
        jump b1
      b5:
        %5 = 3
        %0 = %5
        jump b1
    `,
  },
  {
    name: "f-strings keep conversions and constant formats; a computed format is a call of `__format__`",
    language: "python",
    source: `f"{a!r}-{b:>4}{c:{w}}"`,
    ir: `
      []
      b0:
        %0 = @a
        %1 = "-"
        %2 = @b
        %3 = @c
        %4 = @w
        %5 = concat(%4)
        %6 = %3.__format__
        %7 = call %6(this=%3, %5)
        %8 = concat(%0!r, %1, %2:>4, %7)
        stop
    `,
  },
  {
    name: "arguments: positional, keyword, spread; the method is read before they are evaluated",
    language: "python",
    source: `o.m(1, k=2, *xs, **kw)`,
    ir: `
      []
      b0:
        %0 = @o
        %1 = %0.m
        %2 = 1
        %3 = 2
        %4 = @xs
        %5 = @kw
        %6 = call %1(this=%0, %2, k=%3, *%4, **%5)
        stop
    `,
  },
  {
    name: "`new`, optional calls and indexed callees",
    language: "javascript",
    source: `new A(...xs); o?.m?.(1); o[k](2)`,
    ir: `
      []
      b0:
        %0 = @A
        %1 = @xs
        %2 = new %0(*%1)
        %3 = @o
        %4 = %3?.m
        %5 = 1
        %6 = call? %4(this=%3, %5)
        %7 = @o
        %8 = @k
        %9 = %7[%8]
        %10 = 2
        %11 = call %9(this=%7, %10)
        stop
    `,
  },
  {
    name: "a comprehension is a loop with renamed variables",
    language: "python",
    source: `{k: v for k, v in d.items() if v if k}`,
    ir: `
      [k#2 v#3]
      b0:
        %0 = dict()
        %1 = @d
        %2 = %1.items
        %3 = call %2(this=%1)
        %4 = iter %3
        jump b2
      b1:
        stop
      b2:
        for %5 in %4 b3 else b1
      b3:
        %6, %7 = unpack %5
        $k#2 := %6
        $v#3 := %7
        %8 = $v#3
        if %8 b4 else b2 about v
      b4:
        %9 = $k#2
        if %9 b5 else b2 about k
      b5:
        %10 = $k#2
        %11 = $v#3
        %0 += %10: %11
        jump b2
    `,
  },
  {
    name: "the first iterable of a comprehension belongs to the scope around it",
    language: "python",
    source: `[y for x in x for y in x]`,
    ir: `
      [x#2 y#3]
      b0:
        %0 = list()
        %1 = @x
        %2 = iter %1
        jump b2
      b1:
        stop
      b2:
        for %3 in %2 b3 else b1
      b3:
        $x#2 := %3
        %4 = $x#2
        %5 = iter %4
        jump b4
      b4:
        for %6 in %5 b5 else b2
      b5:
        $y#3 := %6
        %7 = $y#3
        %0 += %7
        jump b4
    `,
  },
  {
    name: "a tagged template is a call with its strings and its holes",
    language: "javascript",
    source: `sql.raw\`a\${x}\${y}b\``,
    ir: `
      []
      b0:
        %0 = @sql
        %1 = %0.raw
        %2 = "a"
        %3 = @x
        %4 = ""
        %5 = @y
        %6 = "b"
        %7 = list(%2, %4, %6)
        %8 = list(%2, %4, %6)
        %7.raw := %8
        %9 = call %1(this=%0, %7, %3, %5)
        stop
    `,
  },
  {
    name: "objects: shorthand, computed keys, spread, accessors",
    language: "javascript",
    source: `({a, 'b': 1, [c]: 2, ...d, get e() { return 1 }})`,
    ir: `
      []
      b0:
        %0 = "a"
        %1 = @a
        %2 = "b"
        %3 = 1
        %4 = @c
        %5 = 2
        %6 = @d
        %7 = "e"
        %8 = function 1
        %9 = object(%0: %1, %2: %3, %4: %5, **%6, get %7: %8)
        stop
    `,
  },
  {
    name: "arrays with holes",
    language: "javascript",
    source: `[1, , ...x]`,
    ir: `
      []
      b0:
        %0 = 1
        %1 = undefined
        %2 = @x
        %3 = list(%0, %1, *%2)
        stop
    `,
  },
  {
    name: "`delete`, `typeof`, `void`",
    language: "javascript",
    source: `delete o.a; typeof x; void f()`,
    ir: `
      []
      b0:
        %0 = @o
        delete %0.a
        %1 = true
        %2 = @x
        %3 = typeof %2
        %4 = @f
        %5 = call %4()
        %6 = void %5
        stop
    `,
  },
  {
    name: "literals and displays",
    language: "python",
    source: `(n := 1j); b'x'; ..., None; {1, *s}; (*a, 1)`,
    ir: `
      [n]
      b0:
        %0 = 1
        %1 = imaginary %0
        $n := %1
        %2 = b"x"
        %3 = ellipsis
        %4 = null
        %5 = tuple(%3, %4)
        %6 = 1
        %7 = @s
        %8 = set(%6, *%7)
        %9 = @a
        %10 = 1
        %11 = tuple(*%9, %10)
        stop
    `,
  },
  {
    name: "a JSX component is called with its properties; a page element is an object",
    language: "javascript",
    source: `x = <A.B k={1} l {...o}>t {v}<p/></A.B>`,
    ir: `
      []
      b0:
        %0 = @A
        %1 = %0.B
        %2 = "k"
        %3 = 1
        %4 = "l"
        %5 = true
        %6 = @o
        %7 = "t "
        %8 = @v
        %9 = object()
        %10 = "children"
        %11 = list(%7, %8, %9)
        %12 = object(%2: %3, %4: %5, **%6, %10: %11)
        %13 = call %1(%12)
        @x := %13
        stop
    `,
  },
];

checkCases(CASES);
