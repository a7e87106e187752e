import type { ComponentType, ReactNode } from "react";
import { aftermathOf, pageTitle } from "#components/pay/aftermath.ts";
import { Behaviour } from "#components/pay/behaviour.tsx";
import { brandStyle, lookAttributes } from "#components/pay/brand-look.ts";
import { CORRECT_SCRIPT } from "#components/pay/correct-script.ts";
import { EMBED_SCRIPT } from "#components/pay/embed-script.ts";
import { Heading } from "#components/pay/heading.tsx";
import { InlineScript } from "#components/pay/inline-script.tsx";
import { clockText } from "#components/pay/moments.ts";
import { PayLive, type PayLiveProps } from "#components/pay/pay-live.tsx";
import { PayTop } from "#components/pay/pay-top.tsx";
import { PersonalSwitch } from "#components/pay/personal-switch.tsx";
import { Receipt } from "#components/pay/receipt.tsx";
import { WATCH_SCRIPT } from "#components/pay/watch-script.ts";
import type { OrderStatusView, OrderView } from "#lib/contract/order.ts";
import type { PagePlan } from "#lib/intelligence/index.ts";
import type { PayText } from "#lib/texts/pay.ts";
import { fill } from "#lib/texts/words.ts";
import type { PageContext } from "./context.ts";
import type { PayPageRequest } from "./page-request.ts";
import { type Setting, subRoute } from "./set-stage.tsx";

export interface PayPageProps {
  /** Draws what changes; the page lane's own also says to the browser what it needs to go on from there. */
  readonly Live?: ComponentType<PayLiveProps>;
  /** The lines that tell what happens on the page stand in its script already. */
  readonly hasBehaviour?: boolean;
  readonly context: PageContext;
  readonly pageRequest: PayPageRequest;
  readonly plan: PagePlan;
  readonly order: OrderView;
  readonly status: OrderStatusView;
  /** An offer was chosen for this very shopper. */
  readonly personal: boolean;
  /** Where a promotion code can be typed; null: nowhere. */
  readonly codeEntry: ReactNode;
  readonly payable: boolean;
  readonly remainingMs: number;
  readonly text: PayText;
  readonly set: Setting;
}

/** The page, complete in its first HTML; scripts only keep it true while one looks at it. */
export function PayPage({ Live = PayLive, hasBehaviour = false, ...props }: PayPageProps) {
  const { context, pageRequest, plan, order, status, personal, codeEntry, payable, remainingMs, text, set } = props;
  const { language, brand } = plan;
  const phoneUrl = context.sandbox === null ? null : sandboxPhone(context.sandbox.phoneUrl, set.codeUrl);
  return (
    <main
      lang={language}
      className="pay-grid"
      style={brandStyle(brand)}
      data-scene={plan.scene}
      {...lookAttributes(plan.look)}
    >
      {payable && plan.channel !== "none" && !pageRequest.seen && (
        <InlineScript nonce={pageRequest.nonce} lines={CORRECT_SCRIPT} data={{ "data-env": pageRequest.agent.env }} />
      )}
      {pageRequest.embed !== null && (
        <InlineScript
          nonce={pageRequest.nonce}
          lines={EMBED_SCRIPT}
          data={{ "data-embed": pageRequest.embed, "data-order": order.id }}
        />
      )}
      {payable && <InlineScript nonce={pageRequest.nonce} lines={WATCH_SCRIPT} data={watched(order, set)} />}
      <PayTop
        text={text}
        plan={plan}
        displayUrl={subRoute(pageRequest, order, "display")}
        sandbox={phoneUrl === null ? null : { phoneUrl }}
      />
      <Live
        initial={status}
        words={text.live}
        time={{ remainingMs, spanMs: Date.parse(order.expiresAt) - Date.parse(order.createdAt) }}
        shown={set.shown}
        payHereUrl={pageRequest.address(order.id)}
        returnUrl={safeReturnUrl(order.returnUrl)}
        aftermath={aftermathOf(order, text)}
        receiptUrl={subRoute(pageRequest, order, "receipt")}
        thanks={plan.look.thanks}
        returned={payable && pageRequest.returned && CASHIERS.has(plan.channel)}
        title={{ waiting: pageTitle(order, { shop: brand.name, language, returned: false }), shop: brand.name }}
        heading={
          <Heading
            merchant={brand.name}
            amount={shownAmount(order)}
            label={amountLabel(status, text)}
            fact={set.stage === null ? null : (plan.facts[0] ?? null)}
            text={text}
          />
        }
        stage={set.stage}
        hint={set.hint}
        payBefore={fill(text.payBefore, { time: clockText(status.expiresAt, context.now(), text.live.dayAndTime) })}
        details={
          <Receipt
            order={order}
            plan={plan}
            text={text}
            phone={plan.look.phone}
            offersUrl={payable ? subRoute(pageRequest, order, "offers") : null}
          >
            {payable && codeEntry}
            {payable && plan.blocks.includes("personal_switch") && (
              <PersonalSwitch
                text={text}
                on={personal || pageRequest.shopper.consent}
                back={pageRequest.address(order.id)}
              />
            )}
          </Receipt>
        }
        bar={set.bar}
        barSticks={set.sticks}
        checkUrl={subRoute(pageRequest, order, "check")}
      />
      {payable && (
        <p
          id="pay-offline"
          hidden
          role="alert"
          className="pay-offline rounded-xl bg-warn-soft px-4 py-3 text-center text-sm text-warn-ink"
        >
          {text.offlineTap}
        </p>
      )}
      {set.scripts}
      {payable && !hasBehaviour && <Behaviour {...visitOf(props)} nonce={pageRequest.nonce} />}
    </main>
  );
}

/** What is told of a visit to the page. */
export const visitOf = ({ order, plan }: Pick<PayPageProps, "order" | "plan">) => ({
  orderId: order.id,
  way: plan.channel,
  offers: plan.offers.map(({ id }) => id),
});

/** What the plain lines keep true: the order, and the code that is shown of it. */
const watched = ({ id }: OrderView, { shown }: Setting) => ({
  "data-order": id,
  "data-handover": shown?.handover ?? "",
});

/** The ways that lead through a cashier of WeChat's, from which one comes back. */
const CASHIERS: ReadonlySet<string> = new Set(["jsapi", "h5", "miniprogram"]);

function amountLabel({ status }: OrderStatusView, text: PayText): string {
  if (status === "pending") return text.amountDue;
  return status === "closed" ? text.orderAmount : text.amountPaid;
}

/** What is due, until the shopper has paid; then what it took from them, which coupons of WeChat make less. */
const shownAmount = ({ status, amountDue, amountPaid, amountPayer }: OrderView): number =>
  status === "pending" || status === "closed" ? amountDue : (amountPayer ?? amountPaid);

const sandboxPhone = (phoneUrl: string, codeUrl: string | null): string =>
  codeUrl === null ? phoneUrl : `${phoneUrl}?code_url=${encodeURIComponent(codeUrl)}`;

/** Checked when the order was made; checked again here because it becomes a link. */
function safeReturnUrl(returnUrl: string | null): string | null {
  if (returnUrl === null || !URL.canParse(returnUrl)) return null;
  return /^https?:$/.test(new URL(returnUrl).protocol) ? returnUrl : null;
}
