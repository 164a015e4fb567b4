/** Effects as plain sentences: the list under "This program would". */
import type { Effect, EffectKind, Reach } from "../../analysis/effects.ts";
import { printable, shortened } from "./printable.ts";

const VERBS: Readonly<Record<EffectKind, string>> = {
  "fs.read": "read",
  "fs.write": "write",
  "fs.delete": "delete",
  "fs.delete_tree": "delete everything below",
  "process.exec": "run the command",
  "process.signal": "signal the process",
  "process.spawn": "start a process or thread",
  "system.control": "control the system",
  "net.fetch": "fetch",
  "net.send": "send data to",
  "net.listen": "listen on",
  "code.eval": "run text as code",
  "code.load": "load code",
  "code.deserialize": "rebuild objects from bytes that may run code",
  "code.patch": "replace a library function",
  "code.hidden": "decode and run a hidden payload",
  "code.opaque": "do something that could not be understood",
  "call.dynamic": "call something that could not be named",
  "call.unmodelled": "call unknown library code",
  "db.read": "read from the database",
  "db.write": "change database rows",
  "db.update_all": "update every row of",
  "db.delete_all": "delete every row of",
  "db.drop": "drop",
  "db.admin": "administer the database",
  "state.increase": "increase",
  "state.decrease": "decrease",
  "state.set": "overwrite",
  "money.transfer": "move money",
  "record.read": "read protected records",
  "record.write": "change protected records",
  "record.delete": "delete protected records",
  "infra.change": "change infrastructure",
  "log.write": "write to a log",
  "print.write": "print",
  "env.read": "read the environment variable",
  "env.write": "change the environment variable",
  "mail.send": "send a message to people",
  "resource.exhaust": "use resources without bound",
};

const CERTAINTY: Readonly<Record<Reach, string>> = { must: "", may: "possibly ", latent: "if called, " };
const TARGET_LIMIT = 80;

/** One sentence for each different effect, in the order of the code, with the lines where it happens. */
export function effectSentences(effects: readonly Effect[]): string[] {
  const lines = new Map<string, number[]>();
  for (const effect of effects.toSorted((a, b) => a.location.offset - b.location.offset)) {
    const said = sentence(effect);
    const places = lines.get(said) ?? [];
    if (!places.includes(effect.location.line)) places.push(effect.location.line);
    lines.set(said, places);
  }
  return [...lines].map(([said, places]) => `${said} (${places.length === 1 ? "line" : "lines"} ${places.join(", ")})`);
}

function sentence(effect: Effect): string {
  const target = effect.target.trim() === "" ? "" : ` \`${shortened(printable(effect.target), TARGET_LIMIT)}\``;
  const amount = typeof effect.args.amount === "number" ? ` (amount ${effect.args.amount})` : "";
  return `${CERTAINTY[effect.reach]}${VERBS[effect.kind]}${target}${amount}`;
}
