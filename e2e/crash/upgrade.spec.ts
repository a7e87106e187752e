import os from "node:os";
import { expect, test } from "@playwright/test";
import { RunningProduct } from "../support/crash/product.ts";
import { ProgramCopy } from "../support/crash/program-copy.ts";
import { FAIR, Shop } from "../support/crash/shop.ts";
import { compareBooks, startTrading } from "../support/crash/trading.ts";

// Goal: a new version takes over while people pay; one that does not start leaves the old one serving; the way back is open.
// Fifty upgrades in a row: npm run upgrades.

test.setTimeout(300_000);

test("an upgrade under traffic: a broken version, then a good one, then back", async () => {
  const next = new ProgramCopy();
  const product = await RunningProduct.open(os.tmpdir());
  const before = product.programOf("web");
  try {
    const shop = new Shop(product);
    await shop.faults(FAIR);
    next.setVersion("9.0.0");
    next.addMigration("9001_more", "alter table orders add column upgrade_1 integer;\n");
    const mend = next.change("lib/bin/worker.ts", (text) => `throw new Error("a broken version");\n${text}`);
    const trading = startTrading(product, shop, { shoppers: 2 });

    const broken = await product.command(next.root, ["upgrade"]);
    expect(broken.code, broken.output).toBe(1);
    expect(broken.output).toMatch(/✓ backup .*before-9\.0\.0-.*\.backup/);
    expect(broken.output).toContain("applied 9001_more");
    expect(broken.output).toContain("9.0.0 did not come to work, and");
    for (const part of ["web", "worker"] as const) expect(product.programOf(part)).toBe(before);

    mend();
    const good = await product.command(next.root, ["upgrade"]);
    expect(good.code, good.output).toBe(0);
    for (const part of ["web", "worker"] as const) expect(product.programOf(part)).toBe(next.root);

    const back = await product.command(next.root, ["upgrade", "--back"]);
    expect(back.code, back.output).toBe(0);
    for (const part of ["web", "worker"] as const) expect(product.programOf(part)).toBe(before);

    const sales = await trading.end();
    expect(sales.unansweredKnocks).toBe(0);
    expect(sales.orders).toBeGreaterThan(0);
    const { paidHere, ...books } = await compareBooks(product, shop);
    expect(books).toEqual({ paidAtWeChat: paidHere, lost: 0, doubled: 0, otherwise: [] });
  } finally {
    await product.close();
    next.remove();
  }
});
