/**
 * The listening socket: plain or TLS, with its time limits, and stopped so that what is in flight is finished. Knows nothing
 * of the requests themselves.
 */
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Config } from "./config.ts";
import { StartError } from "./start-error.ts";
import { type TlsFiles, watchTlsFiles } from "./tls-files.ts";

export type Listener = {
  readonly port: number;
  readonly scheme: "http" | "https";
  /** Takes no new connections and finishes what is in flight; what is still busy when the time is over is cut. */
  drain(graceMs: number): Promise<void>;
};

export type ListenerParts = {
  readonly handler: RequestListener;
  readonly settings: Config["server"];
  /** HTTPS when there are some. */
  readonly tls: TlsFiles | null;
  /** The whole answer to what could not be read as a request, given its error code. */
  readonly malformed: (code: string | undefined) => { readonly status: string; readonly body: string };
  readonly log: { info(message: string): void; error(message: string): void };
};

/** Between requests on one connection; above the 60 s after which common proxies give up, so that they close first. */
const KEEP_ALIVE_MS = 65_000;
/** For the whole of one request to arrive. */
const REQUEST_MS = 30_000;

/** Rejects with StartError. */
export async function listen({ handler, settings, tls, malformed, log }: ListenerParts): Promise<Listener> {
  const limits = { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_MS };
  const server = tls === null ? createServer(limits, handler) : createTlsServer({ ...limits, ...tls.pem }, handler);
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => answerMalformed(socket, malformed(error.code), error));
  await bind(server, settings.host, settings.port);
  const unwatch = tls === null ? () => {} : watchTlsFiles(tls, (pem) => (server as TlsServer).setSecureContext(pem), log);
  const busy = answersUnderWay(server);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    scheme: tls === null ? "http" : "https",
    drain(graceMs) {
      unwatch();
      return drain(server, busy, graceMs);
    },
  };
}

/** Node's own answer to a request that it cannot read, or that comes too slowly, says nothing but the status. */
function answerMalformed(socket: Socket, { status, body }: ReturnType<ListenerParts["malformed"]>, error: NodeJS.ErrnoException): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const head = [
    `HTTP/1.1 ${status}`,
    "Content-Type: application/problem+json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(bindError(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function bindError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === "EADDRINUSE") {
    return new StartError("address_in_use", `port ${port} on ${host} is in use: stop what uses it, or set \`server.port\``, error);
  }
  const advice = error.code === "EACCES" ? "ports below 1024 need more rights: set `server.port`" : "check `server.host`";
  return new StartError("address_unavailable", `cannot listen on ${host}:${port} (${error.code}): ${advice}`, error);
}

function answersUnderWay(server: Server): ReadonlySet<ServerResponse> {
  const busy = new Set<ServerResponse>();
  server.prependListener("request", (_request, response) => {
    busy.add(response);
    response.once("close", () => busy.delete(response));
  });
  return busy;
}

/** Idle connections are closed now, busy ones with their answer: it says `Connection: close`. */
async function drain(server: Server, busy: ReadonlySet<ServerResponse>, graceMs: number): Promise<void> {
  const last = (response: ServerResponse) => {
    if (!response.headersSent) response.setHeader("Connection", "close");
  };
  for (const response of busy) last(response);
  server.prependListener("request", (_request, response) => last(response));
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
