/**
 * XML and HTML that a program brings along, as its elements: as forgiving as browsers and Python's parsers are, so that what is
 * found in it is what the program would find. Names are read without their namespaces.
 */
import { unescapeHtml } from "./codecs.ts";

export type Markup = {
  readonly tag: string;
  readonly attrs: Record<string, string>;
  readonly children: (Markup | string)[];
  /** Text behind it, up to the next element. */
  tail: string;
};

/** More of it than any program brings along. */
const LONGEST = 10_000;
const DEEPEST = 60;
const VOID = /^(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/;
/** What stands in these is text, whatever it looks like. */
const RAW = /^(script|style|textarea|title)$/;
const PIECE =
  /<!--([\s\S]*?)-->|<!\[CDATA\[([\s\S]*?)\]\]>|<[!?][^>]*>|<\/([\w:.-]+)\s*>|<([A-Za-z_][\w:.-]*)((?:\s+[^\s=<>/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?)*)\s*(\/?)>/g;
const ATTRIBUTE = /([^\s=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+)))?/g;

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);
const plain = (text: string): string => (text.includes("&") ? (unescapeHtml(text.replaceAll("&apos;", "'")) ?? text) : text);

function attributesIn(text: string, html: boolean): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [, name = "", double, single, bare] of text.matchAll(ATTRIBUTE))
    out[html ? name.toLowerCase() : localName(name)] = plain(double ?? single ?? bare ?? "");
  return out;
}

export type MarkupEvent =
  | { readonly kind: "start"; readonly tag: string; readonly attrs: Record<string, string>; readonly closed: boolean }
  | { readonly kind: "end"; readonly tag: string }
  | { readonly kind: "data" | "comment"; readonly text: string };

/** What a parser meets on its way through the text; undefined when there is too much of it. */
export function markupEvents(text: string, html: boolean): MarkupEvent[] | undefined {
  if (text.length > LONGEST) return undefined;
  const out: MarkupEvent[] = [];
  const say = (data: string): void => void (data !== "" && out.push({ kind: "data", text: data }));
  let at = 0;
  let raw = "";
  for (const found of text.matchAll(PIECE)) {
    const [piece, comment, cdata, end, start, attrs = "", slash] = found;
    const name = (word: string): string => (html ? word.toLowerCase() : localName(word));
    if (raw !== "" && !(end !== undefined && name(end) === raw)) continue;
    const before = text.slice(at, found.index);
    say(raw === "" ? plain(before) : before);
    raw = "";
    at = found.index + piece.length;
    if (comment !== undefined) out.push({ kind: "comment", text: comment });
    else if (cdata !== undefined) say(cdata);
    else if (end !== undefined) out.push({ kind: "end", tag: name(end) });
    else if (start !== undefined) {
      const tag = name(start);
      const closed = slash === "/" || (html && VOID.test(tag));
      out.push({ kind: "start", tag, attrs: attributesIn(attrs, html), closed });
      if (html && !closed && RAW.test(tag)) raw = tag;
    }
  }
  say(plain(text.slice(at)));
  return out;
}

/** The elements under one that stands for the document. */
export function readMarkup(text: string, html: boolean): Markup | undefined {
  const root: Markup = { tag: "[document]", attrs: {}, children: [], tail: "" };
  const open: Markup[] = [root];
  for (const event of markupEvents(text, html) ?? []) {
    const top = open.at(-1) as Markup;
    if (event.kind === "data") {
      const last = top.children.at(-1);
      if (typeof last === "object") last.tail += event.text;
      top.children.push(event.text);
    } else if (event.kind === "start") {
      const made: Markup = { tag: event.tag, attrs: event.attrs, children: [], tail: "" };
      top.children.push(made);
      if (!event.closed && open.length < DEEPEST) open.push(made);
    } else if (event.kind === "end") {
      const index = open.findLastIndex((node) => node.tag === event.tag);
      if (index > 0) open.length = index;
    }
  }
  return root.children.length === 0 ? undefined : root;
}

export const isElement = (node: Markup | string): node is Markup => typeof node === "object";
export const elementsIn = (node: Markup): Markup[] => node.children.filter(isElement);
export const allBelow = (node: Markup): Markup[] => elementsIn(node).flatMap((child) => [child, ...allBelow(child)]);
export const textsIn = (node: Markup): string[] => node.children.flatMap((child) => (isElement(child) ? textsIn(child) : [child]));
