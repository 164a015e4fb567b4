/** Edits of a project's own checks after which a failure no longer shows: of its pipelines, and of what it calls its tests. */
import { operands } from "./shell-files.ts";
import { type CommandEffect, holed, pathEffect } from "./shell-meaning.ts";

/** Where it is written what has to pass before others get a change. */
const PIPELINE =
  /(^|\/)(\.github\/workflows\/[^/]+|\.gitlab-ci\.ya?ml|\.circleci\/config\.ya?ml|azure-pipelines\.ya?ml|Jenkinsfile|\.travis\.ya?ml|bitbucket-pipelines\.ya?ml|\.drone\.ya?ml|\.woodpecker\.ya?ml|buildspec\.ya?ml|\.pre-commit-config\.ya?ml)$/;
export const isPipeline = (path: string): boolean => PIPELINE.test(path);
const MANIFEST = /(^|\/)(package\.json|composer\.json|deno\.jsonc?)$/;
/** A failure that counts for nothing. */
const SWALLOWS =
  /\|\|\s*(true|:|exit 0)(\s|$|['"])|\b(continue-on-error|allow_failure|ignore_failure)\b["']?\s*[:=]\s*true\b|\|\|\s*echo\b/;
const EMPTY_TEST = /"(test|lint|check|typecheck)"\s*:\s*"(echo\b|true\b|exit 0|:)/;
const EMPTY_SCRIPT = /^scripts\.(test|lint|check|typecheck)=(echo\b|true\b|exit 0|:)/;

/** What `s/from/to/` puts in the place of what was there, and what `a`, `i` and `c` add. */
const PUT =
  /(?:^|[;{}\s\d/$])s([/|#,@!~%])(?:\\[\s\S]|(?!\1)[\s\S])*?\1((?:\\[\s\S]|(?!\1)[\s\S])*)\1|(?:^|[/\d$])[aic](?:\\\s*|\s+)([\s\S]+)$/g;

/** Options after which a script stands. */
const SCRIPT_OPTION = /^(-e|--expression|-pe|-p?i?\.?\w*e)$/;

/** `sed -i 's/npm test$/& || true/' .github/workflows/ci.yml`, `yq -i '.jobs.a.continue-on-error = true' x.yml`, `npm pkg set scripts.test=true`. */
export function weakenedChecks(program: string, args: readonly string[]): CommandEffect[] {
  if (program === "npm" || program === "pnpm")
    return args[0] === "pkg" && args[1] === "set" && args.some((a) => EMPTY_SCRIPT.test(a)) ? [unchecked("package.json")] : [];
  if (!/^(sed|gsed|perl|yq)$/.test(program) || !args.some((a) => /^-[a-zA-Z]*i|^--(in-place|inplace)/.test(a))) return [];
  const files = operands(args).filter((a) => PIPELINE.test(holed(a)) || MANIFEST.test(holed(a)));
  const scripts = args.filter((a, i) => (SCRIPT_OPTION.test(args[i - 1] ?? "") || /[/|.=]/.test(a)) && !files.includes(a));
  const put = program === "yq" ? scripts : scripts.flatMap(putBy);
  return files.filter((file) => put.some((text) => (MANIFEST.test(holed(file)) ? EMPTY_TEST : SWALLOWS).test(text))).map(unchecked);
}

const putBy = (script: string): string[] => [...script.matchAll(PUT)].map((found) => found[2] ?? found[3] ?? "");
const unchecked = (file: string): CommandEffect => ({ ...pathEffect("fs.write", file), args: { unchecked: true } });
