import { Field, Radio } from "#components/admin/field.tsx";
import { INPUT, toneLook } from "#components/admin/look.ts";
import { amountText } from "#components/ui/amount.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { fen, formatYuan } from "#lib/base/fen.ts";
import { REFUND_REASON_CHARS_MAX } from "#lib/base/limits.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { RefundView } from "#lib/contract/refund.ts";
import type { AdminText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { PageAddress } from "../../../../admin-page.tsx";

interface RefundFormProps {
  readonly order: OrderView;
  readonly refunds: readonly RefundView[];
  /** In fen. */
  readonly most: number;
  readonly search: PageAddress["search"];
  readonly problem: string | null;
  readonly text: AdminText;
}

/** A plain GET form: the preview is a page of its own, so the browser's back button works. */
export function RefundForm({ order, refunds, most, search, problem, text }: RefundFormProps) {
  const { refund } = text;
  const { how = "full" } = search;
  return (
    <form className="flex flex-col gap-5">
      {problem === null ? null : (
        <div role="alert">
          <Notice tone="warn">{problem}</Notice>
        </div>
      )}
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-2 font-semibold">{refund.how}</legend>
        <Radio
          name="how"
          value="full"
          defaultChecked={how === "full"}
          label={refund.full}
          hint={fill(refund.fullHint, { amount: amountText(most) })}
        />
        <Radio name="how" value="part" defaultChecked={how === "part"} label={refund.part} />
        <div className="pb-3 pl-8 supports-[selector(:has(*))]:hidden [fieldset:has([value=part]:checked)_&]:block">
          <Field
            label={refund.partLabel}
            name="amount"
            inputMode="decimal"
            placeholder={formatYuan(fen(most))}
            defaultValue={search.amount}
            autoComplete="off"
            maxLength={12}
          />
        </div>
        <Radio name="how" value="items" defaultChecked={how === "items"} label={refund.items} />
        <ul className="divide-y divide-line pl-8 supports-[selector(:has(*))]:hidden [fieldset:has([value=items]:checked)_&]:block">
          {order.items.map((item) => (
            <ItemRow
              key={item.id}
              item={item}
              left={leftOf(item, refunds)}
              chosen={search[`q_${item.id}`]}
              text={text}
            />
          ))}
        </ul>
      </fieldset>
      <Field label={refund.reason} name="reason" defaultValue={search.reason} maxLength={REFUND_REASON_CHARS_MAX} />
      <div className="flex flex-wrap gap-3">
        <button type="submit" className={`${toneLook("primary")} max-sm:w-full`}>
          {refund.preview}
        </button>
        <a href={`/admin/orders/${order.id}`} className={`${toneLook("plain")} max-sm:w-full`}>
          {text.cancel}
        </a>
      </div>
    </form>
  );
}

interface ItemRowProps {
  readonly item: OrderView["items"][number];
  readonly left: number;
  readonly chosen: string | undefined;
  readonly text: AdminText;
}

function ItemRow({ item, left, chosen, text: { refund } }: ItemRowProps) {
  const id = `q_${item.id}`;
  return (
    <li className="flex items-center justify-between gap-4 py-3">
      <label htmlFor={id} className="min-w-0">
        <span className="block break-words">{item.name}</span>
        <span className="text-sm text-soft">
          {left === 0 ? refund.itemGone : fill(refund.itemLeft, { count: left })}
        </span>
      </label>
      <input
        id={id}
        name={id}
        type="number"
        inputMode="numeric"
        min={0}
        max={left}
        defaultValue={chosen ?? 0}
        disabled={left === 0}
        className={`${INPUT} max-w-24 text-right`}
      />
    </li>
  );
}

const leftOf = (item: OrderView["items"][number], refunds: readonly RefundView[]): number =>
  refunds
    .filter(({ status }) => status !== "closed")
    .flatMap(({ items }) => items.filter(({ itemId }) => itemId === item.id))
    .reduce((left, { quantity }) => left - quantity, item.quantity);
