import { createHmac, randomBytes } from "node:crypto";
import { createApiKeys } from "./auth/api-keys.ts";
import { createAuthenticate } from "./auth/authenticate.ts";
import { createRateLimits } from "./auth/rate-limits.ts";
import { formatId, ID_RANDOM_BYTES, readableCode } from "./base/ids.ts";
import { done, refused } from "./base/outcome.ts";
import type { Clock } from "./base/time.ts";
import { type Accounts, createAccounts, v3Only } from "./config/accounts.ts";
import { type Environment, readEnvironment } from "./config/environment.ts";
import { checkMasterKey } from "./config/master-key.ts";
import { createPaymentConfig, type PaymentConfig } from "./config/payment-config.ts";
import { createSealedBox, type SealedBox } from "./config/sealed-box.ts";
import { authorizeUrl, createGateways, openidFromCode, type WechatGateways } from "./gateways/index.ts";
import type { EdgeSettings, OpenContainer, OpenidSource } from "./http/container.ts";
import { createHub } from "./live/hub.ts";
import { createReadiness } from "./ops/health.ts";
import { createLog } from "./ops/log.ts";
import { measureGateways } from "./ops/measure-gateways.ts";
import { createMetrics, type Metrics } from "./ops/metrics.ts";
import { type Deps, type Gateways, type Ids, type Log, PaymentProcessor } from "./payment/index.ts";
import { type Database, openDatabase } from "./storage/client.ts";
import { gatewayKeyStore } from "./storage/gateway-keys.ts";
import { paymentStore } from "./storage/payment-store.ts";
import { webhookDeliveries } from "./storage/webhook-deliveries.ts";
import { createDeliverer, type Deliverer } from "./webhooks/deliver.ts";
import { createWebhookEndpoints } from "./webhooks/endpoints.ts";

export interface ComposeOptions {
  readonly process: "web" | "worker" | "cli";
  /** Aborted when the process is asked to end. */
  readonly stopping: AbortSignal;
  readonly environment?: Environment;
}

/** Everything a process of ours works with. */
export interface Composed extends OpenContainer {
  readonly environment: Environment;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly accounts: Accounts;
  readonly gateways: WechatGateways;
  readonly deliverer: Deliverer;
  readonly paymentConfig: PaymentConfig;
}

/**
 * Configuration → adapters → PaymentProcessor; the only place where everything meets.
 * @throws ConfigurationProblem with every problem of the environment, or when MASTER_KEY is not this database's
 */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const environment = options.environment ?? readEnvironment();
  const log = createLog({ process: options.process, level: environment.logLevel });
  const database = openDatabase({
    url: environment.databaseUrl,
    onIdleError: (cause) => log.warn("database.lost", { cause }),
  });
  try {
    return await composeOn(database, { ...options, environment, log });
  } catch (cause) {
    await database.close();
    throw cause;
  }
}

interface Ground extends Required<ComposeOptions> {
  readonly log: Log;
}

async function composeOn(database: Database, { environment, log, stopping }: Ground): Promise<Composed> {
  const { pool } = database;
  const box = createSealedBox(environment.masterKey);
  await checkMasterKey(pool, box);
  const accounts = createAccounts({ pool, box, log });
  const mode = { sandbox: true };
  const paymentConfig = await followConfig({ pool, box, log, environment, accounts, mode });
  const gateways = createGateways({ accounts: v3Only(accounts), keyStore: gatewayKeyStore(pool), clock, log });
  const hub = createHub({ databaseUrl: environment.databaseUrl, log });
  const metrics = createMetrics({ hub, pool });
  const keys = createApiKeys({ pool, box, lookupKey: box.deriveKey("api-key-lookup"), clock });
  const policy = {
    allowPrivate: environment.allowPrivateWebhooks,
    get allowLoopback() {
      return mode.sandbox;
    },
  };
  const watching = paymentConfig.watch();
  return {
    environment,
    database,
    log,
    clock,
    ids,
    box,
    hub,
    metrics,
    keys,
    accounts,
    gateways,
    paymentConfig,
    stopping,
    payments: new PaymentProcessor(
      paymentDeps({ environment, box, gateways: measureGateways(gateways, { metrics, clock }), log }, database),
    ),
    settings: edgeSettings(environment, mode),
    authenticate: createAuthenticate({ pool, keys, clock }),
    limits: createRateLimits(),
    stateKey: box.deriveKey("oauth-state"),
    edgeWord: randomBytes(16).toString("hex"),
    webhookEndpoints: createWebhookEndpoints({ pool, box, clock, policy }),
    deliverer: createDeliverer({
      deliveries: webhookDeliveries(pool),
      box,
      clock,
      policy,
      log,
      onTry: metrics.observeDelivery,
    }),
    readiness: createReadiness({ pool }),
    openids: openidSource(accounts),
    async close() {
      await Promise.allSettled([watching.stop(), hub.close()]);
      await database.close();
    },
  };
}

const clock: Clock = { now: () => new Date() };

const ids: Ids = {
  make: (kind) => formatId(kind, Date.now(), randomBytes(ID_RANDOM_BYTES)),
  // 80 random bits: no other order has it, and nobody counts our orders by it.
  orderNumber: () => `LF${readableCode(randomBytes(ID_RANDOM_BYTES))}`,
};

interface Following {
  readonly pool: Database["pool"];
  readonly box: SealedBox;
  readonly log: Log;
  readonly environment: Environment;
  readonly accounts: Accounts;
  readonly mode: { sandbox: boolean };
}

/** Imports the configuration now; `mode` is kept true for as long as the file is watched. */
async function followConfig({ pool, box, log, environment, accounts, mode }: Following): Promise<PaymentConfig> {
  const { paymentConfig, sandboxConfig } = environment;
  const onChange = () => {
    void accounts.refresh().then(async () => {
      mode.sandbox = (await accounts.active())?.sandbox ?? true;
    });
  };
  const config = createPaymentConfig({ pool, box, log, paymentConfig, sandboxConfig, onChange });
  const { mode: found } = await config.refresh();
  mode.sandbox = found !== "real";
  return config;
}

interface PaymentParts {
  readonly environment: Environment;
  readonly box: SealedBox;
  readonly gateways: Gateways;
  readonly log: Log;
}

function paymentDeps({ environment, box, gateways, log }: PaymentParts, { pool }: Database): Deps {
  const pepper = box.deriveKey("payer-ref");
  return {
    store: paymentStore(pool),
    gateways,
    clock,
    ids,
    log,
    hashPayer: (payer) => createHmac("sha256", pepper).update(payer).digest("base64url"),
    payUrl: (orderId) => `${environment.publicUrl}/pay/${orderId}`,
  };
}

function edgeSettings(environment: Environment, mode: { readonly sandbox: boolean }): EdgeSettings {
  const { publicUrl, metricsToken, trustedProxies, allowPrivateWebhooks, sandboxPort } = environment;
  return {
    publicUrl,
    metricsToken,
    trustedProxies,
    allowPrivateWebhooks,
    get sandbox() {
      return mode.sandbox;
    },
    get sandboxOrigin() {
      return mode.sandbox ? `http://localhost:${sandboxPort}` : null;
    },
  };
}

/** Who the shopper is inside WeChat, by the account that is active at the moment. */
function openidSource(accounts: Accounts): OpenidSource {
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
