/** `agentguard config check|show|schema`: is the configuration right, what is in effect and why, and a schema for editors. */
import { Command, Option } from "commander";
import { Document, isMap, isScalar } from "yaml";
import { maskSecrets } from "../config/mask-secrets.ts";
import { formatProblem, loadConfig } from "../config.ts";
import type { ExitCode } from "./cli-error.ts";
import { loadSettings, type Settings } from "./load-settings.ts";

type Options = { readonly config?: string };
type ShowOptions = Options & { readonly effective?: boolean; readonly format: "yaml" | "json" };
type Tree = Record<string, unknown>;

const CONFIG = ["--config <file>", "configuration (default: agentguard.yaml, if there is one)"] as const;

export function configCommand(done: (code: ExitCode) => void): Command {
  const check = new Command("check")
    .description("say everything that is wrong with the configuration, with line and column")
    .option(...CONFIG)
    .action((options: Options) => done(checkConfig(options)));
  const show = new Command("show")
    .description("print what is set, and where; secrets are masked")
    .option("--effective", "print every key, defaults included")
    .addOption(new Option("--format <format>", "how to print it").choices(["yaml", "json"]).default("yaml"))
    .option(...CONFIG)
    .action((options: ShowOptions) => showConfig(options));
  const schema = new Command("schema")
    .description("print a JSON schema of the configuration for editors, or every key as a table")
    .addOption(new Option("--format <format>", "how to print it").choices(["json", "markdown"]).default("json"))
    .action(async ({ format }: { readonly format: "json" | "markdown" }) => {
      const { configJsonSchema } = await import("../config/json-schema.ts");
      const { referenceTable } = await import("../config/reference-table.ts");
      process.stdout.write(format === "markdown" ? referenceTable() : `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    });
  return new Command("config").description("check and show the configuration").addCommand(check).addCommand(show).addCommand(schema);
}

/** Exit 1 is an answer: the configuration was read, and a server would not start with it. */
function checkConfig({ config: path }: Options): ExitCode {
  const loaded = loadConfig({ ...(path === undefined ? {} : { path }), env: process.env, cwd: process.cwd() });
  if (!loaded.ok) {
    process.stderr.write(`${loaded.problems.map(formatProblem).join("\n")}\n`);
    const count = loaded.problems.length;
    process.stdout.write(`not valid: ${count} ${count === 1 ? "problem" : "problems"}\n`);
    return 1;
  }
  for (const warning of loaded.warnings) process.stderr.write(`warning: ${warning}\n`);
  const from = loaded.source ?? "no file, only defaults and the environment";
  process.stdout.write(`valid: ${from} (configuration version ${loaded.version})\n`);
  return 0;
}

function showConfig({ config: path, effective = false, format }: ShowOptions): void {
  const settings = loadSettings(path);
  for (const warning of settings.warnings) process.stderr.write(`agentguard: warning: ${warning}\n`);
  const masked = maskSecrets(settings.config) as unknown as Tree;
  const shown = effective ? masked : onlySet(masked, settings);
  process.stdout.write(format === "json" ? `${JSON.stringify(shown, null, 2)}\n` : yamlWithOrigins(shown, settings));
}

function onlySet(config: Tree, { origins }: Settings): Tree {
  const out: Tree = {};
  for (const dotted of origins.keys()) {
    const keys = dotted.split(".");
    const last = keys.pop()!;
    const from = keys.reduce((at, key) => at[key] as Tree, config);
    const to = keys.reduce<Tree>((at, key) => {
      at[key] ??= {};
      return at[key] as Tree;
    }, out);
    to[last] = from[last];
  }
  return out;
}

/** Each key that was set says where, as a comment. */
function yamlWithOrigins(shown: Tree, { origins, source }: Settings): string {
  if (Object.keys(shown).length === 0) return `# nothing is set${source === null ? "" : ` in ${source}`}: every key has its default\n`;
  const document = new Document(shown);
  for (const [dotted, origin] of origins) {
    const value = document.getIn(dotted.split("."), true);
    if (isScalar(value)) value.comment = ` ${origin}`;
    else if (isMap(document.contents)) {
      const parent = document.getIn(dotted.split(".").slice(0, -1), true) ?? document.contents;
      const pair = isMap(parent)
        ? parent.items.find((item) => isScalar(item.key) && item.key.value === dotted.split(".").at(-1))
        : undefined;
      if (pair !== undefined && isScalar(pair.key)) pair.key.commentBefore = ` ${origin}`;
    }
  }
  return document.toString({ lineWidth: 0 });
}
