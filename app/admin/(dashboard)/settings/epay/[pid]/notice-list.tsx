import Link from "next/link";
import { ActionForm } from "#components/admin/action-form.tsx";
import { CardList } from "#components/admin/card-list.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { shortTime } from "#components/admin/moments.ts";
import { Tabs } from "#components/admin/tabs.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { fen, formatYuan } from "#lib/base/fen.ts";
import { type ListedEpayAccount, type ListedEpayNotice, listEpayNotices } from "#lib/storage/epay/epay-accounts.ts";
import { epayAccountsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../../admin-request.ts";
import { sendNoticeAgain } from "../actions.ts";

const LIMIT = 25;
const TABS = ["all", "due", "told", "given_up"] as const;

interface NoticeListProps {
  readonly account: ListedEpayAccount;
  readonly adminRequest: AdminRequest;
  readonly search: Readonly<Record<string, string>>;
}

/** What the software was told of its paid orders, newest order first. */
export async function NoticeList({ account: { pid }, adminRequest, search }: NoticeListProps) {
  const { container, language } = adminRequest;
  const words = epayAccountsText(language);
  const tab = TABS.find((each) => each === search.status) ?? "all";
  const state = tab === "all" ? null : tab;
  const notices = await listEpayNotices(container.database.pool, pid, { state, limit: LIMIT });
  const base = `/admin/settings/epay/${pid}`;
  return (
    <>
      <Tabs
        label={words.notices}
        tabs={TABS.map((each) => ({
          href: each === "all" ? base : `${base}?status=${each}`,
          label: words.tabs[each],
          here: each === tab,
        }))}
      />
      <CardList
        items={notices.map((notice) => ({ ...notice, id: notice.orderId }))}
        empty={<EmptyState title={words.noticesEmpty} hint="" />}
      >
        {(notice) => <NoticeCard notice={notice} adminRequest={adminRequest} />}
      </CardList>
      {notices.length === LIMIT ? (
        <p className="mt-3 text-sm text-soft">{fill(words.noticesNewest, { count: LIMIT })}</p>
      ) : null}
    </>
  );
}

const TONES = { due: "plain", told: "brand", given_up: "warn" } as const;

interface NoticeCardProps {
  readonly notice: ListedEpayNotice;
  readonly adminRequest: AdminRequest;
}

function NoticeCard({ notice, adminRequest: { language, text, may } }: NoticeCardProps) {
  const words = epayAccountsText(language);
  const { orderId, outTradeNo, amount, state, tries, lastAnswer, nextTryAt, createdAt } = notice;
  const facts = [
    formatYuan(fen(amount)),
    shortTime(createdAt, language),
    fill(words.tries, { count: tries }),
    lastAnswer,
    nextTryAt === null ? null : fill(words.nextTry, { time: shortTime(nextTryAt, language) }),
  ];
  return (
    <Card className="px-4 py-4 sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Link
          href={`/admin/orders/${orderId}`}
          prefetch={false}
          className="min-w-0 font-semibold break-all text-brand-ink underline-offset-4 hover:underline"
        >
          {outTradeNo}
        </Link>
        <Badge tone={TONES[state]}>{words.tabs[state]}</Badge>
      </div>
      <p className="mt-1 text-sm break-words text-soft">{facts.filter((fact) => fact !== null).join(" · ")}</p>
      {state === "due" || !may("epay.write") ? null : (
        <div className="mt-3">
          <ActionForm
            action={sendNoticeAgain}
            submit={words.again}
            label={fill(words.againOf, { order: outTradeNo })}
            working={text.working}
            tone="plain"
            hidden={{ orderId }}
          />
        </div>
      )}
    </Card>
  );
}
