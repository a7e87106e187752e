import Link from "next/link";
import { ActionForm } from "#components/admin/action-form.tsx";
import { CardList } from "#components/admin/card-list.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Check, Field } from "#components/admin/field.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { fullTime } from "#components/admin/moments.ts";
import { Dialog } from "#components/controls/dialog.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { EPAY_ACCOUNT_NAME_CHARS_MAX } from "#lib/base/epay-limits.ts";
import { type ListedEpayAccount, listEpayAccounts } from "#lib/storage/epay/epay-accounts.ts";
import { epayAccountsText } from "#lib/texts/admin.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { AccountBadge } from "./account-badge.tsx";
import { createEpayAccount } from "./actions.ts";

export default adminPage("epay.read", async (adminRequest) => {
  const { container, language, may } = adminRequest;
  const words = epayAccountsText(language);
  const accounts = (await listEpayAccounts(container.database.pool)).toReversed();
  return (
    <>
      <Heading title={words.title}>{may("epay.write") ? <NewAccount adminRequest={adminRequest} /> : null}</Heading>
      <p className="mb-4 text-soft">{words.hint}</p>
      <CardList
        items={accounts.map((account) => ({ ...account, id: account.pid }))}
        empty={<EmptyState title={words.empty} hint={words.emptyHint} />}
      >
        {(account) => <AccountCard account={account} adminRequest={adminRequest} />}
      </CardList>
    </>
  );
});

function NewAccount({ adminRequest: { language, text } }: { adminRequest: AdminRequest }) {
  const words = epayAccountsText(language);
  return (
    <Dialog
      opener={{ label: words.add, look: `${toneLook("primary")} max-sm:w-full` }}
      title={words.add}
      hint={words.addHint}
    >
      <ActionForm action={createEpayAccount} submit={words.add} working={text.working}>
        <Field
          label={words.name}
          name="name"
          placeholder={words.nameHint}
          maxLength={EPAY_ACCOUNT_NAME_CHARS_MAX}
          required
          autoComplete="off"
        />
        <Check label={words.mayRefund} hint={words.mayRefundHint} name="mayRefund" />
      </ActionForm>
    </Dialog>
  );
}

interface AccountCardProps {
  readonly account: ListedEpayAccount;
  readonly adminRequest: AdminRequest;
}

function AccountCard({ account, adminRequest: { language } }: AccountCardProps) {
  const words = epayAccountsText(language);
  const { pid, name, orders, due, notTold, lastUsedAt } = account;
  const used = lastUsedAt === null ? words.never : fullTime(lastUsedAt, language);
  return (
    <Card className="relative px-4 py-4 hover:bg-sunken sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Link
          href={`/admin/settings/epay/${pid}`}
          prefetch={false}
          className="min-w-0 font-semibold break-words text-brand-ink underline-offset-4 after:absolute after:inset-0 hover:underline"
        >
          {name}
        </Link>
        <span className="flex flex-wrap gap-2">
          {notTold > 0 ? <Badge tone="warn">{`${words.facts.notTold} ${notTold}`}</Badge> : null}
          <AccountBadge account={account} language={language} />
        </span>
      </div>
      <p className="mt-1 text-sm text-soft">
        <code className="font-mono">{pid}</code> · {words.facts.orders} {orders}
        {due > 0 ? ` · ${words.facts.due} ${due}` : null} · {words.facts.lastUsed} {used}
      </p>
    </Card>
  );
}
