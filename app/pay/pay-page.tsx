import { Behaviour } from "#components/pay/behaviour.tsx";
import { Details } from "#components/pay/details.tsx";
import { Heading } from "#components/pay/heading.tsx";
import { clockText } from "#components/pay/moments.ts";
import type { Aftermath } from "#components/pay/outcome.tsx";
import { PayLive } from "#components/pay/pay-live.tsx";
import { PayTop } from "#components/pay/pay-top.tsx";
import { fill, textOf } from "#components/pay/text.ts";
import { amountText } from "#components/ui/amount.tsx";
import type { OrderStatusView, OrderView } from "#lib/contract/order.ts";
import { chooseWay } from "./choose-way.ts";
import type { House } from "./house.ts";
import { type Setting, setStage } from "./set-stage.tsx";
import type { Visit } from "./visit.ts";

interface PayPageProps {
  readonly house: House;
  readonly visit: Visit;
  readonly order: OrderView;
  readonly status: OrderStatusView;
  readonly openid: string | null;
  readonly merchant: string;
}

const NOTHING_TO_DO: Setting = { stage: null, bar: null, hint: "", codeUrl: null, scripts: null };

export async function PayPage({ house, visit, order, status, openid, merchant }: PayPageProps) {
  const { language } = visit;
  const text = textOf(language);
  const now = house.now();
  const remainingMs = Math.max(0, Date.parse(status.expiresAt) - now);
  const payable = status.status === "pending" && remainingMs > 0;
  const set = payable ? await setStage({ house, visit, order, openid, text }) : NOTHING_TO_DO;
  const phoneUrl = house.sandbox === null ? null : sandboxPhone(house.sandbox.phoneUrl, set.codeUrl);
  return (
    <main lang={language} className="pay-grid">
      <PayTop
        text={text}
        language={language}
        otherLanguageUrl={visit.address(order.id, { lang: language === "en" ? "zh-CN" : "en" })}
        sandbox={phoneUrl === null ? null : { phoneUrl }}
      />
      <PayLive
        initial={status}
        words={text.live}
        language={language}
        time={{ remainingMs, spanMs: Date.parse(order.expiresAt) - Date.parse(order.createdAt) }}
        returnUrl={safeReturnUrl(order.returnUrl)}
        aftermath={aftermathOf(order)}
        heading={<Heading merchant={merchant} amount={order.amountDue} text={text} />}
        stage={set.stage}
        hint={set.hint}
        payBefore={fill(text.payBefore, { time: clockText(status.expiresAt, now, language) })}
        details={<Details order={order} text={text} />}
        bar={set.bar}
      />
      {set.scripts}
      {payable && (
        <Behaviour
          orderId={order.id}
          way={chooseWay(visit)}
          offers={order.discounts.map(({ id }) => id)}
          nonce={visit.nonce}
        />
      )}
    </main>
  );
}

const sandboxPhone = (phoneUrl: string, codeUrl: string | null): string =>
  codeUrl === null ? phoneUrl : `${phoneUrl}?code_url=${encodeURIComponent(codeUrl)}`;

/** Checked when the order was made; checked again here because it becomes a link. */
function safeReturnUrl(returnUrl: string | null): string | null {
  if (returnUrl === null || !URL.canParse(returnUrl)) return null;
  return /^https?:$/.test(new URL(returnUrl).protocol) ? returnUrl : null;
}

function aftermathOf(order: OrderView): Aftermath | null {
  if (order.amountRefunded > 0) return { kind: "refunded", amount: amountText(order.amountRefunded) };
  const late = order.extraPayments.filter(({ verdict }) => verdict === "late");
  if (late.length === 0) return null;
  return { kind: "late", refunded: late.every(({ resolution }) => resolution === "refunded") };
}
