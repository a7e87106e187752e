// npm run bench [-- http | chains | crypto | engine | large | offers | pages | seed | silence | standby | streams | webhooks]: each figure next to a baseline or an aim of the same run.
// seed fills a shop of --orders over --days in --keep FOLDER and ends; pages takes --orders, --days, --rounds, --keep FOLDER (the shop stays for the next run) and --only TEXT; large takes --orders, --days and --keep FOLDER.
import path from "node:path";
import { parseArgs } from "node:util";
import { benchOffers, FRESH_SEEDS_FROM } from "#lib/lab/learner/bench-offers.ts";
import { benchWorlds } from "#lib/lab/learner/bench-varied-shops.ts";
import { offerTable } from "#lib/lab/learner/print-bench.ts";
import { benchEngine } from "#lib/lab/promotions/bench-engine.ts";
import { benchSilence, type SilenceRow } from "#lib/lab/silence/bench-silence.ts";
import { BUILT_ON, HELD_OUT } from "#lib/lab/silence/rhythms.ts";
import { benchChains } from "../../e2e/bench/chains-bench.ts";
import { benchCrypto } from "../../e2e/bench/crypto-bench.ts";
import { benchHttp } from "../../e2e/bench/http-bench.ts";
import { benchLarge } from "../../e2e/bench/large-bench.ts";
import { benchPages } from "../../e2e/bench/pages-bench.ts";
import { seedShop } from "../../e2e/bench/seed-shop.ts";
import { benchStandby } from "../../e2e/bench/standby-bench.ts";
import { benchStreams } from "../../e2e/bench/streams-bench.ts";
import { benchWebhooks } from "../../e2e/bench/webhooks-bench.ts";
import { choosePorts } from "../../e2e/support/product.ts";

const nowMs = () => performance.now();

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    orders: { type: "string", default: "1000000" },
    days: { type: "string", default: "730" },
    rounds: { type: "string", default: "20" },
    keep: { type: "string" },
    only: { type: "string" },
  },
});

const BENCHES: Readonly<Record<string, () => unknown>> = {
  http: benchHttp,
  chains: benchChains,
  crypto: benchCrypto,
  silence: benchShops,
  engine: () => console.table(benchEngine(nowMs)),
  offers: benchLearner,
  streams: benchStreams,
  webhooks: benchWebhooks,
  seed: fillShop,
  standby: benchStandby,
  large: () => benchLarge({ ...options, orders: Number(options.orders), days: Number(options.days) }),
  pages: () =>
    benchPages({
      ...options,
      orders: Number(options.orders),
      days: Number(options.days),
      rounds: Number(options.rounds),
    }),
};

async function fillShop(): Promise<void> {
  const { keep, orders, days } = options;
  if (keep === undefined) throw new Error("seed needs --keep FOLDER, where the shop stays");
  await choosePorts();
  await seedShop(path.resolve(keep), { orders: Number(orders), days: Number(days) });
}

/** Shops that the alarm was built on, and then those that it was not. */
function benchShops(): void {
  const flat = ({ minutes, ...row }: SilenceRow) => ({ ...row, ...minutes });
  for (const rhythms of [BUILT_ON, HELD_OUT])
    console.table(benchSilence({ rhythms, seed: "bench", quietRuns: 4, brokenRuns: 61 }).map(flat));
}

function benchLearner(): void {
  console.log(offerTable(benchOffers({ nowMs })));
  console.log("\nours on seeds that nothing was chosen by:");
  console.log(offerTable(benchOffers({ nowMs, policies: ["ours"], seedFrom: FRESH_SEEDS_FROM })));
  console.log(
    "\nours in worlds it was not made for (aims: ≥ 0.30 at 2,000, ≥ 0.72 at 20,000, ≥ -0.002 where offers do nothing):",
  );
  console.table(benchWorlds({ nowMs }));
}

const unknown = names.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(", ")}; there are ${Object.keys(BENCHES).join(", ")}`);
  process.exit(2);
}
for (const name of names.length > 0 ? names : ["http"]) await BENCHES[name]?.();
