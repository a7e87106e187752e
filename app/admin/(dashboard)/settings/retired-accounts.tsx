import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { Section } from "#components/admin/heading.tsx";
import { fullTime } from "#components/admin/moments.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { RetiredAccount } from "#lib/storage/configuration/gateway-accounts.ts";
import { type ConfigurationText, configurationText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { revokeAccount } from "./actions.ts";

interface RetiredAccountsProps {
  readonly accounts: readonly RetiredAccount[];
  readonly now: Date;
  readonly adminRequest: AdminRequest;
}

/** Accounts that a newer configuration replaced: until when their notifications are accepted, and a button to end that now. */
export function RetiredAccounts({ accounts, now, adminRequest }: RetiredAccountsProps) {
  const words = configurationText(adminRequest.language);
  if (accounts.length === 0) return null;
  return (
    <Section title={words.retired}>
      <Card>
        <p className="px-4 pt-4 text-sm text-soft sm:px-5">{words.retiredHint}</p>
        <ul className="divide-y divide-line px-4 sm:px-5" data-testid="retired-accounts">
          {accounts.map((account) => (
            <li key={account.id} className="py-4">
              <Account account={account} now={now} adminRequest={adminRequest} words={words} />
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  );
}

interface AccountProps extends Omit<RetiredAccountsProps, "accounts"> {
  readonly account: RetiredAccount;
  readonly words: ConfigurationText;
}

function Account({ account, now, adminRequest, words }: AccountProps) {
  const { id, merchantNumber, appId, protocol, sandbox, retiredAt, revokedAt, openAttempts } = account;
  const about = [`API ${protocol}`, appId, fill(words.retiredAt, { time: fullTime(retiredAt, adminRequest.language) })];
  return (
    <>
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold tabular-nums">{merchantNumber}</span>
        {sandbox ? <Badge tone="warn">{words.sandbox}</Badge> : null}
      </p>
      <p className="mt-1 text-sm [overflow-wrap:anywhere] text-soft tabular-nums">{about.join(" · ")}</p>
      <p className="mt-1 text-sm tabular-nums">
        {[endOf(account, { now, adminRequest, words }), fill(words.openAttempts, { count: openAttempts })].join(" · ")}
      </p>
      {revokedAt === null && adminRequest.may("config.write") ? (
        <div className="mt-3">
          <Confirm label={words.revoke} hint={words.revokeHint} tone="danger">
            <ActionForm
              action={revokeAccount}
              tone="danger"
              submit={words.revokeConfirm}
              working={adminRequest.text.working}
              hidden={{ account: id }}
              label={fill(words.revokeLabel, { id })}
            />
          </Confirm>
        </div>
      ) : null}
    </>
  );
}

function endOf(
  { revokedAt, noticesUntil }: RetiredAccount,
  { now, adminRequest, words }: Omit<AccountProps, "account">,
): string {
  const time = (moment: Date) => fullTime(moment, adminRequest.language);
  if (revokedAt !== null) return fill(words.revoked, { time: time(revokedAt) });
  if (noticesUntil === null) return words.believedWhileOpen;
  const hasEnded = noticesUntil.getTime() <= now.getTime();
  return fill(hasEnded ? words.ended : words.believedUntil, { time: time(noticesUntil) });
}
