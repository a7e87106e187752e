import { Badge } from "#components/ui/badge.tsx";
import type { ListedEpayAccount } from "#lib/storage/epay/epay-accounts.ts";
import { epayAccountsText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";

interface AccountBadgeProps {
  readonly account: Pick<ListedEpayAccount, "disabledAt">;
  readonly language: Language;
}

export function AccountBadge({ account, language }: AccountBadgeProps) {
  const { states } = epayAccountsText(language);
  return account.disabledAt === null ? <Badge tone="brand">{states.active}</Badge> : <Badge>{states.ended}</Badge>;
}
