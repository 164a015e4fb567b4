/** Libraries that are written down in JavaScript, and how programs call what is in them. */
import type { State } from "../state.ts";
import type { Value } from "../values.ts";
import { COLLECTIONS } from "../written/collections.ts";
import { FUNCTIONAL } from "../written/functional.ts";
import { LANGUAGE } from "../written/language.ts";
import { NODE_CRYPTO, WEB_CRYPTO } from "../written/node-crypto.ts";
import { NODE_EVENTS } from "../written/node-events.ts";
import { NODE_STREAMS } from "../written/node-streams.ts";
import { ASYNC_LISTS, NODE_FORMATS, NODE_PATHS, NODE_VALUES, WAITING } from "../written/node-values.ts";
import { NODE_VM } from "../written/node-vm.ts";
import { OBSERVABLES } from "../written/observables.ts";
import { MATCHES, RESULTS } from "../written/results.ts";
import { SCHEMAS } from "../written/schemas.ts";
import { WALKS } from "../written/walks.ts";
import { WEB_OBJECTS } from "../written/web-objects.ts";
import type { CallArgs } from "./call-args.ts";
import { classLookup } from "./classes.ts";
import { loadWritten } from "./load-written.ts";
import { inJs, type Run } from "./run.ts";

/** What a library is called in programs, its text, and whether what is not known is followed, too. */
type Library = { readonly modules: readonly string[]; readonly source: string; readonly always: boolean };
const LIBRARIES: readonly Library[] = [
  { modules: ["globalThis"], source: LANGUAGE, always: true },
  { modules: ["async_hooks", "diagnostics_channel", "globalThis", "events", "worker_threads"], source: NODE_EVENTS, always: true },
  { modules: ["globalThis", "globalThis.window", "buffer", "stream/web"], source: WEB_OBJECTS, always: true },
  { modules: ["stream", "stream/promises", "stream.promises"], source: NODE_STREAMS, always: true },
  { modules: ["lodash", "lodash-es", "underscore", "lodash/fp"], source: COLLECTIONS, always: false },
  {
    modules: ["ramda", "fp-ts/function", "remeda", "p-map", "p-limit", "p-each-series", "immer", "mitt"],
    source: FUNCTIONAL,
    always: false,
  },
  { modules: ["path", "path.posix", "path/posix", "util"], source: NODE_VALUES, always: false },
  { modules: ["util"], source: NODE_FORMATS, always: false },
  { modules: ["path", "path.posix", "path/posix"], source: NODE_PATHS, always: false },
  { modules: ["crypto"], source: NODE_CRYPTO, always: false },
  { modules: ["globalThis.crypto.subtle", "crypto.webcrypto.subtle", "crypto.subtle"], source: WEB_CRYPTO, always: false },
  { modules: ["timers/promises", "timers.promises"], source: WAITING, always: true },
  { modules: ["async", "bluebird", "neo-async"], source: ASYNC_LISTS, always: false },
  { modules: ["vm"], source: NODE_VM, always: true },
  { modules: ["neverthrow"], source: RESULTS, always: true },
  { modules: ["ts-pattern"], source: MATCHES, always: false },
  { modules: ["rxjs", "rxjs/operators"], source: OBSERVABLES, always: true },
  {
    modules: "klaw klaw-sync readdirp walkdir walk-sync recursive-readdir @std/fs @std/fs/walk totalist totalist/sync chokidar".split(" "),
    source: WALKS,
    always: true,
  },
  { modules: ["zod", "zod.z", "zod/v4", "zod/v4.z"], source: SCHEMAS, always: true },
];

type Member = { readonly library: Library; readonly name: string };

const plain = (module: string): string => module.replace(/\W/g, "_");
/** What a line of the text defines for programs. */
const defined = (source: string): string[] =>
  [...source.matchAll(/^(?:function\*?|class|const) .*/gm)].flatMap(([line]) =>
    [...line.matchAll(/^(?:function\*?|class) (\$?\w+)|(?:^const|(?<= = _\w+),) (\w+) = /g)].map(([, made, held]) => made ?? held ?? ""),
  );

/** Members by their paths: `lodash.get`, `globalThis.Promise.race` (written `Promise_race`), `lodash` itself (written `$lodash`). */
const MEMBERS: ReadonlyMap<string, Member> = new Map(
  LIBRARIES.flatMap((library) =>
    defined(library.source).flatMap((name) => {
      const { modules } = library;
      if (name.startsWith("_")) return [];
      if (name.startsWith("$")) return modules.filter((m) => plain(m) === name.slice(1)).map((m) => [m, { library, name }] as const);
      const shown = name.replaceAll("__", ".");
      return modules.flatMap((m) => [[`${m}.${shown}`, { library, name }] as const, [`${m}/${shown}`, { library, name }] as const]);
    }),
  ),
);

/** The function or class that the library's member is written as; null when it is not. */
export function writtenMember(run: Run, state: State, path: string): Value | null {
  const member = MEMBERS.get(path);
  if (member === undefined) return ofClass(run, state, path);
  const frame = loadWritten(run, state, { source: member.library.source, language: "javascript" });
  return frame === null ? null : (state.read(frame).props.get(member.name) ?? null);
}

/** What a class of the program's own derives from, when it is written. */
export const libraryBase = (run: Run, state: State, base: Value): Value =>
  base.k === "api" && inJs(run) ? (writtenMember(run, state, base.path) ?? base) : base;

/** `Readable.from`: a member of a class that is written. */
function ofClass(run: Run, state: State, path: string): Value | null {
  const cut = path.lastIndexOf(".");
  const owner = cut > 0 && MEMBERS.has(path.slice(0, cut)) ? writtenMember(run, state, path.slice(0, cut)) : null;
  if (owner?.k !== "ref") return null;
  const name = path.slice(cut + 1);
  return classLookup(run, state, owner, `static ${name}`) ?? classLookup(run, state, owner, name);
}

/** Whether the call says enough to be followed: of data that nobody knows, the model of an unknown call tells more. */
export function isFollowed(path: string, args: CallArgs): boolean {
  const member = MEMBERS.get(path) ?? MEMBERS.get(path.slice(0, Math.max(path.lastIndexOf("."), 0)));
  if (member === undefined) return false;
  if (member.library.always) return true;
  const { positional, rest } = args;
  return rest === null && (!positional.some((v) => v.k === "unknown") || positional.some((v) => v.k === "ref" || v.k === "api"));
}
