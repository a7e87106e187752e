import { notFound } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { Facts, Heading, Section } from "#components/admin/heading.tsx";
import { fullTime } from "#components/admin/moments.ts";
import { Card } from "#components/ui/card.tsx";
import { type ListedEpayAccount, listEpayAccounts } from "#lib/storage/epay/epay-accounts.ts";
import { epayAccountsText } from "#lib/texts/admin.ts";
import { adminPage } from "../../../../admin-page.tsx";
import type { AdminRequest } from "../../../../admin-request.ts";
import { AccountBadge } from "../account-badge.tsx";
import { disableEpayAccount, replaceEpayKey } from "../actions.ts";
import { NoticeList } from "./notice-list.tsx";

export default adminPage("epay.read", async (adminRequest, { params, search }) => {
  const { container, language, may } = adminRequest;
  const words = epayAccountsText(language);
  const accounts = await listEpayAccounts(container.database.pool);
  const account = accounts.find(({ pid }) => pid === params.pid);
  if (account === undefined) notFound();
  const { facts } = words;
  const momentOf = (at: Date | null) => (at === null ? words.never : fullTime(at, language));
  return (
    <>
      <Heading title={account.name}>
        <AccountBadge account={account} language={language} />
      </Heading>
      <Card>
        <Facts
          facts={[
            { label: words.pid, value: account.pid },
            { label: words.address, value: `${container.settings.publicUrl}/` },
            { label: facts.refunds, value: account.mayRefund ? words.refunds.yes : words.refunds.no },
            { label: facts.orders, value: account.orders },
            { label: facts.due, value: account.due },
            { label: facts.notTold, value: account.notTold },
            { label: facts.lastUsed, value: momentOf(account.lastUsedAt) },
            { label: facts.created, value: momentOf(account.createdAt) },
            account.keyChangedAt === null ? null : { label: facts.keyChanged, value: momentOf(account.keyChangedAt) },
            account.disabledAt === null ? null : { label: facts.ended, value: momentOf(account.disabledAt) },
          ]}
        />
      </Card>
      {may("epay.write") ? <AccountControls account={account} adminRequest={adminRequest} /> : null}
      <Section title={words.notices}>
        <p className="mb-3 text-sm text-soft">{words.noticesHint}</p>
        <NoticeList account={account} adminRequest={adminRequest} search={search} />
      </Section>
    </>
  );
});

interface AccountControlsProps {
  readonly account: ListedEpayAccount;
  readonly adminRequest: AdminRequest;
}

function AccountControls({ account: { pid, disabledAt }, adminRequest: { language, text } }: AccountControlsProps) {
  const words = epayAccountsText(language);
  const ended = disabledAt !== null;
  return (
    <div className="mt-4 flex flex-wrap gap-3">
      {/* One form for both, so that the key which it shows stays when the account is in use again. */}
      <Confirm label={ended ? words.enable : words.rotate} hint={ended ? words.enableHint : words.rotateHint}>
        <ActionForm
          action={replaceEpayKey}
          submit={ended ? words.enableConfirm : words.rotateConfirm}
          working={text.working}
          hidden={{ pid, ...(ended ? { again: "yes" } : {}) }}
        />
      </Confirm>
      {ended ? null : (
        <Confirm label={words.disable} hint={words.disableHint} tone="danger">
          <ActionForm
            action={disableEpayAccount}
            submit={words.disableConfirm}
            working={text.working}
            tone="danger"
            hidden={{ pid }}
          />
        </Confirm>
      )}
    </div>
  );
}
