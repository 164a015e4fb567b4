/** What statements become: branches and loops. */
import { type Case, checkCases } from "./lower-cases.ts";

const CASES: readonly Case[] = [
  {
    name: "every condition of an `if` is atomic; `not` swaps the targets; `elif` continues",
    language: "python",
    source: `
      if not (a or not b.c) and d['k']: f()
      elif len(x) > 1: g()
      else: h()
    `,
    ir: `
      []
      b0:
        %0 = @a
        if %0 b3 else b5 about a
      b1:
        stop
      b2:
        %6 = @f
        %7 = call %6()
        jump b1
      b3:
        %8 = @len
        %9 = @x
        %10 = call %8(%9)
        %11 = 1
        %12 = %10 > %11
        if %12 b6 else b7 about x
      b4:
        %3 = @d
        %4 = "k"
        %5 = %3[%4]
        if %5 b2 else b3 about d.k d
      b5:
        %1 = @b
        %2 = %1.c
        if %2 b4 else b3 about b.c b
      b6:
        %13 = @g
        %14 = call %13()
        jump b1
      b7:
        %15 = @h
        %16 = call %15()
        jump b1
    `,
  },
  {
    name: "`while` with `continue`, `break` and `else`",
    language: "python",
    source: `
      while a:
        if b: continue
        break
      else:
        c
    `,
    ir: `
      []
      b0:
        jump b1
      b1:
        %0 = @a
        if %0 b2 else b4 about a
      b2:
        %1 = @b
        if %1 b6 else b7 about b
      b3:
        stop
      b4:
        %2 = @c
        jump b3
      b5:
        jump b3
      b6:
        jump b1
      b7:
        jump b5
    `,
  },
  {
    name: "`do` runs its body first",
    language: "javascript",
    source: `do { if (a) continue; b } while (c)`,
    ir: `
      []
      b0:
        jump b2
      b1:
        %2 = @c
        if %2 b2 else b3 about c
      b2:
        %0 = @a
        if %0 b5 else b6 about a
      b3:
        stop
      b4:
        %1 = @b
        jump b1
      b5:
        jump b1
      b6:
        jump b4
    `,
  },
  {
    name: "labels",
    language: "javascript",
    source: `o: for (;;) { for (const k in x) { if (a) break o; continue o } } l: { break l }`,
    ir: `
      [k#2]
      b0:
        jump b1
      b1:
        jump b2
      b2:
        %0 = @x
        %1 = keys %0
        jump b5
      b3:
        jump b1
      b4:
        jump b11
      b5:
        for %2 in %1 b6 else b7
      b6:
        $k#2 := %2
        %3 = @a
        if %3 b9 else b10 about a
      b7:
        jump b3
      b8:
        jump b3
      b9:
        jump b4
      b10:
        jump b8
      b11:
        stop
    `,
  },
  {
    name: "`for await` awaits each element",
    language: "javascript",
    source: `for await (const x of g()) await x`,
    ir: `
      [x#2]
      b0:
        %0 = @g
        %1 = call %0()
        %2 = iter %1
        jump b1
      b1:
        for %3 in %2 b2 else b3
      b2:
        %4 = await %3
        $x#2 := %4
        %5 = $x#2
        %6 = await %5
        jump b1
      b3:
        stop
    `,
  },
  {
    name: "`switch` tests in order and falls through",
    language: "javascript",
    source: `switch (s) { case f(): a; case 2: b; break; default: c }`,
    ir: `
      []
      b0:
        %0 = @s
        %1 = @f
        %2 = call %1()
        %3 = %0 === %2
        if %3 b2 else b5 about s f
      b1:
        stop
      b2:
        %6 = @a
        jump b3
      b3:
        %7 = @b
        jump b1
      b4:
        %8 = @c
        jump b1
      b5:
        %4 = 2
        %5 = %0 === %4
        if %5 b3 else b6 about s
      b6:
        jump b4
    `,
  },
  {
    name: "what is not understood evaluates its parts and is opaque",
    language: "python",
    source: `
      print 'a', f()
      x = 1
    `,
    ir: `
      [x]
      b0:
        %0 = "a"
        %1 = @f
        %2 = call %1()
        %3 = opaque call "\`print\` statement is Python 2"(%0, %2)
        %4 = 1
        $x := %4
        stop
    `,
  },
];

checkCases(CASES);
