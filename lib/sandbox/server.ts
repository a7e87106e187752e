import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { SandboxClock, type WallClock } from "./clock.ts";
import { controlRoutes } from "./control.ts";
import { credentialsFiles, lastTlsPort, writeCredentials } from "./credentials.ts";
import { type Door, openDoor, openTlsDoor } from "./doors.ts";
import { noFaults } from "./faults.ts";
import { type KeyRing, loadKeys, saveKeys } from "./keys.ts";
import { NoticeDesk } from "./notice-desk.ts";
import { phoneRoutes } from "./phone/routes.ts";
import { billRoutes } from "./protocol/bills.ts";
import { certificateRoutes } from "./protocol/certificates.ts";
import { codepayRoutes } from "./protocol/codepay.ts";
import { echoRoutes } from "./protocol/echo.ts";
import { type Route, serve } from "./protocol/http.ts";
import { oauthRoutes } from "./protocol/oauth.ts";
import { orderRoutes } from "./protocol/orders.ts";
import { refundRoutes } from "./protocol/refunds.ts";
import { billRoutesV2 } from "./protocol/v2/bills.ts";
import { orderRoutesV2 } from "./protocol/v2/orders.ts";
import { refundRoutesV2 } from "./protocol/v2/refunds.ts";
import { openStore } from "./store.ts";
import { Wallet } from "./wallet.ts";
import type { World } from "./world.ts";

export interface SandboxOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** Of the https door; left out: the last start's when it is free, or any. */
  readonly tlsPort?: number;
  readonly host?: string;
  /** The product's data folder; everything here lies in its `sandbox` folder. */
  readonly dataDir: string;
  /** Goes into the credentials, and is told of refunds that name no address. */
  readonly notifyUrlDefault?: string;
  readonly merchantName?: string;
  /** The real time; left out: that of this machine. */
  readonly clock?: WallClock;
}

export interface Sandbox {
  readonly port: number;
  readonly url: string;
  /** The same sandbox over https, where v2's calls that need the merchant's certificate are answered. */
  readonly tlsUrl: string;
  /** A `payment_config.json` (contract §2) with which a product pays here by API v3. */
  readonly credentialsFile: string;
  /** The same for API v2. */
  readonly credentialsFileV2: string;
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
  const doors = await openDoors({ keys, folder, host, options }).catch(async (cause: unknown) => {
    await store.close();
    throw cause;
  });
  const shownHost = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const url = `http://${shownHost}:${doors.plain.port}`;
  const tlsUrl = `https://${shownHost}:${doors.tls.port}`;
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
    wallet: new Wallet(),
    clock: new SandboxClock(wallMs, store.clock.get("setting")),
    desk,
    merchantName,
    url,
    tlsUrl,
    notifyUrlDefault,
  };
  const listener = serve(routesOf(world), { settled: () => store.flushed(), now: () => world.clock.shownMs() });
  for (const door of [doors.plain, doors.tls]) door.serve(listener);
  await writeCredentials(keys, { folder, url, tlsUrl, notifyUrl: notifyUrlDefault, merchantName });
  desk.start();
  const files = credentialsFiles(folder);
  return {
    port: doors.plain.port,
    url,
    tlsUrl,
    credentialsFile: files.v3,
    credentialsFileV2: files.v2,
    close: async () => {
      await Promise.all([doors.plain.close(), doors.tls.close(), desk.close()]);
      await store.close();
    },
  };
}

interface DoorPlan {
  readonly keys: KeyRing;
  readonly folder: string;
  readonly host: string;
  readonly options: SandboxOptions;
}

async function openDoors({ keys, folder, host, options }: DoorPlan): Promise<{ plain: Door; tls: Door }> {
  const plain = await openDoor(options.port, host);
  try {
    if (keys.tls === undefined) throw new Error("the key ring has no key for https");
    const place = { host, port: options.tlsPort, preferred: await lastTlsPort(folder) };
    return { plain, tls: await openTlsDoor(keys.tls, place) };
  } catch (cause) {
    await plain.close();
    throw cause;
  }
}

const routesOf = (world: World): Route[] => [
  ...orderRoutes(world),
  ...refundRoutes(world),
  ...codepayRoutes(world),
  ...orderRoutesV2(world),
  ...refundRoutesV2(world),
  ...billRoutesV2(world),
  ...certificateRoutes(world),
  ...echoRoutes(world),
  ...billRoutes(world),
  ...oauthRoutes(world),
  ...controlRoutes(world),
  ...phoneRoutes(world),
];
