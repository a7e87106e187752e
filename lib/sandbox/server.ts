import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openStore } from "./books/store.ts";
import { Wallet } from "./books/wallet.ts";
import { SandboxClock, type WallClock } from "./clock.ts";
import type { SandboxContext } from "./context.ts";
import { controlRoutes } from "./control/routes.ts";
import { FaultBook } from "./faults.ts";
import { type HttpRoute, type ListeningServer, listenHttp, listenHttps, serve } from "./http.ts";
import { credentialsFiles, lastTlsPort, writeCredentials } from "./keys/credentials.ts";
import { loadKeys, type SandboxKeys, saveKeys } from "./keys/key-ring.ts";
import { NoticeSender } from "./notices/sender.ts";
import { phoneRoutes } from "./phone/routes.ts";
import { oauthRoutes } from "./protocol/oauth.ts";
import { billRoutesV2 } from "./protocol/v2/bills.ts";
import { orderRoutesV2 } from "./protocol/v2/orders.ts";
import { refundRoutesV2 } from "./protocol/v2/refunds.ts";
import { billRoutes } from "./protocol/v3/bills.ts";
import { codepayRoutes, orderRoutes } from "./protocol/v3/orders.ts";
import { refundRoutes } from "./protocol/v3/refunds.ts";
import { certificateRoutes, echoRoutes } from "./protocol/v3/security.ts";
import { ReceiverInbox } from "./receivers/inbox.ts";
import { startMailServer } from "./receivers/mail.ts";
import { printerRoutes, SandboxPrinters, startPrinter } from "./receivers/printers.ts";
import { receiverRoutes } from "./receivers/routes.ts";

export interface SandboxOptions {
  /** 0 means any free port. */
  readonly port: number;
  /** The HTTPS port; left out: that of the last start if it is free, otherwise any. */
  readonly tlsPort?: number;
  readonly host?: string;
  /** All files of the sandbox are in its folder `sandbox`. */
  readonly dataDir: string;
  /** Goes into the credentials; notices of refunds without a notify_url go there, too. */
  readonly notifyUrlDefault?: string;
  readonly merchantName?: string;
  /** The real time; left out: that of this machine. */
  readonly clock?: WallClock;
}

export interface Sandbox {
  readonly port: number;
  readonly url: string;
  /** The same over HTTPS; v2 calls that need the merchant's certificate work here only. */
  readonly tlsUrl: string;
  /** `payment_config.json`: credentials for API v3. */
  readonly credentialsFile: string;
  /** `payment_config.v2.json`: credentials for API v2. */
  readonly credentialsFileV2: string;
  close(): Promise<void>;
}

/** Starts the simulator. Keys, trades and unsent notices of the last start in this folder are kept. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { host = "127.0.0.1", merchantName = "演示店", clock } = options;
  const folder = join(options.dataDir, "sandbox");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const wallMs = () => clock?.now().getTime() ?? Date.now();
  const keys = await loadKeys(folder, new Date(wallMs()));
  const store = await openStore(join(folder, "journal.jsonl"));
  const servers = await listenBoth({ keys, folder, host, options }).catch(async (cause: unknown) => {
    await store.close();
    throw cause;
  });
  const shownHost = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const url = `http://${shownHost}:${servers.plain.port}`;
  const tlsUrl = `https://${shownHost}:${servers.tls.port}`;
  const notifyUrlDefault = options.notifyUrlDefault ?? "http://127.0.0.1:3000/payment/notify";
  const notifier = new NoticeSender(() => context);
  const faultBook = new FaultBook();
  const context: SandboxContext = {
    keys,
    faults: faultBook.general,
    faultBook,
    changeKeys: async (ring) => {
      await saveKeys(folder, ring);
      context.keys = ring;
    },
    store,
    wallet: new Wallet(),
    clock: new SandboxClock(wallMs, store.clock.get("setting")),
    notifier,
    merchantName,
    url,
    tlsUrl,
    notifyUrlDefault,
  };
  const inbox = new ReceiverInbox(wallMs);
  const mail = await startMailServer(inbox, { host, preferred: portAhead(options.port, MAIL_PORT_AHEAD) });
  const printers = new SandboxPrinters(wallMs);
  const printer = await startPrinter(printers, { host, preferred: portAhead(options.port, PRINTER_PORT_AHEAD) });
  const onPaper = printerRoutes({ printers, url, place: { host: shownHost, port: printer.port } });
  const receivers = receiverRoutes({ inbox, url, mail: { host: shownHost, port: mail.port } });
  const listener = serve([...routesOf(context), ...receivers, ...onPaper], {
    settled: () => store.flushed(),
    now: () => context.clock.shownMs(),
  });
  for (const server of [servers.plain, servers.tls]) server.serve(listener);
  await writeCredentials(keys, { folder, url, tlsUrl, notifyUrl: notifyUrlDefault, merchantName });
  notifier.start();
  const files = credentialsFiles(folder);
  return {
    port: servers.plain.port,
    url,
    tlsUrl,
    credentialsFile: files.v3,
    credentialsFileV2: files.v2,
    close: async () => {
      await Promise.all([servers.plain, servers.tls, notifier, mail, printer].map((each) => each.close()));
      await store.close();
    },
  };
}

const MAIL_PORT_AHEAD = 20_000;
const PRINTER_PORT_AHEAD = 21_000;
const PORT_MAX = 65_535;

/** The same at every start, and far from the ports that people give to other things; 0: any. */
const portAhead = (port: number, ahead: number): number => (port === 0 || port + ahead > PORT_MAX ? 0 : port + ahead);

interface ListenPlan {
  readonly keys: SandboxKeys;
  readonly folder: string;
  readonly host: string;
  readonly options: SandboxOptions;
}

async function listenBoth({
  keys,
  folder,
  host,
  options,
}: ListenPlan): Promise<{ plain: ListeningServer; tls: ListeningServer }> {
  const plain = await listenHttp(options.port, host);
  try {
    if (keys.tls === undefined) throw new Error("the sandbox has no key for HTTPS");
    const place = { host, port: options.tlsPort, preferred: await lastTlsPort(folder) };
    return { plain, tls: await listenHttps(keys.tls, place) };
  } catch (cause) {
    await plain.close();
    throw cause;
  }
}

const routesOf = (context: SandboxContext): HttpRoute[] => [
  ...orderRoutes(context),
  ...refundRoutes(context),
  ...codepayRoutes(context),
  ...orderRoutesV2(context),
  ...refundRoutesV2(context),
  ...billRoutesV2(context),
  ...certificateRoutes(context),
  ...echoRoutes(context),
  ...billRoutes(context),
  ...oauthRoutes(context),
  ...controlRoutes(context),
  ...phoneRoutes(context),
];
