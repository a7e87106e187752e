import Link from "next/link";
import { ActionForm } from "#components/admin/action-form.tsx";
import { CardList } from "#components/admin/card-list.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { fullDay, fullTime } from "#components/admin/moments.ts";
import { Pager } from "#components/admin/pager.tsx";
import { Tabs } from "#components/admin/tabs.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { closesItself, type ListedAlert, listAlerts } from "#lib/storage/operations/alerts.ts";
import { doctorText, notificationsText, peopleText } from "#lib/texts/admin.ts";
import { adminPage } from "../../admin-page.tsx";
import type { AdminRequest } from "../../admin-request.ts";
import { readLive } from "../live.tsx";
import { acknowledge, reopen } from "./actions.ts";
import { ABOUT_PEOPLE, alertLink } from "./alert-link.ts";

const LIMIT = 20;

export default adminPage("orders.read", async (adminRequest, { search }) => {
  const { container, text } = adminRequest;
  const all = search.show === "all";
  const before = /^\d{1,15}$/.test(search.cursor ?? "") ? search.cursor : undefined;
  const live = before === undefined ? await readLive(adminRequest) : null;
  const rows = await listAlerts(container.database.pool, {
    onlyOpen: !all,
    ...(before === undefined ? {} : { before }),
    limit: LIMIT + 1,
  });
  const shown = rows.slice(0, LIMIT);
  const base = all ? "/admin/alerts?show=all" : "/admin/alerts";
  return (
    <>
      {live}
      <Heading title={text.alerts.title} />
      <Tabs
        label={text.alerts.title}
        tabs={[
          { href: "/admin/alerts", label: text.alerts.open, here: !all },
          { href: "/admin/alerts?show=all", label: text.alerts.all, here: all },
        ]}
      />
      <CardList items={shown} gap="gap-4" empty={<EmptyState title={text.alerts.empty} hint={text.alerts.emptyHint} />}>
        {(alert) => <AlertCard alert={alert} adminRequest={adminRequest} />}
      </CardList>
      <Pager
        words={text}
        first={before === undefined ? null : base}
        next={rows.length > LIMIT ? `${base}${all ? "&" : "?"}cursor=${shown.at(-1)?.id}` : null}
      />
    </>
  );
});

function linkText({ kind, orderId, detail }: ListedAlert, { text, language }: AdminRequest): string {
  if (orderId !== null) return text.alerts.toOrder;
  if (kind.startsWith("health_")) return doctorText(language).title;
  if (ABOUT_PEOPLE.includes(kind)) return peopleText(language).title;
  if (kind.startsWith("channel_")) return notificationsText(language).page.title;
  return typeof detail.link === "string"
    ? text.orders.title
    : `${text.reconciliation.title} ${dayOf(detail, language)}`;
}

/** What a day's alert is about. */
const dayOf = ({ day }: ListedAlert["detail"], language: AdminRequest["language"]): string | undefined =>
  typeof day === "string" ? fullDay(day, language) : undefined;

function AlertCard({ alert, adminRequest }: { alert: ListedAlert; adminRequest: AdminRequest }) {
  const { text, language } = adminRequest;
  const [title, hint] = text.alerts.kinds[alert.kind] ?? [alert.kind, ""];
  const amount = alert.detail.paidFen ?? alert.detail.amountFen;
  const subject =
    alert.outTradeNo ??
    alert.detail.number ??
    alert.detail.transactionId ??
    dayOf(alert.detail, language) ??
    alert.detail.figure ??
    alert.detail.channel ??
    alert.detail.email;
  const link = alertLink(alert);
  return (
    <Card className="px-4 py-4 sm:px-5" data-testid="alert">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <h2 className="font-semibold">
          {title}
          {typeof amount === "number" ? <span className="tabular-nums"> {amountText(amount)}</span> : null}
        </h2>
        <Badge tone={alert.acknowledgedAt === null ? "warn" : "plain"}>
          {alert.acknowledgedAt === null ? text.alerts.open : text.alerts.doneAt}
        </Badge>
      </div>
      <p className="mt-1 text-sm break-all text-soft">
        {[subject, fullTime(alert.createdAt, language)].filter(Boolean).join(" · ")}
      </p>
      <p className="mt-2">{hint}</p>
      <div className="mt-4 flex flex-wrap items-start gap-3">
        {link === null ? null : (
          <Link href={link} prefetch={false} className={toneLook("primary")}>
            {linkText(alert, adminRequest)}
          </Link>
        )}
        {alert.acknowledgedAt !== null ? null : closesItself(alert) ? (
          <p className="py-2.5 text-sm text-soft">{text.alerts.closesItself}</p>
        ) : adminRequest.may("alerts.acknowledge") ? (
          <ActionForm
            action={acknowledge}
            undo={reopen}
            submit={text.alerts.done}
            working={text.working}
            tone="plain"
            hidden={{ alertId: alert.id }}
          />
        ) : null}
      </div>
    </Card>
  );
}
