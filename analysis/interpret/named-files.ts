/** Files that arguments name and a library reads by itself: attachments of a message, uploads by their path. */
import type { Label } from "../effects.ts";
import type { EffectModel } from "../models.ts";
import type { State } from "../state.ts";
import { isString, mergeLabels, textOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { optionOf } from "./effect-conditions.ts";
import { emitPath } from "./emit-path.ts";
import { contentLabels } from "./file-handles.ts";
import { deepLabels } from "./labels.ts";
import { rememberedFile } from "./remembered.ts";
import type { Run } from "./run.ts";
import { selectAll } from "./select.ts";

/** Members of an attachment that name its file. */
const NAMES_FILE = ["path", "file", "source", "attachment", "media", "filePath"];
/** Containers in containers that are looked into: `{ upload: { file: path } }`, `[{ media: { source: path } }]`. */
const DEEPEST = 3;
const LONGEST_PATH = 400;

/** A text of one line; anything longer is what is sent, and names nothing. */
const isPath = (value: Value): boolean => (isString(value) || value.k === "str") && /^[^\n]+$/.test(textOf(value).slice(0, LONGEST_PATH));

function filesIn(state: State, value: Value, depth = 0): Value[] {
  if (value.k === "union") return value.of.flatMap((member) => filesIn(state, member, depth));
  if (value.k !== "ref") return isPath(value) ? [value] : [];
  if (depth > DEEPEST) return [];
  const { type, items, props, rest } = state.read(value.addr);
  if (type === "frame" || type === "class") return [];
  const held = [...(items ?? []), ...(rest === null ? [] : [rest])];
  const members = items === null && props.size > 0 ? NAMES_FILE.flatMap((name) => props.get(`s:${name}`) ?? []) : [];
  const inner = [...props.values()].filter((v) => v.k === "ref" && !members.includes(v));
  return [...held, ...members, ...inner].flatMap((v) => filesIn(state, v, depth + 1));
}

/** What leaves by its name is read; its labels. */
export function sentFiles(run: Run, state: State, sent: { effect: EffectModel; api: string }, args: CallArgs): readonly Label[] {
  const { contents } = sent.effect;
  if (contents === null) return [];
  const named = contents.names.flatMap((name) => (args.keywords.has(name) ? [] : (optionOf(state, args, name) ?? [])));
  const given = [...selectAll(args, contents), ...named];
  const files = given.flatMap((value) => filesIn(state, value));
  for (const path of files) emitPath(run, state, { kind: "fs.read", path, api: sent.api });
  const unknown = given.filter((value) => value.k === "unknown");
  return mergeLabels(...[...files, ...unknown].map(contentLabels), ...files.map((path) => writtenLabels(state, path)));
}

/** What the program itself put into the file. */
function writtenLabels(state: State, path: Value): readonly Label[] {
  const content = rememberedFile(state, path);
  return content === undefined ? [] : deepLabels(state, content).filter((l) => !l.startsWith("via:"));
}
