import { Facts } from "#components/admin/heading.tsx";
import { fullTime } from "#components/admin/moments.ts";
import { amountText } from "#components/ui/amount.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { areSoundBooks, type DrillReport, drillReportSchema, isSoundDrill } from "#lib/ops/drill-report.ts";
import type { UpkeepRun } from "#lib/storage/operations/upkeep-runs.ts";
import { type UpkeepText, upkeepText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { actorName } from "../../audit-words.ts";

interface DrillCardProps {
  readonly run: UpkeepRun;
  readonly isOpen: boolean;
  readonly adminRequest: AdminRequest;
}

/** What came of one restore drill. */
export function DrillCard({ run, isOpen, adminRequest }: DrillCardProps) {
  const { language, text } = adminRequest;
  const words = upkeepText(language);
  const report = run.status === "done" ? drillReportSchema.safeParse(run.report).data : undefined;
  const isGood = report !== undefined && isSoundDrill(report);
  const title =
    run.problem !== null
      ? words.problems[run.problem]
      : report === undefined
        ? words.results[run.status]
        : isGood
          ? words.drill.good
          : !areSoundBooks(report)
            ? words.drill.bad
            : report.hasGap
              ? words.drill.broken
              : words.drill.lossy;
  return (
    <Card data-testid="drill">
      <details open={isOpen} className="group">
        <summary className="flex min-h-11 cursor-pointer list-none flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3 sm:px-5">
          <span className="min-w-0 flex-1 basis-60">
            <span className="block font-medium">{title}</span>
            <span className="block text-sm text-soft tabular-nums">
              {fullTime(run.requestedAt, language)} · {actorName(run.requestedBy, text)}
            </span>
          </span>
          <Badge tone={isGood ? "brand" : "warn"}>{isGood ? words.results.done : words.results.failed}</Badge>
        </summary>
        {report === undefined ? (
          typeof run.report.detail === "string" ? (
            <p className="px-4 pb-4 font-mono text-sm break-all text-soft sm:px-5">{run.report.detail}</p>
          ) : null
        ) : (
          <Figures report={report} adminRequest={adminRequest} />
        )}
      </details>
    </Card>
  );
}

function Figures({ report, adminRequest }: { report: DrillReport; adminRequest: AdminRequest }) {
  const { language } = adminRequest;
  const { drill } = upkeepText(language);
  const { held, booked, newestOrder, since } = report;
  const count = (value: number) => value.toLocaleString("en");
  const yuan = (fen: string) => amountText(Number(fen));
  return (
    <Facts
      facts={[
        { label: drill.from, value: fullTime(report.backupAt, language) },
        report.upTo === undefined ? null : { label: drill.upTo, value: fullTime(report.upTo, language) },
        report.place === undefined ? null : { label: drill.place, value: report.place },
        { label: drill.took, value: fill(drill.seconds, { seconds: (report.ms / 1_000).toFixed(1) }) },
        { label: drill.orders, value: count(report.orders) },
        { label: drill.payments, value: count(report.payments) },
        { label: drill.refunds, value: count(report.refunds) },
        report.rows === null ? null : { label: drill.rows, value: count(report.rows) },
        newestOrder === null
          ? null
          : {
              label: drill.newest,
              value: `${newestOrder.outTradeNo} · ${fullTime(newestOrder.createdAt, language)}`,
            },
        {
          label: drill.balance,
          value:
            report.unbalanced === 0
              ? fill(drill.balanced, { count: count(report.entries) })
              : fill(drill.unbalanced, { count: count(report.unbalanced) }),
        },
        {
          label: drill.booked,
          value: report.unbooked === 0 ? drill.allBooked : fill(drill.unbooked, { count: count(report.unbooked) }),
        },
        {
          label: drill.sums,
          value:
            held === booked
              ? fill(drill.equal, { amount: yuan(held) })
              : fill(drill.differ, { held: yuan(held), booked: yuan(booked) }),
        },
        {
          label: drill.ledger,
          value:
            report.ledgerFindings === 0
              ? drill.ledgerWhole
              : fill(drill.ledgerChanged, { count: count(report.ledgerFindings) }),
        },
        {
          label: drill.since,
          value: fill(drill.sinceLine, { orders: count(since.orders), payments: count(since.payments) }),
        },
        ...gapFacts(report, drill),
      ]}
    />
  );
}

/** What the backup does not have, and what WeChat knows of it. */
function gapFacts({ gap }: DrillReport, words: UpkeepText["drill"]) {
  if (gap === null) return [{ label: words.gap, value: words.gapNotAsked }];
  const { missing, found, unknown, lost, openAsked, openPaid, unpaidOrders } = gap;
  const line = missing === 0 ? words.gapNone : missing === found ? words.gapFound : words.gapSome;
  const amount = amountText(Number(gap.missingFen));
  return [
    { label: words.open, value: fill(words.openAsked, { count: openAsked, paid: openPaid }) },
    { label: words.gap, value: fill(line, { count: missing, amount, found, unknown, lost }) },
    {
      label: words.wouldLose,
      value:
        lost === 0
          ? fill(words.loseNothing, { count: unpaidOrders })
          : fill(words.loseMoney, { count: lost, amount: amountText(Number(gap.lostFen)) }),
    },
  ];
}
