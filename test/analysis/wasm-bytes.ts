/** WebAssembly modules with nothing in them but their imports and exports (Core Specification 2.0, 5.5). */
const leb = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >> 7)]);
const text = (value: string): number[] => [...leb(value.length), ...Buffer.from(value)];
const section = (id: number, content: readonly number[]): number[] => [id, ...leb(content.length), ...content];

/** Imports as `module.name`; the module's own functions have no body, so that no engine would take it. */
export function wasmBytes(imports: readonly string[], exports: readonly string[] = ["run"]): Buffer {
  const asked = imports.flatMap((each) => {
    const [module = "", name = ""] = each.split(".");
    return [...text(module), ...text(name), 0, 0];
  });
  const offered = exports.flatMap((name) => [...text(name), 0, 0]);
  const types = section(1, [1, 0x60, 0, 0]);
  const sections = [...section(2, [...leb(imports.length), ...asked]), ...section(7, [...leb(exports.length), ...offered])];
  return Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...types, ...sections]);
}
