// npm run upgrades [-- --times 50]: upgrades a shop again and again while people pay, and compares every trade with the books.
// Wants built pages (npm run build); everything is on loopback.
import { parseArgs } from "node:util";
import { runUpgrades } from "../../e2e/upgrade/run-upgrades.ts";

const { values } = parseArgs({ options: { times: { type: "string", default: "50" } } });
const times = Number(values.times);
if (!Number.isInteger(times) || times < 1 || times > 500) {
  console.error("✗ --times is a number from 1 to 500");
  process.exit(2);
}
process.exit((await runUpgrades({ times })) ? 0 : 1);
