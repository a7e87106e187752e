import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/time.ts";
import type { Gateway, Gateways, Log, Notification, Protocol, Rejection, SignedBytes } from "#lib/payment/index.ts";
import type { AccountCredentials, AccountSource, KeyStore } from "./account.ts";
import { createV3Account, type V3Account } from "./wechat/v3/account.ts";
import { readV3Notification } from "./wechat/v3/read-notification.ts";

export interface GatewaysOptions {
  readonly accounts: AccountSource;
  readonly keyStore: KeyStore;
  readonly clock: Clock;
  readonly log: Log;
}

export interface WechatGateways extends Gateways {
  /** Fetches the platform certificates of every account that uses them; for the schedule, every few hours. Never throws. */
  refreshKeys(): Promise<void>;
}

/** The adapters of all accounts, each built once per version of its credentials. */
export function createGateways(options: GatewaysOptions): WechatGateways {
  const { accounts, clock } = options;
  const adapterOf = createAdapterCache(options);
  const adapters = async (): Promise<V3Account[]> => {
    const [active, all] = await Promise.all([accounts.active(), accounts.all()]);
    const activeFirst = all.toSorted((one, other) => Number(other.id === active?.id) - Number(one.id === active?.id));
    return activeFirst.flatMap((credentials) => adapterOf(credentials) ?? []);
  };
  const usable = (credentials: AccountCredentials | null): Gateway => {
    const adapter = credentials === null ? null : adapterOf(credentials);
    if (adapter === null) throw new AppError("gateway_unavailable", "the keys of this payment account cannot be used");
    return adapter.gateway;
  };
  return {
    async active() {
      const credentials = await accounts.active();
      return credentials === null ? null : usable(credentials);
    },
    of: async (accountId) => usable(await accounts.byId(accountId)),
    async readNotification(notice) {
      if (protocolOf(notice) === "v2") return V2_NOT_CONFIGURED;
      return readNotice(notice, await adapters(), clock);
    },
    async refreshKeys() {
      const held = await adapters();
      await Promise.all(held.filter((adapter) => adapter.usesCertificates).map((adapter) => adapter.keys.refresh()));
    },
  };
}

const V2_NOT_CONFIGURED: Rejection = { kind: "rejection", protocol: "v2", reason: "not_configured" };

const readNotice = (
  notice: SignedBytes,
  adapters: readonly V3Account[],
  clock: Clock,
): Promise<Notification | Rejection> =>
  readV3Notification(
    notice,
    adapters.map((adapter) => adapter.reader),
    clock.now(),
  );

/** A bad key makes one account unusable and is said once; the others go on. */
function createAdapterCache({ keyStore, clock, log }: GatewaysOptions) {
  const built = new Map<string, { version: string; adapter: V3Account | null }>();
  return (credentials: AccountCredentials): V3Account | null => {
    const kept = built.get(credentials.id);
    if (kept?.version === credentials.version) return kept.adapter;
    let adapter: V3Account | null = null;
    try {
      adapter = createV3Account(credentials, { keyStore, clock, log });
    } catch (cause) {
      log.error("gateway.account.unusable", { accountId: credentials.id, cause });
    }
    built.set(credentials.id, { version: credentials.version, adapter });
    return adapter;
  };
}

const V3_HEADERS = ["wechatpay-signature", "wechatpay-serial", "wechatpay-timestamp", "wechatpay-nonce"];
const OPENING_BRACKET = 0x3c;

/** Told by the headers that only v3 has, else by the form: v2 is XML. Decides which check is made, never whether one is. */
export function protocolOf({ headers, body }: SignedBytes): Protocol {
  if (V3_HEADERS.some((name) => headers.get(name) !== null)) return "v3";
  const first = body.find((byte) => !BLANKS.has(byte));
  return first === OPENING_BRACKET || /\bxml\b/i.test(headers.get("content-type") ?? "") ? "v2" : "v3";
}

/** White space, and the three bytes of a byte order mark. */
const BLANKS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf]);
