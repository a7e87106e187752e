import { Amount, amountText } from "#components/ui/amount.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { fen, formatYuan } from "#lib/base/fen.ts";
import type { CollectText, CollectTrouble } from "#lib/texts/collect.ts";
import { fill } from "#lib/texts/words.ts";
import { InlineScript } from "../pay/inline-script.tsx";
import { Keypad } from "./keypad.tsx";
import { KEYPAD_SCRIPT } from "./keypad-script.ts";

/** Where the amount comes from: the sign, or the shopper. */
export type AskedAmount =
  | { readonly kind: "fixed"; readonly fen: number }
  | { readonly kind: "free"; readonly min: number; readonly max: number; readonly tellBounds: boolean };

interface CollectFormProps {
  readonly text: CollectText;
  readonly merchant: string;
  readonly label: string;
  readonly action: string;
  readonly token: string;
  readonly asked: AskedAmount;
  readonly noteMax: number;
  readonly trouble: CollectTrouble | null;
  /** A promotion code that comes with the sign. */
  readonly promo: string | null;
  /** What was typed before something was wrong with it. */
  readonly typed: { readonly amount: string; readonly note: string };
  /** The name of the app that shows the page, where it cannot pay with WeChat. */
  readonly app: string | null;
  readonly nonce: string | undefined;
}

/** One form for one order. It needs no scripts, and sent twice it is still one order. */
export function CollectForm(props: CollectFormProps) {
  const { text, merchant, label, action, token, asked, trouble, promo, app, nonce } = props;
  return (
    <Card className="@container px-5 py-6 sm:px-8">
      <div className="text-center">
        <p className="text-sm text-soft">
          {text.payTo} <strong className="font-semibold text-ink">{merchant}</strong>
        </p>
        <h1 className="mt-1 text-lg font-semibold">{label}</h1>
        {promo !== null && (
          <p className="mt-2 text-sm [overflow-wrap:anywhere] text-brand-ink" data-testid="promo">
            {fill(text.promo, { code: promo })}
          </p>
        )}
      </div>
      {app !== null && (
        <div role="alert" className="mt-4" data-testid="in-app">
          <Notice tone="warn">
            <strong className="block font-semibold">{fill(text.inApp, { app })}</strong>
            {text.inAppHint}
          </Notice>
        </div>
      )}
      <form method="post" action={action} noValidate className="mt-5 flex flex-col gap-5" data-collect="">
        <input type="hidden" name="token" value={token} />
        {trouble !== null && !ofField(trouble) && (
          <div role="alert">
            <Notice tone="warn">{text.troubles[trouble]}</Notice>
          </div>
        )}
        {asked.kind === "fixed" ? (
          <FixedAmount {...props} amount={asked.fen} />
        ) : (
          <FreeAmount {...props} bounds={asked} />
        )}
        <div>
          <Button type="submit">
            {asked.kind === "fixed" ? fill(text.goAmount, { amount: amountText(asked.fen) }) : text.go}
          </Button>
          <p className="mt-3 text-center text-xs text-soft">{text.next}</p>
        </div>
      </form>
      <InlineScript nonce={nonce} lines={KEYPAD_SCRIPT} />
    </Card>
  );
}

const AMOUNT_TROUBLES: readonly CollectTrouble[] = ["empty", "malformed", "decimals", "below", "above"];
const ofField = (trouble: CollectTrouble): boolean => trouble === "note" || AMOUNT_TROUBLES.includes(trouble);

function FixedAmount({ amount, text }: CollectFormProps & { amount: number }) {
  return (
    <div className="py-4 text-center">
      <p>
        <span className="sr-only">
          {text.amount} {amountText(amount)}
        </span>
        <span aria-hidden="true">
          <Amount amount={amount} />
        </span>
      </p>
      {/* What the shopper saw is what the order must cost. */}
      <input type="hidden" name="amount" value={formatYuan(fen(amount))} />
    </div>
  );
}

type Bounds = Extract<AskedAmount, { kind: "free" }>;

function FreeAmount({ text, trouble, typed, noteMax, bounds }: CollectFormProps & { bounds: Bounds }) {
  const limits = { min: amountText(bounds.min), max: amountText(bounds.max) };
  const wrongAmount =
    trouble !== null && AMOUNT_TROUBLES.includes(trouble) ? fill(text.troubles[trouble], limits) : null;
  return (
    <>
      <div>
        <label htmlFor="amount" className="block text-sm font-medium">
          {text.amount}
        </label>
        <div
          className={`mt-2 flex items-baseline gap-2 border-b-2 focus-within:border-brand-ink ${wrongAmount === null ? "border-line" : "border-bad-ink"}`}
        >
          <span aria-hidden="true" className="text-3xl font-medium">
            ¥
          </span>
          <input
            id="amount"
            suppressHydrationWarning
            name="amount"
            type="text"
            inputMode="decimal"
            autoComplete="off"
            enterKeyHint="go"
            required
            maxLength={20}
            defaultValue={typed.amount}
            aria-invalid={wrongAmount !== null}
            aria-describedby={wrongAmount !== null ? "amount-wrong" : bounds.tellBounds ? "amount-hint" : undefined}
            className="min-h-16 w-full min-w-0 bg-transparent text-4xl font-semibold figures outline-none"
          />
        </div>
        <Wrong id="amount-wrong" text={wrongAmount} />
        {bounds.tellBounds && wrongAmount === null && (
          <p id="amount-hint" className="mt-2 text-sm text-soft">
            {fill(text.between, limits)}
          </p>
        )}
      </div>
      <Keypad text={text} />
      <Note text={text} typed={typed.note} noteMax={noteMax} isWrong={trouble === "note"} />
    </>
  );
}

interface NoteProps {
  readonly text: CollectText;
  readonly typed: string;
  readonly noteMax: number;
  readonly isWrong: boolean;
}

/** Out of sight until somebody has something to say: most only pay. */
const Note = ({ text, typed, noteMax, isWrong }: NoteProps) => (
  <details open={typed !== "" || isWrong}>
    <summary className="flex min-h-11 cursor-pointer list-none items-center text-sm text-soft underline decoration-line underline-offset-4">
      {text.note}
    </summary>
    <input
      name="note"
      type="text"
      aria-label={text.note}
      autoComplete="off"
      maxLength={noteMax}
      defaultValue={typed}
      aria-invalid={isWrong}
      aria-describedby={isWrong ? "note-wrong" : "note-hint"}
      className="mt-1 block min-h-12 w-full rounded-xl border border-soft/60 bg-surface px-3 text-base"
    />
    {isWrong ? (
      <Wrong id="note-wrong" text={fill(text.troubles.note, { count: noteMax })} />
    ) : (
      <p id="note-hint" className="mt-2 text-xs text-soft">
        {fill(text.noteHint, { count: noteMax })}
      </p>
    )}
  </details>
);

const Wrong = ({ id, text }: { id: string; text: string | null }) =>
  text === null ? null : (
    <p id={id} role="alert" className="mt-2 text-sm font-medium text-bad-ink">
      {text}
    </p>
  );
