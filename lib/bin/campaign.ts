// npm run campaign [-- --orders 2000 --seed 1]: a crowd of orders with every fault drawn at random while the product is killed,
// frozen and starved; then an independent judge. The same seed is the same plan. All is on loopback, in a temporary folder.
import { parseArgs } from "node:util";
import { printCampaign } from "../../e2e/campaign/print-campaign.ts";
import { runBrokenCopies } from "../../e2e/campaign/run-broken-copies.ts";
import { runCampaign } from "../../e2e/campaign/run-campaign.ts";
import { markBuilt } from "./launch/build.mjs";

const ORDERS_MAX = 100_000;
const SEED_MAX = 2 ** 31;

const { values } = parseArgs({
  options: {
    orders: { type: "string", default: "400" },
    seed: { type: "string", default: "1" },
    /** No process is killed: faults of WeChat's alone. */
    calm: { type: "boolean", default: false },
    /** Instead: takes one guard after the other out of a copy of the code, and looks whether a campaign notices. */
    broken: { type: "boolean", default: false },
    /** Only copies whose name has this in it. */
    only: { type: "string", default: "" },
    /** The pages are taken as they are built, though the sources have changed since. */
    built: { type: "boolean", default: false },
  },
});
const [orders, seed] = [Number(values.orders), Number(values.seed)];
const within = (number: number, max: number) => Number.isInteger(number) && number >= 1 && number <= max;
if (!within(orders, ORDERS_MAX) || !within(seed, SEED_MAX)) {
  console.error(`✗ --orders is a number from 1 to ${ORDERS_MAX}, --seed one from 1 to ${SEED_MAX}`);
  process.exit(2);
}
if (values.broken) process.exit(runBrokenCopies({ orders, seed }, values.only) ? 0 : 1);
if (values.built) markBuilt();
const result = await runCampaign({ orders, seed, calm: values.calm, say: console.log });
process.exit(printCampaign(result) ? 0 : 1);
