import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Notice, StoredTrade } from "../books/records.ts";
import { openStore } from "../books/store.ts";
import { payTrade } from "../books/trades.ts";
import { Wallet } from "../books/wallet.ts";
import { SandboxClock, type WallClock } from "../clock.ts";
import type { SandboxContext } from "../context.ts";
import { FaultBook } from "../faults.ts";
import { listenHttp, serve } from "../http.ts";
import { loadKeys, type SandboxKeys } from "../keys/key-ring.ts";
import type { NoticeFault } from "../notices/delivery.ts";
import { draftPaid, writeNotice } from "../protocol/v3/notices.ts";
import { orderRoutes } from "../protocol/v3/orders.ts";
import { certificateRoutes } from "../protocol/v3/security.ts";

export type { Notice } from "../books/records.ts";
export type { SandboxKeys } from "../keys/key-ring.ts";
export type { NoticeFault } from "../notices/delivery.ts";

/** A sandbox of API v3 whose keys a test sets, and whose notices the test delivers by itself. */
export interface KeyBench {
  readonly url: string;
  /** The keys in use from now on. */
  keys: SandboxKeys;
  /** How often the platform certificates were downloaded. */
  readonly downloads: number;
  /** Pays the newest trade. @returns the notice that the merchant is owed */
  payNewest(): Notice;
  /** The notice as it is sent now: signed anew, with the given faults. */
  write(notice: Notice, faults?: readonly NoticeFault[]): { headers: Record<string, string>; body: string };
  close(): Promise<void>;
}

export async function openKeyBench(clock: WallClock): Promise<KeyBench> {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-keys-"));
  const store = await openStore(join(folder, "journal.jsonl"));
  const server = await listenHttp(0, "127.0.0.1");
  let paid: StoredTrade | undefined;
  let downloads = 0;
  const notifier = {
    notifyPaid: (trade: StoredTrade) => {
      paid = trade;
    },
  };
  const faultBook = new FaultBook();
  const context = {
    keys: await loadKeys(folder, clock.now()),
    faults: faultBook.general,
    faultBook,
    store,
    wallet: new Wallet(),
    clock: new SandboxClock(() => clock.now().getTime()),
    notifier,
    url: `http://127.0.0.1:${server.port}`,
    merchantName: "店",
  } as unknown as SandboxContext;
  const listener = serve([...orderRoutes(context), ...certificateRoutes(context)], {
    settled: () => store.flushed(),
    now: () => context.clock.now(),
  });
  server.serve((incoming, outgoing) => {
    if (incoming.url?.startsWith("/v3/certificates")) downloads++;
    return listener(incoming, outgoing);
  });
  return {
    url: context.url,
    get keys() {
      return context.keys;
    },
    set keys(ring) {
      context.keys = ring;
    },
    get downloads() {
      return downloads;
    },
    payNewest: () => {
      const trade = [...store.trades.values()].at(-1);
      if (trade === undefined) throw new Error("no trade was opened");
      payTrade(context, { trade, openid: "oShopper" });
      if (paid === undefined) throw new Error("no notice is owed");
      return { ...draftPaid(context, paid), state: "pending", nextAt: 0, tries: [] };
    },
    write: (notice, faults = []) => writeNotice(context, { notice, faults: new Set(faults), count: 0 }),
    close: async () => {
      await server.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
