/** Guards of an effect: conditions that dominate it, with polarity, and only those that something outside decides. */
import { testTable } from "./analyze-source.ts";

/** Each program ends in `sink()`, written `transfer_money(5)`; guards are shown as {+text -text}. */
const guarded = (guards: string, reach = "may"): string => `${reach} money.transfer transfer_money ${guards}`;
const NONE = guarded("{}", "must");

testTable(
  "guards",
  "python",
  [
    ["if", "if ok:\n    transfer_money(5)", guarded("{+ok}")],
    ["else", "if ok:\n    pass\nelse:\n    transfer_money(5)", guarded("{-ok}")],
    ["not", "if not ok:\n    transfer_money(5)", guarded("{-ok}")],
    ["early return", "def f():\n    if not ok:\n        return\n    transfer_money(5)\nf()", guarded("{+ok}")],
    ["early raise", "if not ok:\n    raise ValueError\ntransfer_money(5)", guarded("{+ok}")],
    ["early exit", "import sys\nif not ok:\n    sys.exit()\ntransfer_money(5)", guarded("{+ok}", "must")],
    ["early continue", "for x in xs:\n    if not x.ok:\n        continue\n    transfer_money(5)", guarded("{+x.ok, +xs[].ok}")],
    ["assert", "assert ok\ntransfer_money(5)", guarded("{+ok}")],
    ["nested", "if a:\n    if b:\n        transfer_money(5)", guarded("{+a, +b}")],
    ["and", "if a and b:\n    transfer_money(5)", guarded("{+a, +b}")],
    ["or is neither", "if a or b:\n    transfer_money(5)", guarded("{}")],
    ["neither of two", "if not (a or b):\n    transfer_money(5)", guarded("{-a, -b}")],
    ["elif", "if a:\n    pass\nelif b:\n    transfer_money(5)", guarded("{-a, +b}")],
    ["while", "while ok:\n    transfer_money(5)", guarded("{+ok}")],
    ["conditional expression", "transfer_money(5) if ok else None", guarded("{+ok}")],
    ["short circuit", "ok and transfer_money(5)", guarded("{+ok}")],
    ["short circuit with or", "ok or transfer_money(5)", guarded("{-ok}")],
    ["an attribute", "if user.ok:\n    transfer_money(5)", guarded("{+user.ok}")],
    ["a comparison", 'if user.role == "admin":\n    transfer_money(5)', guarded('{+user.role == "admin", +user.role == admin}')],
    ["a call", "if is_ok(user):\n    transfer_money(5)", guarded("{+is_ok(user), +is_ok()}")],
    ["through a variable", "allowed = user.ok\nif allowed:\n    transfer_money(5)", guarded("{+allowed, +user.ok}")],
    ["a negation through a variable", "denied = not user.ok\nif not denied:\n    transfer_money(5)", guarded("{-denied, +user.ok}")],
    ["in the caller", "def f():\n    transfer_money(5)\nif ok:\n    f()", guarded("{+ok}")],
    [
      "in a callee that raises",
      "def check():\n    if not ok:\n        raise ValueError\ncheck()\ntransfer_money(5)",
      guarded("{+ok}", "must"),
    ],
    [
      "a check of another library",
      "from auth import require_login\nrequire_login(user)\ntransfer_money(5)",
      guarded("{+require_login(user)}", "must"),
    ],
    [
      "a decorator of another library",
      "from auth import login_required\n@login_required\ndef f():\n    transfer_money(5)\nf()",
      guarded("{+@login_required}", "must"),
    ],
    [
      "a decorator of its own that checks",
      "def d(f):\n    def w():\n        if not ok:\n            raise ValueError\n        return f()\n    return w\n@d\ndef f():\n    transfer_money(5)\nf()",
      guarded("{+ok}"),
    ],
    [
      "try around a check that may raise",
      "try:\n    require_login(user)\nexcept Exception:\n    raise\ntransfer_money(5)",
      guarded("{+require_login(user)}", "must"),
    ],
    ["a swallowed check", "try:\n    require_login(user)\nexcept Exception:\n    pass\ntransfer_money(5)", NONE],
    ["a check after", "transfer_money(5)\nif not ok:\n    raise ValueError", NONE],
    ["a branch that joins again", "if ok:\n    pass\ntransfer_money(5)", NONE],
    ["a branch that only logs", 'if not ok:\n    print("no")\ntransfer_money(5)', NONE],
    ["its own constant", "ok = True\nif ok:\n    transfer_money(5)", NONE],
    ["its own function that is always true", "def is_ok():\n    return True\nif is_ok():\n    transfer_money(5)", NONE],
    ["its own method that is always true", "class A:\n    def ok(self):\n        return True\nif A().ok():\n    transfer_money(5)", NONE],
    ["its own object's attribute", "class A:\n    ok = True\nif A.ok:\n    transfer_money(5)", NONE],
    ["a lambda that is always true", "ok = lambda: True\nif ok():\n    transfer_money(5)", NONE],
    ["a constant in a dict", 'cfg = {"ok": True}\nif cfg["ok"]:\n    transfer_money(5)', NONE],
    ["a condition that only counts its own things", "n = 0\nfor x in [1, 2]:\n    n += x\nif n > 2:\n    transfer_money(5)", NONE],
    ["two ways, one of them unguarded", "def f():\n    transfer_money(5)\nif ok:\n    f()\nf()", NONE],
    ["two ways, both guarded by the same", "def f():\n    transfer_money(5)\nif ok:\n    f()\n    f()", guarded("{+ok}")],
    ["a check in another function that nobody calls", "def check():\n    if not ok:\n        raise ValueError\ntransfer_money(5)", NONE],
    [
      "a latent function keeps its guards",
      "def f(user):\n    if not user.ok:\n        return\n    transfer_money(5)",
      "latent money.transfer transfer_money {+user.ok}",
    ],
  ],
  { columns: ["guards"] },
);

testTable(
  "guards",
  "javascript",
  [
    ["if", "if (ok) transferMoney(5);", "may money.transfer transferMoney {+ok}"],
    ["early return", "function f() { if (!ok) return; transferMoney(5); } f();", "may money.transfer transferMoney {+ok}"],
    ["throw", "if (!user.ok) throw new Error(); transferMoney(5);", "may money.transfer transferMoney {+user.ok}"],
    ["&&", "ok && transferMoney(5);", "may money.transfer transferMoney {+ok}"],
    ["ternary", "ok ? transferMoney(5) : 0;", "may money.transfer transferMoney {+ok}"],
    ["double negation", "if (!!ok) transferMoney(5);", "may money.transfer transferMoney {+ok}"],
    ["strict comparison", "if (user.ok === true) transferMoney(5);", "may money.transfer transferMoney {+user.ok === true}"],
    [
      "await of a check",
      "(async () => { if (await isOk(user)) transferMoney(5); })();",
      "may money.transfer transferMoney {+await isOk(user), +isOk()}",
    ],
    ["optional chaining", "if (user?.ok) transferMoney(5);", "may money.transfer transferMoney {+user?.ok, +user.ok}"],
    ["a case", 'switch (role) { case "admin": transferMoney(5); }', 'may money.transfer transferMoney {+"admin", +role === admin}'],
    ["its own constant", "const ok = true; if (ok) transferMoney(5);", "must money.transfer transferMoney {}"],
    ["its own arrow", "const isOk = () => true; if (isOk()) transferMoney(5);", "must money.transfer transferMoney {}"],
    ["a branch that joins again", "if (ok) log(); transferMoney(5);", "must money.transfer transferMoney {}"],
    ["forEach inside if", "if (ok) { [1].forEach(() => transferMoney(5)); }", "may money.transfer transferMoney {+ok}"],
    ["a swallowed check", "try { requireLogin(user); } catch {} transferMoney(5);", "must money.transfer transferMoney {}"],
  ],
  { columns: ["guards"] },
);
