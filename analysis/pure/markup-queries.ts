/** What is looked for in markup: paths of ElementTree and XPath, and selectors of CSS, as far as programs that bring markup along go. */
import { allBelow, elementsIn, isElement, type Markup, textsIn } from "./markup.ts";

export type Found = Markup | string;

const local = (name: string): string => name.replace(/^\{[^}]*\}|^[\w-]+:/, "");
const STEP = /^(\/{0,2})(\.\.?|@[\w*:-]+|text\(\)|(?:\{[^}]*\}|[\w-]+:)?[\w*.-]+(?<!\/))((?:\[[^\]]*\])*)/;

/** `a/b`, `.//c[@x='y']`, `//c/text()`, `//c/@href`; undefined for what is no such path. */
export function foundByPath(root: Markup, path: string): readonly Found[] | undefined {
  const inner = /^string\((.*)\)$/s.exec(path.trim())?.[1];
  if (inner !== undefined) {
    const found = foundByPath(root, inner)?.[0];
    return found === undefined ? undefined : [isElement(found) ? textsIn(found).join("") : found];
  }
  let left = path.trim();
  let at: readonly Found[] = [root];
  // An absolute path begins above what it is asked of.
  if (/^\/(?!\/)/.test(left) || left.startsWith("//")) at = [{ tag: "", attrs: {}, children: [root], tail: "" }];
  while (left !== "") {
    const step = STEP.exec(left);
    if (step === null) return undefined;
    const [whole, slashes = "", name = "", tests = ""] = step;
    const next = stepped(at, slashes === "//", name);
    const kept = next === undefined ? undefined : tested(next, tests);
    if (kept === undefined) return undefined;
    at = kept;
    left = left.slice(whole.length);
  }
  return at;
}

function stepped(from: readonly Found[], deep: boolean, name: string): readonly (readonly Found[])[] | undefined {
  const nodes = from.filter(isElement);
  if (name === "..") return undefined;
  if (name === ".") return nodes.map((node) => (deep ? [node, ...allBelow(node)] : [node]));
  const within = (node: Markup): Markup[] => (deep ? [node, ...allBelow(node)] : [node]);
  if (name === "text()") return nodes.map((node) => within(node).flatMap((n) => n.children.filter((child) => !isElement(child))));
  if (name.startsWith("@"))
    return nodes.map((node) =>
      within(node).flatMap((n) => (name === "@*" ? Object.values(n.attrs) : (n.attrs[local(name.slice(1))] ?? []))),
    );
  return nodes.map((node) => (deep ? allBelow(node) : elementsIn(node)).filter((n) => name === "*" || n.tag === local(name)));
}

/** Positions count among what one element has. */
function tested(groups: readonly (readonly Found[])[], tests: string): readonly Found[] | undefined {
  let kept = groups;
  for (const [, test = ""] of tests.matchAll(/\[([^\]]*)\]/g)) {
    const holds = testOf(test.trim());
    if (holds === undefined) return undefined;
    kept = kept.map((group) => group.filter((node, i) => holds(node, i, group.length)));
  }
  return kept.flat();
}

type Holds = (node: Found, index: number, count: number) => boolean;

function testOf(test: string): Holds | undefined {
  if (/^\d+$/.test(test)) return (_node, i) => i === Number(test) - 1;
  if (test === "last()") return (_node, i, count) => i === count - 1;
  const [, left = "", by, right = ""] = /^(@[\w:-]+|text\(\)|\.|[\w-]+)\s*(?:(=)\s*["']([^"']*)["'])?$/.exec(test) ?? [];
  const held = /^contains\((@[\w:-]+|text\(\)|\.)\s*,\s*["']([^"']*)["']\)$/.exec(test);
  if (held !== null) return (node) => saidBy(node, held[1] as string)?.includes(held[2] as string) === true;
  if (left === "") return undefined;
  return (node) => (by === undefined ? saidBy(node, left) !== undefined : saidBy(node, left) === right);
}

function saidBy(node: Found, name: string): string | undefined {
  if (!isElement(node)) return name === "." ? node : undefined;
  if (name.startsWith("@")) return node.attrs[local(name.slice(1))];
  if (name === "." || name === "text()") return textsIn(node).join("");
  const child = elementsIn(node).find((inner) => inner.tag === name);
  return child === undefined ? undefined : textsIn(child).join("");
}

const SIMPLE = /^([\w-]+|\*)?((?:#[\w-]+|\.[\w-]+|\[[^\]]+\]|:first-child|:nth-of-type\(\d+\))*)$/;

/** `div.note > p#a, a[href]`; undefined for what is no such selector. */
export function foundByStyle(root: Markup, selector: string): readonly Markup[] | undefined {
  const found: Markup[] = [];
  for (const one of selector.split(",")) {
    let at: Markup[] = [root];
    let direct = false;
    for (const word of one
      .trim()
      .replace(/\s*>\s*/g, " > ")
      .split(/\s+/)) {
      if (word === ">") {
        direct = true;
        continue;
      }
      const simple = SIMPLE.exec(word);
      if (simple === null || word === "") return undefined;
      const [, tag, marks = ""] = simple;
      const next = at.flatMap((node) => (direct ? elementsIn(node) : allBelow(node)));
      at = next.filter((node) => (tag === undefined || tag === "*" || node.tag === tag.toLowerCase()) && marked(node, marks));
      direct = false;
    }
    found.push(...at);
  }
  return [...new Set(found)];
}

function marked(node: Markup, marks: string): boolean {
  return [...marks.matchAll(/#([\w-]+)|\.([\w-]+)|\[([\w-]+)(?:[*^$~|]?=["']?([^"'\]]*)["']?)?\]/g)].every(([, id, cls, name, value]) => {
    if (id !== undefined) return node.attrs.id === id;
    if (cls !== undefined) return hasClass(node, cls);
    const held = node.attrs[name as string];
    return held !== undefined && (value === undefined || held.includes(value));
  });
}

export const hasClass = (node: Markup, name: string): boolean => (node.attrs.class ?? "").split(/\s+/).includes(name);
