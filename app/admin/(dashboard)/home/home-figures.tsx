import { ExplainedFigure } from "#components/admin/explained-figure.tsx";
import { signedAmount } from "#components/admin/signed-amount.ts";
import { amountText } from "#components/ui/amount.tsx";
import { beijingDay, beijingWeekday } from "#lib/base/beijing-time.ts";
import { givenBack, netOf, successOf } from "#lib/base/takings.ts";
import type { AdminText } from "#lib/texts/admin.ts";
import { fill, percent } from "#lib/texts/words.ts";
import type { HomeFigures } from "./read-home.ts";

type HomeWords = AdminText["home"];

/** Today's figures, each with that of the same weekday of the week before, until the same time of the day. */
export function TodayFigures({ figures, words }: { figures: HomeFigures; words: HomeWords }) {
  const { today, before, now } = figures;
  const day = beijingDay(now);
  const then = words.lastWeekdays[beijingWeekday(now)] ?? "";
  const compared = (value: number, old: number) => changeText(value, old, { words, day: then });
  const explain = (text: string) => ({ label: words.explain, text });
  const ordersHref = `/admin/orders?from=${day}&to=${day}`;
  const [success, successThen] = [successOf(today), successOf(before)];
  const share = today.payments === 0 ? 0 : today.discounted / today.payments;
  return (
    <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-12">
      <div className="lg:col-span-7 [&>section]:h-full">
        <ExplainedFigure
          big
          label={words.paid}
          value={amountText(today.paid)}
          note={fill(words.paidNote, { count: today.payments })}
          change={compared(today.paid, before.paid)}
          href={`/admin/orders?paidFrom=${day}&paidTo=${day}`}
          explain={explain(words.paidExplain)}
        />
      </div>
      <div className="lg:col-span-5 [&>section]:h-full">
        <ExplainedFigure
          big
          label={words.net}
          value={signedAmount(netOf(today))}
          note={fill(words.netNote, { refunded: amountText(today.refunded) })}
          change={compared(netOf(today), netOf(before))}
          href={`/admin/trends?from=${day}&to=${day}&measure=net`}
          explain={explain(words.netExplain)}
        />
      </div>
      <div className="grid grid-cols-2 gap-3 sm:col-span-2 lg:col-span-12 lg:grid-cols-5 max-lg:[&>*:last-child]:col-span-2">
        <ExplainedFigure
          label={words.orders}
          value={String(today.orders)}
          note={fill(words.ordersNote, { count: today.orders - today.ordersPaid - today.ordersClosed })}
          change={compared(today.orders, before.orders)}
          href={ordersHref}
          explain={explain(words.ordersExplain)}
        />
        <ExplainedFigure
          label={words.success}
          value={success === null ? "—" : percent(success)}
          note={fill(words.successNote, { decided: today.ordersPaid + today.ordersClosed, paid: today.ordersPaid })}
          change={pointsText(success, successThen, { words, day: then })}
          href={ordersHref}
          explain={explain(words.successExplain)}
        />
        <ExplainedFigure
          label={words.time}
          value={figures.payS === null ? "—" : secondsText(figures.payS, words)}
          note={figures.payS === null ? words.timeNone : words.timeNote}
          change={timeText(figures, { words, day: then })}
          href="/admin/insights"
          explain={explain(words.timeExplain)}
        />
        <ExplainedFigure
          label={words.refunded}
          value={amountText(givenBack(today))}
          note={refundNote(figures, words)}
          change={compared(givenBack(today), givenBack(before))}
          href={`/admin/refunds?status=succeeded&from=${day}&to=${day}`}
          explain={explain(words.refundedExplain)}
        />
        <ExplainedFigure
          label={words.offers}
          value={amountText(today.discount)}
          note={fill(words.offersNote, { count: today.discounted, share: percent(share) })}
          change={compared(today.discount, before.discount)}
          href={`/admin/trends?from=${day}&to=${day}&measure=discount&split=offer`}
          explain={explain(words.offersExplain)}
        />
      </div>
    </div>
  );
}

interface Compared {
  readonly words: HomeWords;
  /** The day that it is compared with, in words. */
  readonly day: string;
}

function changeText(value: number, old: number, { words, day }: Compared): string {
  if (value === old) return old === 0 ? fill(words.nothingThen, { day }) : fill(words.same, { day });
  if (old <= 0) return fill(words.nothingThen, { day });
  const change = percent(Math.abs(value - old) / old);
  return fill(value > old ? words.more : words.less, { day, change });
}

function pointsText(value: number | null, old: number | null, { words, day }: Compared): string | undefined {
  if (value === null || old === null) return undefined;
  const points = Math.round((value - old) * 1_000) / 10;
  if (points === 0) return fill(words.same, { day });
  const change = fill(words.points, { points: Math.abs(points) });
  return fill(points > 0 ? words.more : words.less, { day, change });
}

function timeText({ payS, payBeforeS }: HomeFigures, { words, day }: Compared): string | undefined {
  if (payS === null || payBeforeS === null) return undefined;
  if (payS === payBeforeS) return fill(words.same, { day });
  const change = secondsText(Math.abs(payS - payBeforeS), words);
  return fill(payS > payBeforeS ? words.slower : words.faster, { day, change });
}

const secondsText = (seconds: number, words: HomeWords): string =>
  seconds < 120
    ? fill(words.seconds, { count: seconds })
    : fill(words.minutes, { count: Math.round(seconds / 6) / 10 });

function refundNote({ today }: HomeFigures, words: HomeWords): string {
  const count = fill(words.refundedNote, { count: today.refunds + today.otherRefunds });
  if (today.otherRefunded === 0) return count;
  return `${count} · ${fill(words.refundedOther, { amount: amountText(today.otherRefunded) })}`;
}
