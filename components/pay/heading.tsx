import { Amount, amountText } from "#components/ui/amount.tsx";
import type { PayText } from "#lib/texts/pay.ts";

interface HeadingProps {
  readonly merchant: string;
  readonly amount: number;
  /** What the amount is: due, paid, or what a closed order would have cost. */
  readonly label: string;
  /** What this sale is known by (a plate, a table), where a code pushes the rest below the first screen of a phone. */
  readonly fact: { readonly label: string; readonly value: string } | null;
  readonly text: Pick<PayText, "payTo">;
}

/** To whom, for what, and how much: what stands still whatever happens to the order. */
export function Heading({ merchant, amount, label, fact, text }: HeadingProps) {
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
          <span className="mt-2 block text-xs text-soft" data-testid="amount-label">
            {label}
          </span>
        </span>
      </h1>
      {fact !== null && (
        <p className="pay-fact mt-2 text-sm" data-testid="fact">
          <span className="text-soft">{fact.label}</span>{" "}
          <strong className="font-semibold figures">{fact.value}</strong>
        </p>
      )}
    </div>
  );
}
