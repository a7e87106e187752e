import { Amount, amountText } from "#components/ui/amount.tsx";
import type { Text } from "./text.ts";

/** To whom, and how much: the two things that stand still whatever happens to the order. */
export function Heading({ merchant, amount, text }: { merchant: string; amount: number; text: Text }) {
  return (
    <div className="w-full text-center">
      <p className="text-sm text-soft">
        {text.payTo} <strong className="font-semibold text-ink">{merchant}</strong>
      </p>
      <h1 className="motion-settle mt-3">
        <span className="sr-only">
          {text.amountDue} {amountText(amount)}
        </span>
        <span aria-hidden="true">
          <Amount amount={amount} />
        </span>
      </h1>
    </div>
  );
}
