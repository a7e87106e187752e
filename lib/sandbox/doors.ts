import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import type { KeyRing } from "./keys.ts";

export interface Door {
  readonly port: number;
  serve(listener: RequestListener): void;
  close(): Promise<void>;
}

export const openDoor = (port: number, host: string): Promise<Door> => open(createServer(), { port, host });

/** Https that asks for the caller's certificate and lets those without one in: which call needs one is the call's affair. */
export async function openTlsDoor(tls: NonNullable<KeyRing["tls"]>, at: TlsPlace): Promise<Door> {
  const create = () =>
    createTlsServer({
      key: tls.privateKey,
      cert: tls.certificate,
      requestCert: true,
      // Merchant certificates are ours and vouch for themselves; the handshake proves the key, the v2 door compares the certificate.
      rejectUnauthorized: false,
      minVersion: "TLSv1.2",
    });
  const { host, port, preferred } = at;
  if (port !== undefined) return open(create(), { host, port });
  return open(create(), { host, port: preferred }).catch(() => open(create(), { host, port: 0 }));
}

export interface TlsPlace {
  readonly host: string;
  /** This one or none. */
  readonly port: number | undefined;
  /** Taken when it is free and nothing else was said; otherwise any other is. */
  readonly preferred: number;
}

type HttpServer = Server & { closeAllConnections(): void };

async function open(server: HttpServer, { port, host }: { port: number; host: string }): Promise<Door> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    serve: (listener) => {
      server.on("request", listener);
    },
    close: async () => {
      const ended = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await ended;
    },
  };
}
