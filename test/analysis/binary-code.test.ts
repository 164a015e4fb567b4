/** Python bytecode and WebAssembly are listed from their bytes, whatever the bytes are. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CodeObject, readMarshalled, readPyc } from "../../analysis/pure/marshalled.ts";
import { readWasm } from "../../analysis/pure/wasm-module.ts";
import { fc } from "../properties.ts";
import { programOf } from "./interpret/analyze-source.ts";
import { MARSHALLED } from "./marshalled-fixtures.ts";
import { wasmBytes } from "./wasm-bytes.ts";

const binary = (base64: string): string => Buffer.from(base64, "base64").toString("latin1");
/** Reach, kind and target of what the program does, but for reading the bytes. */
const effectsOf = (code: string, language: "python" | "javascript" = "python"): string[] =>
  programOf(code, language)
    .effects.filter(({ kind }) => kind !== "code.deserialize" && kind !== "call.unmodelled")
    .map(({ reach, kind, target }) => `${reach} ${kind} ${target}`);
const pycOf = (base64: string): string =>
  Buffer.concat([Buffer.from("a70d0d0a000000000000000000000000", "hex"), Buffer.from(base64, "base64")]).toString("base64");

describe("marshalled by each version of CPython", () => {
  for (const [version, { delete: remove, nested, send, harmless, data }] of Object.entries(MARSHALLED)) {
    const run = (base64: string): string[] => effectsOf(`import marshal, base64\nexec(marshal.loads(base64.b64decode("${base64}")))`);

    test(`${version}: names and constants of a module`, () => {
      const code = readMarshalled(binary(remove));
      assert.ok(code instanceof CodeObject);
      assert.deepEqual([code.name, code.names], ["<module>", ["os", "remove"]]);
      assert.ok(code.constants.includes("/etc/hosts"));
    });
    test(`${version}: data`, () =>
      assert.deepEqual(
        JSON.parse(JSON.stringify(readMarshalled(binary(data)), (_, each) => (typeof each === "bigint" ? String(each) : each))),
        ["/etc/hosts", [["a", [1, String(2n ** 70n), -1.5, null, true]]], { value: "x" }, "ä"],
      ));
    test(`${version}: what it names is what it may do`, () => {
      assert.deepEqual(run(remove), ["must code.hidden bytecode of <module>: os remove", "may fs.delete /etc/hosts"]);
      assert.ok(run(send).includes("may net.fetch http://169.254.169.254/latest/meta-data/"));
      assert.ok(run(nested).includes("may process.exec rm -rf /"));
    });
    test(`${version}: a computation does nothing more`, () =>
      assert.deepEqual(run(harmless), ["must code.hidden bytecode of <module>: area print", "may print.write "]));
    test(`${version}: code that is only looked at does not run, and data is data`, () => {
      const loads = `import marshal, base64\nx = marshal.loads(base64.b64decode("${remove}"))\nprint(x.co_names)`;
      assert.deepEqual(effectsOf(loads), ["must print.write "]);
      const first = `import marshal, base64\nopen(marshal.loads(base64.b64decode("${data}"))[0])`;
      assert.deepEqual(effectsOf(first), ["must fs.read /etc/hosts"]);
    });
  }
});

describe("bytecode on other ways", () => {
  const { delete: remove } = MARSHALLED["3.11"] as (typeof MARSHALLED)[string];
  const written = `import base64\nopen("m.pyc", "wb").write(base64.b64decode("${pycOf(remove)}"))\n`;
  const ways: Readonly<Record<string, string>> = {
    "a .pyc file without its header": `import marshal, base64\nexec(marshal.loads(base64.b64decode("${pycOf(remove)}")[16:]))`,
    "a function made of it": `import marshal, base64, types\nf = types.FunctionType(marshal.loads(base64.b64decode("${remove}")), {})\nf()`,
    "a code object made by hand":
      "import types\nexec(types.CodeType(0, 0, 0, 0, 1, 64, b'x', ('/etc/hosts',), ('os', 'remove'), (), 'f', 'f', 1, b''))",
    "a file that is run": `${written}import subprocess\nsubprocess.run(["python", "m.pyc"])`,
    "a file that is loaded": `${written}from importlib.machinery import SourcelessFileLoader\nSourcelessFileLoader("m", "m.pyc").load_module()`,
  };
  for (const [name, code] of Object.entries(ways))
    test(name, () => {
      const effects = effectsOf(code);
      assert.ok(effects.includes("may fs.delete /etc/hosts"), effects.join("\n"));
      assert.ok(effects.some((each) => each.startsWith("must code.hidden bytecode of ")));
    });
  test("a file that is only written is written", () => assert.deepEqual(effectsOf(written), ["must fs.write m.pyc"]));
  test("a function that is not called does not run", () =>
    assert.deepEqual(
      effectsOf(`import marshal, base64, types\nf = types.FunctionType(marshal.loads(base64.b64decode("${remove}")), {})`),
      [],
    ));
  test("bytes that cannot be read are code that cannot be known", () =>
    assert.deepEqual(effectsOf("import marshal\nexec(marshal.loads(b'\\xe3\\x00'))"), ["must code.eval {?}"]));
});

describe("WebAssembly", () => {
  const bytes = (...imports: string[]): string => `Buffer.from("${wasmBytes(imports).toString("base64")}", "base64")`;
  const js = (code: string): string[] => effectsOf(code, "javascript");

  test("imports and exports are listed", () =>
    assert.deepEqual(readWasm(wasmBytes(["env.f", "wasi_snapshot_preview1.fd_write"], ["run", "memory"]).toString("latin1")), {
      imports: [
        { module: "env", name: "f", isFunction: true },
        { module: "wasi_snapshot_preview1", name: "fd_write", isFunction: true },
      ],
      exports: ["run", "memory"],
      starts: false,
    }));

  const reached = ["must code.eval WebAssembly: imports env.f; exports run", "may process.exec {?}"];
  const ways: Readonly<Record<string, string>> = {
    instantiate: `WebAssembly.instantiate(${bytes("env.f")}, { env: { f: require("child_process").exec } });`,
    "a module and its instance": `const m = new WebAssembly.Module(${bytes("env.f")});\nnew WebAssembly.Instance(m, { env: { f: require("child_process").exec } });`,
    "a module that is compiled": `(async () => { const m = await WebAssembly.compile(${bytes("env.f")}); await WebAssembly.instantiate(m, { env: { f: require("child_process").exec } }); })();`,
    "bytes as numbers": `WebAssembly.instantiate(new Uint8Array([${[...wasmBytes(["env.f"])].join()}]), { env: { f: require("child_process").exec } });`,
    "bytes by atob": `WebAssembly.instantiate(Uint8Array.from(atob("${wasmBytes(["env.f"]).toString("base64")}"), (c) => c.charCodeAt(0)), { env: { f: require("child_process").exec } });`,
  };
  for (const [name, code] of Object.entries(ways))
    test(`a function that is imported is reached: ${name}`, () => {
      assert.deepEqual(js(code), reached);
      assert.deepEqual(js(code.replace('require("child_process").exec', "Math.floor")), reached.slice(0, 1));
    });
  test("a function that is given and not imported is not", () =>
    assert.deepEqual(js(`WebAssembly.instantiate(${bytes("env.g")}, { env: { f: require("child_process").exec, g: Math.floor } });`), [
      "must code.eval WebAssembly: imports env.g; exports run",
    ]));
  test("a function of the program's own runs", () =>
    assert.ok(
      js(`WebAssembly.instantiate(${bytes("env.f")}, { env: { f: () => require("fs").rmSync("/etc/hosts") } });`).includes(
        "may fs.delete /etc/hosts",
      ),
    ));
  test("of a module that is not known, any function that it is given may run", () =>
    assert.deepEqual(js('WebAssembly.instantiate(require("fs").readFileSync("a.wasm"), { env: { f: require("child_process").exec } });'), [
      "may process.exec {?}",
      "must fs.read a.wasm",
    ]));
  test("what WASI gives", () => {
    const wasi = (name: string): string => js(`WebAssembly.instantiate(${bytes(`wasi_snapshot_preview1.${name}`)}, wasi);`)[1] ?? "nothing";
    assert.deepEqual(
      ["path_unlink_file", "sock_send", "path_open", "environ_get", "path_rename", "random_get"]
        .map(wasi)
        .map((each) => each.split(" ")[1]),
      ["fs.delete", "net.send", "fs.read", "env.read", "fs.write", undefined],
    );
  });
  test("in Python", () => {
    const base64 = wasmBytes(["wasi_snapshot_preview1.path_unlink_file", "wasix_32v1.proc_exec"]).toString("base64");
    for (const library of ["wasmtime", "wasmer"]) {
      const effects = effectsOf(`import base64, ${library}\nm = ${library}.Module(engine, base64.b64decode("${base64}"))`);
      assert.deepEqual(
        effects.map((each) => each.split(" ")[1]),
        ["code.eval", "fs.delete", "process.exec"],
      );
    }
  });
});

describe("hostile bytes", () => {
  const originals = [
    ...Object.values(MARSHALLED).flatMap(({ nested, data }) => [nested, data].map(binary)),
    wasmBytes(["a.b", "c.d"]).toString("latin1"),
  ];
  const mutated = fc
    .tuple(fc.constantFrom(...originals), fc.nat(), fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 8 }))
    .map(
      ([original, at, bytes]) =>
        original.slice(0, at % original.length) + String.fromCharCode(...bytes) + original.slice((at % original.length) + bytes.length),
    );

  test("whatever the bytes, reading them ends and throws nothing", () =>
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: "binary", maxLength: 200 })), (bytes) => {
        readMarshalled(bytes);
        readPyc(`\xa7\r\r\n${bytes}`);
        readWasm(bytes);
        readWasm(`\0asm\u0001\0\0\0${bytes}`);
      }),
      { numRuns: 3000 },
    ));
  test("sizes that are not there, and depth, are refused", () => {
    assert.equal(readMarshalled("(\xff\xff\xff\x7f"), undefined);
    assert.equal(readMarshalled(`${")\u0001".repeat(100_000)}N`), undefined);
    assert.equal(readMarshalled(`(\xff\xff\x00\x00${"N".repeat(65_535)}`), undefined);
    assert.equal(readMarshalled("r\x05\x00\x00\x00"), undefined);
    assert.equal(readWasm("\0asm\u0001\0\0\0\x02\xff\xff\xff\xff\x0f"), undefined);
    assert.equal(readWasm("\0asm\u0001\0\0\0\x02\x05\xff\xff\xff\xff\x0f"), undefined);
  });
  test("a value that holds itself, and one that doubles, are read in bounds", () => {
    assert.ok(readMarshalled("\xa9\x01r\x00\x00\x00\x00") !== undefined);
    const doubled = Array.from({ length: 40 }, (_, i) => `\xa9\x02${`r${String.fromCharCode(i + 1)}\0\0\0`.repeat(2)}`);
    const doubling = (levels: number): string => `\xa9${String.fromCharCode(levels + 1)}\xe9\0\0\0\0${doubled.slice(0, levels).join("")}`;
    assert.ok(Array.isArray(readMarshalled(doubling(5))));
    assert.equal(readMarshalled(doubling(40)), undefined);
  });
});
