import { type Column, DataTable, type Row } from "#components/admin/data-table.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { shortTime } from "#components/admin/moments.ts";
import { Pager } from "#components/admin/pager.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { type ListedDelivery, listChannelDeliveries } from "#lib/storage/notifications/notification-channels.ts";
import { notificationsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../../admin-request.ts";
import { notificationTitle } from "../../../notification-title.ts";

const LIMIT = 25;

interface DeliveryLogProps {
  readonly adminRequest: AdminRequest;
  readonly channelId: string;
  readonly cursor: string | undefined;
}

/** What was sent to a channel, what was not, and the receiver's answer. */
export async function DeliveryLog({ adminRequest, channelId, cursor }: DeliveryLogProps) {
  const { container, language, text } = adminRequest;
  const { page } = notificationsText(language);
  const found = await listChannelDeliveries(container.database.pool, {
    channelId,
    ...(cursor === undefined ? {} : { before: cursor }),
    limit: LIMIT + 1,
  });
  const rows = found.slice(0, LIMIT);
  const base = `/admin/settings/notifications/${channelId}`;
  const columns: readonly Column[] = [
    { key: "what", label: page.logColumns.what, card: "title" },
    { key: "state", label: page.logColumns.state, card: "figure" },
    { key: "answer", label: page.logColumns.answer, card: "body" },
    { key: "when", label: page.logColumns.when, card: "foot" },
  ];
  return (
    <>
      <Card className="overflow-hidden">
        {rows.length === 0 ? (
          <EmptyState title={page.logEmpty} hint={page.test} />
        ) : (
          <DataTable caption={page.log} columns={columns} rows={rows.map((row) => deliveryRow(row, adminRequest))} />
        )}
      </Card>
      <Pager
        words={text}
        first={cursor === undefined ? null : base}
        next={found.length > LIMIT ? `${base}?cursor=${rows.at(-1)?.id}` : null}
      />
    </>
  );
}

const TONES: Readonly<Record<string, "brand" | "warn" | "plain">> = { sent: "brand", given_up: "warn" };

function deliveryRow(row: ListedDelivery, { language, text }: AdminRequest): Row {
  const { page } = notificationsText(language);
  const what = notificationTitle(row, { language, text });
  const states: Readonly<Record<string, string>> = page.deliveries;
  const tries = row.tries > 1 ? fill(page.tries, { count: row.tries }) : null;
  return {
    key: row.id,
    ...(row.orderId === null ? {} : { href: `/admin/orders/${row.orderId}` }),
    cells: [
      [what, row.amount === null ? null : amountText(row.amount), row.outTradeNo].filter(Boolean).join(" · "),
      <Badge key="state" tone={TONES[row.status] ?? "plain"}>
        {states[row.status] ?? row.status}
      </Badge>,
      [row.lastAnswer, tries].filter(Boolean).join(" · ") || text.none,
      shortTime(row.createdAt, language),
    ],
  };
}
