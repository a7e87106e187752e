import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What becomes of a connection: it is passed on, taken and closed at once, or taken and never answered. */
type ProxyMode = "pass" | "hang_up" | "silent";

export interface TcpProxy {
  /** The address given, by way of the proxy. */
  readonly url: string;
  mode: ProxyMode;
  /** Connections so far. */
  readonly taken: number;
  /** Connections of callers that are open now. */
  readonly open: number;
  /** Breaks all connections and takes no more, until it is back on the same port. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** New connections lead to this server from now on, as after a failover. */
  leadTo(databaseUrl: string): void;
  /** Breaks the connections there are. */
  cut(): void;
  close(): Promise<void>;
}

/** A TCP proxy before a database, as HAProxy or a cloud's address is one. */
export async function tcpProxy(databaseUrl: string): Promise<TcpProxy> {
  let target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let port = 0;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const start = async () => {
    const opened = createServer((caller) => take(caller));
    await new Promise<void>((resolve, reject) => {
      opened.once("error", reject);
      opened.listen(port, "127.0.0.1", () => resolve());
    });
    port = (opened.address() as AddressInfo).port;
    server = opened;
  };
  const take = (caller: Socket) => {
    self.taken++;
    caller.on("error", () => {});
    if (self.mode === "hang_up") return caller.resume().end();
    sockets.add(caller);
    caller.once("close", () => sockets.delete(caller));
    if (self.mode === "silent") return caller.resume();
    const onward = connect({ host: target.hostname, port: Number(target.port) });
    onward.on("error", () => caller.destroy());
    onward.once("close", () => caller.destroy());
    caller.once("close", () => onward.destroy());
    caller.pipe(onward).pipe(caller);
  };
  const stop = async () => {
    const closed = new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
    cut();
    await closed;
    server = null;
  };
  const self = {
    url: "",
    mode: "pass" as ProxyMode,
    taken: 0,
    get open() {
      return sockets.size;
    },
    goAway: stop,
    comeBack: start,
    leadTo(url: string) {
      target = new URL(url);
    },
    cut,
    close: stop,
  };
  await start();
  const through = new URL(databaseUrl);
  through.port = String(port);
  self.url = through.href;
  return self;
}
