/**
 * Sends what is new in the audit log to the configured channels. The log is the outbox: what is to be told is durable before
 * anybody was answered (INVARIANT 2), and each channel remembers in the store how far it has come. So nothing is lost by a
 * crash, an entry may be told twice, and a decision costs nothing more than without notices.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type IPolicy,
  isBrokenCircuitError,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import type { AuditRecord, Store } from "../store/store.ts";
import { type Channel, DeliveryError } from "./channel.ts";

export type NotifierTimes = {
  /** How often the log is looked at, in ms. */
  readonly pollMs: number;
  /** Before the first repetition; then twice as long each time, in ms. */
  readonly retryMs: number;
  /** How long a channel that keeps failing is left alone, in ms. */
  readonly restMs: number;
};
export const NOTIFIER_TIMES: NotifierTimes = { pollMs: 500, retryMs: 500, restMs: 30_000 };

export type NotifierLog = { warn(message: string): void; error(message: string): void };
export type Notifier = {
  /** Waits for what is under way; the rest is sent after the next start. */
  stop(): Promise<void>;
};
export type NotifierParts = {
  readonly store: Pick<Store, "entries" | "exportCursor" | "head" | "commit">;
  readonly channels: readonly Channel[];
  readonly log: NotifierLog;
  readonly times?: NotifierTimes;
};

/** Entries read at once: few enough not to hold up the thread that answers requests. */
const PAGE = 50;
/** Entries that are no news may be looked at again after a crash; from so many on the place is noted. */
const NOTE_AFTER = 5000;
const DELIVERY_MS = 20_000;
const REPETITIONS = 3;
const FAILURES_UNTIL_REST = 5;

/** Rejects with StoreError when the channels' places cannot be noted. */
export async function startNotifier({ store, channels, log, times = NOTIFIER_TIMES }: NotifierParts): Promise<Notifier> {
  const stopping = new AbortController();
  const workers = await Promise.all(
    channels.map(async (channel) => {
      const position = store.exportCursor(channel.name) ?? (await startAtTheEnd(store, channel));
      return new ChannelWorker({ store, channel, log, times, signal: stopping.signal }, position);
    }),
  );
  const running = workers.map((worker) => worker.run());
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
      for (const channel of channels) channel.close();
    },
  };
}

/** What was decided before anybody wished to be told is not told. */
async function startAtTheEnd(store: NotifierParts["store"], { name }: Channel): Promise<number> {
  const { size } = store.head();
  await store.commit({ audit: [], changes: [{ type: "export.advance", channel: name, sequence: size }] });
  return size;
}

type WorkerParts = Required<Omit<NotifierParts, "channels">> & { readonly channel: Channel; readonly signal: AbortSignal };

/** Lives from start to stop of the notifier, one for each channel, so that a slow one holds up no other. */
class ChannelWorker {
  readonly #parts: WorkerParts;
  readonly #policy: IPolicy;
  #position: number;
  /** What the store knows of it. */
  #noted: number;
  #failing = false;

  constructor(parts: WorkerParts, position: number) {
    this.#parts = parts;
    this.#policy = deliveryPolicy(parts.times);
    this.#position = position;
    this.#noted = position;
  }

  async run(): Promise<void> {
    const { signal, times } = this.#parts;
    while (!signal.aborted) {
      const more = await this.#round();
      if (!more) await sleep(times.pollMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** True when there may be more to do at once. */
  async #round(): Promise<boolean> {
    const { store, channel } = this.#parts;
    try {
      const entries = store.entries({ after: this.#position, limit: PAGE });
      const wanted = entries.filter((entry) => channel.wants(entry, Date.now()));
      for (let at = 0; at < wanted.length; at += channel.batch) {
        const batch = wanted.slice(at, at + channel.batch);
        if (!(await this.#deliver(batch))) return false;
        await this.#advance(batch.at(-1)!.sequence, true);
      }
      const last = entries.at(-1);
      if (last !== undefined) await this.#advance(last.sequence, false);
      return entries.length === PAGE;
    } catch (error) {
      this.#complain(`the store cannot be used (${(error as Error).message})`);
      return false;
    }
  }

  /** False when the same entries must be tried again later. */
  async #deliver(batch: readonly AuditRecord[]): Promise<boolean> {
    const { channel, log, signal } = this.#parts;
    try {
      await this.#policy.execute(({ signal: ended }) => channel.send(batch, ended), signal);
      if (this.#failing) log.warn(`notifications by ${channel.name} work again`);
      this.#failing = false;
      return true;
    } catch (error) {
      if (!(error instanceof DeliveryError && error.permanent)) {
        if (!signal.aborted && !isBrokenCircuitError(error)) this.#complain((error as Error).message);
        return false;
      }
      log.error(`notifications by ${channel.name}: ${batch.length} not delivered, and not sent again: ${error.message}`);
      return true;
    }
  }

  async #advance(sequence: number, delivered: boolean): Promise<void> {
    const { store, channel } = this.#parts;
    this.#position = sequence;
    if (!delivered && sequence - this.#noted < NOTE_AFTER) return;
    await store.commit({ audit: [], changes: [{ type: "export.advance", channel: channel.name, sequence }] });
    this.#noted = sequence;
  }

  /** Once for each trouble, not once for each attempt. */
  #complain(why: string): void {
    if (!this.#failing) this.#parts.log.warn(`notifications by ${this.#parts.channel.name} wait: ${why}; they are kept and sent later`);
    this.#failing = true;
  }
}

function deliveryPolicy({ retryMs, restMs }: NotifierTimes): IPolicy {
  const passing = handleWhen((error) => !(error instanceof DeliveryError && error.permanent) && !isBrokenCircuitError(error));
  return wrap(
    retry(passing, { maxAttempts: REPETITIONS, backoff: new ExponentialBackoff({ initialDelay: retryMs, maxDelay: restMs }) }),
    circuitBreaker(passing, { halfOpenAfter: restMs, breaker: new ConsecutiveBreaker(FAILURES_UNTIL_REST) }),
    timeout(DELIVERY_MS, TimeoutStrategy.Aggressive),
  );
}
