/** Markup that a program brings along: `ElementTree.fromstring(text)`, `BeautifulSoup(text)`, and what is looked for in it. */
import { allBelow, elementsIn, isElement, type Markup, markupEvents, readMarkup, textsIn } from "../pure/markup.ts";
import { type Found, foundByPath, foundByStyle, hasClass } from "../pure/markup-queries.ts";
import type { Pure } from "../pure/pure-value.ts";
import type { State } from "../state.ts";
import { type ApiV, isString, type RefV, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import type { CallArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { isFetched } from "./file-handles.ts";
import { deepLabels } from "./labels.ts";
import { fromPure, toPure } from "./purity.ts";
import { modelsOf, newAddr, type Run } from "./run.ts";
import { writtenPython } from "./written.ts";

/** Under this an element keeps what it is, as text. */
const HELD = "s:_markup";
/** Elements that one search gives. */
const MOST = 100;

const METHODS: Readonly<Record<string, "Element" | "Tag" | "Node">> = { soup: "Tag", dom: "Node", tree: "Element" };

/** An element as an object of the class that its library gives. */
function elementValue(run: Run, state: State, cls: RefV, node: Markup): Value {
  const addr = newAddr(run);
  const { name } = state.read(cls.addr);
  const object = state.add(addr, { type: "instance", parent: cls.addr, name });
  const put = (field: string, value: Value): void => void object.props.set(`s:${field}`, value);
  object.props.set(HELD, run.values.string(JSON.stringify(node)));
  const attrs = fromPure(run, state, node.attrs, []);
  if (name === "Element") {
    const at = node.children.findIndex(isElement);
    const start = node.children.slice(0, at < 0 ? undefined : at).join("");
    put("tag", run.values.string(node.tag));
    put("attrib", attrs);
    put("text", start === "" ? run.values.none : run.values.string(start));
    put("tail", node.tail === "" ? run.values.none : run.values.string(node.tail));
  } else {
    put(name === "Tag" ? "name" : "tagName", run.values.string(node.tag));
    put("attrs", attrs);
  }
  return run.values.ref(addr);
}

/** What a parser makes of a text that is not known: as far from here as the text. */
function unread(run: Run, state: State, callee: ApiV, text: Value | undefined): Value {
  const given = text ?? run.values.unknown("local");
  const cause =
    isFetched(given) || (given.k === "api" && /Response/.test(given.path))
      ? "network"
      : modelsOf(run).answers(callee.path)
        ? "network"
        : "unmodelled";
  const labels = deepLabels(state, given).filter((label) => !/^(via|type):/.test(label));
  return run.values.unknown(cause, { path: `${callee.path}()`, labels });
}

/** `[tree|soup|dom]` by the library that parses. */
const kindOf = (path: string): string => (/BeautifulSoup|bs4/.test(path) ? "soup" : /minidom/.test(path) ? "dom" : "tree");

const parsed: Builtin = (run, state, { callee, args }) => {
  const text = args.positional[0] ?? args.keywords.get("markup") ?? args.keywords.get("text");
  const kind = kindOf(callee.path);
  const html = kind === "soup" ? !isXml(args) : /html|HTML/.test(callee.path);
  const source =
    text !== undefined && isString(text)
      ? Buffer.from(String(text.value), text.type === "bytes" ? "latin1" : "utf8").toString("utf8")
      : null;
  const document = source === null ? undefined : readMarkup(source, html);
  const node = kind === "tree" && document !== undefined ? elementsIn(document)[0] : document;
  const cls = writtenPython(run, state, `markup.${METHODS[kind]}`);
  return node === undefined || cls?.k !== "ref" ? unread(run, state, callee, text) : elementValue(run, state, cls, node);
};
const isXml = (args: CallArgs): boolean => {
  const parser = args.positional[1] ?? args.keywords.get("features");
  return parser !== undefined && isString(parser) && /xml$/.test(String(parser.value)) && !/html/.test(String(parser.value));
};

/** `find("a", {"class": "x"}, id="y")` of BeautifulSoup. */
function named(node: Markup, [name, attrs, others]: readonly (Pure | undefined)[]): readonly Markup[] | undefined {
  const names = typeof name === "string" ? [name] : Array.isArray(name) ? name : name === null || name === true ? null : undefined;
  const wanted = { ...(typeof attrs === "string" ? { class: attrs } : (attrs as object | null)), ...(others as object | null) };
  if (names === undefined || Object.values(wanted).some((value) => typeof value !== "string" && value !== true)) return undefined;
  return allBelow(node).filter(
    (one) =>
      (names === null || names.includes(one.tag)) &&
      Object.entries(wanted).every(([key, value]) => {
        const held = one.attrs[key.replace(/_$/, "")];
        if (value === true || held === undefined) return held !== undefined;
        return key.startsWith("class") ? hasClass(one, String(value)) : held === value;
      }),
  );
}

function search(node: Markup, how: string, given: readonly (Pure | undefined)[]): readonly Found[] | undefined {
  const [what] = given;
  if (how === "texts") return textsIn(node);
  if (how === "contents") return node.children;
  if (how === "all" && (what === null || typeof what === "string")) {
    const tag = what === null || what === "*" ? null : what.replace(/^\{[^}]*\}/, "");
    return [node, ...allBelow(node)].filter((one) => tag === null || one.tag === tag);
  }
  if (how === "named") return named(node, given);
  if (typeof what !== "string") return undefined;
  if (how === "css") return foundByStyle(node, what);
  // ElementTree never looks above the element itself.
  const found = foundByPath(node, how === "xpath" ? what : what.replace(/^\/+/, ".//"));
  return how === "text of"
    ? found?.filter(isElement).map((one) => (isElement(one.children[0] ?? "") ? "" : String(one.children[0] ?? "")))
    : found;
}

const found: Builtin = (run, state, { args }) => {
  const [self, how, ...given] = args.positional;
  const held = self?.k === "ref" ? state.read(self.addr).props.get(HELD) : undefined;
  const cls = self?.k === "ref" ? state.read(self.addr).parent : null;
  const outcome =
    held === undefined || cls === null || how === undefined
      ? undefined
      : search(
          JSON.parse(String((held as { value?: unknown }).value)) as Markup,
          String((how as { value?: unknown }).value),
          given.map((value) => toPure(run, state, value)),
        );
  if (outcome === undefined || cls === null || outcome.length > MOST) return run.values.unknown("unmodelled", { path: "markup[]" });
  const type = run.values.ref(cls) as RefV;
  return listValue(
    run,
    state,
    outcome.map((one) => (isElement(one) ? elementValue(run, state, type, one) : run.values.string(one))),
  );
};

/** What `HTMLParser.feed` calls methods for. */
const events: Builtin = (run, state, { args }) => {
  const [text] = args.positional;
  const all = text !== undefined && isString(text) ? markupEvents(String(text.value), true) : undefined;
  if (all === undefined || all.length > MOST) {
    const given = text ?? run.values.unknown("local");
    return run.values.unknown(given.k === "unknown" ? given.cause : "unmodelled", { path: "markup[]", labels: deepLabels(state, given) });
  }
  const triples = all.map((event): Pure => {
    if (event.kind === "start") return [event.closed ? "closed" : "start", event.tag, Object.entries(event.attrs)];
    return event.kind === "end" ? ["end", event.tag, null] : [event.kind, event.text, null];
  });
  return fromPure(run, state, triples, []);
};

export const BUILTINS_MARKUP: Readonly<Record<string, Builtin>> = { markup_parsed: parsed, markup_found: found, markup_events: events };
