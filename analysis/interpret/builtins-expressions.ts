/** Evaluators for texts that libraries run: formulas, templates, stored objects in YAML, code of other languages; and tools of agents. */
import { possibly, type State } from "../state.ts";
import { holeClasses } from "../targets.ts";
import { isString, membersOf, textOf, type Value } from "../values.ts";
import { handOver } from "./again.ts";
import type { Builtin, BuiltinCall } from "./builtin.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { emit } from "./effect-sink.ts";
import { isFetched, isForeign, remoteCode } from "./file-handles.ts";
import { elementsOf } from "./iterate.ts";
import { evaluate } from "./nested-code.ts";
import { rememberedFile } from "./remembered.ts";
import type { Run } from "./run.ts";
import { lineLabels, lineOf, outputLabels } from "./started.ts";

/** A formula has no names with two underscores and imports nothing; what does is code. */
const LEAVES_FORMULA = /__\w+__|\bimport\b/;
const ASKED = (value: Value): boolean => isFetched(value) || (value.k === "unknown" && value.cause === "request");

const runsText = (run: Run, state: State, { callee }: BuiltinCall, text: Value, language: "python" | "javascript" = "python"): void => {
  evaluate(run, state, text, { api: callee.path, labels: callee.labels, language });
};

/** `sympy.sympify(text)`, `numexpr.evaluate(text)`, `pd.eval(text)`. */
const expression: Builtin = (run, state, call) => {
  const [given] = call.args.positional;
  for (const member of given === undefined ? [] : membersOf(given)) {
    if (isString(member)) {
      // `@name` of pandas is a name of the program.
      const text = member.value.replace(/@(?=[A-Za-z_])/g, "");
      if (LEAVES_FORMULA.test(text)) runsText(run, state, call, run.values.string(text, member.labels));
    } else if (ASKED(member) || (call.callee.path === "pandas.eval" && member.k !== "ref" && member.k !== "closure"))
      runsText(run, state, call, member);
  }
  return undefined;
};

/** What a template of Mako or Tornado runs: `<% .. %>`, `${ .. }`, `{{ .. }}`. */
const BLOCKS = /<%!?\s([\s\S]*?)%>|\$\{([^}]*)\}|\{\{([\s\S]*?)\}\}/g;
/** What reaches out of a template's own names. */
const REACHES = /__(globals|builtins|import|subclasses|class|mro|base|bases|init)__/;

function writtenTemplate(run: Run, state: State, call: BuiltinCall, text: string): void {
  if (/^(jinja2|flask|django|chameleon)\b/.test(call.callee.path)) {
    if (REACHES.test(text))
      emit(run, state, {
        kind: "call.dynamic",
        target: text.slice(0, 200),
        classes: [],
        args: {},
        labels: [],
        basis: "api",
        api: call.callee.path,
      });
    return;
  }
  for (const [, block, value, shown] of text.matchAll(BLOCKS)) {
    const code = (block ?? value ?? shown ?? "").trim();
    if (block !== undefined || LEAVES_FORMULA.test(code)) runsText(run, state, call, run.values.string(code));
  }
}

/** `Template(request.args["name"])`: whoever writes a template writes code. */
const templateSource: Builtin = (run, state, call) => {
  const { callee, args } = call;
  const source = args.positional[0] ?? args.keywords.get("source") ?? args.keywords.get("text");
  if (source !== undefined && isString(source)) writtenTemplate(run, state, call, source.value);
  const classes = source === undefined ? [] : holeClasses(source).filter((c) => c === "unknown.input" || c === "unknown.network");
  if (classes.length > 0)
    emit(run, state, { kind: "code.eval", target: "a template", classes, args: {}, labels: [], basis: "api", api: callee.path });
  return run.values.unknown("unmodelled", { path: `${callee.path}()` });
};

/** `!!python/object/apply:os.system ["rm x"]` in YAML that makes any object. */
const APPLIED = /!!python\/object\/(?:apply|new):([\w.]+)\s*(\[[\s\S]*?\](?=\s*(?:$|\n))|)/g;
const yamlObjects: Builtin = (run, state, call) => {
  const text = call.args.positional[0] ?? call.args.keywords.get("stream");
  const loader = call.args.positional[1] ?? call.args.keywords.get("Loader");
  if (text === undefined || !isString(text) || (loader?.k === "api" && /(Safe|Base)Loader$/.test(loader.path))) return undefined;
  for (const [, name = "", given = ""] of text.value.matchAll(APPLIED)) {
    const module = name.slice(0, name.lastIndexOf("."));
    const code = `${module === "" ? "" : `import ${module}\n`}${name}(*${given === "" ? "[]" : given})`;
    runsText(run, state, call, run.values.string(code, text.labels));
  }
  return undefined;
};

/** Code of another language: what comes over the network is not known, and of JavaScript that runs with Node's modules all is. */
const otherCode: Builtin = (run, state, call) => {
  const [text] = call.args.positional;
  if (text === undefined) return undefined;
  const language = /^(js2py|execjs)\b/.test(call.callee.path) ? "javascript" : null;
  if (ASKED(text)) runsText(run, state, call, text);
  else if (language !== null && isString(text) && /\brequire\s*\(/.test(text.value)) runsText(run, state, call, text, language);
  return undefined;
};

/** A library of machine code: one that the program saved from the network runs. */
const loadNative: Builtin = (run, state, { callee, args }) => {
  const [path] = args.positional;
  const source = path === undefined ? undefined : rememberedFile(state, path);
  if (source !== undefined && isForeign(source)) remoteCode(run, state, { target: textOf(path as Value), api: callee.path });
  return undefined;
};

/** `stdin, stdout, stderr = client.exec_command("bash -s")`: what goes into the first one is read by the command. */
const remoteStreams: Builtin = (run, state, { args }) => {
  const line = lineOf(run, state, args);
  const labels = [...(line.trim() === "" ? [] : lineLabels(line)), ...outputLabels(run, line)];
  const out = run.values.unknown("network", { path: "exec_command()", labels: labels.filter((l) => !l.startsWith("type:")) });
  return listValue(run, state, [run.values.api("subprocess.Popen.stdin", true, labels), out, out], "tuple");
};

/** `server.register_function(f)`: whoever is connected says what it is called with. */
const servesFunction: Builtin = (run, state, { args }) => {
  const [fn] = args.positional;
  if (fn !== undefined) handOver(run, state, fn, { ...NO_ARGS, rest: run.values.unknown("network", { path: "call" }) }, "repeats");
  return run.values.none;
};

/** `make_server(host, port, app)`: the application gets what somebody requests. */
const wsgiServed: Builtin = (run, state, { args }) => {
  const [, , app] = args.positional;
  const environ = run.values.unknown("request", { path: "environ" });
  if (app !== undefined) possibly(state, () => handOver(run, state, app, withArgs(environ, run.values.unknown("local")), "repeats"));
  return undefined;
};

/** Tools that run whatever they are told. */
const RUNS_ANYTHING =
  /^langchain\.(Shell|PythonREPL)$|^(phi|agno)\.tools\.(shell|python|local_file_system)\.\w+\(\)$|\bShellTools?\(\)$|\bPython(REPL|Tools)\w*\(\)$/;
const isUnbounded = (value: Value): boolean =>
  (value.k === "api" && RUNS_ANYTHING.test(value.path)) || (value.k === "unknown" && RUNS_ANYTHING.test(value.path ?? ""));
const NAMES_TOOL = /^(terminal|shell|bash|python_repl|python_repl_ast|python|exec)$/i;

/** `create_agent(model, tools=[ShellTool()])`, `load_tools(["terminal"])`: a model says what runs. */
const agentMade: Builtin = (run, state, { callee, args }) => {
  const given = [...args.positional, ...args.keywords.values()].flatMap((v) =>
    v.k === "ref" ? [v, ...(elementsOf(run, state, v) ?? [])] : [v],
  );
  const loads = callee.path.endsWith("load_tools");
  if (given.some((v) => isUnbounded(v) || (loads && isString(v) && NAMES_TOOL.test(v.value))))
    emit(run, state, {
      kind: "code.eval",
      target: "what a model writes",
      classes: [],
      args: {},
      labels: [],
      basis: "api",
      api: callee.path,
    });
  return undefined;
};

export const BUILTINS_EXPRESSIONS: Readonly<Record<string, Builtin>> = {
  expression,
  template_source: templateSource,
  yaml_objects: yamlObjects,
  other_code: otherCode,
  load_native: loadNative,
  remote_streams: remoteStreams,
  serves_function: servesFunction,
  agent_made: agentMade,
  wsgi_served: wsgiServed,
};
