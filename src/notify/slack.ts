/** Slack, by an incoming webhook. */
import { IncomingWebhook, IncomingWebhookHTTPError } from "@slack/webhook";
import type { ApprovalReader } from "../store/store.ts";
import { approvalNotice, isNoticeable } from "./approval-notice.ts";
import { type Channel, statusError } from "./channel.ts";

export type SlackOptions = { readonly webhookUrl: string; readonly approvals: ApprovalReader; readonly mask: (text: string) => string };

const TIMEOUT_MS = 10_000;

export function slackChannel({ webhookUrl, approvals, mask }: SlackOptions): Channel {
  const webhook = new IncomingWebhook(webhookUrl, { timeout: TIMEOUT_MS });
  return {
    name: "slack",
    batch: 1,
    wants: isNoticeable,
    send: async (entries) => {
      for (const entry of entries) {
        const { subject, lines } = approvalNotice(entry, approvals, mask);
        try {
          await webhook.send({ text: `*${escapeText(subject)}*\n${lines.map((line) => `• ${escapeText(line)}`).join("\n")}` });
        } catch (error) {
          // Its message quotes the answer; the status says enough.
          throw error instanceof IncomingWebhookHTTPError ? statusError("Slack", error.statusCode) : error;
        }
      }
    },
    close: () => undefined,
  };
}

/** An agent may call itself `<!channel>`; Slack's three control characters make nobody be called. */
const escapeText = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
