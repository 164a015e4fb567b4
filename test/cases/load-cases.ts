/**
 * Reads the specification corpora beside it: `published/*.yaml` (what must come out, with disguises and innocent twins)
 * and `ordinary/<language>/*` (realistic programs that must pass). A malformed file throws, naming file and case.
 */
import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { EFFECT_KINDS, TARGET_CLASSES } from "../../analysis/effects.ts";
import { APPROVAL_LEVELS, type Json } from "../../layers/model.ts";

const DECISIONS = ["ALLOW", "BLOCK", "REQUIRES_APPROVAL"] as const;
const LANGUAGES = ["python", "javascript", "typescript"] as const;
const effectKind = z.enum(Object.keys(EFFECT_KINDS) as [keyof typeof EFFECT_KINDS]);

const expectation = z.strictObject({
  /** One decision, or several that are equally right (a hidden question may be refused outright). */
  decision: z.union([z.enum(DECISIONS), z.array(z.enum(DECISIONS)).nonempty()]),
  /** The first layer that blocked. */
  blocked_by: z.number().int().min(1).max(6).optional(),
  /** Texts that some violation must contain. */
  violations_include: z.array(z.string()).optional(),
  /** Effects that must be reported, with at least these target classes. */
  effects_include: z.array(z.strictObject({ kind: effectKind, target_classes: z.array(z.enum(TARGET_CLASSES)).optional() })).optional(),
  /** Kinds of effect that must not be reported. */
  effects_exclude: z.array(effectKind).optional(),
  relied_on_include: z.array(z.string()).optional(),
  approval_level: z.enum(APPROVAL_LEVELS).optional(),
});
export type Expectation = z.infer<typeof expectation>;

const context = z.record(z.string(), z.json());

const caseSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+\/(py|js|ts)[a-z0-9.-]*$/),
  /** `row`: as published; `disguise`: the same meaning hidden; `twin`: harmless, one fact away; `guard`, `identity`: see their files. */
  kind: z.enum(["row", "disguise", "twin", "guard", "identity"]),
  /** The technique, for reports: `alias`, `string_building`, `decoded` ... */
  how: z.array(z.string()).default([]),
  /** The case that a twin or variant belongs to. */
  of: z.string().optional(),
  /** The one fact in which a twin differs. */
  fact: z.string().optional(),
  language: z.enum(LANGUAGES),
  context: context.optional(),
  expect: expectation.optional(),
  code: z.string().min(1),
});

const fileSchema = z.strictObject({
  row: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string().min(1),
  /** Context and expectation of every case that does not bring its own. */
  context,
  expect: expectation,
  cases: z.array(caseSchema).nonempty(),
});

export type PublishedCase = Omit<z.infer<typeof caseSchema>, "context" | "expect"> & {
  readonly row: string;
  readonly file: string;
  readonly context: Readonly<Record<string, Json>>;
  readonly expect: Expectation;
};

export type OrdinaryCase = {
  readonly id: string;
  readonly file: string;
  readonly language: (typeof LANGUAGES)[number];
  readonly code: string;
};

const HERE = new URL("./", import.meta.url);

/** Every published row with its disguises, twins, guards and variants, in file order. */
export const loadPublished = (): readonly PublishedCase[] => loadFolder("published");

/** Further disguises, each with an innocent twin. */
export const loadMore = (): readonly PublishedCase[] => loadFolder("more");

function loadFolder(name: "published" | "more"): readonly PublishedCase[] {
  const folder = new URL(`${name}/`, HERE);
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  return files.sort().flatMap((file) => readCases(`${name}/${file}`, readFileSync(new URL(file, folder), "utf8")));
}

function readCases(file: string, text: string): PublishedCase[] {
  const parsed = fileSchema.safeParse(parse(text));
  if (!parsed.success) throw new Error(`test/cases/${file}: ${z.prettifyError(parsed.error)}`);
  const { row, cases, ...defaults } = parsed.data;
  return cases.map((each) => ({ ...each, row, file, context: each.context ?? defaults.context, expect: each.expect ?? defaults.expect }));
}

/** Sources end in `.txt` where the tool chain would otherwise take them for ours. */
const SUFFIX: Readonly<Record<OrdinaryCase["language"], RegExp>> = {
  python: /\.py$/,
  javascript: /\.js\.txt$/,
  typescript: /\.tsx?\.txt$/,
};

/** Realistic programs as agents write them: each must be ALLOW with an empty context. */
export function loadOrdinary(): readonly OrdinaryCase[] {
  return LANGUAGES.flatMap((language) => {
    const folder = new URL(`ordinary/${language}/`, HERE);
    return readdirSync(folder)
      .sort()
      .map((name) => {
        if (!SUFFIX[language].test(name)) throw new Error(`test/cases/ordinary/${language}/${name}: not a ${language} source`);
        const id = `ordinary/${language}/${name.replace(SUFFIX[language], "")}`;
        return { id, file: name, language, code: readFileSync(new URL(name, folder), "utf8") };
      });
  });
}
