import type { AccountCredentials } from "#lib/base/account-credentials.ts";
import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import {
  type Gateway,
  type Gateways,
  type NoticeRejection,
  type Notification,
  protocolOf,
  type SignedBytes,
} from "#lib/payment/index.ts";
import type { AccountSource, KeyStore, KeyUse } from "./account.ts";
import type { OnMessage } from "./wechat/messages/keep-message.ts";
import type { Exchange } from "./wechat/transport.ts";
import { createV2Gateway } from "./wechat/v2/account.ts";
import { readV2Notification, type V2NoticeReader } from "./wechat/v2/read-notification.ts";
import { createV3Account } from "./wechat/v3/account.ts";
import { createKeyBooks, type KeyBook, type VerifierKeys } from "./wechat/v3/keys.ts";
import { type NoticeReader, readV3Notification } from "./wechat/v3/read-notification.ts";

export interface GatewaysOptions {
  readonly accounts: AccountSource;
  readonly keyStore: KeyStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Called for each verified message, with the key that signed it. */
  readonly onKeyUse?: (use: KeyUse) => void;
  /** Called with each request about a trade or refund and what came of it; must not throw. */
  readonly onMessage?: OnMessage;
  /** How calls go out; as they are where it is left out. */
  readonly exchange?: Exchange;
}

export interface WechatGateways extends Gateways {
  /** Fetches the platform certificates of every account that uses them; for the schedule, every few hours. Never throws. */
  refreshKeys(): Promise<void>;
}

/** One account, ready to be used: new trades go out by one protocol, notices may come in by both. */
interface Adapter {
  readonly gateway: Gateway;
  readonly v3Reader: NoticeReader | null;
  readonly v2Reader: V2NoticeReader | null;
  /** Keys that have to be downloaded. */
  readonly certificates: VerifierKeys | null;
  readonly book: KeyBook;
}

/** The adapters of all accounts, each built once per version of its credentials. */
export function createGateways(options: GatewaysOptions): WechatGateways {
  const { accounts, clock } = options;
  const bookOf = createKeyBooks();
  const adapterOf = createAdapterCache(options, bookOf);
  const adapters = async (): Promise<Adapter[]> => {
    const [active, all] = await Promise.all([accounts.active(), accounts.all()]);
    if (active !== null) bookOf(active).byClock = active.protocol === "v3" && active.publicKeyId === undefined;
    const activeFirst = all.toSorted((one, other) => Number(other.id === active?.id) - Number(one.id === active?.id));
    return activeFirst.flatMap((credentials) => adapterOf(credentials) ?? []);
  };
  /**
   * Who speaks for an account's trades. One that was replaced by newer credentials of the same merchant, app and protocol has keys
   * that WeChat may not take any more, so the newer ones do; but not where they can do less.
   */
  const speakerOf = (own: AccountCredentials | null, active: AccountCredentials | null): AccountCredentials | null =>
    own !== null && active !== null && succeeds(active, own) && adapterOf(active) !== null ? active : own;
  const usable = (credentials: AccountCredentials | null): Gateway => {
    const adapter = credentials === null ? null : adapterOf(credentials);
    if (adapter === null) throw new AppError("gateway_unavailable", "the keys of this payment account cannot be used");
    return adapter.gateway;
  };
  const believed = async (): Promise<Adapter[]> => {
    const [built, trusted] = await Promise.all([adapters(), accounts.believed()]);
    const ids = new Set(trusted.map(({ id }) => id));
    return built.filter(({ gateway }) => ids.has(gateway.accountId));
  };
  return {
    async active() {
      await adapters(); // A call verifies its answer with the keys of every account of the merchant.
      const credentials = await accounts.active();
      return credentials === null ? null : usable(credentials);
    },
    async of(accountId) {
      await adapters();
      const [own, active] = await Promise.all([accounts.byId(accountId), accounts.active()]);
      return usable(speakerOf(own, active));
    },
    readNotification: async (notice) => readNotice(notice, await believed(), clock),
    async refreshKeys() {
      const held = await adapters();
      const wanted = held.filter(({ book }) => book.byClock !== false);
      await Promise.all(wanted.map(({ certificates }) => certificates?.refresh()));
    },
  };
}

function succeeds(active: AccountCredentials, own: AccountCredentials): boolean {
  if (active.protocol !== own.protocol || active.apiBase !== own.apiBase) return false;
  if (active.merchantNumber !== own.merchantNumber || active.appId !== own.appId) return false;
  // Refunds by v2 need the merchant's certificate.
  return active.protocol === "v3" || active.v2.certificatePem !== null || own.v2?.certificatePem == null;
}

async function readNotice(
  notice: SignedBytes,
  adapters: readonly Adapter[],
  clock: Clock,
): Promise<Notification | NoticeRejection> {
  if (protocolOf(notice) === "v2") {
    return readV2Notification(
      notice.body,
      adapters.flatMap(({ v2Reader }) => v2Reader ?? []),
    );
  }
  return readV3Notification(
    notice,
    adapters.flatMap(({ v3Reader }) => v3Reader ?? []),
    clock.now(),
  );
}

/** A bad key makes one account unusable and is said once; the others go on. */
function createAdapterCache(options: GatewaysOptions, bookOf: ReturnType<typeof createKeyBooks>) {
  const built = new Map<string, { version: string; adapter: Adapter | null }>();
  return (credentials: AccountCredentials): Adapter | null => {
    const kept = built.get(credentials.id);
    if (kept?.version === credentials.version) return kept.adapter;
    let adapter: Adapter | null = null;
    try {
      adapter = adapterFrom(credentials, { ...options, book: bookOf(credentials) });
    } catch (cause) {
      options.log.error("gateway.account.unusable", { accountId: credentials.id, cause });
    }
    built.set(credentials.id, { version: credentials.version, adapter });
    return adapter;
  };
}

function adapterFrom(credentials: AccountCredentials, options: GatewaysOptions & { readonly book: KeyBook }): Adapter {
  const { keyStore, clock, log, book, onKeyUse, onMessage, exchange } = options;
  const out = exchange === undefined ? {} : { exchange };
  const { id: accountId, appId, merchantNumber, v2 } = credentials;
  const v2Reader = v2 ? { accountId, appId, merchantNumber, apiKey: v2.apiKey, signType: v2.signType } : null;
  if (credentials.protocol === "v2") {
    return {
      gateway: createV2Gateway(credentials, { clock, log, onMessage, ...out }),
      v3Reader: null,
      v2Reader,
      certificates: null,
      book,
    };
  }
  const { gateway, reader, keys, usesCertificates } = createV3Account(credentials, {
    ...{ keyStore, clock, log, book, onKeyUse, onMessage },
    ...out,
  });
  return { gateway, v3Reader: reader, v2Reader, certificates: usesCertificates ? keys : null, book };
}
