/** Branches are joined, loops unrolled or widened, and `reach` says whether an effect must, may or could happen. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf, testTable } from "./analyze-source.ts";

/** Right expectations that analysis does not meet today. */
const FIXME: ReadonlySet<string> = new Set(["reach (javascript): optional call"]);

testTable(
  "reach",
  "python",
  [
    ["a plain statement must happen", 'import os\nos.remove("a")', "must fs.delete a"],
    ["both branches may", 'import os\nif input():\n    os.remove("a")\nelse:\n    os.remove("b")', "may fs.delete a", "may fs.delete b"],
    ["what follows a join must", 'import os\nif input():\n    pass\nos.remove("a")', "must fs.delete a"],
    [
      "a branch that the program's own literals decide",
      'import os\nif 1 == 2:\n    os.remove("a")\nelse:\n    os.remove("b")',
      "must fs.delete b",
    ],
    ["a conditional expression", 'import os\nos.remove("a") if input() else os.remove("b")', "may fs.delete a", "may fs.delete b"],
    ["short circuit", 'import os\ninput() and os.remove("a")\ninput() or os.remove("b")', "may fs.delete a", "may fs.delete b"],
    ["short circuit that is decided", 'import os\nTrue and os.remove("a")\nTrue or os.remove("b")', "must fs.delete a"],
    ["a comparison chain", 'import os\nif 0 < len(input()) < 3:\n    os.remove("a")', "may fs.delete a"],
    ["the test itself", 'import os\nif os.remove("a"):\n    os.remove("b")', "must fs.delete a", "may fs.delete b"],
    ["after a return nothing", 'import os\ndef f():\n    return\n    os.remove("a")\nf()'],
    ["after sys.exit nothing", 'import os, sys\nsys.exit(0)\nos.remove("a")'],
    ["after raise nothing", 'import os\nraise ValueError\nos.remove("a")'],
    ["after a call that always raises nothing", 'import os\ndef f():\n    raise ValueError\nf()\nos.remove("a")'],
    ["after a possible return it may", 'import os\ndef f():\n    if input():\n        return\n    os.remove("a")\nf()', "may fs.delete a"],
    ["a handler may", 'import os\ntry:\n    int(input())\nexcept ValueError:\n    os.remove("a")', "may fs.delete a"],
    ["a raised and caught exception", 'import os\ntry:\n    raise ValueError\nexcept ValueError:\n    os.remove("a")', "must fs.delete a"],
    ["finally", 'import os\ntry:\n    int(input())\nfinally:\n    os.remove("a")', "must fs.delete a"],
    [
      "try-else: an exception is not a path that must be counted",
      'import os\ntry:\n    x = 1\nexcept ValueError:\n    pass\nelse:\n    os.remove("a")',
      "must fs.delete a",
    ],
    ["with", 'import os\nwith open("f") as f:\n    os.remove("a")', "must fs.read f", "must fs.delete a"],
    ["a loop over a known list", 'import os\nfor p in ["a", "b"]:\n    os.remove(p)', "must fs.delete a", "must fs.delete b"],
    ["a loop over an empty list", 'import os\nfor p in []:\n    os.remove("a")'],
    ["a loop over something outside", 'import os\nfor p in names:\n    os.remove("a")', "may fs.delete a"],
    ["while True", 'import os\nwhile True:\n    os.remove("a")', "must fs.delete a"],
    ["while of something outside", 'import os\nwhile input():\n    os.remove("a")', "may fs.delete a"],
    ["for-else", 'import os\nfor p in names:\n    if p:\n        break\nelse:\n    os.remove("a")', "may fs.delete a"],
    ["a comprehension", 'import os\n[os.remove(p) for p in ["a", "b"]]', "must fs.delete a", "must fs.delete b"],
    ["a comprehension with a condition", 'import os\n[os.remove(p) for p in ["a", "b"] if p == "b"]', "must fs.delete b"],
    [
      "match of something outside",
      'import os\nmatch input():\n    case "x":\n        os.remove("a")\n    case _:\n        os.remove("b")',
      "may fs.delete a",
      "may fs.delete b",
    ],
    [
      "match of a known value",
      'import os\nmatch 2:\n    case 1:\n        os.remove("a")\n    case 2:\n        os.remove("b")',
      "must fs.delete b",
    ],
    ["after an assert of something outside it may", 'import os\nassert input()\nos.remove("a")', "may fs.delete a"],
    ["a function that nobody calls is latent", 'import os\ndef f():\n    os.remove("a")', "latent fs.delete a"],
    [
      "a branch of a function that nobody calls is latent",
      'import os\ndef f():\n    if input():\n        os.remove("a")',
      "latent fs.delete a",
    ],
    ["called from main", 'import os\ndef f():\n    os.remove("a")\nif __name__ == "__main__":\n    f()', "must fs.delete a"],
    ["imported by another", 'import os\nif __name__ != "__main__":\n    os.remove("a")', "may fs.delete a"],
    ["called once is not latent any more", 'import os\ndef f():\n    os.remove("a")\ndef g():\n    f()\nf()', "must fs.delete a"],
    [
      "platform is never a constant",
      'import os, sys\nif sys.platform == "win32":\n    os.remove("a")\nelse:\n    os.remove("b")',
      "may fs.delete a",
      "may fs.delete b",
    ],
    ["the clock is never a constant", 'import os, time\nif time.time() > 1e12:\n    os.remove("a")', "may fs.delete a"],
    ["randomness is never a constant", 'import os, random\nif random.random() < 2:\n    os.remove("a")', "may fs.delete a"],
    [
      "the environment is never a constant",
      'import os\nos.environ["A"] = "1"\nif os.environ.get("B") == "1":\n    os.remove("a")',
      "must env.write A",
      "may fs.delete a",
    ],
    ["a parameter is never a constant", 'import os\ndef f(x=False):\n    if x:\n        os.remove("a")', "latent fs.delete a"],
    [
      "type checking blocks do not run but are analysed",
      'import os\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    os.remove("a")',
      "may fs.delete a",
    ],
  ],
  { fixme: FIXME },
);

testTable(
  "reach",
  "javascript",
  [
    ["a plain statement must happen", 'const fs = require("fs"); fs.unlinkSync("a");', "must fs.delete a"],
    [
      "both branches may",
      'const fs = require("fs"); if (x) fs.unlinkSync("a"); else fs.unlinkSync("b");',
      "may fs.delete a",
      "may fs.delete b",
    ],
    ["a dead branch", 'const fs = require("fs"); if (false) fs.unlinkSync("a");'],
    [
      "a switch",
      'const fs = require("fs"); switch (x) { case 1: fs.unlinkSync("a"); default: fs.unlinkSync("b"); }',
      "may fs.delete a",
      "must fs.delete b",
    ],
    ["optional call", 'const fs = require("fs"); x?.y(fs.unlinkSync("a"));', "may fs.delete a"],
    ["finally", 'const fs = require("fs"); try { x(); } finally { fs.unlinkSync("a"); }', "must fs.delete a"],
    ["catch", 'const fs = require("fs"); try { x(); } catch { fs.unlinkSync("a"); }', "may fs.delete a"],
    [
      "a callback of a known array",
      'const fs = require("fs"); ["a", "b"].forEach((p) => fs.unlinkSync(p));',
      "must fs.delete a",
      "must fs.delete b",
    ],
    [
      "a callback given to something unknown may run",
      'const fs = require("fs"); app.get("/", () => fs.unlinkSync("a"));',
      "may fs.delete a",
    ],
    ["a timer", 'const fs = require("fs"); setTimeout(() => fs.unlinkSync("a"), 10);', "must fs.delete a"],
    ["an async function that is called", 'const fs = require("fs"); (async () => { await x; fs.unlinkSync("a"); })();', "must fs.delete a"],
    ["an exported function is latent", 'import fs from "fs"; export function f() { fs.unlinkSync("a"); }', "latent fs.delete a"],
    ["a method that nobody calls is latent", 'const fs = require("fs"); class A { f() { fs.unlinkSync("a"); } }', "latent fs.delete a"],
    ["process.exit ends it", 'const fs = require("fs"); process.exit(1); fs.unlinkSync("a");'],
    ["throw ends it", 'const fs = require("fs"); throw new Error(); fs.unlinkSync("a");'],
  ],
  { fixme: FIXME },
);

testTable(
  "joins and widening",
  "python",
  [
    [
      "two constants stay two",
      'import os\np = "a"\nif input():\n    p = "/etc/shadow"\nos.remove(p)',
      "must fs.delete a or /etc/shadow <path.credentials path.workspace>",
    ],
    [
      "a constant and the outside",
      'import os\np = "a"\nif input():\n    p = os.environ["P"]\nos.remove(p)',
      "must fs.delete a or {os.environ.P} <path.unknown path.workspace unknown.env>",
    ],
    [
      "two ways to call one function",
      'import os\ndef f(p):\n    os.remove(p)\nf("a")\nf("/etc/shadow")',
      "must fs.delete a <path.workspace>",
      "must fs.delete /etc/shadow <path.credentials>",
    ],
    [
      "two callees",
      'import os, shutil\nf = os.remove if input() else shutil.rmtree\nf("a")',
      "may fs.delete a <path.workspace>",
      "may fs.delete_tree a <path.workspace>",
    ],
    ["a callee in one branch only", 'import os\nf = print\nif input():\n    f = os.remove\nf("a")', "may fs.delete a <path.workspace>"],
    [
      "an attribute set in one branch",
      'import os\nclass A: pass\na = A()\na.p = "a"\nif input():\n    a.p = "/etc/shadow"\nos.remove(a.p)',
      "must fs.delete a or /etc/shadow <path.credentials path.workspace>",
    ],
    [
      "a list changed in one branch",
      'import os\np = ["a"]\nif input():\n    p.append("/etc/shadow")\nfor x in p:\n    os.remove(x)',
      "may fs.delete a or /etc/shadow <path.credentials path.workspace>",
    ],
    [
      "a handler sees what was set before the exception",
      'import os\np = "a"\ntry:\n    p = "/etc/shadow"\n    int(input())\nexcept ValueError:\n    os.remove(p)',
      "may fs.delete a or /etc/shadow <path.credentials path.workspace>",
    ],
    [
      "a list that a loop of unknown length grows",
      'import os\np = ["a"]\nwhile input():\n    p.append("/etc/shadow")\nos.remove(p[-1])',
      "must fs.delete a or /etc/shadow <path.credentials path.workspace>",
    ],
    [
      "a name that a loop of unknown length replaces",
      'import os\np = "a"\nwhile input():\n    p = "/etc/shadow"\nos.remove(p)',
      "must fs.delete a or /etc/shadow <path.credentials path.workspace>",
    ],
    [
      "two names that a loop swaps",
      'import os\np, q = "a", "/etc/shadow"\nwhile input():\n    p, q = q, p\nos.remove(p)',
      "must fs.delete a or /etc/shadow <path.credentials path.workspace>",
    ],
    ["a strong update leaves nothing behind", 'import os\np = "/etc/shadow"\np = "a"\nos.remove(p)', "must fs.delete a <path.workspace>"],
  ],
  { columns: ["classes"], fixme: FIXME },
);

test("a string that a loop of unknown length grows is widened, and keeps what it began with among its values", () => {
  const { effects } = programOf('import os\np = "/etc/shadow"\nwhile input():\n    p = p + "x"\nos.remove(p)', "python");
  const deletion = effects.find((e) => e.kind === "fs.delete");
  const classes = deletion?.targetClasses ?? [];
  assert.ok(classes.includes("path.credentials") && classes.includes("unknown.widened"), classes.join(" "));
});
