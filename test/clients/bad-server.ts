/** A TCP server that answers a request with whatever bytes a test wants, to see what a client makes of them. */
import { createServer, type Socket } from "node:net";

export type BadServer = AsyncDisposable & {
  readonly url: string;
  /** How many requests have arrived. */
  requests(): number;
};

/** `answer` gets the connection once the head of a request is there; it may write, wait or do nothing. */
export async function startBadServer(answer: (socket: Socket) => void): Promise<BadServer> {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    socket.once("data", () => {
      requests++;
      answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { url: `http://127.0.0.1:${port}`, requests: () => requests, [Symbol.asyncDispose]: stop };
}

export const sends =
  (data: string | Uint8Array) =>
  (socket: Socket): void =>
    void socket.end(data);

export function response(body: string | Uint8Array, status = "200 OK", headers: readonly string[] = []): Buffer {
  const bytes = Buffer.from(body);
  const head = [`HTTP/1.1 ${status}`, `Content-Length: ${bytes.length}`, "Connection: close", ...headers, "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** One piece every 20 ms, for as long as somebody listens. */
export const trickles =
  (head: string, piece: string) =>
  (socket: Socket): void => {
    socket.write(head);
    const timer = setInterval(() => socket.write(piece), 20);
    socket.once("close", () => clearInterval(timer));
  };
