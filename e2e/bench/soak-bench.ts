import { attachPostgres } from "#lib/bin/postgres/start-postgres.mjs";
import { choosePorts, product } from "../support/product.ts";
import startProduct from "../support/start-product.ts";
import { writeBenchSection } from "./bench-file.ts";
import { makeApiKey } from "./command-environment.ts";
import { CALLS, goShopping, measurePeak, shopAtRate } from "./shopping.ts";
import { callFigures, FLAT_SHARE_MAX, type TimedCall, trendOf, WARM_UP_SHARE } from "./soak-figures.ts";
import { type Sampler, startSampling } from "./soak-samples.ts";
import { figure, markdownTable } from "./tables.ts";

const PEAK_SECONDS = 30;
const SHOPPERS = 150;
const HELD_SHARE = 0.7;
const SAMPLE_EVERY_MS = 5_000;
/** Memory of these decides; the sandbox is no part of what a shop runs. */
const DECIDING = ["web, PSS", "worker, PSS", "Postgres without its cache, PSS"];

/** The whole product held at 70 % of what it does at most, minute by minute. */
export async function benchSoak({ minutes }: { readonly minutes: number }): Promise<void> {
  await choosePorts();
  const stopProduct = await startProduct();
  try {
    const server = await attachPostgres({ dataDir: `${product.dataDir}/postgres` });
    if (!server) throw new Error("the product's database was not found");
    const calls: TimedCall[] = [];
    let began = Number.NaN;
    const shopping = goShopping({
      port: Number(process.env.E2E_PORT),
      sandboxPort: Number(process.env.E2E_SANDBOX_PORT),
      apiKey: makeApiKey().secret,
      onCall: (kind, ms) => void calls.push({ kind, minute: (performance.now() - began) / 60_000, ms }),
    });
    const peak = await measurePeak(shopping, { seconds: PEAK_SECONDS, shoppers: SHOPPERS });
    const perSecond = peak * HELD_SHARE;
    console.error(`peak ${peak.toFixed(1)} orders/s, held for ${minutes} minutes at ${perSecond.toFixed(1)}`);
    calls.length = 0;
    began = performance.now();
    const sampler = startSampling(server, SAMPLE_EVERY_MS);
    const shopped = await shopAtRate(shopping, { perSecond, seconds: minutes * 60 });
    await sampler.end();
    shopping.close();
    show({ minutes, peak, perSecond, calls, sampler, ...shopped });
  } finally {
    await stopProduct();
  }
}

interface Soak {
  readonly minutes: number;
  readonly peak: number;
  readonly perSecond: number;
  readonly orders: number;
  readonly atOnceMax: number;
  readonly calls: readonly TimedCall[];
  readonly sampler: Sampler;
}

function show(soak: Soak): void {
  const { minutes, peak, perSecond, orders, atOnceMax, sampler } = soak;
  const growing = DECIDING.filter((name) => !trendOf(sampler.memory.get(name) ?? [], minutes).isFlat);
  const settled = `the last ${figure(minutes * (1 - WARM_UP_SHARE))} minutes`;
  writeBenchSection("soak", {
    title: `${figure(minutes)} minutes at ${HELD_SHARE * 100} % of the peak`,
    command: "soak",
    body: `${figure(orders)} orders, each made, its pay page opened, a code fetched from WeChat (the sandbox), its status polled, paid on the sandbox's phone and polled until it is
paid; one in twenty is given back in part. The peak was ${figure(peak, 1)} orders a second with ${SHOPPERS} shoppers in the half minute before; ${figure(perSecond, 1)} were held, with at most ${atOnceMax} orders at one time.

${memoryTable(soak)}

Memory is flat where its line of least squares over ${settled} rises by at most ${FLAT_SHARE_MAX * 100} % of its level a minute. ${growing.length === 0 ? "**Flat:** web, worker and Postgres." : `**Not flat:** ${growing.join("; ")}.`}

${gaugeTable(soak)}

${callTable(soak)}`,
  });
}

function memoryTable({ minutes, perSecond, sampler }: Soak): string {
  const rows = [...sampler.memory].map(([name, samples]) => {
    const { first, middle, last, slope, slopeShare, isFlat } = trendOf(samples, minutes);
    const perThousand = (slope / (perSecond * 60)) * 1_000;
    const verdict = DECIDING.includes(name) ? (isFlat ? "yes" : "no") : "";
    return [
      name,
      figure(first),
      figure(middle),
      figure(last),
      figure(slopeShare * 100, 2),
      figure(perThousand, 2),
      verdict,
    ];
  });
  const head = ["memory (MB)", "first minute", "middle", "last", "% per minute", "MB per 1,000 orders", "flat"];
  return markdownTable(head, rows);
}

function gaugeTable({ minutes, sampler }: Soak): string {
  const rows = [...sampler.gauges].map(([name, samples]) => {
    const { first, middle, last } = trendOf(samples, minutes);
    return [
      name,
      ...[first, middle, last, Math.max(...samples.map(({ value }) => value))].map((each) => figure(each, 1)),
    ];
  });
  return markdownTable(["gauge, mean of a minute", "first minute", "middle", "last", "most"], rows);
}

function callTable({ minutes, calls }: Soak): string {
  const rows = CALLS.map((kind) => {
    const of = [0, Math.floor(minutes / 2), Math.max(0, minutes - 1)].map((minute) => callFigures(calls, kind, minute));
    const times = of.map(({ p50Ms, p95Ms, p99Ms }) => [p50Ms, p95Ms, p99Ms].map((ms) => figure(ms)).join(", "));
    return [kind, figure(of[1]?.perSecond ?? Number.NaN, 1), ...times];
  });
  return markdownTable(["call: p50, p95, p99 (ms)", "per second", "first minute", "middle", "last"], rows);
}
