/** Where installed packages are: `require.resolve("express")`, `importlib.util.find_spec("requests").origin`. */
import { isString } from "../values.ts";
import type { Builtin } from "./builtin.ts";
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
  const file = `/site-packages/${name.value.replaceAll(".", "/")}/__init__.py`;
  state.setProp(addr, "s:origin", run.values.template([{ ...OUTSIDE, path: `${callee.path}()` }, file]));
  return run.values.ref(addr);
};

export const BUILTINS_PACKAGES: Readonly<Record<string, Builtin>> = { package_resolved: resolved, package_spec: foundSpec };
