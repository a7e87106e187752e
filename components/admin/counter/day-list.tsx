"use client";

import useSWR from "swr";
import { shortTime } from "#components/admin/moments.ts";
import { amountText } from "#components/ui/amount.tsx";
import { LIVE, newestOnly } from "#components/ui/live-data.ts";
import type { CounterDay, DayPayment } from "#lib/contract/counter.ts";
import type { CounterText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { fill } from "#lib/texts/words.ts";
import { fetchJson } from "./fetch-json.ts";
import { UndoButton } from "./undo-button.tsx";

const DAY = "/admin/counter/day";
const ASK_EVERY_MS = 15_000;
const askDay = newestOnly((address, signal) => fetchJson<CounterDay>(address, signal));

interface DayListProps {
  /** As it was when the page was made. */
  readonly initial: CounterDay;
  readonly words: CounterText;
  readonly language: Language;
  readonly mayUndo: boolean;
  readonly onUndo: (orderId: string, token: string) => Promise<string>;
}

/** What was taken today: the newest first, with its sum, always up to date; stale figures say so. */
export function DayList({ initial, words, language, mayUndo, onUndo }: DayListProps) {
  const { data: day = initial, error } = useSWR(DAY, askDay, {
    ...LIVE,
    fallbackData: initial,
    refreshInterval: ASK_EVERY_MS,
  });
  const { day: text, trouble } = words;
  const [last, ...others] = day.payments;
  return (
    <section aria-labelledby="counter-day" data-testid="day">
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="counter-day" className="text-lg font-semibold">
          {text.title}
        </h2>
        <p className="tabular-nums" data-testid="day-sum">
          <strong className="text-xl">{amountText(day.amount)}</strong>{" "}
          <span className="text-sm text-soft">
            {fill(text.sum, { count: day.count })}
            {day.refunded === 0 ? "" : ` · ${fill(text.refunded, { amount: amountText(day.refunded) })}`}
          </span>
        </p>
      </div>
      {error === undefined ? null : (
        <p role="alert" className="mb-2 rounded-xl bg-warn-soft px-4 py-2 text-sm text-warn-ink" data-testid="stale">
          {fill(trouble.stale, { time: shortTime(day.now, language) })}
        </p>
      )}
      {last === undefined ? (
        <p className="rounded-card bg-surface px-4 py-6 text-center text-soft">
          {text.none}
          <span className="block text-sm">{text.noneHint}</span>
        </p>
      ) : (
        <ul className="divide-y divide-line overflow-hidden rounded-card bg-surface lifted">
          <Row payment={last} words={words} language={language}>
            {last.givenBack >= last.amount ? null : (
              <UndoButton
                key={last.id}
                orderId={last.orderId}
                amount={last.amount - last.givenBack}
                words={words}
                mayUndo={mayUndo}
                onUndo={onUndo}
                className="min-h-11 shrink-0 cursor-pointer rounded-xl bg-sunken px-4 text-sm"
              />
            )}
          </Row>
          {others.map((payment) => (
            <Row key={payment.id} payment={payment} words={words} language={language} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface RowProps {
  readonly payment: DayPayment;
  readonly words: CounterText;
  readonly language: Language;
  readonly children?: React.ReactNode;
}

function Row({ payment, words, language, children }: RowProps) {
  const { amount, givenBack, channel, collectionCode, description, paidAt, orderId } = payment;
  const way = collectionCode === null ? words.channels[channel] : `${words.collectionCode} ${collectionCode}`;
  return (
    <li className="flex items-center gap-3 pr-3">
      <a href={`/admin/orders/${orderId}`} className="flex min-h-14 min-w-0 flex-1 items-center gap-3 px-4 py-2">
        <span className="min-w-0 flex-1">
          <span className="block truncate">{description}</span>
          <span className="block truncate text-sm text-soft tabular-nums">
            <time dateTime={paidAt}>{shortTime(paidAt, language)}</time> · {way}
          </span>
        </span>
        <span className="text-right">
          <strong className={`text-lg tabular-nums ${givenBack >= amount ? "text-soft line-through" : ""}`}>
            {amountText(amount)}
          </strong>
          {givenBack === 0 ? null : (
            <span className="block text-xs text-soft">
              {fill(words.day.refunded, { amount: amountText(givenBack) })}
            </span>
          )}
        </span>
      </a>
      {children}
    </li>
  );
}
