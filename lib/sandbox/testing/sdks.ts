import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DAY_MS } from "../clock.ts";
import { type Bench, control, type Delivery, openBench } from "./client.ts";

// What the tests with public SDKs share. Each SDK is as published on npm and gets nothing but credentials and an address.

/** The sandbox's day: it starts at noon in Beijing, so that no test meets midnight. */
export const DAY = "2026-07-01";

export interface SdkBench extends Bench {
  /** Forgets all trades; it is noon again. */
  newDay(): Promise<void>;
  /** A file in the folder of the credentials. */
  file(name: string): Promise<Buffer>;
  /** @returns the notice that the shop got */
  pay(outTradeNo: string): Promise<Delivery>;
  /** Until the shop's answer to the notice of a payment was taken for an acknowledgement. */
  acknowledged(outTradeNo: string): Promise<void>;
  /** Until the bill of the day can be had. */
  waitForBill(): Promise<unknown>;
}

export async function openSdkBench(): Promise<SdkBench> {
  const bench = await openBench();
  return Object.assign(bench, {
    newDay: async () => {
      await control(bench.sandbox, "reset", {});
      await control(bench.sandbox, "clock", { advanceMs: Date.parse(`${DAY}T12:00:00+08:00`) - Date.now() });
    },
    file: (name: string) => readFile(join(bench.folder, "sandbox", name)),
    pay: async (outTradeNo: string) => {
      const before = bench.shop.received.length;
      const paid = await control(bench.sandbox, "pay", { outTradeNo });
      if (paid.status !== 200) throw new Error(paid.text);
      await bench.shop.waitForNotices(before + 1);
      const notice = bench.shop.received[before];
      if (notice === undefined) throw new Error("no notice came");
      return notice;
    },
    acknowledged: async (outTradeNo: string) => {
      const isTaken = async () => {
        const { trades } = (await control(bench.sandbox, `trades?outTradeNo=${outTradeNo}`)).value;
        return String(trades?.[0]?.notices?.[0]?.state) === "acknowledged";
      };
      while (!(await isTaken())) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    waitForBill: () => control(bench.sandbox, "clock", { advanceMs: DAY_MS }),
  });
}
