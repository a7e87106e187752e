import { done, refused } from "#lib/base/outcome.ts";
import type { Accounts } from "#lib/config/accounts.ts";
import { authorizeUrl, openidFromCode } from "#lib/gateways/index.ts";
import type { OpenidSource } from "./container.ts";

/** Who the shopper is inside WeChat, by the account that is active at the moment. */
export function openidSource(accounts: Accounts): OpenidSource {
  const able = async () => {
    const account = await accounts.active();
    if (account === null || account.appSecret === null) return null;
    const oauthBase = account.oauthBase ?? undefined;
    return { appId: account.appId, appSecret: account.appSecret, ...(oauthBase === undefined ? {} : { oauthBase }) };
  };
  return {
    appId: async () => (await able())?.appId ?? null,
    async authorizeUrl(ask) {
      const oauthBase = (await able())?.oauthBase;
      return authorizeUrl({ ...ask, ...(oauthBase === undefined ? {} : { oauthBase }) });
    },
    async openidOf(code) {
      const account = await able();
      if (account === null) return refused("refused", "no app_secret is configured");
      const answer = await openidFromCode(account, code);
      if (answer.kind === "done") return done(answer.value);
      return answer.kind === "refused" ? refused("refused", answer.reason) : answer;
    },
  };
}
