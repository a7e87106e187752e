import { createHmac, randomBytes, randomInt } from "node:crypto";
import { hostname } from "node:os";
import { pid } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#lib/base/log.ts";
import { openidSource } from "#lib/http/handlers/oauth.ts";
import { type ApiKeys, createApiKeys } from "./auth/api-keys.ts";
import { createAuthenticate } from "./auth/authenticate.ts";
import { createNoteUse } from "./auth/key-uses.ts";
import { createRateLimits } from "./auth/rate-limits.ts";
import { formatId, ID_RANDOM_BYTES, readableCode } from "./base/ids.ts";
import { Secret } from "./base/secret.ts";
import { SECOND_MS } from "./base/time.ts";
import { type Collection, type CollectionDeps, createCollection } from "./collection/index.ts";
import { createDoctor, createDraftCheck, createInstallationCheck } from "./compose-doctor.ts";
import { type EpayParts, epayParts } from "./compose-epay.ts";
import { backups } from "./compose-upkeep.ts";
import type { Accounts } from "./config/accounts.ts";
import { type CredentialDraftDeps, createCredentialDrafts } from "./config/credential-draft.ts";
import { type Environment, poolAddressOf, readEnvironment, replicaAddressOf } from "./config/environment.ts";
import { type Configuration, followConfiguration } from "./config/follow-configuration.ts";
import { createSealedBox, type SealedBox } from "./config/sealed-box.ts";
import type { PaymentConfig } from "./config/watch-payment-config.ts";
import {
  bytesOfMessage,
  createGateways,
  createGuardedExchange,
  prepareMessage,
  type WechatGateways,
} from "./gateways/index.ts";
import type { Container, EdgeSettings, OpenContainer } from "./http/container.ts";
import { planBrand } from "./intelligence/index.ts";
import { createHub, type Hub } from "./live/hub.ts";
import {
  createNotificationChannels,
  createNotifier,
  createPushKeys,
  createReceiptMails,
  type NotificationChannels,
  type PeopleNotifier,
  type PushKeys,
  type ReceiptMailDeps,
  type ReceiptMails,
} from "./notifications/index.ts";
import type { DoctorReport } from "./ops/doctor/index.ts";
import { endedListKeeper } from "./ops/ended-access.ts";
import { createReadiness } from "./ops/health.ts";
import { createKeyUses } from "./ops/key-uses.ts";
import { createLog } from "./ops/log.ts";
import { measureGateways } from "./ops/measure-gateways.ts";
import { measurePayments } from "./ops/measure-payments.ts";
import { createMessageLog } from "./ops/message-log.ts";
import { createMetrics, type Metrics } from "./ops/metrics.ts";
import { systemClock as clock } from "./ops/system-clock.ts";
import { startTracing, traced } from "./ops/tracing.ts";
import type { UpkeepDeps, UpkeepServers } from "./ops/upkeep-deps.ts";
import { createWriteWatch } from "./ops/write-watch.ts";
import type { TargetPolicy } from "./outbound/target.ts";
import { type Deps, type Gateways, type Ids, PaymentProcessor } from "./payment/index.ts";
import {
  createPrinters,
  createPrinting,
  type Printers,
  type PrintingDeps,
  type ReceiptPrinting,
} from "./printing/index.ts";
import { createReconciliation, createResolutions, type Reconciliation, type Resolutions } from "./reconcile/index.ts";
import { type Database, openDatabase } from "./storage/client.ts";
import { collectionStore } from "./storage/collection/collection-codes.ts";
import { CONFIGURATION_TOPIC } from "./storage/configuration/gateway-accounts.ts";
import { gatewayKeyStore } from "./storage/configuration/gateway-keys.ts";
import { SHOP_LOOK_TOPIC } from "./storage/configuration/shop-looks.ts";
import { refuseNewerDatabase } from "./storage/migrate.ts";
import { readOrderVersions } from "./storage/orders/read-orders.ts";
import { paymentStore } from "./storage/paying/payment-store.ts";
import { printOutbox } from "./storage/printing/print-outbox.ts";
import { reconciliationStore } from "./storage/reconciliation/reconciliation-store.ts";
import { resolutionStore } from "./storage/reconciliation/resolution-store.ts";
import { openReplica, type ReplicaState } from "./storage/replica.ts";
import { shiftStore } from "./storage/tills/shifts.ts";
import { webhookDeliveries } from "./storage/webhooks/webhook-deliveries.ts";
import { createShifts } from "./tills/index.ts";
import { createDeliverer, type Deliverer } from "./webhooks/deliver.ts";
import { createWebhookLog } from "./webhooks/deliveries.ts";
import { createWebhookEndpoints } from "./webhooks/endpoints.ts";

export interface ComposeOptions {
  readonly process: "web" | "worker" | "cli";
  /** Aborted when the process is asked to end. */
  readonly stopping: AbortSignal;
  readonly environment?: Environment;
}

/** Everything a process of the product works with. */
export interface Composed extends OpenContainer, EpayParts {
  readonly environment: Environment;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly accounts: Accounts;
  readonly gateways: WechatGateways;
  readonly deliverer: Deliverer;
  readonly paymentConfig: PaymentConfig;
  readonly reconciliation: Reconciliation;
  readonly resolutions: Resolutions;
  readonly notifier: PeopleNotifier;
  readonly notificationChannels: NotificationChannels;
  readonly pushKeys: PushKeys;
  readonly receiptMails: ReceiptMails;
  readonly printing: ReceiptPrinting;
  readonly printers: Printers;
  /** Our own machine and processes, as the doctor sees them. */
  readonly checkInstallation: () => Promise<DoctorReport>;
  /** What backups and restore drills take, but for the server that a drill restores into. */
  readonly upkeep: Omit<UpkeepDeps, keyof UpkeepServers>;
  /** Writes what was revoked into a file next to the database. */
  readonly keepEnded: () => Promise<void>;
}

/**
 * Configuration → adapters → PaymentProcessor; the only place where all parts are joined.
 * @throws ConfigurationProblem with every problem of the environment, or when MASTER_KEY is not this database's; NewerDatabase
 */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const environment = options.environment ?? readEnvironment();
  const log = createLog({ process: options.process, level: environment.logLevel });
  const database = openDatabase({
    ...poolAddressOf(environment),
    onIdleError: sparing((cause) => log.warn("database.lost", { cause })),
  });
  try {
    const composed = await composeOn(database, { ...options, environment, log });
    const processId = `${hostname()}:${pid}`;
    const stop = await startTracing({ endpoint: environment.otlpEndpoint, process: options.process, processId });
    return { ...composed, close: () => Promise.all([stop(), composed.close()]).then(() => {}) };
  } catch (cause) {
    await database.close();
    throw cause;
  }
}

interface ComposeContext extends Required<ComposeOptions> {
  readonly log: Log;
}

async function composeOn(
  database: Database,
  { environment, log, stopping, process }: ComposeContext,
): Promise<Composed> {
  const { pool } = database;
  // The operator's commands say what they need themselves.
  if (process !== "cli") await refuseNewerDatabase(pool, { allowNewer: environment.allowNewerDatabase });
  const config = await followConfiguration({ pool, environment, log, process });
  const { box, accounts, mode } = config;
  const replica = followReplica(database, environment, log);
  const surroundings = { environment, database, accounts, clock, ...replica };
  const hub = createHub({
    databaseUrl: environment.databaseListenUrl,
    readVersions: (orderIds) => readOrderVersions(pool, orderIds),
    log,
  });
  followSettings(hub, config, log);
  const metrics = createMetrics({ process: `${process}:${hostname()}:${pid}`, hub, pool });
  const writes = createWriteWatch({ pool, clock, log });
  const keyUses = createKeyUses({ pool, onUse: metrics.observeSignature });
  const messages = createMessageLog({ pool, log, prepare: prepareMessage, bytesOf: bytesOfMessage });
  const exchange = createGuardedExchange(log);
  const seen = { onKeyUse: keyUses.note, onMessage: messages.note };
  const gateways = createGateways({ accounts, keyStore: gatewayKeyStore(pool), clock, log, exchange, ...seen });
  const measured = measureGateways(gateways, { metrics, clock });
  const { extraMoney } = config;
  const parts = { environment, box, gateways: measured, metrics, log, extraMoney, stopping };
  const payments = new PaymentProcessor(paymentDeps(parts, database));
  const keepEnded = endedListKeeper({ pool, log, dataDir: environment.dataDir });
  const keys = apiKeys(pool, box, keepEnded);
  const policy = webhookPolicy(environment, mode);
  const settings = edgeSettings(environment, mode);
  return {
    environment,
    database,
    log,
    ...{ clock, ids },
    box,
    // A new MASTER_KEY does not change derived keys, so shoppers keep their cookies.
    cookieBox: createSealedBox(new Secret<Uint8Array>(box.deriveKey("cookie"))),
    hub,
    metrics,
    keys,
    keepEnded,
    accounts,
    gateways,
    messages,
    paymentConfig: config.paymentConfig,
    configuration: config.manager,
    credentials: draftedCredentials(pool, { environment, box, accounts, onChange: config.refresh }),
    doctor: createDoctor(surroundings),
    checkInstallation: createInstallationCheck(surroundings),
    ...backups({ pool, environment, clock, log, payments: paymentDeps(parts, database) }),
    merchantName: async () => (await config.merchant()).name,
    merchant: config.merchant,
    stopping,
    payments,
    ...epayParts(pool, { payments, box, clock, log, policy, keepEnded, publicUrl: environment.publicUrl }),
    collection: collecting(pool, { payments, log, publicUrl: environment.publicUrl }),
    shifts: createShifts({ store: shiftStore(pool), payments, clock, log }),
    ...receiptPrinting(pool, { environment, box, policy, log, shopName: async () => (await config.merchant()).name }),
    settings,
    authenticate: createAuthenticate({ pool, keys, clock, settings, noteUse: createNoteUse({ pool, clock }) }),
    limits: createRateLimits(),
    stateKey: box.deriveKey("oauth-state"),
    deviceKey: box.deriveKey("admin-device"),
    shopperKey: box.deriveKey("shopper"),
    edgeToken: randomBytes(16).toString("hex"),
    webhookEndpoints: createWebhookEndpoints({ pool, box, clock, policy }),
    webhookLog: createWebhookLog({ pool, clock }),
    deliverer: createDeliverer({
      deliveries: webhookDeliveries(pool),
      box,
      clock,
      policy,
      log,
      ...{ trace: traced, onTry: metrics.observeDelivery },
    }),
    ...notifying(pool, { environment, box, policy, log, shopName: shownName(config.merchant) }),
    ...reconciling(pool, { gateways, payments, log }),
    readiness: createReadiness({ pool }),
    openids: openidSource(accounts, exchange),
    ...replica,
    async close() {
      writes.stop();
      await Promise.allSettled([config.stop(), hub.close(), keyUses.stop(), messages.stop(), replica.replica?.close()]);
      await database.close();
    },
  };
}

function apiKeys(pool: Database["pool"], box: SealedBox, keepEnded: () => Promise<void>): ApiKeys {
  const made = createApiKeys({ pool, box, lookupKey: box.deriveKey("api-key-lookup"), clock });
  return {
    ...made,
    revoke: (id, actor) => made.revoke(id, actor).finally(keepEnded),
    rotate: (id, overlapS, actor) => made.rotate(id, overlapS, actor).finally(keepEnded),
  };
}

function followReplica({ pool: primary }: Database, environment: Environment, log: Log): Pick<Container, "replica"> {
  const address = replicaAddressOf(environment);
  if (address === null) return {};
  const onChange = (state: ReplicaState) => log.info("database.replica", { ...state });
  return { replica: openReplica({ address, primary, clock, onChange }) };
}

/** What any process changes holds in this one at once. */
function followSettings(hub: Hub, config: Configuration, log: Log): void {
  hub.watch(SHOP_LOOK_TOPIC, config.forgetMerchant);
  hub.watch(CONFIGURATION_TOPIC, () => {
    config.refresh().catch((cause: unknown) => log.warn("config.postponed", { cause }));
  });
}

type DraftParts = Pick<CredentialDraftDeps, "box" | "accounts" | "onChange"> & { readonly environment: Environment };

/** Credentials that are put together in the dashboard, and their check at WeChat. */
function draftedCredentials(pool: Database["pool"], { environment: { publicUrl }, ...parts }: DraftParts) {
  const notifyUrl = publicUrl.startsWith("https:") ? `${publicUrl}/payment/notify` : null;
  const drafts = createCredentialDrafts({ ...parts, pool, clock, notifyUrl });
  const check = createDraftCheck(clock);
  return { ...drafts, check: async () => check(await drafts.underCheck()) };
}

interface Notifying {
  readonly environment: Environment;
  readonly box: SealedBox;
  readonly policy: TargetPolicy;
  readonly log: Log;
}

/** Messages to people; they go where webhooks may go. */
function notifying(
  pool: Database["pool"],
  { environment, box, policy, log, shopName }: Notifying & Pick<ReceiptMailDeps, "shopName">,
) {
  const pushKeys = createPushKeys({ pool, box });
  const { publicUrl } = environment;
  return {
    pushKeys,
    notifier: createNotifier({ pool, box, pushKeys, clock, policy, publicUrl, log }),
    notificationChannels: createNotificationChannels({ pool, box, clock, policy }),
    receiptMails: createReceiptMails({
      ...{ pool, box, clock, policy, publicUrl, log, shopName },
      addressKey: box.deriveKey("receipt-mail"),
    }),
  };
}

/** The shop's name as its pay page writes it. */
const shownName =
  (merchant: Configuration["merchant"]): ReceiptMailDeps["shopName"] =>
  async (language) => {
    const { name, brand } = await merchant();
    return planBrand(brand ?? undefined, { names: [name], language }).brand.name;
  };

/** Receipts on paper. The policy says whether this machine itself may be a printer; see lib/printing/printer-address.ts for the rest. */
function receiptPrinting(
  pool: Database["pool"],
  { environment, ...parts }: Notifying & Pick<PrintingDeps, "shopName">,
) {
  const { publicUrl } = environment;
  const shift = (id: string) => shiftStore(pool).find(id);
  return {
    printing: createPrinting({ ...parts, pool, outbox: printOutbox(pool), shift, clock, publicUrl }),
    printers: createPrinters({ pool, box: parts.box, clock, policy: parts.policy }),
  };
}

const reconciling = (pool: Database["pool"], { gateways, payments, log }: Reconciling) => ({
  reconciliation: createReconciliation({ store: reconciliationStore(pool), gateways, clock, log }),
  resolutions: createResolutions({ store: resolutionStore(pool), payments, clock }),
});

interface Reconciling {
  readonly gateways: Gateways;
  readonly payments: PaymentProcessor;
  readonly log: Log;
}

/** Where webhooks may go; the mode is read each time, since real credentials may be added while the process runs. */
const webhookPolicy = (environment: Environment, mode: { readonly sandbox: boolean }) => ({
  allowPrivate: environment.allowPrivateWebhooks,
  get allowLoopback() {
    return mode.sandbox;
  },
});

type CollectionParts = Pick<CollectionDeps, "payments" | "log" | "publicUrl">;

const collecting = (pool: Database["pool"], parts: CollectionParts): Collection =>
  createCollection({ ...parts, store: collectionStore(pool), ids, clock });

const ids: Ids = {
  make: (kind) => formatId(kind, Date.now(), randomBytes(ID_RANDOM_BYTES)),
  orderNumber: () => `LF${readableCode(randomBytes(ID_RANDOM_BYTES))}`, // 80 random bits: unique, and no count of orders
  pick: (below) => randomInt(below),
};

const SPARING_MS = 5 * SECOND_MS;

/** Ten connections that break together are logged once. */
function sparing<Argument>(tell: (argument: Argument) => void): (argument: Argument) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (argument) => {
    if (performance.now() - toldAt < SPARING_MS) return;
    toldAt = performance.now();
    tell(argument);
  };
}

interface PaymentParts {
  readonly environment: Environment;
  readonly box: SealedBox;
  readonly gateways: Gateways;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly extraMoney: Configuration["extraMoney"];
  readonly stopping: AbortSignal;
}

function paymentDeps(parts: PaymentParts, { pool }: Database): Deps {
  const { environment, box, gateways, metrics, log, extraMoney, stopping } = parts;
  const pepper = box.deriveKey("payer-ref");
  const drawKey = box.deriveKey("promotion-draw");
  return {
    store: measurePayments(paymentStore(pool), metrics),
    gateways,
    clock,
    pause: (ms) => sleep(ms, true, { signal: stopping }).catch(() => false),
    ids,
    log,
    hashPayer: (payer) => createHmac("sha256", pepper).update(payer).digest("base64url"),
    hashDraw: (text) => createHmac("sha256", drawKey).update(text).digest(),
    payUrl: (orderId) => `${environment.publicUrl}/pay/${orderId}`,
    extraMoney,
  };
}

function edgeSettings(environment: Environment, mode: { readonly sandbox: boolean }): EdgeSettings {
  const { publicUrl, metricsToken, trustedProxies, sandboxPort, ...more } = environment;
  const { allowPrivateWebhooks, embedOrigins, mcpWrites } = more;
  return {
    ...{ publicUrl, metricsToken, trustedProxies, allowPrivateWebhooks, embedOrigins, mcpWrites },
    get sandbox() {
      return mode.sandbox;
    },
    get sandboxOrigin() {
      return mode.sandbox ? `http://localhost:${sandboxPort}` : null;
    },
  };
}
