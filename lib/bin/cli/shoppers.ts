import type { Command } from "commander";
import { eraseShopper } from "#lib/ops/erase-shopper.ts";
import { silentLog } from "#lib/ops/log.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { exportShopper, requestErasure } from "#lib/storage/behaviour/shoppers.ts";
import { type CommandReport, type OutputOptions, reportOn, withDatabase } from "./command.ts";

interface EraseOptions extends OutputOptions {
  readonly now?: boolean;
}

export function addShopperCommands(program: Command): void {
  const shoppers = program.command("shoppers").description("what is stored about a shopper");
  shoppers
    .command("export")
    .description("export everything that is stored about a shopper")
    .argument("<id>", "shp_…, or your own id of the shopper")
    .option("--json", "answer as JSON")
    .action((id: string, options: OutputOptions) => reportOn(options, () => exportOne(id)));
  shoppers
    .command("erase")
    .description("erase a shopper from every table; orders and payments stay for the books, without the shopper")
    .argument("<id>", "shp_…, or your own id of the shopper")
    .option("--now", "erase now instead of in the worker")
    .option("--json", "answer as JSON")
    .action((id: string, options: EraseOptions) => reportOn(options, () => eraseOne(id, options.now === true)));
}

async function exportOne(id: string): Promise<CommandReport> {
  const found = await withDatabase(({ database: { pool } }) => exportShopper(pool, id));
  if (found === null)
    return { ok: false, value: { error: "nothing is stored about this shopper" }, text: "nothing is stored" };
  const { orders, events, promotions, decisions } = found;
  const counts = [`orders      ${orders.length}`, `events      ${events.length}`, `promotions  ${promotions.length}`];
  const text = [`shopper     ${id}`, ...counts, `decisions   ${decisions.length}`, "--json shows all of it"].join("\n");
  return { value: { ...found, exportedAt: systemClock.now().toISOString() }, text };
}

async function eraseOne(shopperId: string, isNow: boolean): Promise<CommandReport> {
  const actor = "command line";
  return withDatabase(async ({ database: { pool }, box }) => {
    if (!isNow) {
      await requestErasure(pool, { shopperId, actor });
      return { value: { shopperId, status: "erasing" }, text: "the worker will erase the shopper within a minute" };
    }
    const deps = { pool, clock: systemClock, log: silentLog, shopperKey: box.deriveKey("shopper") };
    const erased = await eraseShopper(deps, { shopperId, actor });
    const text = Object.entries(erased).map(([name, count]) => `${name.padEnd(12)}${count}`);
    return { value: { shopperId, status: "erased", ...erased }, text: text.join("\n") };
  });
}
