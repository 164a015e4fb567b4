/** Python rewrites of what is called: the callee reaches the call through some other value. */
import type { Node } from "../../analysis/tree.ts";
import { aliasCalls } from "../analysis/interpret/rewrite.ts";
import type { Rewrite } from "./rewrite.ts";
import { holds, isFixed, isStored, rewriteTree } from "./tree-edits.ts";

type Call = Extract<Node, { kind: "Call" }>;

/** Functions that look at the frame that calls them, and forms that only look like calls. */
const FRAME = new Set(["super", "locals", "globals", "vars", "dir", "exec", "eval"]);
const SUSPENDS = new Set<Node["kind"]>(["Yield", "Await", "Assign"]);

function callee(name: string, replace: (text: string) => string, options: { prefix?: string; anywhere?: true } = {}): Rewrite {
  return calls(name, (call, text) => `${replace(text(call.callee))}(${argumentsText(call, text)})`, options);
}

/** The parentheses around a callee are no part of it. */
const BARE = new Set<Node["kind"]>(["Name", "Member", "Index", "Call", "Str"]);
const inParentheses =
  (text: (of: Node) => string, callee: Node) =>
  (of: Node): string =>
    of === callee && !BARE.has(of.kind) ? `(${text(of)})` : text(of);

function calls(
  name: string,
  replace: (call: Call, text: (of: Node) => string) => string | null,
  options: { prefix?: string; anywhere?: true } = {},
): Rewrite {
  const apply = (code: string): string => {
    let changed = false;
    const out = rewriteTree(code, "python", (node, text, ancestors) => {
      if (node.kind !== "Call" || isFixed(ancestors) || isStored(node, ancestors) || isDecorator(node, ancestors)) return null;
      if (holds(node.callee, SUSPENDS, options.anywhere ? new Set(["super"]) : FRAME)) return null;
      if (options.anywhere !== true && holds(node, SUSPENDS, FRAME)) return null;
      const replaced = replace(node, inParentheses(text, node.callee));
      changed ||= replaced !== null;
      return replaced;
    });
    return changed ? withPrefix(out, options.prefix ?? "") : code;
  };
  return { name, family: "python", apply };
}

const isDecorator = (node: Node, ancestors: readonly Node[]): boolean => {
  const owner = ancestors.at(-1);
  return (owner?.kind === "FunctionBody" || owner?.kind === "ClassBody") && owner.decorators.includes(node as never);
};

/** Helpers go before the program, after what must be first. */
export function withPrefix(code: string, prefix: string): string {
  const future = /^(?:\s*(?:#[^\n]*)?\n)*(?:from __future__[^\n]*\n)*/.exec(code)?.[0] ?? "";
  return future.includes("__future__") ? future + prefix + code.slice(future.length) : prefix + code;
}

function argumentsText(call: Call, text: (of: Node) => string): string {
  return call.args.map((arg) => text(arg)).join(", ");
}

const plainArgs = (call: Call): boolean =>
  call.args.length > 0 &&
  call.args.every((arg) => arg.name === undefined && arg.spread === undefined && arg.value.kind !== "Comprehension");

/** `"sys" + "tem"`. */
const split = (name: string): string => {
  const middle = Math.ceil(name.length / 2);
  return `"${name.slice(0, middle)}" + "${name.slice(middle)}"`;
};

/** Attributes that are read, by another way of reading. */
function attributes(name: string, replace: (object: string, attribute: string) => string): Rewrite {
  return {
    name,
    family: "python",
    apply: (code) =>
      rewriteTree(code, "python", (node, text, ancestors) => {
        if (node.kind !== "Member" || isFixed(ancestors) || isStored(node, ancestors) || isDecorator(node, ancestors)) return null;
        if (ancestors.at(-1)?.kind === "Assign" && (ancestors.at(-1) as { target?: Node }).target === node) return null;
        if (node.name.startsWith("__") || (node.object.kind === "Call" && text(node.object).startsWith("super("))) return null;
        return replace(text(node.object), node.name);
      }),
  };
}

/** Single arguments, through a function that applies functions. */
const single = (call: Call): boolean => plainArgs(call) && call.args.length === 1;
const F = "__import__('functools')";
const KEEP = "def keep_fn(f):\n    def run_fn(*a, **k):\n        return f(*a, **k)\n    return run_fn\n";
const HOLDER =
  "class HolderOf:\n    def __init__(self, f):\n        self.f = f\n    def __enter__(self):\n        return self.f\n    def __exit__(self, *a):\n        return False\n    @property\n    def g(self):\n        return self.f\n    def __getitem__(self, key):\n        return self.f\n    def __iter__(self):\n        yield self.f\n"; // prettier-ignore

export const PYTHON_CALLS: readonly Rewrite[] = [
  { name: "py variable", family: "python", apply: (code) => aliasCalls(code, "python") },
  callee("py tuple", (f) => `(${f}, None)[0]`, { anywhere: true }),
  callee("py list", (f) => `[None, ${f}][-1]`, { anywhere: true }),
  callee("py dict", (f) => `{"k": ${f}, "z": print}["k"]`, { anywhere: true }),
  callee("py dict get", (f) => `dict(k=${f}).get("k")`, { anywhere: true }),
  callee("py lambda", (f) => `(lambda *a, **k: ${f}(*a, **k))`),
  callee("py default argument", (f) => `(lambda f=${f}: f)()`),
  callee("py partial", (f) => `${F}.partial(${f})`),
  callee("py closure", (f) => `keep_fn(${f})`, { prefix: KEEP }),
  callee("py instance attribute", (f) => `HolderOf(${f}).f`, { prefix: HOLDER }),
  callee("py property", (f) => `HolderOf(${f}).g`, { prefix: HOLDER }),
  callee("py callable object", (f) => `CallableOf(${f})`, {
    prefix:
      "class CallableOf:\n    def __init__(self, f):\n        self.f = f\n    def __call__(self, *a, **k):\n        return self.f(*a, **k)\n",
  }),
  callee("py __getitem__", (f) => `HolderOf(${f})["x"]`, { prefix: HOLDER }),
  callee("py __iter__", (f) => `list(HolderOf(${f}))[0]`, { prefix: HOLDER }),
  callee("py __enter__", (f) => `HolderOf(${f}).__enter__()`, { prefix: HOLDER }),
  callee("py class attribute", (f) => `type("C", (), {"f": staticmethod(${f})}).f`),
  callee("py set attribute", (f) => `(setattr(Tool_Box, "f0", staticmethod(${f})), Tool_Box.f0)[1]`, {
    prefix: "class Tool_Box:\n    pass\n",
  }),
  callee("py decorator", (f) => `marked_fn(${f})`, {
    prefix:
      "import functools as functools_m\ndef marked_fn(f):\n    @functools_m.wraps(f)\n    def wrapper_fn(*a, **k):\n        return f(*a, **k)\n    return wrapper_fn\n",
  }),
  callee("py generator", (f) => `next(f0 for f0 in (${f},))`),
  callee("py generator function", (f) => `next(give_fn(${f}))`, { prefix: "def give_fn(f):\n    yield f\n" }),
  callee("py comprehension", (f) => `[f0 for f0 in [${f}]][0]`),
  callee("py exception", (f) => `thrown_fn(${f})`, {
    prefix: "def thrown_fn(f):\n    try:\n        raise ValueError(f)\n    except ValueError as e:\n        return e.args[0]\n",
  }),
  callee("py conditional", (f) => `(${f} if len("ab") == 2 else print)`, { anywhere: true }),
  callee("py or", (f) => `(None or ${f})`, { anywhere: true }),
  calls("py __call__", (call, text) =>
    call.callee.kind === "Name" && /^[A-Z]/.test(call.callee.name) ? null : `${text(call.callee)}.__call__(${argumentsText(call, text)})`,
  ),
  callee("py namespace", (f) => `__import__("types").SimpleNamespace(f=${f}).f`),
  callee("py deque", (f) => `__import__("collections").deque([${f}]).pop()`),
  callee("py enumerate", (f) => `dict(enumerate([${f}]))[0]`),
  callee("py zip", (f) => `list(zip([${f}], [1]))[0][0]`),
  callee("py __getattr__", (f) => `Forward(${f}).anything`, {
    prefix:
      "class Forward:\n    def __init__(self, f):\n        self._f = f\n    def __getattr__(self, name):\n        return self.__dict__['_f']\n",
  }),
  callee("py nested lambda", (f) => `(lambda g: lambda *a, **k: g(*a, **k))(${f})`),
  callee("py inherited", (f) => `type("D", (type("B", (), {"f": staticmethod(${f})}),), {})().f`),
  callee("py sorted", (f) => `sorted([(1, ${f})], key=lambda p: p[0])[0][1]`),
  callee("py lru_cache", (f) => `${F}.lru_cache(None)(lambda: ${f})()`),
  callee("py copy", (f) => `__import__("copy").copy(${f})`),
  calls("py walrus", (call, text) => `(w_0 := ${text(call.callee)})(${argumentsText(call, text)})`, { prefix: "w_0 = None\n" }),
  calls("py map", (call, text) =>
    plainArgs(call) ? `next(map(${text(call.callee)}, ${call.args.map((arg) => `[${text(arg)}]`).join(", ")}))` : null,
  ),
  calls("py reduce", (call, text) =>
    single(call) ? `${F}.reduce(lambda g, x: g(x), [${text(call.args[0] as Node)}], ${text(call.callee)})` : null,
  ),
  calls("py starmap", (call, text) =>
    plainArgs(call) ? `list(__import__("itertools").starmap(${text(call.callee)}, [(${argumentsText(call, text)},)]))[0]` : null,
  ),
  calls("py star arguments", (call, text) => {
    if (call.args.some((arg) => arg.spread !== undefined || arg.value.kind === "Comprehension") || call.args.length === 0) return null;
    const list = call.args.filter((arg) => arg.name === undefined).map((arg) => text(arg));
    const named = call.args.filter((arg) => arg.name !== undefined).map((arg) => `"${arg.name}": ${text(arg.value)}`);
    return `${text(call.callee)}(*[${list.join(", ")}], **{${named.join(", ")}})`;
  }),
  calls("py keyword dict", (call, text) => {
    const named = call.args.filter((arg) => arg.name !== undefined);
    if (named.length === 0) return null;
    const rest = call.args.filter((arg) => arg.name === undefined).map((arg) => text(arg));
    return `${text(call.callee)}(${[...rest, `**dict([${named.map((arg) => `("${arg.name}", ${text(arg.value)})`).join(", ")}])`].join(", ")})`;
  }),
  calls("py methodcaller", (call, text) =>
    call.callee.kind === "Member" && !call.callee.name.startsWith("_")
      ? `__import__("operator").methodcaller(${[JSON.stringify(call.callee.name), ...call.args.map((arg) => text(arg))].join(", ")})(${text(call.callee.object)})`
      : null,
  ),
  calls("py operator.call", (call, text) =>
    call.args.every((arg) => arg.value.kind !== "Comprehension")
      ? `__import__("operator").call(${[text(call.callee), ...call.args.map((arg) => text(arg))].join(", ")})`
      : null,
  ),
  calls("py executor", (call, text) =>
    call.args.every((arg) => arg.value.kind !== "Comprehension") && call.callee.kind === "Member"
      ? `__import__("concurrent.futures").futures.ThreadPoolExecutor(1).submit(${[text(call.callee), ...call.args.map((arg) => text(arg))].join(", ")}).result()`
      : null,
  ),
  calls("py method type", (call, text) =>
    single(call) ? `__import__("types").MethodType(${text(call.callee)}, ${text(call.args[0] as Node)})()` : null,
  ),
  attributes("py getattr", (object, name) => `getattr(${object}, ${split(name)})`),
  attributes("py getattr reversed", (object, name) => `getattr(${object}, "${[...name].reverse().join("")}"[::-1])`),
  attributes("py attrgetter", (object, name) => `__import__("operator").attrgetter("${name}")(${object})`),
  attributes("py __getattribute__", (object, name) => `getattr(${object}, "__getattribute__")(${split(name)})`),
];
