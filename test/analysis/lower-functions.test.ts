/** What functions and classes become: defaults, decorators, hoisting, class bodies, generators. */
import { type Case, checkCases } from "./lower-cases.ts";

const CASES: readonly Case[] = [
  {
    name: "decorators are evaluated first and applied from the inside out; defaults are evaluated at the definition",
    language: "python",
    source: `
      @a.b
      @c(1)
      def f(x, y=z): pass
      @d
      class K(B, metaclass=M): v = f
    `,
    functions: [0, 1, 2],
    ir: `
      [f K]
      b0:
        %0 = @a
        %1 = %0.b
        %2 = @c
        %3 = 1
        %4 = call %2(%3)
        %5 = @z
        %6 = function 1(-, %5)
        %7 = call %4(%6)
        %8 = call %1(%7)
        $f := %8
        %9 = @d
        %10 = @B
        %11 = @M
        %12 = class K 2(%10, metaclass=%11)
        %13 = call %9(%12)
        $K := %13
        stop
      fn 1 function f(x, y=) [x y] @a.b @c(1)
      b0:
        return
      fn 2 class K() [v] @d
      b0:
        %0 = @f
        $v := %0
        return
    `,
  },
  {
    name: "JavaScript completes its parameters at entry",
    language: "javascript",
    source: `(a, [b] = c, ...{length}) => b`,
    functions: [1],
    ir: `
      fn 1 arrow (a, arg#1=, *arg#2) [a b length arg#1 arg#2]
      b0:
        %0 = $arg#1
        %1 = %0
        %2 = undefined
        %3 = %0 === %2
        if %3 b1 else b2
      b1:
        %4 = @c
        %1 = %4
        jump b2
      b2:
        %5 = unpack %1
        $b := %5
        %6 = $arg#2
        %7 = "length"
        %8 = %6.length
        $length := %8
        %9 = $b
        return %9
    `,
  },
  {
    name: "generators",
    language: "python",
    source: `
      def g():
        x = yield 1
        yield from x
    `,
    functions: [1],
    ir: `
      fn 1 generator function g() [x]
      b0:
        %0 = 1
        %1 = yield %0
        $x := %1
        %2 = $x
        %3 = yield from %2
        return
    `,
  },
  {
    name: "a JavaScript class: fields, static members, accessors, computed names",
    language: "javascript",
    source: `class A extends B { static s = 1; #p; q = this.s; [k()] = 2; static { this.t = 3 } get v() {} set v(x) {} static v() {} static async *m() {} ['n']() {} [o]() {} constructor() { super(1); super.z = 2 } }`,
    functions: [0, 1, 2, 3, 7, 10],
    ir: `
      [key#2 A]
      b0:
        %0 = @B
        %1 = class A 1(%0)
        $A := %1
        stop
      fn 1 class A() [#fields v set v static v m n constructor s]
      b0:
        %0 = function 2
        $#fields := %0
        %1 = function 4
        $v := %1
        %2 = function 5
        $set v := %2
        %3 = function 6
        $static v := %3
        %4 = function 7
        $m := %4
        %5 = function 8
        $n := %5
        %6 = @o
        %7 = function 9
        %8 = this
        %9 = %8.prototype
        %9[%6] := %7
        %10 = function 10
        $constructor := %10
        %11 = this
        @A := %11
        %12 = 1
        $s := %12
        %13 = @k
        %14 = call %13()
        @key#2 := %14
        %15 = function 3
        %16 = this
        %17 = call %15(this=%16)
        return
      fn 2 fields #fields() []
      b0:
        %0 = this
        %1 = %0.s
        %2 = this
        %2.q := %1
        %3 = 2
        %4 = this
        %5 = @key#2
        %4[%5] := %3
        return
      fn 3 static method () []
      b0:
        %0 = this
        %1 = 3
        %0.t := %1
        return
      fn 7 static async generator method m() []
      b0:
        return
      fn 10 constructor constructor() []
      b0:
        %0 = @super
        %1 = this
        %2 = 1
        %3 = call %0(this=%1, %2)
        %4 = @super
        %5 = this
        %6 = 2
        %5.z := %6
        return
    `,
  },
  {
    name: "a private member that is called like the lowering's own `#fields` stays apart from it",
    language: "javascript",
    source: `class A { #fields = 1; get() { return this.#fields } }`,
    functions: [1, 2, 3],
    ir: `
      fn 1 class A() [#fields get]
      b0:
        %0 = function 2
        $#fields := %0
        %1 = function 3
        $get := %1
        return
      fn 2 fields #fields() []
      b0:
        %0 = 1
        %1 = this
        %1.#fields#1 := %0
        return
      fn 3 method get() []
      b0:
        %0 = this
        %1 = %0.#fields#1
        return %1
    `,
  },
  {
    name: "named function and class expressions know themselves",
    language: "javascript",
    source: `x = function f() { return f }; y = class C { m() { return C } }`,
    functions: [0, 1, 3],
    ir: `
      [f#2 C#3]
      b0:
        %0 = function 1
        $f#2 := %0
        @x := %0
        %1 = class C 2()
        $C#3 := %1
        @y := %1
        stop
      fn 1 function f() []
      b0:
        %0 = @f#2
        return %0
      fn 3 method m() []
      b0:
        %0 = @C#3
        return %0
    `,
  },
  {
    name: "a function of a block is hoisted to the block's start and bound in the function",
    language: "javascript",
    source: `f(); { g(); function g() {} } g()`,
    ir: `
      [g]
      b0:
        %0 = @f
        %1 = call %0()
        %2 = function 1
        $g := %2
        %3 = $g
        %4 = call %3()
        %5 = $g
        %6 = call %5()
        stop
    `,
  },
  {
    name: "TypeScript: enums, namespaces, parameter properties, casts",
    language: "typescript",
    source: `enum E { A, B = 'x' } namespace N { export const y: number = 1 } class P { constructor(private z: string) {} } export = (E as any).A!`,
    functions: [0, 2],
    ir: `
      [P E N y#2]
      b0:
        %0 = "A"
        %1 = 0
        %2 = "0"
        %3 = "A"
        %4 = "B"
        %5 = "x"
        %6 = object(%0: %1, %2: %3, %4: %5)
        $E := %6
        %8 = $N
        %7 = %8
        if %8 b1 else b2 about N
      b1:
        $N := %7
        %10 = 1
        $y#2 := %10
        %11 = $N
        %12 = $y#2
        %11.y := %12
        %13 = class P 1()
        $P := %13
        %14 = @module
        %15 = $E
        %16 = %15.A
        %14.exports := %16
        stop
      b2:
        %9 = object()
        %7 = %9
        jump b1
      fn 2 constructor constructor(z) [z]
      b0:
        %0 = this
        %1 = $z
        %0.z := %1
        return
    `,
  },
];

checkCases(CASES);
