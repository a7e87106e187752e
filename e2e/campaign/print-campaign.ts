import { type CampaignResult, storyOf } from "./run-campaign.ts";

// What a campaign prints at its end. Everything under "must be 0" decides.

const STORIES_MAX = 5;

/** @returns whether all is well */
export function printCampaign(result: CampaignResult): boolean {
  const { plan, digest, struck, verdict, problems, recoveries, webhooks, seconds } = result;
  const faults = new Map<string, number>();
  for (const name of plan.orders.flatMap((order) => [`story: ${storyName(order.story)}`, ...order.faults]))
    faults.set(name, (faults.get(name) ?? 0) + 1);
  console.table(
    Object.fromEntries(
      [...faults].toSorted(([one], [other]) => one.localeCompare(other)).map(([name, orders]) => [name, { orders }]),
    ),
  );
  console.table(Object.fromEntries([...struck.counts].map(([name, times]) => [name, { times }])));
  for (const [name, why] of struck.missed) console.log(`not struck: ${name}: ${why}`);
  console.table(
    recoveries.map(({ servingMs, settledMs, affected }) => ({
      "kill of everything → serving s": servingMs / 1000,
      "→ last affected order settled s": settledMs === null ? "not in time" : settledMs / 1000,
      affected,
    })),
  );
  console.table(
    Object.fromEntries(
      Object.entries({
        ...verdict.counts,
        "webhook messages": webhooks.heard,
        "webhook messages heard again": webhooks.repeated - webhooks.heard,
        "webhook messages refused by the shop": webhooks.refused,
      }).map(([name, count]) => [name, { count }]),
    ),
  );
  const of = (kind: string) => verdict.findings.filter((finding) => finding.kind === kind).length;
  console.table({
    "orphans (money that is nowhere)": { "must be 0": of("orphan") },
    "booked or settled twice": { "must be 0": of("double") },
    "paid here, not at WeChat": { "must be 0": of("made up") },
    "wrong refunds": { "must be 0": of("wrong refund") },
    ledger: { "must be 0": of("ledger") },
    "webhooks lost or contradicting": { "must be 0": of("webhook") },
    "pushes lost": { "must be 0": of("push") },
    "not ended, or answers that should never occur": { "must be 0": problems.length },
  });
  console.log(
    `seed ${plan.seed}, plan ${digest}: ${plan.orders.length} orders in ${seconds.crowd} s, settled in ${seconds.settling} s`,
  );
  const isWell = verdict.findings.length + problems.length === 0;
  if (!isWell) printFailures(result);
  return isWell;
}

const storyName = (story: CampaignResult["plan"]["orders"][number]["story"]): string =>
  story.kind === "code" ? `code ${story.how}` : "channel" in story ? `${story.kind} ${story.channel}` : story.kind;

function printFailures({ plan, verdict, problems, records }: CampaignResult): void {
  console.log(`✗ npm run campaign -- --orders ${plan.orders.length} --seed ${plan.seed}`);
  for (const problem of problems.slice(0, 20)) console.log(`! ${problem}`);
  for (const { number, kind, sentence } of verdict.findings.slice(0, 40))
    console.log(`! ${kind}: ${number ?? ""} ${sentence}`);
  for (const finding of verdict.findings.slice(0, STORIES_MAX)) {
    const record = storyOf(finding, records);
    if (record === undefined) continue;
    console.log(`\n${record.plan.number}: ${JSON.stringify(record.plan)}\n  ${record.log.join("\n  ")}`);
  }
}
