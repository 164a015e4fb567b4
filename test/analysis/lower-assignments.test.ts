/** Assignment in all its forms: order of evaluation, `+=`, patterns, deletion. */
import { type Case, checkCases } from "./lower-cases.ts";

const CASES: readonly Case[] = [
  {
    name: "an augmented assignment evaluates object and index once",
    language: "python",
    source: `d[k()] += v`,
    ir: `
      []
      b0:
        %0 = @d
        %1 = @k
        %2 = call %1()
        %3 = %0[%2]
        %4 = @v
        %5 = %3 += %4
        %0[%2] := %5
        stop
    `,
  },
  {
    name: "Python evaluates the value first, then the targets from left to right",
    language: "python",
    source: `f().a = b[0] = g()`,
    ir: `
      []
      b0:
        %0 = @g
        %1 = call %0()
        %2 = @f
        %3 = call %2()
        %3.a := %1
        %4 = @b
        %5 = 0
        %4[%5] := %1
        stop
    `,
  },
  {
    name: "JavaScript evaluates the target's object first",
    language: "javascript",
    source: `f().a = g()`,
    ir: `
      []
      b0:
        %0 = @f
        %1 = call %0()
        %2 = @g
        %3 = call %2()
        %1.a := %3
        stop
    `,
  },
  {
    name: "`x++` yields the old value, `--x` the new one",
    language: "javascript",
    source: `y = o.n++; --i`,
    ir: `
      []
      b0:
        %0 = @o
        %1 = %0.n
        %2 = 1
        %3 = %1 += %2
        %0.n := %3
        @y := %1
        %4 = @i
        %5 = 1
        %6 = %4 -= %5
        @i := %6
        stop
    `,
  },
  {
    name: "`||=` and `??=` assign only when the old value asks for it",
    language: "javascript",
    source: `o.a ||= f(); x ??= 1`,
    ir: `
      []
      b0:
        %0 = @o
        %1 = %0.a
        %2 = %1
        if %1 b2 else b1
      b1:
        %3 = @f
        %4 = call %3()
        %2 = %4
        %0.a := %4
        jump b2
      b2:
        %5 = @x
        %6 = %5
        %7 = null
        %8 = %5 == %7
        if %8 b3 else b4
      b3:
        %9 = 1
        %6 = %9
        @x := %9
        jump b4
      b4:
        stop
    `,
  },
  {
    name: "slices read, assigned and deleted",
    language: "python",
    source: `a[1:]; a[::2] = b; del a[0], o.x, n`,
    ir: `
      [n]
      b0:
        %0 = @a
        %1 = 1
        %2 = %0[%1::]
        %3 = @b
        %4 = @a
        %5 = null
        %6 = null
        %7 = 2
        %8 = tuple(%5, %6, %7)
        %9 = slice %8
        %4[%9] := %3
        %10 = @a
        %11 = 0
        delete %10[%11]
        %12 = @o
        delete %12.x
        delete $n
        stop
    `,
  },
  {
    name: "destructuring with nested patterns, computed keys, defaults and rest",
    language: "javascript",
    source: `const {a, b: [c, ...d], [k]: e = 1, ...rest} = o`,
    ir: `
      [a c d e rest]
      b0:
        %0 = @o
        %1 = "a"
        %2 = %0.a
        $a := %2
        %3 = "b"
        %4 = %0.b
        %5, %6 = unpack %4 star 1
        $c := %5
        $d := %6
        %7 = @k
        %8 = %0[%7]
        %9 = %8
        %10 = undefined
        %11 = %8 === %10
        if %11 b1 else b2
      b1:
        %12 = 1
        %9 = %12
        jump b2
      b2:
        $e := %9
        %13 = %0 without (%1, %3, %7)
        $rest := %13
        stop
    `,
  },
];

checkCases(CASES);
