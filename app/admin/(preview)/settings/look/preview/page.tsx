import { CollectForm } from "#components/collect/collect-form.tsx";
import { CollectFrame } from "#components/collect/collect-frame.tsx";
import { brandStyle, lookAttributes } from "#components/pay/brand-look.ts";
import { Countdown } from "#components/pay/countdown.tsx";
import { Heading } from "#components/pay/heading.tsx";
import { Outcome } from "#components/pay/outcome.tsx";
import { H5Bar } from "#components/pay/panels.tsx";
import { PayTop } from "#components/pay/pay-top.tsx";
import { QrCard } from "#components/pay/qr-card.tsx";
import { Receipt } from "#components/pay/receipt.tsx";
import { Dock, StageCard, TimeLine, Whisper } from "#components/pay/stage-card.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { COLLECTION_FREE_FEN_MAX_DEFAULT, COLLECTION_NOTE_CHARS_MAX } from "#lib/base/collection-limits.ts";
import type { OrderView } from "#lib/contract/order.ts";
import { type ShopLook, shopLookSchema } from "#lib/contract/shop-look.ts";
import { type PageBrandWish, type PagePlan, planPage } from "#lib/intelligence/index.ts";
import { drawQr } from "#lib/qr-code.ts";
import { readMerchant } from "#lib/storage/configuration/gateway-accounts.ts";
import { lookText } from "#lib/texts/admin.ts";
import { collectText } from "#lib/texts/collect.ts";
import { payText } from "#lib/texts/pay.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../../admin-page.tsx";
import type { AdminRequest } from "../../../../admin-request.ts";
import { sampleOrder } from "./sample-order.ts";

/** The pay page or a code's page with a look that is not kept yet. It stands in a frame, and nothing on it can be used. */
export default adminPage("config.read", async (adminRequest, { search }) => {
  const { container, language } = adminRequest;
  const merchant = await readMerchant(container.database.pool);
  const look = wishedLook(search, merchant.look);
  const brand = { ...merchant.brand, ...(look.name === "" ? {} : { name: look.name }) };
  const isPhone = search.form !== "desk";
  const order = sampleOrder(lookText(language), { now: container.clock.now(), isPaid: search.view === "paid" });
  const plan = planPage({
    scene: {
      ...{ env: "browser", form: isPhone ? "phone" : "desktop", channel: isPhone ? "h5" : "native" },
      ...{ alternatives: [], scene: "dining", fallback: false },
    },
    order: { ...order, merchantName: merchant.name || lookText(language).sample.shop },
    brand: withColor(brand, look),
    look,
    prefs: { language },
  });
  return (
    <div inert className="shopper-view">
      {/* The dashboard's own banner is not part of what shoppers see. */}
      <style>{"[data-testid=sandbox-banner]{display:none}"}</style>
      {search.view === "code" ? (
        <CodePreview plan={plan} adminRequest={adminRequest} />
      ) : (
        <PayPreview plan={plan} order={order} isPhone={isPhone} />
      )}
    </div>
  );
});

/** What is typed, as far as it is valid; the rest as it was saved. */
function wishedLook(search: Readonly<Record<string, string>>, saved: ShopLook): ShopLook {
  const parts = Object.entries(shopLookSchema.shape).flatMap(([name, part]) => {
    const read = search[name] === undefined ? null : part.safeParse(search[name]);
    return read?.success ? [[name, read.data]] : [];
  });
  return { ...saved, ...Object.fromEntries(parts) };
}

function withColor({ color: _kept, ...brand }: PageBrandWish, { color }: ShopLook): PageBrandWish {
  return color === "" ? brand : { ...brand, color };
}

function PayPreview({ plan, order, isPhone }: { plan: PagePlan; order: OrderView; isPhone: boolean }) {
  const text = payText(plan.language);
  const isPaid = order.status === "paid";
  const code = (
    <QrCard
      code={drawQr("weixin://wxpay/bizpayurl?pr=")}
      imageUrl=""
      amount={amountText(order.amountDue)}
      text={text}
    />
  );
  const label = isPaid ? text.amountPaid : text.amountDue;
  return (
    <main lang={plan.language} className="pay-grid" style={brandStyle(plan.brand)} {...lookAttributes(plan.look)}>
      <PayTop text={text} plan={plan} displayUrl="" sandbox={null} />
      <StageCard
        heading={<Heading merchant={plan.brand.name} amount={order.amountDue} label={label} fact={null} text={text} />}
        isTall={!isPhone}
        middle={
          isPaid ? (
            <Outcome
              {...{ face: "paid", paidAt: order.paidAt, aftermath: null, words: text.live, thanks: plan.look.thanks }}
            />
          ) : isPhone ? null : (
            code
          )
        }
      >
        {!isPaid && <Whisper>{plan.copy.hint}</Whisper>}
        {!isPaid && (
          <TimeLine
            countdown={<Countdown left={600_000} spanMs={900_000} words={text.live} />}
            until={fill(text.payBefore, { time: "12:30" })}
          />
        )}
      </StageCard>
      <Receipt order={order} plan={plan} text={text} phone={plan.look.phone} offersUrl={null} />
      {isPhone && !isPaid && (
        <Dock sticks>
          <H5Bar label={`${plan.copy.action} ${amountText(order.amountDue)}`} payUrl="">
            {null}
          </H5Bar>
        </Dock>
      )}
    </main>
  );
}

function CodePreview({ plan, adminRequest: { language } }: { plan: PagePlan; adminRequest: AdminRequest }) {
  const text = collectText(language);
  return (
    <CollectFrame
      text={text}
      shop={{ ...plan.brand, look: plan.look }}
      language={language}
      display={null}
      sandboxUrl={null}
    >
      <CollectForm
        text={text}
        merchant={plan.brand.name}
        label={lookText(language).sample.label}
        action=""
        token=""
        asked={{ kind: "free", min: 1, max: COLLECTION_FREE_FEN_MAX_DEFAULT, tellBounds: false }}
        noteMax={COLLECTION_NOTE_CHARS_MAX}
        trouble={null}
        promo={null}
        typed={{ amount: "", note: "" }}
        app={null}
        nonce={undefined}
      />
    </CollectFrame>
  );
}
