/** Calls of libraries: the model's effects with their targets, and what comes back. */
import type { Label, TargetClass } from "../effects.ts";
import type { ApiModel, EffectModel, TargetForm } from "../models.ts";
import { possibly, type State } from "../state.ts";
import { classifyHost, classifyPath, holeClasses } from "../targets.ts";
import { type ApiV, dataLabels, isNumber, isString, mergeLabels, type RefV, textOf, type UnknownV, type Value } from "../values.ts";
import { calledLater, handOver } from "./again.ts";
import { askedFacts } from "./asked-address.ts";
import { climbFacts } from "./asked-path.ts";
import { getAttr } from "./attributes.ts";
import { BUILTINS } from "./builtins.ts";
import { type CallArgs, NO_ARGS, withArgs } from "./call-args.ts";
import { callCallbacks, callDeserializers, privateData } from "./callbacks.ts";
import { ofRequest } from "./checked.ts";
import { specialMethod } from "./classes.ts";
import { isClient, isDatabase, isOpened } from "./clients.ts";
import { execCommand, execNamed, execPath, execShell, execThrough } from "./commands.ts";
import { byAddress, carriedBy, isOnlyNamed, namedOption, readByUrl, saidBeside, signalled, toMany } from "./effect-arguments.ts";
import { applies, isRehearsed, memberOf, optionOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { knownVariable, orDefault, variableLabels } from "./environment.ts";
import { hasEvidence } from "./evidence.ts";
import { spawnFacts } from "./exhaustion.ts";
import { feedStarted } from "./fed-input.ts";
import { contentLabels, handlePath, isFetched, isManifest, writtenContent } from "./file-handles.ts";
import { reportGuess } from "./guessing.ts";
import { isHolder } from "./holders.ts";
import { atBase, fixedTarget, HOST, hostLabel } from "./host-label.ts";
import { givenLabels, shownLabels } from "./keys.ts";
import { lookedThrough, reflect, subclasses } from "./looked-through.ts";
import { reportMassRemoval, reportRequest } from "./mass-removal.ts";
import { reportMethod } from "./method-reports.ts";
import { undoneBy } from "./migrations.ts";
import { callDetail, decorates, inferFromName } from "./name-inference.ts";
import { givenTo } from "./named-arguments.ts";
import { reportOrdered, reportPayment } from "./payments.ts";
import { bakedProgram } from "./program-objects.ts";
import { fromPlace, throughLinks, withVariables } from "./remembered.ts";
import { isOlderCopy } from "./rotation.ts";
import { fetchedLabels, isRowLabel } from "./rows.ts";
import { current, inJs, modelsOf, newAddr, type Run } from "./run.ts";
import { reportScan } from "./scans.ts";
import { selectOne } from "./select.ts";
import { sentFacts } from "./sent-facts.ts";
import { applySql } from "./sql-call.ts";
import { commandLabels, isOwnName } from "./started.ts";
import { columnLabels } from "./tables.ts";
import { isOfReceiver, ofReceiver } from "./throwaway.ts";
import { callOnElements } from "./unknown-lists.ts";
import { reportUnverified } from "./unverified.ts";
import { asAddress } from "./web-objects.ts";
import { isFollowed, writtenMember } from "./written-libraries.ts";

export function callApi(run: Run, state: State, callee: ApiV, given: CallArgs): Value | null {
  const model = modelsOf(run).api(callee.path);
  const args = givenTo(run, state, { model, api: callee.path }, given);
  if (inJs(run)) reportUnverified(run, state, callee.path, args);
  if (model === null) return callUnmodelled(run, state, callee, args);
  const before = model.builtin === null ? undefined : BUILTINS[model.builtin];
  reportGuess(run, state, { model, api: callee.path }, args);
  reportScan(run, state, callee.path, args);
  for (const effect of model.effects) applyEffect(run, state, { effect, api: callee.path, labels: callee.labels }, args);
  if (before !== undefined) {
    const result = before(run, state, { callee, args });
    if (result !== undefined) return result;
  }
  if (model.exits) return null;
  return resultOf(run, state, { model, callee }, args);
}

function resultOf(run: Run, state: State, call: { model: ApiModel; callee: ApiV }, args: CallArgs): Value {
  const { values } = run;
  const { model, callee } = call;
  const columns = columnLabels(run, state, args.keywords.get("usecols"));
  if (inJs(run) && (model.cause !== null || model.returns !== null) && model.effects.length > 0) answerCallback(run, state, model, args);
  else if (model.effects.length === 0 || model.builtin !== null) callCallbacks(run, state, args, sourceOf(run, model, callee));
  const client = isClient(model) || (!inJs(run) && isOpened(run, callee, args));
  const said = shownLabels(state, { model, receiver: callee.labels }, args);
  const content = mergeLabels(contentOf(model, args.positional[0]), columns);
  const fetched = isDatabase(model, callee) ? fetchedLabels(state, callee.path, callee.labels) : [];
  const labels = mergeLabels(content, said, fetched).filter(
    (l) =>
      !l.startsWith("via:") &&
      (!l.startsWith("type:") || l.startsWith(HOST) || (fetched.includes(l) && isRowLabel(l))) &&
      !(client && /^(env\b|secret\.)/.test(l)),
  );
  const key = args.positional[0];
  const variable = isString(key) ? knownVariable(run, state, model, key.value) : undefined;
  if (variable !== undefined) return variable;
  const named = isString(key) && model.effects.some((e) => e.kind === "env.read") ? variableLabels(run, model, key.value) : null;
  const started = commandLabels(run, state, model, args);
  if (model.returns !== null) return values.api(model.returns, true, mergeLabels(labels, hostLabels(run, state, model, args), started));
  const path = isString(key) && model.cause === "env" ? `${callee.path}.${key.value}` : `${callee.path}()`;
  const own = model.cause === "file" && ((isString(key) && isManifest(String(key.value))) || isOwnName(run, state, model, args));
  const cause = own ? "local" : (model.cause ?? "local");
  return orDefault(
    run,
    model,
    values.unknown(cause, { path: model.cause === null ? null : path, labels: named ?? mergeLabels(labels, started) }),
    args,
  );
}

/** What a call gives: what a file holds depends on where it is, unless it is private wherever it comes from (a screen, a microphone). */
const contentOf = (model: ApiModel, path: Value | undefined): readonly Label[] =>
  model.labels.includes("file") && !model.labels.includes("file.private") && path !== undefined ? contentLabels(path) : model.labels;

/** `socket.on("data", f)`: f gets what the model says that the call gives. */
const sourceOf = (run: Run, model: ApiModel, callee: ApiV): UnknownV | undefined => {
  const labels = mergeLabels(model.labels, callee.labels.includes("file.private") ? ["file", "file.private"] : []);
  const source = model.cause === null ? null : run.values.unknown(model.cause, { path: `${callee.path}()`, labels });
  return source?.k === "unknown" ? source : undefined;
};

/** `fs.readFile(path, (error, data) => ...)`: the function at the end gets what the call would give. */
function answerCallback(run: Run, state: State, model: ApiModel, args: CallArgs): void {
  const callback = args.positional.at(-1);
  if (callback?.k !== "closure" && callback?.k !== "partial") return;
  const first = args.positional[0];
  const labels = mergeLabels(contentOf(model, first), commandLabels(run, state, model, args));
  const receiver = model.returns === null ? null : run.values.api(model.returns, true, hostLabels(run, state, model, args));
  const id = callback.k === "closure" ? `${callback.module}.${callback.fn}` : "";
  const ran = run.ran.has(id);
  const given = { ...NO_ARGS, receiver, rest: run.values.unknown(model.cause ?? "local", { path: "data", labels }) };
  possibly(state, () => handOver(run, state, callback, given));
  // It is called once there is what it waits for: then the program knows it by the name it gives it (`const s = connect(..., f)`).
  if (receiver !== null && !ran) run.ran.delete(id);
}

/** `Array.prototype.map.call(list, f)` is the list's own method. */
const PROTOTYPE = /^globalThis\.(Array|String|Object|Number|Map|Set|Promise|RegExp)\.prototype\.\w+$/;

/** A library function without a model: reported, its callbacks run, its result unknown with the labels of what went in. */
function callUnmodelled(run: Run, state: State, callee: ApiV, args: CallArgs): Value | null {
  const { values } = run;
  const cut = callee.path.lastIndexOf(".");
  const name = callee.path.slice(cut + 1);
  const owner = cut < 0 ? "" : callee.path.slice(0, cut);
  const decorated = decorates(run, state, args, callee.path);
  if (decorated !== null) return decorated;
  const written = inJs(run) && isFollowed(callee.path, args) ? writtenMember(run, state, callee.path) : null;
  if (written !== null) return run.call(state, written, args);
  if (callee.path === "globalThis.Function.call" || /^(bind|call|apply|valueOf)$/.test(name)) {
    const result = BUILTINS.function_method?.(run, state, { callee, args });
    if (result !== undefined) return result;
  }
  const baked = inJs(run) ? null : bakedProgram(run, state, callee, args);
  if (baked !== null) return baked;
  if (inJs(run) && args.receiver !== null && PROTOTYPE.test(callee.path) && args.receiver.k !== "api")
    return run.call(state, getAttr(run, state, args.receiver, name), args);
  const [then] = args.positional;
  if (name === "then" && inJs(run) && then !== undefined)
    return calledLater(run, "once", () => run.call(state, then, withArgs(values.api(owner, callee.instance, callee.labels))));
  const inside = inJs(run) || owner === "" ? null : lookedThrough(run, state, values.api(owner, callee.instance), name);
  if (inside !== null) return inside;
  const derived = name === "__subclasses__" ? subclasses(run, state, owner, args.positional[0]) : null;
  if (derived !== null) return derived;
  if (name === "__subclasses__" || name === "__getattribute__" || name === "__getattr__") return reflect(run, state, callee, args);
  const parent = owner === "" ? null : modelsOf(run).api(owner);
  if (parent?.cause !== null && parent?.cause !== undefined && parent.effects.length === 0)
    return fromSource(run, state, { model: parent, callee, owner }, args);
  const receiver = { name, receiver: owner, value: callee as Value };
  const modelled = callMethodModels(run, state, receiver, args);
  reportGuess(run, state, { model: null, api: callee.path }, args);
  if (!modelled) {
    inferFromName(run, state, { name, path: callee.path, labels: callee.labels }, args);
    if (!callee.path.startsWith("builtins.") && !callee.path.startsWith("globalThis.") && current(run).unit.depth === 0) {
      emit(run, state, { kind: "call.unmodelled", target: callee.path, classes: [], args: {}, labels: [], basis: "api", api: callee.path });
    }
  }
  const outside = values.unknown(!inJs(run) && modelsOf(run).answers(callee.path) ? "request" : "unmodelled", {
    path: callee.path,
    labels: inJs(run) ? privateData(state, args.positional[0]) : [],
  });
  const made = outside.k === "unknown" ? callOnElements(run, state, { list: outside, name }, args) : null;
  callDeserializers(run, state, args, outside);
  const labels = mergeLabels(run.sensitivity.ofName(name), givenLabels(state, callee.path, callee.labels, args));
  if (made !== null) return made;
  // What a library makes of a text from the network is still from the network.
  const [given] = args.positional;
  const remote = isFetched(given ?? outside) || modelsOf(run).answers(callee.path);
  // What is parsed of a file is still from the file.
  const parsed = inJs(run) && given?.k === "unknown" && given.cause === "file" && /^(parse|load)\w*$/i.test(name);
  // A key opens a service or a client, and no answer shows it.
  const dropped = remote || isOpened(run, callee, args) ? /^(via:|type:|secret\.|env\b)/ : /^(via|type):/;
  return values.unknown(remote ? "network" : parsed ? "file" : "unmodelled", {
    path: `${callee.path}${callDetail(state, name, args)}`,
    labels: labels.filter((l) => !dropped.test(l)),
  });
}

/** `os.environ.get("X")`: a read of a modelled source. */
function fromSource(run: Run, state: State, call: { model: ApiModel; callee: ApiV; owner: string }, args: CallArgs): Value {
  const key = args.positional[0];
  const name = isString(key) ? key.value : "{?}";
  const variable = isString(key) ? knownVariable(run, state, call.model, key.value) : undefined;
  if (variable !== undefined) return variable;
  if (call.model.cause === "env")
    emit(run, state, { kind: "env.read", target: name, classes: [], args: {}, labels: [], basis: "api", api: call.owner });
  const labels = variableLabels(run, call.model, isString(key) ? key.value : null);
  // `args.get("page", type=int)` is converted.
  const cause = call.model.cause === "request" && args.keywords.has("type") ? "local" : (call.model.cause ?? "unmodelled");
  return orDefault(run, call.model, run.values.unknown(cause, { path: `${call.owner}.${name}`, labels }), args);
}

/** Models of methods whose receiver is not known: each needs its evidence. True when one spoke. */
export function callMethodModels(
  run: Run,
  state: State,
  callee: { name: string; receiver: string; value: Value },
  args: CallArgs,
): boolean {
  let spoke = false;
  for (const model of modelsOf(run).methods(callee.name)) {
    if (model.receiver !== null && !model.receiver.test(callee.receiver)) continue;
    if (!hasEvidence(run, state, model, args)) continue;
    spoke = true;
    const held = callee.value.labels.filter((label) => !/^(via|type):/.test(label));
    const receiver = run.values.unknown("unmodelled", { path: callee.receiver, labels: held });
    const labels = callee.value.labels.filter(isOfReceiver);
    const api = callee.receiver === "" ? callee.name : `${callee.receiver}.${callee.name}`;
    for (const effect of model.effects)
      applyEffect(run, state, { effect, api, labels }, { ...args, receiver: effect.each ? callee.value : receiver });
  }
  reportMethod(run, state, callee, args);
  return spoke || callFamily(run, state, callee, args);
}

/** What every member of that name does on such a receiver: `delete_*` of a cloud's client. */
function callFamily(run: Run, state: State, callee: { name: string; receiver: string; value: Value }, args: CallArgs): boolean {
  const family = modelsOf(run).family(callee.receiver, callee.name);
  if (family === null) return false;
  const labels = callee.value.labels.filter(isOfReceiver);
  // A method that was taken from its object is still of it.
  const given = args.receiver?.k === "const" ? null : args.receiver;
  const cause = callee.value.k === "unknown" ? callee.value.cause : "unmodelled";
  const receiver = given ?? run.values.unknown(cause, { path: callee.receiver, labels: dataLabels(callee.value.labels) });
  const api = `${callee.receiver}.${callee.name}`;
  for (const effect of family.effects)
    applyEffect(run, state, { effect, api, labels }, { ...args, receiver: effect.each ? callee.value : receiver });
  return true;
}

const STARTS: ReadonlySet<TargetForm> = new Set(["shell", "command", "json_command", "argv"]);

/** `{ env, cwd }` of a call whose variables are set already. */
function withoutEnvironment(run: Run, state: State, options: RefV): Value {
  const { type, props } = state.read(options.addr);
  if (type !== "object" || !props.has("s:env")) return options;
  const addr = newAddr(run);
  const made = state.add(addr, { type: "object" });
  for (const [key, value] of props) if (key !== "s:env") made.props.set(key, value);
  return run.values.ref(addr);
}

export type Applied = { readonly effect: EffectModel; readonly api: string; readonly labels: readonly Label[] };

export function applyEffect(run: Run, state: State, applied: Applied, args: CallArgs): void {
  const { api } = applied;
  const effect = byAddress(applied.effect, args);
  if (!applies(run, state, effect, args) || isRehearsed(run, state, { api, kind: effect.kind }, args)) return;
  const chosen =
    selectOne(args, effect.target) ??
    namedOption(state, args, effect.target) ??
    (effect.fixed === null ? null : fixedTarget(run, effect.fixed, applied.labels));
  const address = chosen !== null && NAMES_HOST.has(effect.as) ? asAddress(run, state, chosen) : chosen;
  const target = address !== null && effect.as === "url" ? atBase(run, state, address, applied) : address;
  if (target === null && isOnlyNamed(run, effect)) return;
  const data = carriedBy(run, state, { ...applied, effect, target }, args);
  const set = effect.kind === "process.exec" ? optionOf(state, args, "env") : undefined;
  if (set?.k === "ref" && STARTS.has(effect.as)) {
    const keywords = new Map([...args.keywords].filter(([name]) => name !== "env"));
    const options = args.positional.map((value) => (value.k === "ref" ? withoutEnvironment(run, state, value) : value));
    withVariables(state, set.addr, () => applyEffect(run, state, applied, { ...args, keywords, positional: options }));
    return;
  }
  if (effect.kind === "process.exec") feedStarted(run, state, { api, labels: applied.labels }, args);
  if (effect.as === "shell") {
    if (target === null && args.rest === null) return;
    execShell(run, state, { value: target, api, labels: applied.labels, place: optionOf(state, args, "cwd") });
    return;
  }
  if (effect.as === "container" || effect.as === "pip" || effect.as === "powershell") {
    if (target !== null)
      execThrough(run, state, { value: memberOf(state, target, "Cmd") ?? target, api, labels: applied.labels }, effect.as);
    return;
  }
  if (effect.as === "git" || effect.as === "program") {
    execNamed(run, state, { value: null, api, labels: applied.labels }, args);
    return;
  }
  if (effect.as === "argv") {
    const [path, ...vector] = args.positional.slice(effect.target?.positions[0] ?? 0);
    if (path !== undefined) execPath(run, state, { value: path, api, labels: applied.labels }, vector);
    return;
  }
  if (effect.as === "command" || effect.as === "json_command") {
    const node = effect.as === "json_command";
    // `execa({ shell: true })`, and the text of a template.
    if (node && target?.k === "ref") return;
    const place = optionOf(state, args, "cwd");
    // `Bun.spawn({ cmd: ["ls"] })`
    const value = target === null || node ? target : (memberOf(state, target, "cmd") ?? target);
    execCommand(run, state, { value, api, labels: applied.labels, place, node, all: effect.target?.all === true }, args);
    return;
  }
  if (effect.as === "sql") {
    applySql(run, state, { target, api, labels: applied.labels }, args);
    return;
  }
  if (effect.kind === null) return;
  if (effect.each) {
    const others = [args.receiver, args.rest].filter((value) => value !== null);
    const named = [...args.positional, ...args.keywords.values(), ...others];
    reportMassRemoval(run, state, { kind: effect.kind, target, api, labels: applied.labels }, named);
    if (effect.facts.outgoing === true) reportOrdered(run, state, api, args);
    return;
  }
  const read = target !== null && effect.kind === "code.deserialize" ? writtenContent(run, state, target) : target;
  const given = read === null ? null : spread(run, state, read, effect.as);
  const there = given !== null && effect.as === "path" ? fromPlace(run, state, given) : given;
  const value = there !== null && effect.as === "path" && !effect.kind.startsWith("fs.delete") ? throughLinks(run, state, there) : there;
  const classes = value === null ? [] : classesFor(effect, value);
  const facts: Record<string, string | number | boolean> = { ...effect.facts };
  if (effect.amount !== null) {
    const amount = selectOne(args, effect.amount);
    if (amount !== null && isNumber(amount)) facts.amount = Number(amount.value);
  }
  const said = effect.as === "url" && value !== null ? saidBeside(run, state, value, args) : null;
  const labels = mergeLabels(
    data,
    ofReceiver(applied, args),
    value === null ? [] : value.labels.filter((l) => l.startsWith("via:")),
    said?.labels ?? [],
  );
  if (effect.kind === "process.signal") classes.push(...signalled(effect, value));
  const sends = value?.labels.includes("type:post") === true || labels.includes("env") || said?.sends === true;
  const kind = effect.kind === "net.fetch" && sends ? "net.send" : effect.kind;
  if (effect.as === "url" && value !== null) reportRequest(run, state, { kind, target: value, api, labels: applied.labels }, args);
  if (effect.as === "url" && value !== null) readByUrl(run, state, value, api);
  if (effect.as === "url" && value !== null && kind === "net.send") reportPayment(run, state, value, api);
  if (value !== null && run.values.requested)
    Object.assign(facts, effect.as === "url" ? askedFacts(run, value) : effect.as === "path" ? climbFacts(run, state, value, args) : {});
  if (kind.startsWith("fs.delete") && value !== null && isOlderCopy(run, value, { kind, classes })) facts.rotated = true;
  if (kind === "mail.send" && toMany(run, state, value, args)) facts.many = true;
  if (value !== null && ofRequest(run, value)) facts.requested = true;
  if (kind === "net.send" && effect.data !== null) Object.assign(facts, sentFacts(run, state, { args, data: effect.data, target, api }));
  if (kind === "db.drop") Object.assign(facts, undoneBy(run, args));
  const spawns = effect.kind === "process.spawn" ? spawnFacts(run, api) : null;
  emit(run, state, {
    kind,
    target: value === null ? "" : textOf(value),
    classes: spawns === null ? classes : [...classes, ...spawns.classes],
    args: spawns === null ? facts : { ...facts, ...spawns.args },
    labels,
    basis: "api",
    api,
  });
}

const NAMES_HOST: ReadonlySet<TargetForm> = new Set(["url", "host", "path"]);
/** A connection remembers the host it was made to. */
function hostLabels(run: Run, state: State, model: ApiModel, args: CallArgs): readonly Label[] {
  const effect = model.effects.find((e) => e.as === "host" || e.as === "url");
  const target = effect === undefined ? null : (selectOne(args, effect.target) ?? namedOption(state, args, effect.target));
  return hostLabel(target === null ? null : spread(run, state, asAddress(run, state, target)));
}

/** A tuple target such as `(host, port)` gives its first element. */
function spread(run: Run, state: State, target: Value, form: TargetForm = "host", depth = 0): Value {
  if (target.k === "api" && target.instance && /Response$|^socket\./.test(target.path))
    return run.values.unknown("network", { path: target.path, labels: target.labels });
  if (target.k === "api")
    return (
      (form === "path" ? handlePath(run, target.labels) : null) ?? run.values.unknown("local", { path: target.path, labels: target.labels })
    );
  if (target.k !== "ref") return target;
  const object = state.read(target.addr);
  const place = form === "path" && object.type === "instance" && !inJs(run) ? specialMethod(run, state, target, "__fspath__") : null;
  if (place !== null) return run.call(state, place, NO_ARGS) ?? run.values.unknown("local");
  if (isHolder(state, target.addr)) return object.rest ?? run.values.unknown("local");
  const named = ["host", "url", "uri", "hostname"].map((name) => object.props.get(`s:${name}`)).find((v) => v !== undefined);
  const first = object.items?.[0] ?? named ?? (form === "name" ? [...object.props.values()][0] : undefined);
  if (first?.k === "ref" && form === "name" && depth < 3) return spread(run, state, first, form, depth + 1);
  return first ?? run.values.unknown("local", { labels: target.labels });
}

function classesFor(effect: EffectModel, value: Value): TargetClass[] {
  if (effect.as === "path") return classifyPath(value);
  if (effect.as === "url" || effect.as === "host") return classifyHost(value);
  return holeClasses(value);
}
