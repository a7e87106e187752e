// npm run bench [-- http | crypto | engine | offers]: each figure next to a baseline or an aim of the same run.
import { benchOffers, FRESH_SEEDS_FROM } from "#lib/lab/learner/bench-offers.ts";
import { benchWorlds } from "#lib/lab/learner/bench-varied-shops.ts";
import { offerTable } from "#lib/lab/learner/print-bench.ts";
import { benchEngine } from "#lib/lab/promotions/bench-engine.ts";
import { benchCrypto } from "../../e2e/bench/crypto-bench.ts";
import { benchHttp } from "../../e2e/bench/http-bench.ts";

const nowMs = () => performance.now();

const BENCHES: Readonly<Record<string, () => unknown>> = {
  http: benchHttp,
  crypto: benchCrypto,
  engine: () => console.table(benchEngine(nowMs)),
  offers: benchLearner,
};

function benchLearner(): void {
  console.log(offerTable(benchOffers({ nowMs })));
  console.log("\nours on seeds that nothing was chosen by:");
  console.log(offerTable(benchOffers({ nowMs, policies: ["ours"], seedFrom: FRESH_SEEDS_FROM })));
  console.log(
    "\nours in worlds it was not made for (aims: ≥ 0.30 at 2,000, ≥ 0.72 at 20,000, ≥ -0.002 where offers do nothing):",
  );
  console.table(benchWorlds({ nowMs }));
}

const names = process.argv.slice(2).filter((argument) => argument !== "--");
const unknown = names.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(", ")}; there are ${Object.keys(BENCHES).join(", ")}`);
  process.exit(2);
}
for (const name of names.length > 0 ? names : ["http"]) await BENCHES[name]?.();
