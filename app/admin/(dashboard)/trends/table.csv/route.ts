import { beijingDay, beijingTime } from "#lib/base/beijing-time.ts";
import { netOf, type TakingsSums } from "#lib/base/takings.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { csvAnswer } from "../../../csv-answer.ts";
import { openLookExport } from "../../../look-page.tsx";
import { takingsNames } from "../../takings-names.ts";
import { readTrends } from "../read-trends.ts";
import { trendQueryOf } from "../trend-query.ts";

/** What the page of trends shows, all figures of each step and part, as a table for office programs. */
export async function GET(request: Request): Promise<Response> {
  const opened = await openLookExport("orders.read");
  if (opened instanceof Response) return opened;
  const adminRequest = opened;
  const { container, session, text } = adminRequest;
  const { columns } = text.trends;
  const now = container.clock.now();
  const query = trendQueryOf(Object.fromEntries(new URL(request.url).searchParams), now);
  const trends = await readTrends(adminRequest.look, query, now);
  const { split, from, to } = query;
  await recordAudit(container.database.pool, {
    actor: session.user.email,
    action: "trends.export",
    subject: `days:${from}..${to}`,
    at: now,
  });
  const parts = split === null ? [trends.whole] : trends.parts;
  const nameOf = await takingsNames(
    adminRequest,
    split ?? "all",
    parts.map(({ key }) => key),
  );
  const rows = trends.buckets.flatMap(({ first, last }, at) =>
    parts.map(({ key, buckets }) => {
      const sums = buckets[at];
      const part = split === null ? [] : [nameOf(key)];
      return [first.replace("T", " "), last.replace("T", " "), ...part, ...(sums === undefined ? [] : cellsOf(sums))];
    }),
  );
  const { from: first, to: last, part, ...rest } = columns;
  return csvAnswer({
    name: `trends-${from}-${to}`,
    head: [first, last, ...(split === null ? [] : [part]), ...Object.values(rest)],
    rows,
    mark: container.settings.sandbox ? `${text.sandbox} ${beijingDay(now)} ${beijingTime(now).slice(11)}` : null,
  });
}

/** In the order of the words of the columns. */
const cellsOf = (sums: TakingsSums): (string | number | bigint)[] => [
  ...[sums.orders, sums.ordersPaid, sums.ordersClosed, sums.payments, BigInt(sums.paid)],
  ...[sums.refunds, BigInt(sums.refunded), BigInt(sums.otherRefunded), BigInt(netOf(sums)), BigInt(sums.discount)],
];
