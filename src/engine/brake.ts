/**
 * What stops runs from outside: a revoked key stops those of that key, the kill switch stops all and lets nothing begin.
 * One brake serves every configuration of a server. Where the switch stands is what the audit log says last about it.
 */
import type { Principal } from "../../layers/model.ts";
import type { AuditReader } from "../store/store.ts";

export type StopReason = "key_revoked" | "kill_switch";
/** `at`: ms since the epoch, `by`: owner of the key; null when the switch was never touched. */
export type KillSwitch = {
  readonly engaged: boolean;
  readonly reason: string | null;
  readonly at: number | null;
  readonly by: string | null;
};

type RunningRun = { readonly keyId: string; readonly kill: (reason: StopReason) => void };
/** Between the two calls the run is ended by whoever stops it; `stopped` says whether that happened before it began. */
export type Hold = { stopped(): StopReason | null; release(): void };

export type Brake = {
  killSwitch(): KillSwitch;
  /** After it is on record. Engaging ends every run. */
  setKillSwitch(next: KillSwitch): void;
  hold(run: RunningRun): Hold;
  stopRunsOf(keyId: string): void;
};

/** How the log is searched for the switch; in every entry about it. */
export const KILL_SWITCH_CODE = "kill_switch";
const NEVER_TOUCHED: KillSwitch = { engaged: false, reason: null, at: null, by: null };

export function createBrake(): Brake {
  const running = new Map<object, { readonly run: RunningRun; stopped: StopReason | null }>();
  let killSwitch = NEVER_TOUCHED;
  const stop = (which: (run: RunningRun) => boolean, reason: StopReason) => {
    for (const held of running.values()) {
      if (held.stopped !== null || !which(held.run)) continue;
      held.stopped = reason;
      held.run.kill(reason);
    }
  };
  return {
    killSwitch: () => killSwitch,
    setKillSwitch: (next) => {
      killSwitch = next;
      if (next.engaged) stop(() => true, "kill_switch");
    },
    hold: (run) => {
      const held = { run, stopped: killSwitch.engaged ? ("kill_switch" as const) : null };
      running.set(held, held);
      return { stopped: () => held.stopped, release: () => void running.delete(held) };
    },
    stopRunsOf: (keyId) => stop((run) => run.keyId === keyId, "key_revoked"),
  };
}

/** Where the switch stood when the log was last written; a restart does not release it. */
export function lastKillSwitch(log: AuditReader): KillSwitch {
  let before: number | undefined;
  do {
    const page = log.search({ type: "server", reasonCode: KILL_SWITCH_CODE, limit: 1, ...(before === undefined ? {} : { before }) });
    const [entry] = page.records;
    if (entry !== undefined) return readKillSwitch(entry);
    before = page.next ?? undefined;
  } while (before !== undefined);
  return NEVER_TOUCHED;
}

function readKillSwitch({ at, data }: { readonly at: string; readonly data: unknown }): KillSwitch {
  const { what, reason, by } = data as { readonly what?: unknown; readonly reason?: unknown; readonly by?: { readonly owner?: unknown } };
  // anything but a clear release holds
  const engaged = what !== "kill_switch_released";
  return { engaged, reason: asText(reason), at: Date.parse(at), by: asText(by?.owner) };
}

const asText = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** What is recorded beside time and request: who, which way, why. */
export function killSwitchFacts(engaged: boolean, reason: string | null, { keyId, owner, role, level }: Principal) {
  const what = engaged ? "kill_switch_engaged" : "kill_switch_released";
  return { what, facts: { reasonCodes: [KILL_SWITCH_CODE], reason, by: { keyId, owner, role, level } } };
}
