import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { brandStyle, lookAttributes } from "#components/pay/brand-look.ts";
import { InlineScript } from "#components/pay/inline-script.tsx";
import { MailReceipt } from "#components/pay/mail-receipt.tsx";
import { RECEIPT_PICTURE_SCRIPT } from "#components/pay/receipt-picture-script.ts";
import { ReceiptSheet, SavePicture } from "#components/pay/receipt-sheet.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { isAppError } from "#lib/base/app-error.ts";
import { beijingTimestamp } from "#lib/base/beijing-time.ts";
import type { OrderView } from "#lib/contract/order.ts";
import { isScene, planBrand } from "#lib/intelligence/index.ts";
import { payTextFor } from "#lib/texts/pay.ts";
import { openPageContext } from "../../context.ts";
import { readPayPageRequest, type SearchParams } from "../../page-request.ts";

interface ReceiptRouteProps {
  readonly params: Promise<{ orderId: string }>;
  readonly searchParams: Promise<SearchParams>;
}

export const metadata: Metadata = { robots: { index: false, follow: false } };

/** The receipt of a paid order, by itself. Before there is one, the pay page says what there is to say. */
export default async function ReceiptPage({ params, searchParams }: ReceiptRouteProps) {
  const { orderId } = await params;
  const context = await openPageContext();
  const search = await searchParams;
  const pageRequest = readPayPageRequest(search, context, await headers());
  const payUrl = pageRequest.address(orderId, { returned: null });
  const order = await context.payments.order(orderId).catch(ofNobody);
  if (order === null || order.paidAt === null) redirect(payUrl);
  const [{ name, brand, look }, mails] = await Promise.all([context.merchant(), context.receiptMails(orderId)]);
  const text = payTextFor(isScene(order.scene) ? order.scene : "other", pageRequest.language);
  const shop = planBrand(brand ?? undefined, { names: [name], language: pageRequest.language }).brand;
  return (
    <main
      lang={pageRequest.language}
      className="min-h-dvh px-3 pt-6 safe-bottom"
      style={brandStyle(shop)}
      {...lookAttributes(look)}
    >
      <title>{`${text.receipt.title} · ${shop.name}`}</title>
      <ReceiptSheet shop={shop} order={order} paidAt={momentText(order.paidAt)} text={text}>
        <SavePicture text={text} name={`receipt-${order.outTradeNo}`} />
        {mails === null ? null : (
          <MailReceipt
            url={payUrl.replace(/\?|$/, (end) => `/receipt/mail${end}`)}
            mails={mails}
            answer={answerOf(search.mail)}
            text={text}
          />
        )}
        <p className="mt-2 text-center">
          <ButtonLink href={payUrl} weight="quiet">
            {text.receipt.back}
          </ButtonLink>
        </p>
      </ReceiptSheet>
      <InlineScript nonce={pageRequest.nonce} lines={RECEIPT_PICTURE_SCRIPT} />
    </main>
  );
}

const answerOf = (asked: SearchParams[string]): string | null => (typeof asked === "string" ? asked : null);

/** What nobody ordered, and what cannot be read now, is told by the pay page. */
function ofNobody(cause: unknown): OrderView | null {
  if (isAppError(cause)) return null;
  throw cause;
}

/** `2026-07-01 20:25`, in the zone that WeChat Pay works in. */
const momentText = (moment: string): string => beijingTimestamp(new Date(moment)).slice(0, 16).replace("T", " ");
