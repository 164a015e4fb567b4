/** `agentguard keys create|list|revoke|rotate`: keys for agents, approvers, auditors, operators and administrators. */
import { Command, InvalidArgumentError, Option } from "commander";
import { APPROVAL_LEVELS, type ApprovalLevel, type Role } from "../../layers/model.ts";
import { printable } from "../report/printable.ts";
import { CliError } from "./cli-error.ts";
import type { KeyDesk, KeyView, NewKeyView } from "./key-desk.ts";
import { loadSettings } from "./load-settings.ts";

type Options = { readonly config?: string; readonly dataDir?: string; readonly url?: string };
type CreateOptions = Options & {
  readonly owner: string;
  readonly role: Role;
  readonly level?: ApprovalLevel;
  readonly agent?: readonly string[];
  readonly expires?: string;
};
type ListOptions = Options & { readonly format: "text" | "json" };

const ROLES = ["agent", "approver", "auditor", "operator", "admin"] as const satisfies readonly Role[];

export function keysCommand(): Command {
  const create = where(new Command("create"))
    .description("make a key and print it, this once")
    .requiredOption("--owner <name>", "the person or team it belongs to")
    .addOption(new Option("--role <role>", "what it may do").choices(ROLES).makeOptionMandatory())
    .addOption(new Option("--level <level>", "approvers: the highest level they answer for").choices(APPROVAL_LEVELS))
    .option("--agent <id>", "agents: an id it may speak for; may be repeated", collect)
    .option("--expires <when>", "such as 12h, 30d or 2030-01-01T00:00:00Z (default: never)", expiry)
    .action((options: CreateOptions) => atDesk(options, (desk) => createKey(desk, options), true));
  const list = where(new Command("list"))
    .description("list keys by their prefix; never the keys themselves")
    .addOption(new Option("--format <format>", "how to print them").choices(["text", "json"]).default("text"))
    .action((options: ListOptions) => atDesk(options, (desk) => listKeys(desk, options)));
  const revoke = where(new Command("revoke"))
    .description("refuse a key from now on")
    .argument("<key>", "its id or prefix, as `keys list` prints them")
    .action((key: string, options: Options) => atDesk(options, (desk) => revokeKey(desk, key)));
  const rotate = where(new Command("rotate"))
    .description("make a new key in the place of one, which is refused from now on")
    .argument("<key>", "its id or prefix, as `keys list` prints them")
    .action((key: string, options: Options) => atDesk(options, async (desk) => show(await desk.rotate(await find(desk, key)))));
  const keys = new Command("keys").description("manage keys, in the running server or, when none runs, in its data directory");
  for (const command of [create, list, revoke, rotate]) keys.addCommand(command);
  return keys;
}

const where = (command: Command): Command =>
  command
    .option("--url <url>", "a server elsewhere (the key is AGENTGUARD_API_KEY)")
    .option("--data-dir <directory>", "where the server keeps its data (default: server.data_dir of the configuration)")
    .option("--config <file>", "configuration (default: agentguard.yaml, if there is one)");

/** Loads store and client only now: the other commands do not wait for them. */
async function atDesk(options: Options, use: (desk: KeyDesk) => Promise<void>, mayCreate = false): Promise<void> {
  const { openKeyDesk } = await import("./key-desk.ts");
  const settings = loadSettings(options.config, { AGENTGUARD_SERVER_DATA_DIR: options.dataDir });
  const desk = await openKeyDesk(settings, { url: options.url, mayCreate });
  try {
    await use(desk);
  } finally {
    await desk.close();
  }
}

async function createKey(desk: KeyDesk, { owner, role, level, agent, expires }: CreateOptions): Promise<void> {
  if (role === "agent" && agent === undefined)
    throw new CliError("an agent key needs --agent", "name each agent id that it may speak for: --agent billing-bot");
  if (role !== "agent" && agent !== undefined) throw new CliError("--agent belongs to agent keys only");
  if (role === "approver" && level === undefined) throw new CliError("an approver key needs --level", APPROVAL_LEVELS.join(", "));
  if (role !== "approver" && level !== undefined) throw new CliError("--level belongs to approver keys only");
  show(await desk.create({ owner, role, level: level ?? null, agent_ids: agent ?? null, expires_at: expires ?? null }));
}

/** The key alone on standard output, so that it can be put into a file or a variable. */
function show(created: NewKeyView): void {
  process.stderr.write(`${describe(created)}\nThis is the only time that the key is shown:\n`);
  process.stdout.write(`${created.key}\n`);
}

async function listKeys(desk: KeyDesk, { format }: ListOptions): Promise<void> {
  const keys = await desk.list();
  if (format === "json") {
    process.stdout.write(`${JSON.stringify(keys, null, 2)}\n`);
    return;
  }
  process.stdout.write(keys.length === 0 ? `no keys besides the administrator's in ${desk.place}\n` : `${keys.map(describe).join("\n")}\n`);
}

async function revokeKey(desk: KeyDesk, wanted: string): Promise<void> {
  process.stdout.write(`${describe(await desk.revoke(await find(desk, wanted)))}\n`);
}

/** Ids are long; a prefix will do when it names one key. */
async function find(desk: KeyDesk, wanted: string): Promise<string> {
  const keys = await desk.list();
  const exact = keys.find(({ id }) => id === wanted);
  if (exact !== undefined) return exact.id;
  const found = keys.filter(({ prefix, revoked_at }) => prefix === wanted && revoked_at === null);
  if (found.length === 1) return found[0]!.id;
  if (found.length > 1) throw new CliError(`several keys have the prefix \`${wanted}\``, "name the id: `agentguard keys list` prints it");
  throw new CliError(`there is no key \`${wanted}\` in ${desk.place}`, "`agentguard keys list` prints ids and prefixes");
}

function describe(key: KeyView): string {
  const about = [
    key.role,
    ...(key.level === null ? [] : [key.level]),
    ...(key.agent_ids === null ? [] : [`for ${key.agent_ids.join(", ")}`]),
    `owner ${key.owner}`,
    `created ${key.created_at}`,
    ...(key.expires_at === null ? [] : [`${Date.parse(key.expires_at) <= Date.now() ? "expired" : "expires"} ${key.expires_at}`]),
    ...(key.revoked_at === null ? [] : [`revoked ${key.revoked_at}`]),
  ];
  return printable(`${key.id}  ${key.prefix}...  ${about.join("; ")}`);
}

const collect = (id: string, ids: readonly string[] = []): readonly string[] => [...ids, id];

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function expiry(text: string): string {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return new Date(Date.now() + Number(count) * UNITS[unit]!).toISOString();
  if (!/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError("it must be a time from now such as 12h or 30d, or a time such as 2030-01-01T00:00:00Z.");
  return new Date(text).toISOString();
}
