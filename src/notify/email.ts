/** E-mail, by SMTP. */
import { createTransport } from "nodemailer";
import type { ApprovalReader } from "../store/store.ts";
import { approvalNotice, isNoticeable } from "./approval-notice.ts";
import { type Channel, DeliveryError } from "./channel.ts";

export type EmailOptions = {
  /** `host`, `host:port`, `smtp://host:port` or `smtps://host:port` (TLS from the start). */
  readonly server: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly username: string | null;
  readonly password: string | null;
  readonly approvals: ApprovalReader;
  readonly mask: (text: string) => string;
};

const TIMEOUT_MS = 15_000;

export function emailChannel({ server, from, to, username, password, approvals, mask }: EmailOptions): Channel {
  const transport = createTransport({
    ...addressOf(server),
    ...(username === null ? {} : { auth: { user: username, pass: password ?? "" } }),
    ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
    // Nothing that a message says may make the server read files or fetch addresses.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  return {
    name: "email",
    batch: 1,
    wants: isNoticeable,
    send: async (entries) => {
      for (const entry of entries) {
        const { subject, lines } = approvalNotice(entry, approvals, mask);
        try {
          await transport.sendMail({
            from,
            to: [...to],
            subject: `[AgentGuard] ${subject}`,
            text: `${[subject, "", ...lines].join("\n")}\n`,
          });
        } catch (error) {
          throw mailError(error as { responseCode?: number; code?: string });
        }
      }
    },
    close: () => transport.close(),
  };
}

export function addressOf(server: string): { readonly host: string; readonly port?: number; readonly secure: boolean } {
  const { protocol, hostname, port } = new URL(server.includes("://") ? server : `smtp://${server}`);
  return { host: hostname.replace(/^\[|\]$/g, ""), secure: protocol === "smtps:", ...(port === "" ? {} : { port: Number(port) }) };
}

/** A reply from 500 on is for good (RFC 5321 4.2.1); but who signs in wrongly can be given the right password. */
function mailError({ responseCode, code }: { responseCode?: number; code?: string }): DeliveryError {
  const permanent = (responseCode ?? 0) >= 500 && code !== "EAUTH";
  return new DeliveryError(`the mail server ${responseCode === undefined ? "cannot be reached" : `answered ${responseCode}`} (${code})`, {
    permanent,
  });
}
