/** The notifier on a real store: nothing is lost, nothing is repeated for ever, and one channel does not hold up another. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Channel, DeliveryError } from "../../src/notify/channel.ts";
import { type NotifierLog, startNotifier } from "../../src/notify/notifier.ts";
import { newId } from "../../src/store/new-id.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { until } from "./receivers.ts";

const TIMES = { pollMs: 5, retryMs: 2, restMs: 20 };
const directories: string[] = [];
let dataDir = "";
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "agentguard-notify-"));
  directories.push(dataDir);
});
after(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true }))));

const add = async (store: Store, ...names: readonly string[]) => {
  const audit = names.map((name) => ({
    ...({ id: newId(Date.now()), at: new Date().toISOString(), type: "server", agentId: name, sessionId: null, data: {} } as const),
  }));
  await store.commit({ audit, changes: [] });
};

type TestChannel = Channel & { readonly told: string[]; fails: (() => Error | null) | null };
function channel(name: Channel["name"] = "slack", more: Partial<Channel> = {}): TestChannel {
  const made: TestChannel = {
    ...{ name, batch: 2, told: [], fails: null, wants: () => true, close: () => undefined },
    send: async (entries) => {
      const error = made.fails?.() ?? null;
      if (error !== null) throw error;
      made.told.push(...entries.map(({ agentId }) => agentId ?? ""));
    },
    ...more,
  };
  return made;
}

function logOf(): NotifierLog & { readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, warn: (text) => void lines.push(text), error: (text) => void lines.push(text) };
}

describe("notifier", () => {
  test("tells what came after it was switched on, in order, and goes on where it was after a restart", async () => {
    const store = await openStore({ dataDir });
    await add(store, "before");
    const slack = channel();
    const log = logOf();
    const first = await startNotifier({ store, channels: [slack], log, times: TIMES });
    await add(store, "a", "b", "c");
    await until("three told", () => slack.told.length === 3);
    await first.stop();
    await add(store, "d");
    await store.close();
    const again = await openStore({ dataDir });
    const second = await startNotifier({ store: again, channels: [slack], log, times: TIMES });
    await until("the fourth told", () => slack.told.length === 4);
    await second.stop();
    await again.close();
    assert.deepEqual([slack.told, log.lines], [["a", "b", "c", "d"], []]);
  });

  test("a channel that is down loses nothing: it is told when it is back, and the log says so once", async () => {
    const store = await openStore({ dataDir });
    const slack = channel();
    const splunk = channel("splunk");
    const log = logOf();
    const notifier = await startNotifier({ store, channels: [slack, splunk], log, times: TIMES });
    slack.fails = () => new DeliveryError("Slack answered 503", { permanent: false });
    await add(store, "a", "b", "c");
    await until("the other channel is told", () => splunk.told.length === 3);
    await until("the trouble is logged", () => log.lines.length > 0);
    await sleep(60);
    slack.fails = null;
    await until("everything is told", () => slack.told.length === 3);
    await until("the recovery is logged", () => log.lines.length === 2);
    await notifier.stop();
    await store.close();
    assert.deepEqual(slack.told, ["a", "b", "c"]);
    assert.deepEqual(log.lines, [
      "notifications by slack wait: Slack answered 503; they are kept and sent later",
      "notifications by slack work again",
    ]);
  });

  test("what is refused for good is logged and left, and the next one is told", async () => {
    const store = await openStore({ dataDir });
    const slack = channel("slack", { batch: 1 });
    const log = logOf();
    let first = true;
    slack.fails = () => {
      if (!first) return null;
      first = false;
      return new DeliveryError("Slack answered 400", { permanent: true });
    };
    const notifier = await startNotifier({ store, channels: [slack], log, times: TIMES });
    await add(store, "a", "b");
    await until("the second told", () => slack.told.length === 1);
    await notifier.stop();
    await store.close();
    assert.deepEqual(slack.told, ["b"]);
    assert.match(log.lines.join(), /1 not delivered, and not sent again: Slack answered 400/);
  });

  test("entries that are no news are passed by, however many", async () => {
    const store = await openStore({ dataDir });
    const slack = channel("slack", { wants: (entry) => entry.agentId === "news" });
    const notifier = await startNotifier({ store, channels: [slack], log: logOf(), times: TIMES });
    await add(store, ...Array.from({ length: 120 }, (_, index) => `n${index}`), "news");
    await until("the news told", () => slack.told.length === 1);
    await notifier.stop();
    await store.close();
  });
});
