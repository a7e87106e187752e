import { randomBytes } from "node:crypto";
import type { Role } from "#lib/auth/admin-roles.ts";
import { ROLES } from "#lib/auth/admin-roles.ts";
import { createAdmins } from "#lib/auth/admin-sign-in.ts";
import { createCashiers } from "#lib/auth/cashiers.ts";
import { createTillSignIn } from "#lib/auth/till-sign-in.ts";
import { Secret } from "#lib/base/secret.ts";
import { createAccounts } from "#lib/config/accounts.ts";
import { createConfigurationManager } from "#lib/config/configuration-manager.ts";
import { createCredentialDrafts } from "#lib/config/credential-draft.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { CONTAINER_SYMBOL, type Container } from "#lib/http/container.ts";
import { createNotificationChannels, createNotifier, createPushKeys } from "#lib/notifications/index.ts";
import { createPrinters, createPrinting } from "#lib/printing/index.ts";
import { createReconciliation, createResolutions } from "#lib/reconcile/index.ts";
import { printOutbox } from "#lib/storage/printing/print-outbox.ts";
import { reconciliationStore } from "#lib/storage/reconciliation/reconciliation-store.ts";
import { resolutionStore } from "#lib/storage/reconciliation/resolution-store.ts";
import { CanaryTrap } from "#lib/testing/canary-trap.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { paidLate, paidOrder, requestRefund } from "#lib/testing/paid-orders.ts";
import { adminPasswords } from "../admin-request.ts";
import { CALLERS, type CallerName, originOf, type VisitingBrowser } from "./callers.ts";
import { visiting } from "./next-headers.ts";

/** A shop that has one of everything, and everybody who may stand before its doors. */
export interface BusyShop {
  readonly edge: EdgeFixture;
  /** Knows every secret there is; tests note in it what they are answered. */
  readonly trap: CanaryTrap;
  /** Calls as the browser of this caller does. */
  as<Result>(caller: CallerName, work: () => Promise<Result>): Promise<Result>;
  /** One text; `$1` is the id of who calls. */
  one(sql: string, caller: CallerName): Promise<string>;
  /** Of all rows of all tables but those of sessions, which every call touches. */
  digest(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

const VISITOR = { address: "10.0.0.1", agent: "test" };

export async function busyShop(): Promise<BusyShop> {
  // Nobody listens there: the sandbox does not answer.
  const edge = await edgeFixture({ settings: { sandboxOrigin: "http://127.0.0.1:9" } });
  const container = withRest(edge);
  Object.assign(globalThis, { [CONTAINER_SYMBOL]: Promise.resolve(container) });
  const trap = new CanaryTrap();
  const cookies = await signEverybodyIn(edge, trap);
  await fill(edge, container, trap);
  // Lists end before the present moment.
  edge.clock.advance(1_000);
  // Everyone has shown the second factor just now, so that a refusal is for the want of the right.
  await edge.rows("update admin_sessions set confirmed_at = $1 where not awaits_code", [edge.clock.now()]);
  return {
    edge,
    trap,
    as: (caller, work) => visiting({ cookies: cookies[caller] ?? {}, origin: originOf(caller) }, work),
    async one(sql, caller) {
      const session = sessionOf(caller) ?? "owner";
      const [user] = await edge.rows<{ id: string }>("select id from admin_users where email = $1", [emailOf(session)]);
      const [row] = await edge.rows<Record<string, unknown>>(sql, sql.includes("$1") ? [user?.id] : []);
      return String(Object.values(row ?? {})[0] ?? "");
    },
    digest: () => digestOf(edge),
    close: () => edge.close(),
  };
}

const sessionOf = (caller: CallerName) => (CALLERS[caller] as VisitingBrowser).session;
const emailOf = (name: string): string => `${name}@shop.test`;

/** What a process of the product has besides, on the same database. */
function withRest({ container, database, clock, payments, gateways, deps }: EdgeFixture): Container {
  const { pool } = database;
  const { log } = container;
  const box = createSealedBox(new Secret<Uint8Array>(randomBytes(32)));
  const policy = { allowPrivate: false, allowLoopback: true };
  const pushKeys = createPushKeys({ pool, box });
  const common = { pool, box, clock, policy };
  const { publicUrl } = container.settings;
  const accounts = createAccounts({ pool, box, log });
  const onChange = () => accounts.refresh();
  const configuration = createConfigurationManager({ pool, box, accounts, paymentConfig: null, onChange });
  const drafts = createCredentialDrafts({ pool, box, accounts, clock, notifyUrl: null, onChange });
  return {
    ...container,
    configuration,
    credentials: { ...drafts, check: () => Promise.reject(new Error("nothing is checked here")) },
    pushKeys,
    notificationChannels: createNotificationChannels(common),
    notifier: createNotifier({ ...common, pushKeys, log, publicUrl }),
    printers: createPrinters(common),
    printing: createPrinting({
      ...{ ...common, outbox: printOutbox(pool), log, publicUrl },
      shift: async () => null,
      shopName: async () => "shop",
    }),
    reconciliation: createReconciliation({ store: reconciliationStore(pool), gateways, clock, log: deps.log }),
    resolutions: createResolutions({ store: resolutionStore(pool), payments, clock }),
  };
}

async function signEverybodyIn({ database, clock, container, rows }: EdgeFixture, trap: CanaryTrap) {
  const admins = createAdmins({
    ...{ pool: database.pool, clock, box: container.box, passwords: adminPasswords, deviceKey: container.deviceKey },
    publicUrl: container.settings.publicUrl,
  });
  const sessions: Record<string, string> = {};
  for (const name of [...ROLES, "awaits_code", "must_change_password", "other"] as const) {
    const role: Role = ROLES.find((each) => each === name) ?? "owner";
    const { id, password } = await admins.users.create({ email: emailOf(name), role, actor: "test" });
    if (name !== "must_change_password") {
      await rows("update admin_users set must_change_password = false, first_password = null where id = $1", [id]);
    }
    const opened = await admins.signIn({ email: emailOf(name), password: password.reveal() }, VISITOR);
    trap.canary(`password of ${name}`, password.reveal());
    sessions[name] = trap.canary(`session of ${name}`, opened?.token.reveal());
  }
  await rows(
    "update admin_sessions set awaits_code = true, confirmed_at = null where user_id = (select id from admin_users where email = $1)",
    [emailOf("awaits_code")],
  );
  const { tillCookies, cashierCookies } = await openTills(database.pool, { clock, container, rows, trap });
  return Object.fromEntries(
    Object.entries(CALLERS).map(([caller, own]: [string, VisitingBrowser]) => [
      caller,
      {
        ...(own.session === undefined ? {} : { lingfu_admin: sessions[own.session] ?? "" }),
        ...(own.till === undefined ? {} : { lingfu_admin_till: tillCookies[own.till] ?? "" }),
        ...(own.till === undefined || own.till === "locked"
          ? {}
          : { lingfu_admin_cashier: cashierCookies[own.till] ?? "" }),
      },
    ]),
  ) as Record<CallerName, Record<string, string>>;
}

/** Three tills of one store: a locked one, and one for each cashier. */
async function openTills(
  pool: EdgeFixture["database"]["pool"],
  { clock, container, rows, trap }: Pick<EdgeFixture, "clock" | "container" | "rows"> & { trap: CanaryTrap },
) {
  const deps = { pool, clock, cookieBox: container.cookieBox, passwords: adminPasswords };
  const storeId = `sto_${"0".repeat(26)}`;
  await rows("insert into stores (id, code, name, created_at) values ($1, 'main', 'Main', now())", [storeId]);
  const tills = createTillSignIn(deps);
  const tillCookies: Record<string, string> = {};
  const cashierCookies: Record<string, string> = {};
  for (const [at, name] of ["locked", "cashier", "cashier_without_refunds"].entries()) {
    const tillId = `til_${String(at).repeat(26)}`;
    await rows("insert into tills (id, store_id, code, name, created_at) values ($1, $2, $3, $3, now())", [
      ...[tillId, storeId, `t${at}`],
    ]);
    const bound = await tills.bind({ tillId, label: "test", by: "test" });
    tillCookies[name] = trap.canary(`till of ${name}`, bound.reveal());
    if (name === "locked") continue;
    const fields = { name, refundUpTo: name === "cashier" ? 10_000 : null, userId: null, storeIds: [storeId] };
    await createCashiers(deps).create({ fields, by: "test", pin: "270394" });
    const [cashier] = await rows<{ id: string }>("select id from cashiers where name = $1", [name]);
    const device = await tills.deviceOf(tillCookies[name]);
    if (device === null) throw new Error("the device is no till");
    const token = await tills.signIn({ at: device, cashierId: cashier?.id ?? "", pin: "270394" });
    cashierCookies[name] = trap.canary(`session of ${name}`, token?.reveal());
  }
  return { tillCookies, cashierCookies };
}

async function fill(
  edge: EdgeFixture,
  { notificationChannels, printers, webhookEndpoints, keys, epayAccounts, collection }: Container,
  trap: CanaryTrap,
) {
  const { payments, rows } = edge;
  const hook = { url: "http://127.0.0.1:9/hook", events: ["order.paid" as const] };
  trap.canary("webhook secret", (await webhookEndpoints.create(hook, { actor: "test" })).secret);
  trap.canary("epay key", (await epayAccounts.create({ name: "second", mayRefund: false }, "test")).key);
  const made = await keys.create({ name: "second", requireSigning: false, scopes: [], actor: "test" });
  trap.canary("API key", made.secret.reveal());
  const names = ["receiver", "second"];
  for (const name of names) {
    const choices = { name, events: ["payment_received"], roles: [], language: "en", amountMin: 0 };
    const quiet = { quietFrom: null, quietTo: null, quietDrops: false, criticalPasses: false };
    const settings = {
      url: "http://127.0.0.1:9/robot",
      secret: trap.canary(`secret of the channel ${name}`, `whsec_${randomBytes(32).toString("base64")}`),
    };
    await notificationChannels?.create({ kind: "webhook", choices: { ...choices, ...quiet }, settings }, "test");
    const printed = { storeId: null, tillId: null, name, width: 58, copies: 1, automatic: false, language: "en" };
    const network = { host: "127.0.0.1", port: "9100" };
    await printers?.create({ kind: "network", choices: printed, settings: network }, "test");
  }
  const { id: codeId } = await collection.create(
    {
      label: "Table 1",
      amount: null,
      amountMin: null,
      amountMax: null,
      scene: null,
      itemName: null,
      category: null,
      storeCode: null,
      tillCode: null,
    },
    { by: "test" },
  );
  if (codeId === "") throw new Error("no code");
  const offer = { id: "ten-off", phase: "order", type: "amount_off", off: 100, threshold: { amount: 200 } };
  await payments.promotions.create(promotionRequestSchema.parse(offer));
  await payments.promotions.create(promotionRequestSchema.parse({ ...offer, id: "by-code", code: "OPEN-SESAME" }));
  const paid = await paidOrder(edge);
  await requestRefund(edge, paid.id, { amount: 100 });
  await paidOrder(edge);
  await paidLate(edge);
  await edge.open((await edge.order()).id);
  await rows("update webhook_deliveries set status = 'delivered', check_at = null, ended_at = now(), tries = 1");
  await rows("insert into alerts (kind, cause, created_at) values ('x', 'x', now())");
}

const TABLES = `
  select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_|^information_schema$'
     and c.relname not in ('admin_sessions', 'cashier_sessions') order by 1`;

/** That somebody looked at an order is written a moment later, maybe by what was allowed before. */
const LATE_COLUMNS: Readonly<Record<string, string>> = {
  "public.orders": "seen_at",
  "public.payment_attempts": "check_at",
};

async function digestOf({ rows }: EdgeFixture): Promise<Record<string, string>> {
  const tables = await rows<{ name: string }>(TABLES);
  const parts = tables.map(({ name }) => {
    const late = LATE_COLUMNS[name];
    const row = late === undefined ? "t::text" : `(to_jsonb(t) - '${late}')::text`;
    return `select '${name}' as name, coalesce(md5(string_agg(${row}, E'\\n' order by ${row})), '') as digest from ${name} t`;
  });
  const digests = await rows<{ name: string; digest: string }>(parts.join("\nunion all "));
  return Object.fromEntries(digests.map(({ name, digest }) => [name, digest]));
}
