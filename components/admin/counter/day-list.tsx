"use client";

import useSWR from "swr";
import { amountText } from "#components/ui/amount.tsx";
import { LIVE, newestOnly } from "#components/ui/live-data.ts";
import { beijingTime } from "#lib/base/beijing-time.ts";
import type { CounterDay, DayPayment } from "#lib/contract/counter.ts";
import type { CounterText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { fetchJson } from "./fetch-json.ts";
import type { UndoAnswer } from "./undo-attempt.ts";
import { UndoButton } from "./undo-button.tsx";

const DAY = "/admin/counter/day";
const ASK_EVERY_MS = 15_000;
const askDay = newestOnly((address, signal) => fetchJson<CounterDay>(address, signal));

interface DayListProps {
  /** As it was when the page was made. */
  readonly initial: CounterDay;
  readonly words: CounterText;
  /** A cashier has no pages of orders to go to. */
  readonly hasOrderPages: boolean;
  readonly refundLimitFen: number;
  readonly onUndo: (orderId: string, token: string) => Promise<UndoAnswer>;
}

/** What was taken today: the newest first, with its sum, always up to date; stale figures say so. */
export function DayList({ initial, words, hasOrderPages, refundLimitFen, onUndo }: DayListProps) {
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
          {fill(trouble.stale, { time: clockTime(day.now) })}
        </p>
      )}
      {last === undefined ? (
        <p className="rounded-card bg-surface px-4 py-6 text-center text-soft">
          {text.none}
          <span className="block text-sm">{text.noneHint}</span>
        </p>
      ) : (
        <ul className="divide-y divide-line overflow-hidden rounded-card bg-surface lifted">
          <Row payment={last} words={words} hasOrderPages={hasOrderPages}>
            {last.givenBack >= last.amount ? null : (
              <UndoButton
                key={last.id}
                orderId={last.orderId}
                amount={last.amount - last.givenBack}
                words={words}
                limitFen={refundLimitFen}
                onUndo={onUndo}
                className="min-h-11 shrink-0 cursor-pointer rounded-xl bg-sunken px-4 text-sm"
              />
            )}
          </Row>
          {others.map((payment) => (
            <Row key={payment.id} {...{ payment, words, hasOrderPages }} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** `14:05` in Beijing. */
const clockTime = (at: string): string => beijingTime(new Date(at)).slice(11, 16);

interface RowProps {
  readonly payment: DayPayment;
  readonly words: CounterText;
  readonly hasOrderPages: boolean;
  readonly children?: React.ReactNode;
}

function Row({ payment, words, hasOrderPages, children }: RowProps) {
  const { amount, givenBack, channel, collectionCode, description, paidAt, orderId } = payment;
  const way = collectionCode === null ? words.channels[channel] : `${words.collectionCode} ${collectionCode}`;
  const look = "flex min-h-14 min-w-0 flex-1 items-center gap-3 px-4 py-2";
  const facts = (
    <>
      <span className="min-w-0 flex-1">
        <span className="block truncate">{description}</span>
        <span className="block truncate text-sm text-soft tabular-nums">
          <time dateTime={paidAt}>{clockTime(paidAt)}</time> · {way}
        </span>
      </span>
      <span className="text-right">
        <strong className={`text-lg tabular-nums ${givenBack >= amount ? "text-soft line-through" : ""}`}>
          {amountText(amount)}
        </strong>
        {givenBack === 0 ? null : (
          <span className="block text-xs text-soft">{fill(words.day.refunded, { amount: amountText(givenBack) })}</span>
        )}
      </span>
    </>
  );
  return (
    <li className="flex items-center gap-3 pr-3">
      {hasOrderPages ? (
        <a href={`/admin/orders/${orderId}`} className={look}>
          {facts}
        </a>
      ) : (
        <div className={look}>{facts}</div>
      )}
      {children}
    </li>
  );
}
