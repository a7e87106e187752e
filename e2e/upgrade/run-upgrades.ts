import os from "node:os";
import { RunningProduct } from "../support/crash/product.ts";
import { ProgramCopy } from "../support/crash/program-copy.ts";
import { FAIR, Shop } from "../support/crash/shop.ts";
import { compareBooks, startTrading } from "../support/crash/trading.ts";
import { choosePorts } from "../support/product.ts";

// Goal: a shop that is upgraded while people pay loses nothing and keeps its door open.
// Method: two folders take turns; each time the one that does not run gets one migration more, which locks the busiest table, and
// a version of its own, and replaces the other by `upgrade`.

const SHOPPERS = 4;

/** @returns whether nothing was lost and the door was never shut for more than five seconds */
export async function runUpgrades({ times }: { readonly times: number }): Promise<boolean> {
  await choosePorts();
  const folders = [new ProgramCopy(), new ProgramCopy()] as const;
  const product = await RunningProduct.open(os.tmpdir(), { root: folders[0].root });
  const shop = new Shop(product);
  const took: number[] = [];
  try {
    await shop.faults(FAIR);
    const trading = startTrading(product, shop, { shoppers: SHOPPERS });
    for (let time = 1; time <= times; time++) {
      const next = folders[time % 2 === 1 ? 1 : 0];
      for (let made = 1; made <= time; made++) next.addMigration(...migration(made));
      next.setVersion(`9.${time}.0`);
      const since = performance.now();
      const { code, output } = await product.command(next.root, ["upgrade"]);
      if (code !== 0) throw new Error(`upgrade ${time} failed:\n${output}`);
      if (product.programOf("web") !== next.root || product.programOf("worker") !== next.root) {
        throw new Error(`upgrade ${time} left the old program at work:\n${output}`);
      }
      took.push(performance.now() - since);
      console.log(`upgrade ${time} of ${times}: ${seconds(took.at(-1) ?? 0)} s`);
    }
    const sales = await trading.end();
    const { otherwise, ...books } = await compareBooks(product, shop);
    for (const sentence of otherwise) console.log(`! ${sentence}`);
    console.table([
      {
        upgrades: times,
        orders: sales.orders,
        ...books,
        otherwise: otherwise.length,
        "longest without an answer s": seconds(sales.closedMs),
        "knocks unanswered": sales.unansweredKnocks,
        "longest wait for an order s": seconds(sales.longestOrderMs),
        "an upgrade takes s": seconds(took.toSorted((one, other) => one - other)[Math.floor(took.length / 2)] ?? 0),
      },
    ]);
    return books.lost + books.doubled + otherwise.length === 0 && sales.closedMs <= 5_000;
  } finally {
    await product.close();
    for (const folder of folders) folder.remove();
  }
}

const migration = (number: number): [string, string] => [
  `${9_000 + number}_more`,
  `alter table orders add column upgrade_${number} integer;\n`,
];

const seconds = (ms: number): number => Math.round(ms / 100) / 10;
