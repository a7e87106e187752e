import Link from "next/link";
import { TableCard } from "#components/admin/card-list.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { LINK } from "#components/admin/look.ts";
import { shortTime } from "#components/admin/moments.ts";
import { Badge } from "#components/ui/badge.tsx";
import type { ListedAlert } from "#lib/storage/operations/alerts.ts";
import { healthText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";

interface AlertHistoryProps {
  readonly alerts: readonly ListedAlert[];
  readonly adminRequest: AdminRequest;
}

/** What people had to see lately, and how long it lasted. */
export function AlertHistory({ alerts, adminRequest }: AlertHistoryProps) {
  const { language, text, may } = adminRequest;
  const words = healthText(language);
  const columns = words.alertColumns;
  return (
    <>
      <TableCard
        empty={<EmptyState title={words.noAlerts} hint="" />}
        caption={words.alerts}
        columns={[
          { key: "what", label: columns.what, card: "title" },
          { key: "since", label: columns.since, card: "foot" },
          { key: "until", label: columns.until, card: "figure" },
        ]}
        rows={alerts.map(({ id, kind, outTradeNo, createdAt, acknowledgedAt }) => ({
          key: id,
          cells: [
            <span key="what" className="min-w-0 [overflow-wrap:anywhere]">
              {[text.alerts.kinds[kind]?.[0] ?? kind, outTradeNo].filter(Boolean).join(" · ")}
            </span>,
            <time key="since" dateTime={createdAt.toISOString()} className="whitespace-nowrap tabular-nums">
              {shortTime(createdAt, language)}
            </time>,
            acknowledgedAt === null ? (
              <Badge key="until" tone="warn">
                {words.open}
              </Badge>
            ) : (
              <time key="until" dateTime={acknowledgedAt.toISOString()} className="whitespace-nowrap tabular-nums">
                {fill(words.ended, { time: shortTime(acknowledgedAt, language) })}
              </time>
            ),
          ],
        }))}
      />
      <p className="mt-2 flex flex-wrap gap-x-6">
        <Link href="/admin/alerts?show=all" prefetch={false} className={`${LINK} inline-flex min-h-11 items-center`}>
          {words.allAlerts}
        </Link>
        {may("audit.read") ? (
          <Link href="/admin/settings/audit" prefetch={false} className={`${LINK} inline-flex min-h-11 items-center`}>
            {words.audit}
          </Link>
        ) : null}
      </p>
    </>
  );
}
