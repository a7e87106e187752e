// npm run bench [-- http | backup | chains | crypto | engine | large | ledger | offers | pages | processes | seed | silence | soak | standby | streams | webhooks]: each figure next to a baseline or an aim of the same run.
// seed fills a shop of --orders over --days in --keep FOLDER and ends; backup, large, ledger and pages take --orders, --days and --keep FOLDER (the shop stays for the
// next run), pages --rounds and --only TEXT as well; soak takes --minutes.
import path from "node:path";
import { parseArgs } from "node:util";
import { benchOffers, FRESH_SEEDS_FROM } from "#lib/lab/learner/bench-offers.ts";
import { benchWorlds } from "#lib/lab/learner/bench-varied-shops.ts";
import { offerTable } from "#lib/lab/learner/print-bench.ts";
import { benchEngine } from "#lib/lab/promotions/bench-engine.ts";
import { benchSilence, type SilenceRow } from "#lib/lab/silence/bench-silence.ts";
import { BUILT_ON, HELD_OUT } from "#lib/lab/silence/rhythms.ts";
import { benchBackup } from "../../e2e/bench/backup-bench.ts";
import { benchChains } from "../../e2e/bench/chains-bench.ts";
import { benchCrypto } from "../../e2e/bench/crypto-bench.ts";
import { benchHttp } from "../../e2e/bench/http-bench.ts";
import { benchLarge } from "../../e2e/bench/large-bench.ts";
import { benchLedger } from "../../e2e/bench/ledger-bench.ts";
import { benchPages } from "../../e2e/bench/pages-bench.ts";
import { benchProcesses } from "../../e2e/bench/processes-bench.ts";
import { seedShop } from "../../e2e/bench/seed-shop.ts";
import { benchSoak } from "../../e2e/bench/soak-bench.ts";
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
    minutes: { type: "string", default: "10" },
    rounds: { type: "string", default: "20" },
    keep: { type: "string" },
    only: { type: "string" },
  },
});

const shop = { orders: Number(options.orders), days: Number(options.days) };

const BENCHES: Readonly<Record<string, () => unknown>> = {
  http: benchHttp,
  backup: () => benchBackup({ ...options, ...shop }),
  chains: benchChains,
  crypto: benchCrypto,
  silence: benchShops,
  engine: () => console.table(benchEngine(nowMs)),
  offers: benchLearner,
  processes: benchProcesses,
  soak: () => benchSoak({ minutes: Number(options.minutes) }),
  streams: benchStreams,
  webhooks: benchWebhooks,
  seed: fillShop,
  standby: benchStandby,
  large: () => benchLarge({ ...options, ...shop }),
  ledger: () => benchLedger({ ...options, ...shop }),
  pages: () => benchPages({ ...options, ...shop, rounds: Number(options.rounds) }),
};

async function fillShop(): Promise<void> {
  const { keep } = options;
  if (keep === undefined) throw new Error("seed needs --keep FOLDER, where the shop stays");
  await choosePorts();
  await seedShop(path.resolve(keep), shop);
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
