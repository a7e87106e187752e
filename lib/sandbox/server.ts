import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Clock } from "#lib/base/time.ts";
import { controlRoutes } from "./control.ts";
import { noFaults } from "./faults.ts";
import { loadKeys, saveKeys, writeCredentials } from "./keys.ts";
import { NoticeDesk } from "./notice-desk.ts";
import { phoneRoutes } from "./phone/routes.ts";
import { billRoutes } from "./protocol/bills.ts";
import { certificateRoutes } from "./protocol/certificates.ts";
import { type Route, serve } from "./protocol/http.ts";
import { oauthRoutes } from "./protocol/oauth.ts";
import { orderRoutes } from "./protocol/orders.ts";
import { refundRoutes } from "./protocol/refunds.ts";
import { SandboxClock } from "./sandbox-clock.ts";
import { openStore } from "./store.ts";
import type { World } from "./world.ts";

export interface SandboxOptions {
  /** 0 takes any free one. */
  readonly port: number;
  readonly host?: string;
  /** The product's data folder; everything here lies in its `sandbox` folder. */
  readonly dataDir: string;
  /** Goes into the credentials, and is told of refunds that name no address. */
  readonly notifyUrlDefault?: string;
  readonly merchantName?: string;
  readonly clock?: Clock;
}

export interface Sandbox {
  readonly port: number;
  readonly url: string;
  /** A `payment_config.json` (contract §2) with which a product pays here. */
  readonly credentialsFile: string;
  close(): Promise<void>;
}

/** Starts a WeChat Pay of one's own; keys, trades and unsent notices are those of the last start in this folder. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { host = "127.0.0.1", merchantName = "灵付演示店", clock } = options;
  const folder = join(options.dataDir, "sandbox");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const wallMs = () => clock?.now().getTime() ?? Date.now();
  const keys = await loadKeys(folder, new Date(wallMs()));
  const store = await openStore(join(folder, "journal.jsonl"));
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(options.port, host, resolve);
    });
  } catch (cause) {
    await store.close();
    throw cause;
  }
  const { port } = server.address() as AddressInfo;
  const url = `http://${host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host}:${port}`;
  const notifyUrlDefault = options.notifyUrlDefault ?? "http://127.0.0.1:3000/payment/notify";
  const desk = new NoticeDesk(() => world);
  const world: World = {
    keys,
    faults: noFaults(),
    changeKeys: async (ring) => {
      await saveKeys(folder, ring);
      world.keys = ring;
    },
    store,
    clock: new SandboxClock(wallMs, store.clock.get("setting")),
    desk,
    merchantName,
    url,
    notifyUrlDefault,
  };
  server.on(
    "request",
    serve(routesOf(world), () => store.flushed()),
  );
  const credentialsFile = join(folder, "payment_config.json");
  await writeCredentials(credentialsFile, keys, { apiBase: url, notifyUrl: notifyUrlDefault, merchantName });
  desk.start();
  return {
    port,
    url,
    credentialsFile,
    close: async () => {
      const ended = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await desk.close();
      await ended;
      await store.close();
    },
  };
}

const routesOf = (world: World): Route[] => [
  ...orderRoutes(world),
  ...refundRoutes(world),
  ...certificateRoutes(world),
  ...billRoutes(world),
  ...oauthRoutes(world),
  ...controlRoutes(world),
  ...phoneRoutes(world),
];
