import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SandboxClock, type WallClock } from "../clock.ts";
import { openDoor } from "../doors.ts";
import { noFaults } from "../faults.ts";
import { type KeyRing, loadKeys } from "../keys.ts";
import type { TryFault } from "../notice-types.ts";
import { certificateRoutes } from "../protocol/certificates.ts";
import { serve } from "../protocol/http.ts";
import { draftPaid, writeNotice } from "../protocol/notices.ts";
import { orderRoutes } from "../protocol/orders.ts";
import type { Notice, Trade } from "../records.ts";
import { openStore } from "../store.ts";
import { payTrade } from "../trades.ts";
import { Wallet } from "../wallet.ts";
import type { World } from "../world.ts";

export type { KeyRing } from "../keys.ts";
export type { TryFault } from "../notice-types.ts";
export type { Notice } from "../records.ts";

/** A sandbox of API v3 whose keys a test sets, and whose notices the test delivers by itself. */
export interface KeyBench {
  readonly url: string;
  /** The keys in use from now on. */
  keys: KeyRing;
  /** How often the platform certificates were downloaded. */
  readonly downloads: number;
  /** Pays the newest trade. @returns the notice that the merchant is owed */
  payNewest(): Notice;
  /** The notice as it is sent now: signed anew, with the given faults. */
  write(notice: Notice, faults?: readonly TryFault[]): { headers: Record<string, string>; body: string };
  close(): Promise<void>;
}

export async function openKeyBench(clock: WallClock): Promise<KeyBench> {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-keys-"));
  const store = await openStore(join(folder, "journal.jsonl"));
  const door = await openDoor(0, "127.0.0.1");
  let paid: Trade | undefined;
  let downloads = 0;
  const desk = {
    tellPaid: (trade: Trade) => {
      paid = trade;
    },
  };
  const world = {
    keys: await loadKeys(folder, clock.now()),
    faults: noFaults(),
    store,
    wallet: new Wallet(),
    clock: new SandboxClock(() => clock.now().getTime()),
    desk,
    url: `http://127.0.0.1:${door.port}`,
    merchantName: "店",
  } as unknown as World;
  const listener = serve([...orderRoutes(world), ...certificateRoutes(world)], {
    settled: () => store.flushed(),
    now: () => world.clock.now(),
  });
  door.serve((incoming, outgoing) => {
    if (incoming.url?.startsWith("/v3/certificates")) downloads++;
    return listener(incoming, outgoing);
  });
  return {
    url: world.url,
    get keys() {
      return world.keys;
    },
    set keys(ring) {
      world.keys = ring;
    },
    get downloads() {
      return downloads;
    },
    payNewest: () => {
      const trade = [...store.trades.values()].at(-1);
      if (trade === undefined) throw new Error("no trade was opened");
      payTrade(world, { trade, openid: "oShopper" });
      if (paid === undefined) throw new Error("the payment is not to be told of");
      return { ...draftPaid(world, paid), state: "pending", nextAt: 0, tries: [] };
    },
    write: (notice, faults = []) => writeNotice(world, { notice, faults: new Set(faults), count: 0 }),
    close: async () => {
      await door.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
