import { randomBytes } from "node:crypto";
import { type ApiKeys, createApiKeys } from "#lib/auth/api-keys.ts";
import { createAuthenticate } from "#lib/auth/authenticate.ts";
import { createNoteUse } from "#lib/auth/key-uses.ts";
import { createRateLimits } from "#lib/auth/rate-limits.ts";
import { done } from "#lib/base/outcome.ts";
import { Secret } from "#lib/base/secret.ts";
import { type Collection, createCollection } from "#lib/collection/index.ts";
import { epayParts } from "#lib/compose-epay.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import type { Container, EdgeSettings, OpenidSource } from "#lib/http/container.ts";
import { answerWeb } from "#lib/http/web-adapter.ts";
import type { AnsweredCall } from "#lib/ops/metrics.ts";
import { collectionStore } from "#lib/storage/collection/collection-codes.ts";
import { shiftStore } from "#lib/storage/tills/shifts.ts";
import { webhookDeliveries } from "#lib/storage/webhooks/webhook-deliveries.ts";
import { createShifts } from "#lib/tills/index.ts";
import { createDeliverer, type Deliverer } from "#lib/webhooks/deliver.ts";
import { createWebhookLog } from "#lib/webhooks/deliveries.ts";
import { createWebhookEndpoints } from "#lib/webhooks/endpoints.ts";
import { type PaymentFixture, paymentFixture } from "./payment-fixture.ts";

/** The edge over the payment fixture: real keys, real database, a WeChat and a clock that tests move. */
export interface EdgeFixture extends PaymentFixture {
  readonly container: Container & { readonly deliverer: Deliverer };
  /** A key that may do everything. */
  readonly key: { readonly id: string; readonly secret: string };
  /** The same keys, as another process reads them. */
  keysElsewhere(): ApiKeys;
  readonly answered: AnsweredCall[];
  /** Tells the watchers of an order, as a committed change would. */
  changed(orderId: string): void;
  watching(orderId: string): number;
  stop(): void;
  /** Sends a request through the web door; `json` also as the merchant. */
  send(target: string, request?: SentRequest): Promise<Response>;
  asMerchant(target: string, request?: SentRequest): Promise<Response>;
}

interface SentRequest {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  readonly body?: BodyInit;
}

export interface EdgeOptions {
  readonly settings?: Partial<EdgeSettings>;
  readonly openids?: Partial<OpenidSource>;
}

export const EDGE_ORIGIN = "http://localhost:3000";

export async function edgeFixture(options: EdgeOptions = {}): Promise<EdgeFixture> {
  const fixture = await paymentFixture();
  const { clock, database, deps, payments } = fixture;
  const box = createSealedBox(new Secret<Uint8Array>(randomBytes(32)));
  const keysElsewhere = () => createApiKeys({ pool: database.pool, box, lookupKey: box.deriveKey("api-keys"), clock });
  const keys = keysElsewhere();
  const { id, secret } = await keys.create({ name: "test", requireSigning: false, scopes: [], actor: "test" });
  const stopping = new AbortController();
  const watchers = new Map<string, Set<() => void>>();
  const answered: AnsweredCall[] = [];
  const epay = epayParts(database.pool, {
    ...{ payments, box, clock, log: deps.log, publicUrl: SETTINGS.publicUrl, keepEnded: async () => {} },
    policy: { allowPrivate: false, allowLoopback: true },
  });
  const container: EdgeFixture["container"] = {
    payments,
    collection: collectionOver(fixture),
    epay: epay.epay,
    epayAccounts: epay.epayAccounts,
    shifts: createShifts({ store: shiftStore(database.pool), payments, clock, log: deps.log }),
    log: deps.log,
    clock,
    ids: deps.ids,
    database,
    settings: { ...SETTINGS, ...options.settings },
    keys,
    authenticate: createAuthenticate({
      ...{ pool: database.pool, keys, clock, settings: { ...SETTINGS, ...options.settings } },
      noteUse: createNoteUse({ pool: database.pool, clock }),
    }),
    limits: createRateLimits(),
    box,
    cookieBox: createSealedBox(new Secret<Uint8Array>(box.deriveKey("cookie"))),
    stateKey: box.deriveKey("oauth-state"),
    deviceKey: box.deriveKey("admin-device"),
    shopperKey: box.deriveKey("shopper"),
    hub: hubOver(watchers),
    webhookEndpoints: createWebhookEndpoints({
      pool: database.pool,
      box,
      clock,
      policy: { allowPrivate: false, allowLoopback: true },
    }),
    webhookLog: createWebhookLog({ pool: database.pool, clock }),
    deliverer: createDeliverer({
      ...{ deliveries: webhookDeliveries(database.pool), box, clock, log: deps.log, random: () => 0 },
      policy: { allowPrivate: false, allowLoopback: true },
    }),
    readiness: async () => ({ ready: false, missing: ["worker"] }),
    metrics: {
      contentType: "text/plain; version=0.0.4",
      render: async () => "up 1\n",
      observeCall: (call) => void answered.push(call),
    },
    openids: { ...OPENIDS, ...options.openids },
    edgeToken: randomBytes(8).toString("hex"),
    stopping: stopping.signal,
  };
  const send = (target: string, { method, headers, json, body }: SentRequest = {}) =>
    answerWeb(
      container,
      new Request(EDGE_ORIGIN + target, {
        method: method ?? (json === undefined && body === undefined ? "GET" : "POST"),
        headers: { "content-type": "application/json", ...headers },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(body === undefined ? {} : { body }),
      }),
    );
  return {
    ...fixture,
    container,
    key: { id, secret: secret.reveal() },
    keysElsewhere,
    answered,
    changed: (orderId) => {
      for (const onChange of watchers.get(orderId) ?? []) onChange();
    },
    watching: (orderId) => watchers.get(orderId)?.size ?? 0,
    stop: () => stopping.abort(),
    send,
    asMerchant: (target, request = {}) =>
      send(target, { ...request, headers: { authorization: `Bearer ${secret.reveal()}`, ...request.headers } }),
  };
}

const SETTINGS: EdgeSettings = {
  publicUrl: EDGE_ORIGIN,
  sandbox: true,
  sandboxOrigin: "http://localhost:3001",
  metricsToken: null,
  trustedProxies: 0,
  allowPrivateWebhooks: false,
  embedOrigins: [],
  mcpWrites: false,
};

const OPENIDS: OpenidSource = {
  appId: async () => "wx0000000000000000",
  authorizeUrl: async ({ state }) =>
    `https://open.weixin.qq.com/connect/oauth2/authorize?state=${state}#wechat_redirect`,
  openidOf: async (code) => done(`o-${code}`),
};

const collectionOver = ({ database, payments, deps: { ids, clock, log } }: PaymentFixture): Collection =>
  createCollection({ store: collectionStore(database.pool), payments, ids, clock, log, publicUrl: EDGE_ORIGIN });

const hubOver = (watchers: Map<string, Set<() => void>>): Container["hub"] => ({
  watch(orderId, onChange) {
    const those = watchers.get(orderId) ?? new Set();
    watchers.set(orderId, those.add(onChange));
    return () => void those.delete(onChange);
  },
});
