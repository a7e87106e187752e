import { createServer, type Socket } from "node:net";

/** A server of a protocol of its own, beside the sandbox's HTTP. */
export interface TcpServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface TcpPlace {
  readonly host: string;
  /** Taken if it is free, any other otherwise. */
  readonly preferred: number;
}

/** @param converse what is said on one connection; its errors only end it */
export async function startTcpServer(place: TcpPlace, converse: (socket: Socket) => void): Promise<TcpServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    converse(socket);
  });
  const listen = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, place.host, () => {
        server.removeListener("error", reject);
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  const port = await listen(place.preferred).catch(() => listen(0));
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
