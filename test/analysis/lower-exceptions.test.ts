/** Exceptions: handlers, `finally` and the ways through it, context managers. */
import { type Case, checkCases } from "./lower-cases.ts";

const CASES: readonly Case[] = [
  {
    name: "exceptions go to every clause that may match; `else` is not protected",
    language: "python",
    source: `
      try: a
      except (B, C) as e: raise
      except Exception: pass
      else: d
    `,
    ir: `
      [e]
      b0:
        jump b3
      b1:
        stop
      b2:
        %2 = catch
        %3 = @B
        %4 = @C
        %5 = tuple(%3, %4)
        %6 = @Exception
        fork b5 b6
      b3: handler b2
        %0 = @a
        jump b4
      b4:
        %1 = @d
        jump b1
      b5:
        $e := %2
        throw %2
      b6:
        jump b1
    `,
  },
  {
    name: "an exception that no clause matches is thrown again",
    language: "python",
    source: `
      try: a
      except B: c
    `,
    ir: `
      []
      b0:
        jump b3
      b1:
        stop
      b2:
        %1 = catch
        %2 = @B
        fork b4 b5
      b3: handler b2
        %0 = @a
        jump b1
      b4:
        %3 = @c
        jump b1
      b5:
        throw %1
    `,
  },
  {
    name: "`return` goes through `finally` with its value",
    language: "python",
    source: `
      def f():
        try:
          return a
        finally:
          b()

    `,
    functions: [1],
    ir: `
      fn 1 function f() []
      b0:
        jump b4
      b1:
        %3 = @b
        %4 = call %3()
        fork b6 b2
      b2:
        throw %2
      b3:
        %2 = catch
        jump b1
      b4: handler b3
        %0 = @a
        %1 = %0
        jump b1
      b5:
        return
      b6:
        return %1
    `,
  },
  {
    name: "`break` goes through `finally`",
    language: "javascript",
    source: `while (a) { try { if (b) break; c() } finally { d } }`,
    ir: `
      []
      b0:
        jump b1
      b1:
        %0 = @a
        if %0 b2 else b3 about a
      b2:
        jump b7
      b3:
        stop
      b4:
        %5 = @d
        fork b11 b12 b5
      b5:
        throw %4
      b6:
        %4 = catch
        jump b4
      b7: handler b6
        %1 = @b
        if %1 b9 else b10 about b
      b8: handler b6
        %2 = @c
        %3 = call %2()
        jump b4
      b9: handler b6
        jump b4
      b10: handler b6
        jump b8
      b11:
        jump b1
      b12:
        jump b3
    `,
  },
  {
    name: "`return` goes through nested `finally` blocks, inner first",
    language: "javascript",
    source: `function f() { try { try { return a } finally { b } } finally { c } }`,
    functions: [1],
    ir: `
      fn 1 function f() []
      b0:
        jump b4
      b1:
        %5 = @c
        fork b12 b2
      b2:
        throw %4
      b3:
        %4 = catch
        jump b1
      b4: handler b3
        jump b8
      b5: handler b3
        %3 = @b
        fork b10 b6
      b6: handler b3
        throw %2
      b7: handler b3
        %2 = catch
        jump b5
      b8: handler b7
        %0 = @a
        %1 = %0
        jump b5
      b9: handler b3
        jump b1
      b10: handler b3
        jump b1
      b11:
        return
      b12:
        return %1
    `,
  },
  {
    name: "`return` in `finally` wins",
    language: "javascript",
    source: `function f() { try { a } finally { return b } }`,
    functions: [1],
    ir: `
      fn 1 function f() []
      b0:
        jump b4
      b1:
        %2 = @b
        return %2
      b2:
        throw %1
      b3:
        %1 = catch
        jump b1
      b4: handler b3
        %0 = @a
        jump b1
      b5:
        return
    `,
  },
  {
    name: "a context manager may swallow exceptions",
    language: "python",
    source: `
      with a() as (b, c), d: e
      f
    `,
    ir: `
      [b c]
      b0:
        %0 = @a
        %1 = call %0()
        %2 = enter %1
        jump b3
      b1:
        %12 = @f
        stop
      b2:
        %10 = catch
        %11 = %1 suppresses %10
        if %11 b1 else b7
      b3: handler b2
        %3, %4 = unpack %2
        $b := %3
        $c := %4
        %5 = @d
        %6 = enter %5
        jump b5
      b4: handler b2
        %8 = catch
        %9 = %5 suppresses %8
        if %9 b1 else b6
      b5: handler b4
        %7 = @e
        jump b1
      b6: handler b2
        throw %8
      b7:
        throw %10
    `,
  },
  {
    name: "`assert` branches, then throws",
    language: "python",
    source: `assert a and b, m()`,
    ir: `
      []
      b0:
        %0 = @a
        assert %0 b3 else b2 about a
      b1:
        stop
      b2:
        %2 = @m
        %3 = call %2()
        %4 = @AssertionError
        throw %4
      b3:
        %1 = @b
        assert %1 b1 else b2 about b
    `,
  },
  {
    name: "what comes after `raise` is lowered, unreachable",
    language: "python",
    source: `
      raise E(x) from y
      after()
    `,
    ir: `
      []
      b0:
        %0 = @E
        %1 = @x
        %2 = call %0(%1)
        %3 = @y
        throw %2
      b1:
        %4 = @after
        %5 = call %4()
        stop
    `,
  },
];

checkCases(CASES);
