/** Packages of a local directory: a program imports what the wheels have, compiled libraries among it, and nothing else loads. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openWheels } from "../../sandbox/python-wheels.ts";
import type { RunRequest, Sandbox } from "../../sandbox/sandbox.ts";
import { makeWheel } from "./make-wheel.ts";
import { request, startSandbox } from "./support.ts";

/** A library that a compiler made for this interpreter's platform: a grammar, which is data and a few functions. */
const LIBRARY = readFileSync(createRequire(import.meta.url).resolve("tree-sitter-python/tree-sitter-python.wasm"));
const COMPILED = "cp314-cp314-pyemscripten_2026_0_wasm32";

const directory = mkdtempSync(join(tmpdir(), "agentguard-wheels-"));
chmodSync(directory, 0o755);
after(() => rmSync(directory, { recursive: true, force: true }));

makeWheel(directory, "colours-1.2-py3-none-any.whl", {
  "colours/__init__.py":
    "from pathlib import Path\nfrom .names import NAMES\ndef data(): return (Path(__file__).parent / 'data.txt').read_text()\n",
  "colours/names.py": "NAMES = ['red', 'green']\n",
  "colours/data.txt": "of the package",
  "colours-1.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: colours\nVersion: 1.2\n",
});
makeWheel(directory, "painter-1-py2.py3-none-any.whl", { "painter.py": "import colours\ndef paint(): return '-'.join(colours.NAMES)\n" });
makeWheel(directory, "shared_a-1-py3-none-any.whl", { "shared/a.py": "A = 1\n" });
makeWheel(directory, "shared_b-1-py3-none-any.whl", { "shared/b.py": "B = 2\n" });
makeWheel(directory, `grammar-1-${COMPILED}.whl`, {
  "grammar/__init__.py":
    "import ctypes, os\nlibrary = ctypes.CDLL(os.path.join(os.path.dirname(__file__), 'python.so'))\ndef language(): return library.tree_sitter_python()\n",
  "grammar/python.so": LIBRARY,
});
makeWheel(directory, "elsewhere-1-cp314-cp314-manylinux_2_28_x86_64.whl", { "elsewhere/__init__.py": "" });
makeWheel(directory, "older-1-cp312-cp312-pyodide_2024_0_wasm32.whl", { "older/__init__.py": "" });

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ workers: 1, python: { interpreters: 2, startAfterMs: 0, packages: directory } });
});
after(() => sandbox.close());
const run = (code: string, given: Partial<RunRequest> = {}) => sandbox.run(request(code, { ...given, language: "python" }));

type Case = { readonly name: string; readonly code: string; readonly wants: unknown; readonly given?: Partial<RunRequest> };
const tried = (...body: string[]) =>
  ["try:", ...body.map((line) => `  ${line}`), "except BaseException as e: said = str(e)", "said"].join("\n");
const CASES: Case[] = [
  {
    name: "a package with modules and data",
    code: "import colours\n[colours.NAMES, colours.data()]",
    wants: [["red", "green"], "of the package"],
  },
  { name: "a module that needs another package", code: "from painter import paint\npaint()", wants: "red-green" },
  { name: "a submodule first", code: "import colours.names as n\nn.NAMES[0]", wants: "red" },
  {
    name: "what a package says about itself",
    code: "import colours\nfrom importlib.metadata import version\nversion('colours')",
    wants: "1.2",
  },
  { name: "a name that two wheels share", code: "import shared.a, shared.b\nshared.a.A + shared.b.B", wants: 3 },
  { name: "a compiled library", code: "import grammar\ngrammar.language() > 0", wants: true },
  {
    name: "the request's own module comes first",
    code: "import colours\ncolours.NAMES",
    wants: ["own"],
    given: { files: { "colours.py": "NAMES = ['own']" } },
  },
  { name: "a wheel of another platform", code: tried("import elsewhere"), wants: "No module named 'elsewhere'" },
  { name: "a wheel of another version", code: tried("import older"), wants: "No module named 'older'" },
  { name: "what no wheel has", code: tried("import nowhere"), wants: "No module named 'nowhere'" },
];

describe("packages", () => {
  for (const { name, code, wants, given } of CASES) {
    test(name, async () => {
      const { status, result, error } = await run(code, given);
      assert.deepEqual([status, result], ["completed", wants], error ?? "");
    });
  }

  test("unpacking is not the program's doing", async () => {
    const { observedEffects } = await run("import colours\n1");
    assert.deepEqual(observedEffects, [{ kind: "import", target: "colours", allowed: true }]);
  });
});

/** `start` puts other code where a library of a package was; none of it may be loaded. */
const forged = (...change: string[]) =>
  ["import colours, ctypes, importlib.util, os", "path = '/tmp/forged.so'", ...change, tried("said = str(ctypes.CDLL(path))")].join("\n");
const HOSTILE: Case[] = [
  {
    name: "code of the program's own",
    code: forged("open(path, 'wb').write(bytes([0, 97, 115, 109, 1, 0, 0, 0]))"),
    wants: /dylink|of no package/,
  },
  {
    name: "a library of a package, changed",
    code: forged(
      "import grammar",
      "code = bytearray(open('/lib/python3.14/site-packages/grammar/python.so', 'rb').read())",
      "code[-1] ^= 1",
      "open(path, 'wb').write(code)",
    ),
    wants: /of no package/,
  },
  {
    name: "a library of a package that was not asked for",
    code: forged("open(path, 'wb').write(bytes(inputs))"),
    wants: /of no package/,
    given: { inputs: [...LIBRARY.subarray(0, 4000)] },
  },
  {
    name: "any file of the host, asked for as a package",
    code: "import sys\nhost = sys.modules['_sandbox_driver']._host\n[host.wheel(n) for n in ('../../etc/passwd', '/etc/passwd', 'elsewhere-1-cp314-cp314-manylinux_2_28_x86_64.whl', '')]",
    wants: /^\[null,null,null,null\]$/,
  },
];

describe("packages are no way out", () => {
  for (const { name, code, wants, given } of HOSTILE) {
    test(name, async () => {
      const { status, result, error } = await run(code, given);
      assert.equal(status, "completed", error ?? "");
      assert.match(typeof result === "string" ? result : JSON.stringify(result), wants as RegExp);
    });
  }

  test("a package that a program has changed is itself again for the next", async () => {
    const change = "import colours\nopen(colours.names.__file__, 'w').write('NAMES = [\"changed\"]')\ncolours.NAMES.clear()\n1";
    assert.deepEqual([(await run(change)).result, (await run("import colours\ncolours.NAMES")).result], [1, ["red", "green"]]);
  });
});

test("the index of a directory", () => {
  const wheels = openWheels(directory);
  assert.deepEqual(Object.keys(JSON.parse(wheels.index)).sort(), ["colours", "grammar", "painter", "shared"]);
  const grammar = `grammar-1-${COMPILED}.whl`;
  assert.equal(wheels.allows(LIBRARY), null);
  assert.equal(wheels.read(grammar)?.length, readFileSync(join(directory, grammar)).length);
  assert.notEqual(wheels.allows(LIBRARY), null);
  assert.equal(wheels.read("../make-wheel.ts"), null);
});
