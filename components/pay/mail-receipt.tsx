import type { PayText } from "#lib/texts/pay.ts";
import { fill } from "#lib/texts/words.ts";

interface MailReceiptProps {
  /** Takes `address` by a plain form. */
  readonly url: string;
  /** What was sent before, the newest first; addresses are masked. */
  readonly mails: readonly { readonly id: string; readonly shown: string; readonly status: string }[];
  /** What became of the last one. */
  readonly answer: string | null;
  readonly text: PayText;
}

/** Sends the receipt by e-mail, where the shop allows it. Needs no script. */
export function MailReceipt({ url, mails, answer, text }: MailReceiptProps) {
  const { mail } = text.receipt;
  const answers: Readonly<Record<string, string>> = mail.answers;
  const states: Readonly<Record<string, string>> = mail.states;
  const isGood = answer === "taken" || answer === "same";
  // Once it has arrived, the line below says so.
  const isOver = isGood && mails[0]?.status !== "pending";
  const said = answer === null || isOver ? undefined : answers[answer];
  return (
    <section className="mt-4 text-sm" data-testid="mail-receipt" id="mail">
      <details open={said !== undefined && !isGood}>
        <summary className="mx-auto flex min-h-11 w-fit cursor-pointer list-none items-center px-3 text-soft underline decoration-line underline-offset-4">
          {mail.title}
        </summary>
        <form method="post" action={url} className="flex flex-wrap items-center gap-2 py-2">
          <label htmlFor="receipt-address" className="sr-only">
            {mail.label}
          </label>
          <input
            id="receipt-address"
            name="address"
            type="email"
            required
            maxLength={254}
            placeholder={mail.label}
            autoComplete="email"
            enterKeyHint="send"
            aria-describedby="receipt-mail-hint"
            className="min-h-11 min-w-0 flex-1 rounded-xl border border-soft/60 bg-surface px-3 text-base text-ink placeholder:text-soft"
          />
          <button
            type="submit"
            className="min-h-11 shrink-0 cursor-pointer rounded-xl border border-line bg-surface px-4 font-medium text-ink press"
          >
            {mail.send}
          </button>
          <p id="receipt-mail-hint" className="w-full text-soft">
            {mail.hint}
          </p>
        </form>
      </details>
      <p role="status" className={isGood ? "text-center text-brand-ink" : "text-center text-warn-ink empty:hidden"}>
        {said}
      </p>
      <ul className="mt-1 text-center text-soft">
        {mails.map(({ id, shown, status }) => (
          <li key={id} className="break-all">
            {fill(states[status] ?? "{address}", { address: shown })}
          </li>
        ))}
      </ul>
    </section>
  );
}
