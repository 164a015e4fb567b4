/** The configuration's notifications and exports as channels. Their libraries are loaded only when somebody wants them. */
import type { Json } from "../../layers/model.ts";
import type { Config } from "../config.ts";
import type { Channel } from "../notify/channel.ts";
import { type Notifier, type NotifierLog, startNotifier } from "../notify/notifier.ts";
import type { Store } from "../store/store.ts";

export type NotificationParts = {
  readonly store: Store;
  readonly maskText: (text: string) => string;
  readonly maskJson: (value: Json) => Json;
  readonly log: NotifierLog;
};
export type Notifications = {
  /** Takes over from the channels before, unless they stay the same. */
  configure(config: Config): Promise<void>;
  stop(): Promise<void>;
};

export function createNotifications(parts: NotificationParts): Notifications {
  let running: Notifier | null = null;
  let settings = "";
  const stop = async () => {
    const last = running;
    running = null;
    await last?.stop();
  };
  return {
    async configure(config) {
      const { notifications } = config.approval;
      const wanted = JSON.stringify([notifications, config.observability.export]);
      if (wanted === settings) return;
      // The old channels end first: two of one name would tell everything twice.
      await stop();
      const channels = await channelsOf(config, parts);
      running = channels.length === 0 ? null : await startNotifier({ store: parts.store, channels, log: parts.log });
      settings = wanted;
    },
    stop,
  };
}

/** What is switched on is complete: the schema sees to it. */
async function channelsOf(config: Config, { store, maskText, maskJson }: NotificationParts): Promise<readonly Channel[]> {
  const { slack, email } = config.approval.notifications;
  const { splunk, datadog } = config.observability.export;
  const channels: Channel[] = [];
  if (slack.enabled) {
    const { slackChannel } = await import("../notify/slack.ts");
    channels.push(slackChannel({ webhookUrl: slack.webhook_url!, approvals: store, mask: maskText }));
  }
  if (email.enabled) {
    const { emailChannel } = await import("../notify/email.ts");
    const { smtp_server, from, to, username, password } = email;
    channels.push(emailChannel({ server: smtp_server!, from: from!, to, username, password, approvals: store, mask: maskText }));
  }
  if (!splunk.enabled && !datadog.enabled) return channels;
  const { splunkChannel, datadogChannel } = await import("../notify/log-intakes.ts");
  if (splunk.enabled) channels.push(splunkChannel({ url: splunk.hec_url!, token: splunk.token!, mask: maskJson }));
  if (datadog.enabled) channels.push(datadogChannel({ site: datadog.site, apiKey: datadog.api_key!, mask: maskJson }));
  return channels;
}
