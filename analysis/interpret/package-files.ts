/** Where installed packages are: `require.resolve("express")`, `importlib.util.find_spec("requests").origin`. */
import { isString } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { moduleName } from "./modules.ts";
import { newAddr } from "./run.ts";

const OUTSIDE = { cause: "unmodelled", labels: [] } as const;

const resolved: Builtin = (run, _state, { callee, args }) => {
  const [name] = args.positional;
  if (!isString(name)) return undefined;
  if (/^[./]/.test(name.value)) return name;
  const file = /\.(c|m)?js$/.test(name.value) ? name.value : `${name.value}/index.js`;
  return run.values.template([{ ...OUTSIDE, path: `${callee.path}()` }, `/node_modules/${file}`]);
};

const foundSpec: Builtin = (run, state, { callee, args }) => {
  const [name] = args.positional;
  if (!isString(name)) return undefined;
  const addr = newAddr(run);
  state.add(addr, { type: "instance", name: "ModuleSpec" }).rest = run.values.unknown("unmodelled", { path: `${callee.path}()` });
  state.setProp(addr, "s:name", name);
  const file = `/site-packages/${name.value.replaceAll(".", "/")}/__init__.py`;
  state.setProp(addr, "s:origin", run.values.template([{ ...OUTSIDE, path: `${callee.path}()` }, file]));
  return run.values.ref(addr);
};

/** `inspect.getfile(requests.sessions)`: where what was imported is written; what the program defines is written in it. */
const fileOf: Builtin = (run, _state, { callee, args }) => {
  const [thing] = args.positional;
  if (thing?.k === "closure" || thing?.k === "ref") return run.values.string("./program.py");
  if (thing?.k !== "api") return undefined;
  const file = `/site-packages/${thing.path.replaceAll(".", "/")}.py`;
  return run.values.template([{ ...OUTSIDE, path: `${callee.path}()` }, file]);
};

/** `sysconfig.get_paths()["purelib"]`. */
const placesOf: Builtin = (run, state) => {
  const addr = newAddr(run);
  state.add(addr, { type: "dict" }).rest = run.values.unknown("unmodelled", { path: "sysconfig.get_paths()" });
  for (const name of ["purelib", "platlib", "stdlib", "platstdlib"]) state.setProp(addr, `s:${name}`, run.values.string(INSTALLED));
  return run.values.ref(addr);
};
const INSTALLED = "/usr/lib/python3/site-packages";

/** `module_from_spec(find_spec("shutil"))` is what an import gives. */
const moduleOfSpec: Builtin = (run, state, { args }) => {
  const spec = args.positional[0] ?? args.keywords.get("spec");
  const name = spec?.k === "ref" ? state.read(spec.addr).props.get("s:name") : undefined;
  return name !== undefined && isString(name) ? run.values.api(moduleName(run, String(name.value))) : undefined;
};

export const BUILTINS_PACKAGES: Readonly<Record<string, Builtin>> = {
  package_resolved: resolved,
  package_spec: foundSpec,
  package_places: placesOf,
  package_file: fileOf,
  module_of_spec: moduleOfSpec,
};
