import { createECDH, randomBytes, randomUUID } from "node:crypto";
import type { Allowed } from "./callers.ts";

/** What a field holds: a text, several, a file, or what a statement reads when the form is sent; its `$1` is the id of the sender. */
type FormField = string | readonly string[] | File | { readonly sql: string };

export interface ActionCase {
  readonly allowed: Allowed;
  readonly fields: Readonly<Record<string, FormField>>;
  /** What the first who may is answered. */
  readonly answer: "done" | "failed" | "leads on";
}

const may = (
  allowed: Allowed,
  fields: ActionCase["fields"] = {},
  answer: ActionCase["answer"] = "done",
): ActionCase => ({ allowed, fields, answer });

const sql = (text: string) => ({ sql: text });
/** The newest of its table. */
const newest = (table: string, by = "created_at") =>
  sql(`select id from ${table} order by ${by} desc, id desc limit 1`);
const oldest = (table: string, by = "created_at") => sql(`select id from ${table} order by ${by}, id limit 1`);

const PAID = sql("select id from orders where status = 'paid' order by id desc limit 1");
const WAITING = sql("select id from orders where status = 'pending' order by id desc limit 1");
const LATE = {
  orderId: sql("select order_id from payment_attempts where verdict = 'late' limit 1"),
  transactionId: sql("select transaction_id from payment_attempts where verdict = 'late' limit 1"),
};
const REFUND = { refundId: newest("refunds") };
const deliveredOf = (column: string) =>
  sql(`select ${column} from webhook_deliveries d join webhook_events e on e.id = d.event_id
        where e.order_id is not null and d.status = 'delivered' order by e.seq, d.endpoint_id limit 1`);
const DELIVERED = {
  orderId: deliveredOf("e.order_id"),
  eventId: deliveredOf("e.id"),
  endpointId: deliveredOf("d.endpoint_id"),
};
const STORE = { storeId: oldest("stores") };
const TILL = { tillId: sql("select id from tills where code = 't0'") };
/** An owner in nobody's place here, so that it is another person for everyone who calls. */
const OTHER_PERSON = { userId: sql("select id from admin_users where email = 'other@shop.test'") };
const ENDPOINT = { endpointId: newest("webhook_endpoints") };
const URL_OF_HOOK = { url: "http://127.0.0.1:9/other", "events[]": ["order.closed"] };
const KEY = { keyId: sql("select id from api_keys where name = 'second'") };
const EPAY = { pid: sql("select pid from epay_accounts order by pid limit 1") };
const PROMOTION = { promotionId: "ten-off" };
const PROMOTION_VERSION = sql("select version::text from promotions where id = 'ten-off'");
const OFFER = {
  type: "amount_off",
  intent: "save",
  name: "Ten",
  minAmount: "20",
  off: "3",
  phase: "order",
  base: "original",
};
const CODE = { codeId: newest("collection_codes") };
const CODE_TERMS = { label: "Table", amount: "", amountMin: "", amountMax: "", scene: "", itemName: "", category: "" };
const CHANNEL = { channelId: sql("select id from notification_channels where name = 'second'") };
const CHANNEL_TERMS = { name: "second", "events[]": ["refund_done"], language: "en", url: "http://127.0.0.1:9/other" };
const PRINTER = { printerId: sql("select id from printers where name = 'second'") };
const PRINTER_TERMS = {
  name: "second",
  place: "",
  width: "58",
  copies: "1",
  language: "en",
  host: "127.0.0.1",
  port: "9100",
};
const CASHIER = { cashierId: sql("select id from cashiers where name = 'cashier_without_refunds'") };
const ALERT = { alertId: sql("select id::text from alerts order by id limit 1") };
const LOOK = { basedOn: sql("select coalesce(max(version), 0)::text from shop_looks") };
const SALE = JSON.stringify({ amounts: [1_000], items: [], note: "" });
const PIXEL = new File(
  [
    Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=",
      "base64",
    ),
  ],
  "logo.png",
);

const BROWSER_KEY = createECDH("prime256v1").generateKeys("base64url");
const OWN_SHIFT = sql("select s.id from shifts s join tills t on t.id = s.till_id where t.code = 't1'");
const OTHER_SHIFT = sql("select s.id from shifts s join tills t on t.id = s.till_id where t.code = 't2'");

/** Every server action, by its file below app/admin: who may call it, and with what it does something. */
export const ACTION_CASES: Readonly<Record<string, Readonly<Record<string, ActionCase>>>> = {
  "(dashboard)/orders/[orderId]/actions.ts": {
    confirmPayment: may("orders.ask", { orderId: WAITING }),
    queryRefund: may("orders.ask", REFUND),
    correctScene: may("orders.ask", { orderId: PAID, scene: "dining" }),
    refund: may(
      "refunds.create",
      { orderId: PAID, token: randomUUID(), amount: "100", items: "", reason: "" },
      "leads on",
    ),
    acceptLate: may("payments.resolve", LATE),
    refundExtra: may("payments.resolve", LATE, "failed"),
    closeOrder: may("orders.close", { orderId: WAITING }),
  },
  "(dashboard)/orders/[orderId]/delivery-actions.ts": {
    resendWebhook: may("deliveries.resend", DELIVERED),
    resendNotification: may(
      "deliveries.resend",
      { orderId: PAID, notificationId: sql("select id::text from notifications limit 1"), ...CHANNEL },
      "done",
    ),
    replayNotices: may("orders.ask", { orderId: PAID }, "failed"),
  },
  "(dashboard)/reconciliation/actions.ts": {
    runDay: may("reconciliation.work", { day: "2026-06-01", stay: "1" }),
    queryAttempt: may("reconciliation.work", { id: "1" }, "failed"),
    recoverOrder: may("payments.resolve", { id: "1" }, "failed"),
    giveBack: may("payments.resolve", { id: "1" }, "failed"),
    acceptDifference: may("reconciliation.work", { id: "1", reason: "known" }, "failed"),
  },
  "(dashboard)/refunds/actions.ts": {
    approveRefund: may("refunds.approve", REFUND, "failed"),
    declineRefund: may("refunds.approve", { ...REFUND, reason: "no" }, "failed"),
    withdrawRefund: may("refunds.create", REFUND, "failed"),
  },
  "(dashboard)/refunds/abnormal-actions.ts": {
    refundToCard: may(
      "refunds.create",
      { ...REFUND, bank: "ICBC_DEBIT", cardNumber: "6222020000000000000", cardName: "x" },
      "failed",
    ),
    refundToShop: may("refunds.create", REFUND, "failed"),
  },
  "(dashboard)/saved-views/actions.ts": {
    saveListView: may("orders.read", { list: "orders", name: "paid", query: "status=paid" }),
    chooseListView: may("orders.read", {
      list: "orders",
      viewId: sql("select id from list_views where owner_id = $1"),
    }),
    chooseListColumns: may("orders.read", { list: "orders", "columns[]": ["time"] }),
    removeListView: may("orders.read", {
      list: "orders",
      viewId: sql("select id from list_views where owner_id = $1"),
    }),
  },
  "(dashboard)/promotions/actions.ts": {
    createPromotion: may("promotions.write", OFFER, "leads on"),
    changePromotion: may("promotions.write", { ...OFFER, ...PROMOTION, version: PROMOTION_VERSION }, "leads on"),
    pausePromotion: may("promotions.write", PROMOTION),
    resumePromotion: may("promotions.write", PROMOTION),
    archivePromotion: may("promotions.write", PROMOTION),
  },
  "(dashboard)/promotions/[promotionId]/codes/actions.ts": {
    makeCodes: may("promotions.write", { ...PROMOTION, count: "2", prefix: "", maxUses: "1", label: "" }, "failed"),
    importCodes: may("promotions.write", { ...PROMOTION, codes: "SUMMER26", maxUses: "1", label: "" }, "failed"),
    revokeCode: may("promotions.write", { ...PROMOTION, codeId: "1" }),
    revokeFreeCodes: may("promotions.write", PROMOTION),
  },
  "(dashboard)/collection-codes/actions.ts": {
    createCode: may("collection.write", CODE_TERMS, "leads on"),
    changeCode: may("collection.write", { ...CODE_TERMS, ...CODE }),
    retireCode: may("collection.write", CODE),
  },
  "(dashboard)/alerts/actions.ts": {
    acknowledge: may("alerts.acknowledge", ALERT),
    reopen: may("alerts.acknowledge", ALERT),
  },
  "(dashboard)/settings/backups/actions.ts": {
    backUpNow: may("upkeep.write"),
    // One at a time, and the backup is under way.
    rehearseRestore: may("upkeep.write", {}, "failed"),
    verifyLedgerNow: may("upkeep.write", {}, "failed"),
    setSchedule: may("upkeep.write", { hour: "4", kept: "9", drillDays: "7" }),
    setRetention: may("upkeep.write", { behaviour: "100" }, "failed"),
  },
  "(dashboard)/settings/stores/actions.ts": {
    createStore: may("stores.write", { code: "south", name: "South", address: "", phone: "" }),
    editStore: may("stores.write", { ...STORE, name: "Main store", address: "", phone: "" }),
    createTill: may("stores.write", { ...STORE, code: "t9", name: "Nine", idleMinutes: "10" }),
    editTill: may("stores.write", { ...TILL, name: "Zero", idleMinutes: "12" }),
    switchTill: may("stores.write", { tillId: sql("select id from tills where code = 't9'"), inUse: "no" }),
    switchStore: may("stores.write", { storeId: sql("select id from stores where code = 'south'"), inUse: "no" }),
    unbindTill: may("tills.bind", { tillId: sql("select id from tills where code = 't9'") }),
  },
  "(dashboard)/settings/credentials/actions.ts": {
    dropCredentials: may("config.write", { text: "wx8888888888888888" }),
    placeCredential: may("config.write", { slot: "appid" }, "failed"),
    activateDraft: may("config.write", {}, "failed"),
    forgetDraft: may("config.write"),
  },
  "(dashboard)/settings/refund-rules/actions.ts": {
    saveRefundRules: may("config.write", { confirm: "on", confirmAbove: "900" }),
  },
  "(dashboard)/settings/actions.ts": {
    uploadConfiguration: may("config.write", { file: new File(["{"], "payment_config.json") }, "failed"),
    revokeAccount: may("config.write", { account: "acc" }, "failed"),
    rollBackConfiguration: may("config.write", { version: "1" }, "failed"),
  },
  "(dashboard)/settings/users/actions.ts": {
    invite: may("users.manage", { email: "new@shop.test", role: "clerk" }),
    revokeInvitation: may("users.manage", {
      invitationId: sql("select id from admin_invitations where revoked_at is null and email = 'new@shop.test'"),
    }),
    resetUser: may("users.manage", {
      userId: sql("select id from admin_users where email = 'must_change_password@shop.test'"),
    }),
    setRole: may("users.manage", {
      userId: sql("select id from admin_users where email = 'awaits_code@shop.test'"),
      role: "clerk",
    }),
    setDisabled: may("users.manage", {
      ...{ ...OTHER_PERSON, disabled: "yes" },
    }),
  },
  "(dashboard)/settings/session-actions.ts": {
    endSession: may(
      "users.manage",
      {
        ...OTHER_PERSON,
        sessionId: sql(
          "select s.id from admin_sessions s join admin_users u on u.id = s.user_id where u.email = 'other@shop.test'",
        ),
      },
      "failed",
    ),
    endAllSessions: may("users.manage", {
      ...OTHER_PERSON,
    }),
  },
  "(dashboard)/settings/account/actions.ts": {
    startTotp: may("signed in", { code: "000000" }, "failed"),
    removeTotp: may("signed in", { code: "000000" }, "failed"),
    changeName: may("signed in", { name: "Li" }),
    choosePassword: may("signed in", { next: "short" }, "failed"),
  },
  "(dashboard)/settings/account/passkey-actions.ts": {
    beginPasskey: may("signed in"),
    addPasskey: may("signed in", { name: "phone", response: "{}" }, "failed"),
    renamePasskey: may("signed in", { passkeyId: `pky_${"0".repeat(26)}`, name: "phone" }, "failed"),
    removePasskey: may("signed in", { passkeyId: `pky_${"0".repeat(26)}` }, "failed"),
    makeRecoveryCodes: may("signed in", {}, "failed"),
  },
  "(dashboard)/settings/learner/actions.ts": {
    turnLearner: may("config.write", { enabled: "no" }),
    setMargin: may("config.write", { scene: "default", percent: "40" }),
  },
  "(dashboard)/settings/notifications/actions.ts": {
    createChannel: may("notifications.write", { ...CHANNEL_TERMS, name: "third", kind: "wecom" }, "leads on"),
    changeChannel: may("notifications.write", { ...CHANNEL_TERMS, ...CHANNEL }),
    testChannel: may("notifications.write", CHANNEL, "failed"),
    pauseChannel: may("notifications.write", { ...CHANNEL, paused: "yes" }),
    deleteChannel: may("notifications.write", CHANNEL, "leads on"),
    chooseReceiptMails: may("notifications.write", { receiptChannel: "" }),
    addSandbox: may("notifications.write", {}, "failed"),
    subscribeDevice: may("signed in", {
      ...{ endpoint: "http://127.0.0.1:9/push", p256dh: BROWSER_KEY, auth: randomBytes(16).toString("base64url") },
    }),
    forgetDevice: may("signed in", { channelId: sql("select id from notification_channels where admin_user_id = $1") }),
  },
  "(dashboard)/settings/look/actions.ts": {
    saveLook: may("config.write", { ...LOOK, name: "Shop" }),
    uploadLogo: may("config.write", { ...LOOK, file: PIXEL }),
    removeLogo: may("config.write", LOOK),
    restoreLook: may("config.write", { ...LOOK, version: "1" }),
  },
  "(dashboard)/settings/cashiers/actions.ts": {
    createCashier: may(
      "stores.write",
      { name: "Wang", refund: "", userId: "", "stores[]": [STORE.storeId.sql], pin: "" },
      "failed",
    ),
    editCashier: may("stores.write", { ...CASHIER, name: "Wang", refund: "", userId: "", "stores[]": [] }, "failed"),
    resetPin: may(
      "stores.write",
      { cashierId: sql("select id from cashiers where name = 'nobody'"), pin: "" },
      "failed",
    ),
    switchCashier: may("stores.write", { cashierId: `csh_${"0".repeat(26)}`, inUse: "no" }, "failed"),
  },
  "(dashboard)/settings/printers/actions.ts": {
    createPrinter: may("printers.write", { ...PRINTER_TERMS, name: "third", kind: "network" }, "leads on"),
    changePrinter: may("printers.write", { ...PRINTER_TERMS, ...PRINTER }),
    pausePrinter: may("printers.write", { ...PRINTER, paused: "no" }),
    testPrinter: may("printers.write", PRINTER, "failed"),
    reprint: may("receipts.print", { jobId: sql("select id::text from print_jobs limit 1") }, "failed"),
    printReceipt: may("receipts.print", { orderId: PAID }, "failed"),
    printShift: may("receipts.print", { shiftId: newest("shifts", "opened_at") }, "failed"),
    deletePrinter: may("printers.write", PRINTER, "leads on"),
    addSandboxPrinter: may("printers.write", {}, "failed"),
  },
  "(dashboard)/settings/webhooks/actions.ts": {
    addEndpoint: may("keys.write", URL_OF_HOOK),
    changeEndpoint: may("keys.write", { ...URL_OF_HOOK, ...ENDPOINT }),
    rotateEndpoint: may("keys.write", { ...ENDPOINT, overlap: "day" }),
    pauseEndpoint: may("keys.write", { ...ENDPOINT, paused: "yes" }),
    keepEndpoint: may("keys.write", ENDPOINT),
    testEndpoint: may("keys.write", ENDPOINT, "failed"),
    resendRange: may("keys.write", { ...ENDPOINT, from: "2020-01-01T00:00", to: "", which: "all" }),
    resendEvent: may("keys.write", { endpointId: DELIVERED.endpointId, eventId: DELIVERED.eventId }, "failed"),
    removeEndpoint: may("keys.write", ENDPOINT, "leads on"),
  },
  "(dashboard)/settings/epay/actions.ts": {
    createEpayAccount: may("epay.write", { name: "panel" }),
    replaceEpayKey: may("epay.write", EPAY),
    sendNoticeAgain: may("epay.write", { orderId: PAID }, "failed"),
    disableEpayAccount: may("epay.write", EPAY),
  },
  "(dashboard)/settings/keys/actions.ts": {
    createKey: may("keys.write", { name: "till", access: "some", "scopes[]": ["orders:read"] }),
    rotateKey: may("keys.write", { ...KEY, overlap: "day" }),
    limitKey: may("keys.write", { ...KEY, expires: "30", networks: "10.0.0.0/8" }),
    rescopeKey: may("keys.write", { ...KEY, access: "some", "scopes[]": ["orders:read"] }),
    revokeKey: may("keys.write", KEY),
  },
  "(dashboard)/confirm/actions.ts": {
    confirmIdentity: may("signed in", { secret: "wrong" }, "failed"),
    beginPasskeyConfirmation: may("signed in"),
    confirmByPasskey: may("signed in", { response: "{}" }, "failed"),
    askRecentSecondFactor: may("signed in"),
  },
  "(counter)/counter/actions.ts": {
    place: may("counter: charge", { token: randomUUID(), sale: SALE, way: "scan" }),
    showCode: may("counter: charge", { orderId: WAITING }),
    charge: may("counter: charge", { orderId: WAITING, authCode: "130000000000000000", again: "0" }),
    show: may("counter: charge", { orderId: "" }),
    print: may("counter: charge", { orderId: PAID }, "failed"),
    undo: may("counter: refund", { orderId: PAID, token: randomUUID() }),
    close: may("counter: charge", { orderId: WAITING }, "failed"),
    keepSettings: may("counter.write", { settings: JSON.stringify({ presets: [500], items: [] }) }),
  },
  "(counter)/counter/shift/actions.ts": {
    handOverShift: may("counter: hand_over", { shiftId: OWN_SHIFT }, "leads on"),
  },
  "(dashboard)/shifts/actions.ts": {
    receiveShift: may("shifts.receive", { shiftId: OWN_SHIFT }),
    closeShift: may("shifts.close", { shiftId: OTHER_SHIFT }),
  },
  "(till)/counter/sign-in/actions.ts": {
    bindTill: may("tills.bind", TILL, "leads on"),
    signInCashier: may("anybody", { ...CASHIER, pin: "000000" }),
    lockTill: may("anybody"),
    keepTillAwake: may("anybody"),
  },
  "sign-in/actions.ts": {
    signIn: may("anybody", { email: "owner@shop.test", password: "wrong" }),
    enterCode: may("anybody", { code: "000000" }),
    changeLanguage: may("anybody", { language: "en" }),
    signOut: may("anybody"),
  },
  "sign-in/passkey-actions.ts": {
    beginPasskeySignIn: may("anybody"),
    signInByPasskey: may("anybody", { response: "{}" }),
    beginPasskeyStep: may("anybody"),
    enterPasskey: may("anybody", { response: "{}" }),
  },
  "join/actions.ts": {
    beginJoinByPasskey: may("anybody", { token: "x" }),
    join: may("anybody", { token: "x", name: "x", password: "x" }),
  },
  "password/actions.ts": {
    changePassword: may("anybody", { current: "wrong", next: "short" }),
  },
};
