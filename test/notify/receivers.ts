/** Places that notices can be sent to, on this machine: an HTTP receiver and a mail server, both real. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { SMTPServer } from "smtp-server";

export type Received = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};
export type HttpReceiver = AsyncDisposable & {
  readonly url: string;
  readonly received: readonly Received[];
  /** Statuses of the next answers; 200 when there are none left. */
  readonly answers: number[];
};

export async function httpReceiver(): Promise<HttpReceiver> {
  const received: Received[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const status = answers.shift() ?? 200;
      if (status === 200) received.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status).end("ok");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close").catch(() => undefined);
  };
  return { url, received, answers, [Symbol.asyncDispose]: close };
}

export type MailServer = AsyncDisposable & { readonly address: string; readonly mails: readonly { to: readonly string[]; text: string }[] };

export async function mailServer(login: { user: string; pass: string }): Promise<MailServer> {
  const mails: { to: readonly string[]; text: string }[] = [];
  const server = new SMTPServer({
    // Its own certificate is nobody's, so that no client could trust it.
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === login.user && password === login.pass ? done(null, { user: username }) : done(new Error("no")),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString() });
        done();
      });
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(resolve));
  return { address: `127.0.0.1:${port}`, mails, [Symbol.asyncDispose]: close };
}

/** Waits until something is so. Fails with what it waited for after ten seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (holds()) return;
    await sleep(10);
  }
  throw new Error(`it never happened: ${what}`);
}
