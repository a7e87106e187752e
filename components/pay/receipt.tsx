import type { ReactNode } from "react";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import type { PayText } from "#lib/texts/pay.ts";
import { fill } from "#lib/texts/words.ts";
import { WechatMark } from "./wechat-mark.tsx";

/** More than this many items fold away, so that the action stays near. */
const ITEMS_SHOWN = 4;

interface ReceiptOffer {
  readonly id: string;
  readonly name: string;
  readonly amount: number;
  readonly why: string;
}

interface OptionalOffer {
  readonly id: string;
  readonly name: string;
  readonly saves: number;
  readonly why: string;
  readonly chosen: boolean;
}

/** Of the page's plan, what the receipt shows and in which order. */
interface ReceiptPlan {
  readonly blocks: readonly string[];
  readonly copy: { readonly itemsTitle: string };
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly offers: readonly ReceiptOffer[];
  readonly optional: readonly OptionalOffer[];
  readonly repeat: readonly string[];
}

interface ReceiptProps {
  readonly order: OrderView;
  readonly plan: ReceiptPlan;
  readonly text: PayText;
  /** Takes the optional offers that are wanted; null where nothing can be chosen any more. */
  readonly offersUrl: string | null;
  /** The shop's, for questions; may be empty. */
  readonly phone?: string;
  /** Stands under the receipt. */
  readonly children?: ReactNode;
}

/** What is being paid for: the parts in the plan's order, and always last the sums, down to the amount due or paid. */
export function Receipt({ order, plan, text, offersUrl, phone = "", children }: ReceiptProps) {
  const parts: Readonly<Record<string, ReactNode>> = {
    scene_facts: <Facts key="scene_facts" facts={plan.facts} />,
    items: <ItemList key="items" order={order} title={plan.copy.itemsTitle} text={text} />,
    offers: <Offers key="offers" plan={plan} text={text} offersUrl={offersUrl} />,
    repeat: <LastTime key="repeat" names={plan.repeat} text={text} />,
  };
  return (
    <div className="pay-details">
      <Card className="ruled px-5 py-1">
        {plan.blocks.flatMap((block) => parts[block] ?? [])}
        <Sums order={order} text={text} />
      </Card>
      <div className="py-3">
        <WechatMark>{text.secured}</WechatMark>
        {phone !== "" && (
          <p className="text-center text-xs text-soft">
            {text.contact}{" "}
            <a
              href={`tel:${phone.replaceAll(" ", "")}`}
              className="inline-flex min-h-11 items-center px-1 underline underline-offset-4 figures"
            >
              {phone}
            </a>
          </p>
        )}
        {children}
      </div>
    </div>
  );
}

/** What this sale is known by: the first fact is what one checks (the table, the plate), so it stands out. */
function Facts({ facts }: { facts: ReceiptPlan["facts"] }) {
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-3 py-4" data-testid="facts">
      {facts.map(({ label, value }, at) => (
        <div key={label} className={facts.length === 1 || (facts.length === 3 && at === 0) ? "col-span-2" : ""}>
          <dt className="text-xs text-soft">{label}</dt>
          <dd className={at === 0 ? "text-xl font-semibold figures" : "mt-0.5 font-medium figures"}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function ItemList({ order, title, text }: { order: OrderView; title: string; text: PayText }) {
  const shown = order.items.length > ITEMS_SHOWN + 1 ? ITEMS_SHOWN : order.items.length;
  const folded = order.items.slice(shown);
  return (
    <section className="pt-4 pb-1">
      <h2 className="text-sm font-semibold">{title}</h2>
      <Items items={order.items.slice(0, shown)} text={text} />
      {folded.length > 0 && (
        <details className="unfolds">
          <summary className="flex min-h-11 cursor-pointer list-none items-center text-sm text-soft">
            {fill(text.moreItems, { count: folded.length })}
          </summary>
          <Items items={folded} text={text} />
        </details>
      )}
    </section>
  );
}

function Items({ items, text }: { items: OrderView["items"]; text: PayText }) {
  return (
    <ul>
      {items.map((item) => (
        <li key={item.id} className="flex items-baseline justify-between gap-4 py-2">
          <span className="min-w-0">
            {item.name}
            <span className="ml-2 text-sm whitespace-nowrap text-soft">
              <span className="sr-only">{text.quantity} </span>× {item.quantity}
            </span>
          </span>
          <span className="shrink-0 text-right figures">
            {amountText(item.amount)}
            {item.discount > 0 && (
              <span className="block text-xs text-brand-ink">
                {fill(text.perLine, { amount: amountText(item.discount) })}
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Each offer with what it takes off and one line of why; what may be taken or left stands apart from what is in the price. */
function Offers({ plan, text, offersUrl }: { plan: ReceiptPlan; text: PayText; offersUrl: string | null }) {
  const optional = offersUrl === null ? [] : plan.optional;
  const asked = new Set(optional.map(({ id }) => id));
  const fixed = plan.offers.filter(({ id }) => !asked.has(id));
  return (
    <section className="py-4">
      <h2 className="text-sm font-semibold">{fixed.length > 0 ? text.offers : text.offersToTake}</h2>
      <ul className="mt-1">
        {fixed.map(({ id, name, amount, why }) => (
          <OfferLine key={id} name={name} why={why}>
            <span className="shrink-0 text-brand-ink figures">−{amountText(amount)}</span>
          </OfferLine>
        ))}
        {optional.map((offer) => (
          <OfferLine key={offer.id} name={offer.name} why={offer.why}>
            <TakeOrLeave offer={offer} all={optional} text={text} url={offersUrl ?? ""} />
          </OfferLine>
        ))}
      </ul>
    </section>
  );
}

/** A line to read and nothing to press: what is being paid for is fixed. */
const LastTime = ({ names, text }: { names: readonly string[]; text: PayText }) => (
  <p className="py-4 text-sm text-soft" data-testid="repeat">
    {fill(text.lastTime, { items: names.join(text.listComma) })}
  </p>
);

const OfferLine = ({ name, why, children }: { name: string; why: string; children: ReactNode }) => (
  <li className="flex items-center justify-between gap-4 py-1.5">
    <span className="min-w-0">
      {name}
      {why !== name && <span className="block text-xs text-soft">{why}</span>}
    </span>
    {children}
  </li>
);

interface TakeOrLeaveProps {
  readonly offer: OptionalOffer;
  readonly all: readonly OptionalOffer[];
  readonly text: PayText;
  readonly url: string;
}

/** A plain form with the offers as they will be; the price is made anew, and the page comes back with it. */
function TakeOrLeave({ offer, all, text, url }: TakeOrLeaveProps) {
  const wanted = all.filter(({ id, chosen }) => (id === offer.id ? !chosen : chosen)).map(({ id }) => id);
  return (
    <form method="post" action={url} className="flex shrink-0 items-center gap-2">
      <input type="hidden" name="offers" value={wanted.join(",")} />
      <span className={`figures ${offer.chosen ? "text-brand-ink" : "text-soft"}`}>−{amountText(offer.saves)}</span>
      <button
        type="submit"
        aria-label={`${offer.chosen ? text.leaveOffer : text.takeOffer} ${offer.name}`}
        className="min-h-11 cursor-pointer rounded-full bg-sunken px-3 text-sm font-medium"
      >
        {offer.chosen ? text.leaveOffer : text.takeOffer}
      </button>
    </form>
  );
}

/** What is due, until it is paid; then what the shopper paid, after what WeChat itself took off, and what came back. */
function Sums({ order, text }: { order: OrderView; text: PayText }) {
  const paid = order.status !== "pending" && order.status !== "closed";
  const payer = order.amountPayer ?? order.amountPaid;
  return (
    <dl className="py-3 text-sm">
      {order.amountDiscount > 0 && <Line name={text.total} value={amountText(order.amountTotal)} />}
      {order.amountDiscount > 0 && <Line name={text.discount} value={`−${amountText(order.amountDiscount)}`} saved />}
      {paid && payer < order.amountPaid && (
        <Line name={text.wechatDiscount} value={`−${amountText(order.amountPaid - payer)}`} saved />
      )}
      <Line
        name={paid ? text.paid : order.status === "closed" ? text.orderAmount : text.due}
        value={amountText(paid ? payer : order.amountDue)}
        strong
      />
      {order.amountRefunded > 0 && <Line name={text.refunded} value={amountText(order.amountRefunded)} />}
      <Line name={text.orderNumber} value={order.outTradeNo} quiet />
    </dl>
  );
}

interface LineProps {
  readonly name: string;
  readonly value: string;
  readonly saved?: boolean;
  readonly strong?: boolean;
  readonly quiet?: boolean;
}

function Line({ name, value, saved, strong, quiet }: LineProps) {
  const look = strong ? "text-base font-semibold" : quiet ? "text-xs" : "";
  return (
    <div className={`flex flex-wrap items-baseline justify-between gap-x-4 py-1 ${look}`}>
      <dt className={strong ? "" : "text-soft"}>{name}</dt>
      <dd className={`figures ${saved ? "text-brand-ink" : quiet ? "text-soft" : ""}`}>{value}</dd>
    </div>
  );
}
