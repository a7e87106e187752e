import type { ChannelKind } from "./channel-kind.ts";
import { dingtalk } from "./dingtalk.ts";
import { email } from "./email.ts";
import { feishu } from "./feishu.ts";
import { officialAccount } from "./official-account.ts";
import { webPush } from "./web-push.ts";
import { webhook } from "./webhook.ts";
import { wecom } from "./wecom.ts";

export const CHANNEL_KINDS = [
  "wecom",
  "dingtalk",
  "feishu",
  "email",
  "webhook",
  "web_push",
  "official_account",
] as const;
export type ChannelKindName = (typeof CHANNEL_KINDS)[number];

/** A kind whose settings are what its own schema made of them. */
export type AnyChannelKind = ChannelKind<unknown>;

// Each kind takes only what its own schema parsed, so the settings' type may be forgotten here.
const KINDS: Readonly<Record<ChannelKindName, AnyChannelKind>> = {
  wecom: general(wecom),
  dingtalk: general(dingtalk),
  feishu: general(feishu),
  email: general(email),
  webhook: general(webhook),
  web_push: general(webPush),
  official_account: general(officialAccount),
};

function general<Settings>(kind: ChannelKind<Settings>): AnyChannelKind {
  const own = (settings: unknown): Settings => kind.schema.parse(settings);
  return {
    schema: kind.schema,
    perMinute: kind.perMinute,
    target: (settings) => kind.target(own(settings)),
    urls: (settings) => kind.urls(own(settings)),
    send: (settings, message, context) => kind.send(own(settings), message, context),
  };
}

export const isChannelKind = (name: string): name is ChannelKindName => Object.hasOwn(KINDS, name);
export const channelKind = (name: ChannelKindName): AnyChannelKind => KINDS[name];
