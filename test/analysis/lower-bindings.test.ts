/** Statements that bind names: imports, exports, `match`, JavaScript's `with`. */
import { type Case, checkCases } from "./lower-cases.ts";

const CASES: readonly Case[] = [
  {
    name: "names in JavaScript's `with` may be properties of its object",
    language: "javascript",
    source: `with (o) { f(x); var y = 1 }`,
    ir: `
      [with#2 y]
      b0:
        %0 = @o
        $with#2 := %0
        %2 = $with#2
        %3 = "f"
        %4 = %3 in %2
        if %4 b2 else b3
      b1:
        %8 = $with#2
        %9 = "x"
        %10 = %9 in %8
        if %10 b5 else b6
      b2:
        %5 = %2.f
        %1 = %5
        jump b1
      b3:
        %6 = @f
        %1 = %6
        jump b1
      b4:
        %13 = call %1(%7)
        %14 = 1
        %15 = $with#2
        %16 = "y"
        %17 = %16 in %15
        if %17 b8 else b9
      b5:
        %11 = %8.x
        %7 = %11
        jump b4
      b6:
        %12 = @x
        %7 = %12
        jump b4
      b7:
        stop
      b8:
        %15.y := %14
        jump b7
      b9:
        $y := %14
        jump b7
    `,
  },
  {
    name: "`match`: sequences, mappings, classes, values, alternatives, captures, guards",
    language: "python",
    source: `
      match v:
        case [1, *_] | None: a
        case {'k': P(x, y=str(z)), **r} if z: b
        case A.B as c: d
        case _: e
    `,
    ir: `
      [x z r c]
      b0:
        %0 = @v
        %1 = matches sequence 1+ %0
        if %1 b5 else b4 about v
      b1:
        stop
      b2:
        %9 = matches mapping %0
        if %9 b9 else b8 about v
      b3:
        %8 = @a
        jump b1
      b4:
        %6 = null
        %7 = %0 is %6
        if %7 b7 else b2 about v
      b5:
        %2, %3 = unpack %0 star 1
        %4 = 1
        %5 = %2 == %4
        if %5 b6 else b4 about v
      b6:
        jump b3
      b7:
        jump b3
      b8:
        %25 = @A
        %26 = %25.B
        %27 = %0 == %26
        if %27 b15 else b14 about v
      b9:
        %10 = "k"
        %11 = %10 in %0
        if %11 b10 else b8 about v
      b10:
        %12 = %0[%10]
        %13 = @P
        %14 = %12 isinstance %13
        if %14 b11 else b8 about v
      b11:
        %15 = %12.__match_args__
        %16 = 0
        %17 = %15[%16]
        %18 = %12[%17]
        $x := %18
        %19 = %12.y
        %20 = @str
        %21 = %19 isinstance %20
        if %21 b12 else b8 about v
      b12:
        $z := %19
        %22 = %0 without (%10)
        $r := %22
        %23 = $z
        if %23 b13 else b8 about z
      b13:
        %24 = @b
        jump b1
      b14:
        %29 = @e
        jump b1
      b15:
        $c := %0
        %28 = @d
        jump b1
      b16:
        jump b1
    `,
  },
  {
    name: "Python imports",
    language: "python",
    source: `
      import a.b, c.d as e
      from ..p import q as r, s
      from m import *
      __import__('z')
    `,
    ir: `
      [a e r s]
      b0:
        %0 = import a.b first
        $a := %0
        %1 = import c.d
        $e := %1
        %2 = import ..p q
        $r := %2
        %3 = import ..p s
        $s := %3
        %4 = import m *
        %5 = @__import__
        %6 = "z"
        %7 = call %5(%6)
        stop
    `,
  },
  {
    name: "JavaScript imports and functions come before everything else",
    language: "javascript",
    source: `f(); import d, {a as b} from 'm'; import * as n from 'p'; import 'side'; function f() {}`,
    ir: `
      [f d b n]
      b0:
        %0 = import m default
        $d := %0
        %1 = import m a
        $b := %1
        %2 = import p
        $n := %2
        %3 = import side
        %4 = function 1
        $f := %4
        %5 = $f
        %6 = call %5()
        stop
    `,
  },
  {
    name: "exports; lists are exported when the module is done",
    language: "javascript",
    source: `export { x as y }; export const x = 1; export default () => x; export function g() {} export * as q from 'm'; export {default as z} from 'k'`,
    ir: `
      [x g]
      b0:
        %0 = function 2
        $g := %0
        %1 = 1
        $x := %1
        %2 = $x
        export x %2
        %3 = function 1
        export default %3
        %4 = $g
        export g %4
        %5 = import m
        export q %5
        %6 = import k default
        export z %6
        %7 = $x
        export y %7
        stop
    `,
  },
];

checkCases(CASES);
