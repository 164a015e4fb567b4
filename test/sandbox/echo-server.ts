/** A server on this machine that says what it was asked: its answers, and their faults, by path. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { FetchOptions } from "../../sandbox/host-fetch.ts";

export const SECRET = "Bearer s3cret-of-the-host-7a1b";
/** Most bytes of an answer. */
export const LIMIT = 100_000;
/** This machine may be reached, by whatever name. */
export const HERE: FetchOptions = {
  maxBytes: LIMIT,
  privateAddresses: ["127.0.0.1"],
  secrets: [{ host: "localhost", header: "Authorization", value: SECRET }],
  resolve: async () => [{ address: "127.0.0.1", family: 4 }],
};

type Seen = { readonly url: string; readonly method: string; readonly headers: IncomingMessage["headers"]; readonly body: string };
export type EchoServer = { readonly base: string; readonly seen: readonly Seen[]; close(): void };

export async function startEchoServer(): Promise<EchoServer> {
  const seen: Seen[] = [];
  const server = createServer(async (incoming, outgoing) => {
    let body = "";
    for await (const chunk of incoming.setEncoding("latin1")) body += chunk;
    seen.push({ url: incoming.url!, method: incoming.method!, headers: incoming.headers, body: Buffer.from(body, "latin1").toString() });
    const path = incoming.url!.split("?")[0]!;
    if (path === "/large") outgoing.end("x".repeat(LIMIT + 1));
    else if (path === "/slow") setTimeout(() => outgoing.end("late"), 5_000).unref();
    else if (path === "/bytes") outgoing.end(Buffer.from([0, 255, 0xc3, 0xa9]));
    else if (path === "/missing") outgoing.writeHead(404, { "x-why": "missing" }).end("nothing here");
    else if (path.startsWith("/to/")) outgoing.writeHead(302, { location: decodeURIComponent(path.slice(4)) }).end();
    else {
      outgoing.setHeader("x-echo", incoming.headers.authorization ?? "");
      outgoing.end(
        JSON.stringify({ path, method: incoming.method, headers: incoming.headers, body: seen.at(-1)!.body, bytes: body.length }),
      );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { base: `http://localhost:${(server.address() as AddressInfo).port}`, seen, close };
}
