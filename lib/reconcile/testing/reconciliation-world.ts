import { createHash, randomBytes, randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { AccountCredentials } from "#lib/base/account-credentials.ts";
import { formatId, ID_RANDOM_BYTES, readableCode } from "#lib/base/ids.ts";
import type { Log } from "#lib/base/log.ts";
import { Secret } from "#lib/base/secret.ts";
import { createGateways } from "#lib/gateways/select-gateway.ts";
import { noonClock, startSandboxWorld } from "#lib/gateways/testing/sandbox-world.ts";
import { memoryKeyStore } from "#lib/gateways/wechat/testing/platform.ts";
import { type Deps, PaymentProcessor } from "#lib/payment/index.ts";
import type { Database } from "#lib/storage/client.ts";
import { paymentStore } from "#lib/storage/paying/payment-store.ts";
import { reconciliationStore } from "#lib/storage/reconciliation/reconciliation-store.ts";
import { resolutionStore } from "#lib/storage/reconciliation/resolution-store.ts";
import { testDatabase } from "#lib/testing/template-database.ts";
import { createResolutions } from "../resolve.ts";
import { createReconciliation } from "../run-reconciliation.ts";

type World = Awaited<ReturnType<typeof startSandboxWorld>>;
const silent: Log = { info() {}, warn() {}, error() {} };

/**
 * A shop on a database of its own that sells by way of the sandbox, and reconciles with the sandbox's bills. Shop and sandbox
 * live by one clock: a refund made just after midnight could stand in the bill of the day before.
 */
export async function reconciliationWorld(protocol: "v3" | "v2", given?: Database) {
  const database: Database = given ?? (await testDatabase());
  const clock = noonClock();
  const sandbox = await startSandboxWorld(clock);
  await sandbox.control("faults", { refund: { delayMs: 50 } });
  const authorities = getCACertificates("default");
  const folder = join(sandbox.sandbox.credentialsFileV2, "..");
  setDefaultCACertificates([await readFile(join(folder, "tls_ca.pem"), "utf8")]);
  const credentials = protocol === "v3" ? v3Credentials(sandbox) : await v2Credentials(sandbox);
  await database.pool.query(
    `insert into gateway_accounts (id, protocol, app_id, merchant_number, sandbox, sealed, fingerprint)
     values ($1, $2, $3, $4, true, ''::bytea, $5)`,
    [credentials.id, protocol, credentials.appId, credentials.merchantNumber, randomBytes(32)],
  );
  const accounts = {
    active: async () => credentials,
    all: async () => [credentials],
    believed: async () => [credentials],
    byId: async () => credentials,
  };
  const gateways = createGateways({ accounts, keyStore: memoryKeyStore(), clock, log: silent });
  const depsOn = ({ pool }: Database): Deps => ({
    store: paymentStore(pool),
    gateways,
    clock,
    log: silent,
    ids: {
      make: (kind) => formatId(kind, clock.now().getTime(), randomBytes(ID_RANDOM_BYTES)),
      orderNumber: () => `LF${readableCode(randomBytes(10))}`,
      pick: (below) => randomInt(below),
    },
    hashPayer: (payer) => createHash("sha256").update(payer).digest("base64url"),
    hashDraw: (text) => createHash("sha256").update(text).digest(),
    payUrl: (orderId) => `http://localhost:3000/pay/${orderId}`,
    pause: async () => true,
  });
  const shopOn = (its: Database) => {
    const deps = depsOn(its);
    const payments = new PaymentProcessor(deps);
    const store = reconciliationStore(its.pool);
    return {
      ...{ database: its, clock, deps, payments, store },
      resolutions: createResolutions({ store: resolutionStore(its.pool), payments, clock }),
      reconciliation: createReconciliation({ store, gateways, clock, log: silent }),
    };
  };
  const shop = shopOn(database);
  const { payments } = shop;
  return {
    ...shop,
    credentials,
    gateways,
    control: sandbox.control,
    /** The same shop on another database. */
    shopOn,
    /** An order with an open trade; paid unless `pay` says otherwise. */
    async order(price: number, { pay = {}, ...more }: { pay?: object | null; goodsTag?: string } = {}) {
      const items = [{ name: "拿铁, 大杯`,`加糖", price, quantity: 1 }];
      const order = await payments.createOrder({ items, ...more });
      await payments.startPayment({ orderId: order.id, channel: "native", openid: null, payerIp: null });
      if (pay === null) return order;
      await sandbox.control("pay", { outTradeNo: order.outTradeNo, outcome: "success", ...pay });
      await payments.syncOrder(order.id);
      return payments.order(order.id);
    },
    lie: (bill: object) => sandbox.control("faults", { bill }),
    async close() {
      setDefaultCACertificates(authorities);
      await database.close();
      await sandbox.close();
    },
  };
}

const common = ({ config }: World) => ({
  id: "acc_sandbox",
  version: "1",
  appId: config.appid,
  merchantNumber: config.mch_id,
  notifyUrl: config.notify_url,
});

const v3Credentials = (world: World): AccountCredentials => ({
  ...common(world),
  protocol: "v3",
  apiBase: world.config.api_base,
  apiV3Key: new Secret(world.config.api_v3_key),
  serialNo: world.config.serial_no,
  privateKeyPem: new Secret(world.config.private_key),
  publicKeyId: world.config.wechatpay_public_key_id,
  publicKeyPem: world.config.wechatpay_public_key,
});

const v2Credentials = async (world: World): Promise<AccountCredentials> => ({
  ...common(world),
  protocol: "v2",
  appId: world.configV2.appid,
  merchantNumber: world.configV2.mch_id,
  apiBase: world.configV2.api_base,
  v2: {
    apiKey: new Secret(world.configV2.api_key),
    signType: "MD5",
    certificatePem: await readFile(world.configV2.cert_path, "utf8"),
    keyPem: new Secret(await readFile(world.configV2.key_path, "utf8")),
  },
});
