// npm run campaign [-- --orders 2000 --seed 1]: a crowd of orders with every fault drawn at random while the product is killed,
// frozen and starved; then an independent judge. The same seed is the same plan. All is on loopback, in a temporary folder.
import { parseArgs } from "node:util";
import { printCampaign } from "../../e2e/campaign/print-campaign.ts";
import { runCampaign } from "../../e2e/campaign/run-campaign.ts";

const ORDERS_MAX = 100_000;
const SEED_MAX = 2 ** 31;

const { values } = parseArgs({
  options: { orders: { type: "string", default: "400" }, seed: { type: "string", default: "1" } },
});
const [orders, seed] = [Number(values.orders), Number(values.seed)];
const within = (number: number, max: number) => Number.isInteger(number) && number >= 1 && number <= max;
if (!within(orders, ORDERS_MAX) || !within(seed, SEED_MAX)) {
  console.error(`✗ --orders is a number from 1 to ${ORDERS_MAX}, --seed one from 1 to ${SEED_MAX}`);
  process.exit(2);
}
process.exit(printCampaign(await runCampaign({ orders, seed, say: console.log })) ? 0 : 1);
