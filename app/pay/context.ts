import type { OrderStatusView } from "#lib/contract/order.ts";
import { USUAL_LOOK } from "#lib/contract/shop-look.ts";
import type { Container } from "#lib/http/container.ts";
import { openidOf, pagePrefsCookies } from "#lib/http/cookies.ts";
import { orderWatch } from "#lib/http/order-stream.ts";
import { notePlan } from "#lib/http/plan-notes.ts";
import { readShopper, type ShopperChoice } from "#lib/http/shopper.ts";
import { clientOfHeaders } from "#lib/http/web-adapter.ts";
import type { PagePlan, PagePrefs } from "#lib/intelligence/index.ts";
import type { ReceiptMails, ReceiptMailWish } from "#lib/notifications/index.ts";
import type { PaymentProcessor } from "#lib/payment/index.ts";
import { lastItemsOf } from "#lib/storage/behaviour/shoppers.ts";
import type { MerchantRow } from "#lib/storage/configuration/gateway-accounts.ts";
import type { KnownReceiptMail } from "#lib/storage/notifications/receipt-mails.ts";
import type { Language } from "#lib/texts/language.ts";
import { orderText } from "#lib/texts/order.ts";
import { openContainer } from "../container.ts";
import "server-only";

type ReadHeaders = Pick<Headers, "get">;

/** What the pay page and the demo shop need of the process, and nothing else. */
export interface PageContext {
  readonly payments: PaymentProcessor;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  /** Origins of the shop's own pages over which the pay page may open. */
  readonly embedOrigins: readonly string[];
  /** Null with real credentials. */
  readonly sandbox: { readonly phoneUrl: string; readonly bridgeScriptUrl: string } | null;
  now(): number;
  merchant(): Promise<MerchantRow>;
  /** The value that this process knew last, for callers that cannot wait. */
  knownMerchant(): MerchantRow | null;
  /** Names of what a shopper who agreed to be remembered bought the last time; empty if it must not be shown. */
  lastItems(shopperId: string): Promise<readonly string[]>;
  /** Keeps what the page showed, and why; never fails and is not waited for. */
  notePlan(orderId: string, plan: PagePlan): void;
  /** The cookies that remember how the shopper likes these pages. */
  prefsCookies(prefs: PagePrefs): readonly string[];
  /** Tells that the order's page is in use; never fails and is not waited for. */
  noteSeen(orderId: string): void;
  /** What the shopper has said about being remembered. */
  readShopper(headers: ReadHeaders): ShopperChoice;
  /** The shopper's openid, where WeChat has told us. */
  readOpenid(headers: ReadHeaders): Promise<string | null>;
  /** Where WeChat tells us, and back in this language; null where that is not set up. */
  openidUrl(orderId: string, language: Language | undefined): Promise<string | null>;
  payerIp(headers: ReadHeaders): string | null;
  /** Asks WeChat what became of the order, though not at every touch. */
  checkNow(orderId: string): Promise<OrderStatusView | null>;
  /** @throws AppError `rate_limited` */
  countCodeTry(headers: ReadHeaders, orderId: string): Promise<void>;
  /** Whether receipts go by e-mail, and what became of those of this order. */
  receiptMails(orderId: string): Promise<readonly KnownReceiptMail[] | null>;
  /** @throws AppError `rate_limited`, `unavailable` */
  mailReceipt(headers: ReadHeaders, wish: ReceiptMailWish): ReturnType<ReceiptMails["request"]>;
  /** @throws AppError `rate_limited` */
  countNewOrder(headers: ReadHeaders): Promise<void>;
}

const knownMerchants = new WeakMap<Container, MerchantRow>();

export const openPageContext = async (): Promise<PageContext> => pageContextOf(await openContainer());

export function pageContextOf(container: Container): PageContext {
  const { payments, settings, clock, openids, limits } = container;
  const watch = orderWatch(container);
  const origin = settings.sandboxOrigin;
  const addressOf = (headers: ReadHeaders) => clientOfHeaders(container, headers).address;
  return {
    payments,
    publicUrl: settings.publicUrl,
    embedOrigins: settings.embedOrigins,
    sandbox: origin === null ? null : { phoneUrl: `${origin}/phone`, bridgeScriptUrl: `${origin}/phone/bridge.js` },
    now: () => clock.now().getTime(),
    async merchant() {
      const known = await container.merchant?.();
      const name = known?.name ?? (await container.merchantName?.()) ?? "";
      const merchant = { industry: null, brand: null, look: USUAL_LOOK, ...known, name: name || orderText.nameless };
      knownMerchants.set(container, merchant);
      return merchant;
    },
    knownMerchant: () => knownMerchants.get(container) ?? null,
    lastItems: async (shopperId) => {
      const last = await lastItemsOf(container.database.pool, shopperId);
      return last === null ? [] : last.items.map(({ name }) => name);
    },
    notePlan: (orderId, plan) => notePlan(container, orderId, plan),
    prefsCookies: (prefs) => pagePrefsCookies({ container }, prefs),
    noteSeen: (orderId) => watch.noteSeen(orderId),
    readShopper: (headers) => readShopper({ container, headers }),
    readOpenid: (headers) => openidOf({ container, headers }),
    openidUrl: async (orderId, language) => {
      const query = language === undefined ? "" : `?lang=${language}`;
      return (await openids.appId()) === null ? null : `/api/orders/${encodeURIComponent(orderId)}/openid${query}`;
    },
    payerIp: (headers) => addressOf(headers) || null,
    async checkNow(orderId) {
      const status = await watch.read(orderId);
      if (status?.status !== "pending" || !(await limits.mayAskFor(orderId))) return status;
      return payments.syncOrder(orderId);
    },
    countCodeTry: (headers, orderId) => limits.countCodeTry(addressOf(headers), orderId),
    async receiptMails(orderId) {
      const { receiptMails } = container;
      return receiptMails !== undefined && (await receiptMails.isOffered()) ? receiptMails.ofOrder(orderId) : null;
    },
    async mailReceipt(headers, wish) {
      await limits.countReceiptMail(addressOf(headers));
      return container.receiptMails?.request(wish) ?? "off";
    },
    countNewOrder: (headers) => limits.countPayPageOrder(addressOf(headers)),
  };
}
