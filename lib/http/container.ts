import type { ApiKeys, SecretBox } from "#lib/auth/api-keys.ts";
import type { Authenticate } from "#lib/auth/authenticate.ts";
import type { EpayAccounts } from "#lib/auth/epay-accounts.ts";
import type { RateLimits } from "#lib/auth/rate-limits.ts";
import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import type { Outcome } from "#lib/base/outcome.ts";
import type { Secret } from "#lib/base/secret.ts";
import type { Collection } from "#lib/collection/index.ts";
import type { ConfigurationManager } from "#lib/config/configuration-manager.ts";
import type { CredentialDrafts } from "#lib/config/credential-draft.ts";
import type { TrustedProxies } from "#lib/config/environment.ts";
import type { EpayDeps } from "#lib/epay/epay.ts";
import type { RawMessage } from "#lib/gateways/index.ts";
import type { Hub } from "#lib/live/hub.ts";
import type { NotificationChannels, PeopleNotifier, PushKeys, ReceiptMails } from "#lib/notifications/index.ts";
import type { DoctorReport } from "#lib/ops/doctor/index.ts";
import type { Readiness } from "#lib/ops/health.ts";
import type { BackupFile } from "#lib/ops/make-backup.ts";
import type { MessageLog } from "#lib/ops/message-log.ts";
import type { Metrics } from "#lib/ops/metrics.ts";
import type { Ids, PaymentProcessor } from "#lib/payment/index.ts";
import type { Printers, ReceiptPrinting } from "#lib/printing/index.ts";
import type { Reconciliation, Resolutions } from "#lib/reconcile/index.ts";
import type { Database } from "#lib/storage/client.ts";
import type { MerchantRow } from "#lib/storage/configuration/gateway-accounts.ts";
import type { Replica } from "#lib/storage/replica.ts";
import type { Shifts } from "#lib/tills/index.ts";
import type { Deliverer } from "#lib/webhooks/deliver.ts";
import type { WebhookLog } from "#lib/webhooks/deliveries.ts";
import type { WebhookEndpoints } from "#lib/webhooks/endpoints.ts";

/** WeChat's web sign-in, which identifies the shopper inside WeChat. */
export interface OpenidSource {
  /** The appid whose openids are requested; null without credentials for it (`app_secret`). */
  appId(): Promise<string | null>;
  /** Where the WeChat browser is sent. */
  authorizeUrl(ask: { appId: string; redirectUri: string; state: string }): Promise<string>;
  /** Exchanges the code that came back, which works once. */
  openidOf(code: string): Promise<Outcome<string, "refused">>;
}

/** Settings of the deployment. */
export interface EdgeSettings {
  /** Without a slash at the end. */
  readonly publicUrl: string;
  readonly sandbox: boolean;
  /** Origin of the sandbox's pages, which may frame ours. Null with real credentials. */
  readonly sandboxOrigin: string | null;
  readonly metricsToken: Secret<string> | null;
  readonly trustedProxies: TrustedProxies;
  readonly allowPrivateWebhooks: boolean;
  /** Origins of the shop's own pages, which may frame the pay page and ask for an order's status. */
  readonly embedOrigins: readonly string[];
  /** Agents may use tools that change something, by `/mcp`. */
  readonly mcpWrites: boolean;
}

/** What the handlers use; composed in compose.ts, one per process. */
export interface Container {
  readonly payments: PaymentProcessor;
  /** `createCollection` of lib/collection. */
  readonly collection: Collection;
  /** The door for software that speaks the protocol of epay. */
  readonly epay: EpayDeps;
  /** The pids of that door. */
  readonly epayAccounts: EpayAccounts;
  /** `createShifts` of lib/tills. */
  readonly shifts: Shifts;
  readonly log: Log;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly database: Pick<Database, "pool">;
  readonly settings: EdgeSettings;
  /** `createApiKeys` of lib/auth, for the command line and the demo. */
  readonly keys: ApiKeys;
  /** `createAuthenticate` of lib/auth. */
  readonly authenticate: Authenticate;
  /** `createRateLimits` of lib/auth. */
  readonly limits: RateLimits;
  /** Seals stored answers that contain a secret. */
  readonly box: SecretBox;
  /** Seals the openid cookie, under a key that a new MASTER_KEY does not change. */
  readonly cookieBox: SecretBox;
  /** 32 bytes, for the state of WeChat's sign-in alone. */
  readonly stateKey: Uint8Array;
  /** 32 bytes, for the cookies by which the dashboard recognises devices. */
  readonly deviceKey: Uint8Array;
  /** 32 bytes from MASTER_KEY: the pepper of shoppers' pseudonyms. */
  readonly shopperKey: Uint8Array;
  /** Tells when an order has changed; a hint to read it again. */
  readonly hub: Pick<Hub, "watch">;
  /** `createWebhookEndpoints` of lib/webhooks. */
  readonly webhookEndpoints: WebhookEndpoints;
  /** Keeps what WeChat sent and was answered; nothing waits for it. */
  readonly messages?: Pick<MessageLog<RawMessage>, "note">;
  /** What was sent to them, and what is sent again. */
  readonly webhookLog: WebhookLog;
  /** Sends a test event to a webhook endpoint. */
  readonly deliverer: Pick<Deliverer, "test">;
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: Pick<Metrics, "contentType" | "render" | "observeCall">;
  readonly openids: OpenidSource;
  /** The merchant's name for shoppers; the pay page shows it. */
  readonly merchantName?: () => Promise<string>;
  /** The shop as its configuration declares it: name, industry, brand. */
  readonly merchant?: () => Promise<MerchantRow>;
  /** Shows the configuration in the dashboard and accepts a new one. */
  readonly configuration?: ConfigurationManager;
  /** Credentials that are put together piece by piece, and their check by calls to WeChat. */
  readonly credentials?: CredentialDrafts & { check(): Promise<DoctorReport> };
  /** Checks everything and reports what is wrong; takes up to ten seconds. */
  readonly doctor?: () => Promise<DoctorReport>;
  /** The same of our own machine and processes alone, within a moment. */
  readonly checkInstallation?: () => Promise<DoctorReport>;
  readonly backups?: {
    /** The newest first. */
    list(): Promise<BackupFile[]>;
    /** For people. */
    readonly place: string;
    /** Whether the database is the embedded one, whose log we keep as well. */
    readonly isOwn: boolean;
  };
  /** A read replica, for pages that are only looked at; nothing else may read it (`source-rules.test.ts`). */
  readonly replica?: Replica;
  /** Compares days with WeChat's bills, and resolves differences. */
  readonly reconciliation?: Reconciliation;
  readonly resolutions?: Resolutions;
  /** Messages to people by robots, mail and push: what sends them, who gets them, and the keys of Web Push. */
  readonly notifier?: PeopleNotifier;
  readonly notificationChannels?: NotificationChannels;
  readonly pushKeys?: PushKeys;
  /** Receipts that shoppers have sent to themselves. */
  readonly receiptMails?: ReceiptMails;
  /** Receipts on paper: what prints them, and the printers. */
  readonly printing?: ReceiptPrinting;
  readonly printers?: Printers;
  /** A random token of this process that authenticates our own server's notes to Next. */
  readonly edgeToken: string;
  /** Aborted when the process is asked to end, so that live streams close and do not delay it. */
  readonly stopping: AbortSignal;
}

/** A container with what it holds open. */
export interface OpenContainer extends Container {
  close(): Promise<void>;
}

/** Our own server and Next's bundle are two copies of this code in one process; they share the container by this symbol. */
export const CONTAINER_SYMBOL = Symbol.for("lingfu.container");
