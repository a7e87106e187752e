import { Amount, amountText } from "#components/ui/amount.tsx";
import type { PayText } from "#lib/texts/pay.ts";

interface HeadingProps {
  readonly merchant: string;
  readonly amount: number;
  /** What the amount is: due, paid, or what a closed order would have cost. */
  readonly label: string;
  readonly text: PayText;
}

/** To whom, and how much: the two things that stand still whatever happens to the order. */
export function Heading({ merchant, amount, label, text }: HeadingProps) {
  return (
    <div className="w-full text-center">
      <p className="text-sm text-soft">
        {text.payTo} <strong className="font-semibold text-ink">{merchant}</strong>
      </p>
      <h1 className="motion-settle mt-3">
        <span className="sr-only">
          {label} {amountText(amount)}
        </span>
        <span aria-hidden="true">
          <Amount amount={amount} />
        </span>
      </h1>
    </div>
  );
}
