import type { ReactNode } from "react";
import { Facts } from "#components/admin/heading.tsx";
import { fullTime, shortTime } from "#components/admin/moments.ts";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import { tillsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { CountAndSum, ShiftAccount, ShiftSums } from "#lib/tills/index.ts";
import { actorName } from "./(dashboard)/audit-words.ts";
import type { Guest } from "./admin-request.ts";

type ShiftReader = Pick<Guest, "text" | "language">;

/** Fen that came in, less what went back. */
export const netFenOf = ({ payments, other, refunds }: ShiftSums): number =>
  payments.sumFen + other.sumFen - refunds.sumFen;

export const signedAmount = (sumFen: number): string => (sumFen < 0 ? `−${amountText(-sumFen)}` : amountText(sumFen));

/** The account of a shift: what it comes to, by channel and cashier, and what is odd about it. */
export function ShiftAccountView({ shift, reader }: { shift: ShiftAccount; reader: ShiftReader }) {
  const { text, language } = reader;
  const words = tillsText(language).shift;
  const { sums } = shift;
  return (
    <div className="flex flex-col gap-4">
      <Card className="px-4 py-4 sm:px-5">
        <p className="text-sm text-soft">{words.net}</p>
        <p className="text-4xl font-semibold tabular-nums" data-testid="shift-net">
          {signedAmount(netFenOf(sums))}
        </p>
        <dl className="mt-4 grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-3">
          <Figure label={words.payments} figure={sums.payments} words={words} />
          <Figure label={words.refunds} figure={sums.refunds} words={words} />
          <Figure label={words.other} figure={sums.other} words={words} />
        </dl>
      </Card>
      <Card>
        <Facts
          facts={[
            { label: words.where, value: `${shift.store.name} · ${shift.till.name}` },
            { label: words.since, value: fullTime(shift.since ?? shift.openedAt, language) },
            {
              label: words.opened,
              value: `${fullTime(shift.openedAt, language)} · ${actorName(shift.openedBy, text)}`,
            },
            shift.closedAt === null || shift.closedBy === null
              ? null
              : {
                  label: words.closed,
                  value: `${fullTime(shift.closedAt, language)} · ${actorName(shift.closedBy, text)}`,
                },
            shift.note === null ? null : { label: words.note, value: shift.note },
            shift.received === null
              ? null
              : {
                  label: words.received,
                  value: `${fullTime(shift.received.at, language)} · ${actorName(shift.received.by, text)}${shift.received.note === null ? "" : ` · ${shift.received.note}`}`,
                },
          ]}
        />
      </Card>
      <Lines shift={shift} reader={reader} />
      <Odd shift={shift} reader={reader} />
      <p className="text-sm text-soft">{words.rule}</p>
    </div>
  );
}

type ShiftWords = ReturnType<typeof tillsText>["shift"];

function Figure({ label, figure, words }: { label: string; figure: CountAndSum; words: ShiftWords }) {
  return (
    <div>
      <dt className="text-sm text-soft">{label}</dt>
      <dd className="tabular-nums">
        <span className="block text-lg font-medium">{amountText(figure.sumFen)}</span>
        <span className="text-sm text-soft">{fill(words.count, { count: figure.count })}</span>
      </dd>
    </div>
  );
}

function Lines({ shift, reader: { text, language } }: { shift: ShiftAccount; reader: ShiftReader }) {
  const words = tillsText(language).shift;
  if (shift.lines.length === 0) return null;
  return (
    <Card className="overflow-hidden">
      <table className="w-full border-collapse text-left">
        <caption className="px-4 pt-4 pb-2 text-left font-semibold sm:px-5">{words.lines}</caption>
        <thead>
          <tr className="text-sm text-soft">
            <HeadCell>{words.what}</HeadCell>
            <HeadCell look="max-sm:hidden">{words.cashier}</HeadCell>
            <HeadCell look="text-right max-sm:hidden">{words.number}</HeadCell>
            <HeadCell look="text-right">{words.sum}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {shift.lines.map((line) => (
            <tr key={`${line.kind} ${line.channel} ${line.cashier?.id}`} className="border-t border-line tabular-nums">
              <td className="px-4 py-2.5 sm:px-5">
                {words.kinds[line.kind]} · {text.orders.channels[line.channel]}
                {/* A phone has room for two columns. */}
                <span className="block text-sm text-soft sm:hidden">{line.cashier?.name ?? words.noCashier}</span>
              </td>
              <td className="px-4 py-2.5 max-sm:hidden sm:px-5">{line.cashier?.name ?? words.noCashier}</td>
              <td className="px-4 py-2.5 text-right max-sm:hidden sm:px-5">{line.count}</td>
              <td className="px-4 py-2.5 text-right whitespace-nowrap sm:px-5">
                {signedAmount(line.kind === "refunds" ? -line.sumFen : line.sumFen)}
                <span className="block text-sm text-soft sm:hidden">{fill(words.count, { count: line.count })}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

const HeadCell = ({ look = "", children }: { look?: string; children: ReactNode }) => (
  <th scope="col" className={`px-4 py-2 font-medium sm:px-5 ${look}`}>
    {children}
  </th>
);

/** What does not come out even, and what WeChat's bill says of it. */
function Odd({ shift, reader: { text, language } }: { shift: ShiftAccount; reader: ShiftReader }) {
  const words = tillsText(language).shift;
  const { sums, oddPayments, billDays } = shift;
  const undecided = (label: string, { count, sumFen }: CountAndSum) =>
    count === 0 ? [] : [{ label, value: `${fill(words.count, { count })} · ${amountText(sumFen)}` }];
  const facts = [
    ...oddPayments.map(({ orderId, outTradeNo, verdict, amountFen, at }) => ({
      label: `${words.verdicts[verdict]} · ${shortTime(at, language)}`,
      value: (
        <a key={orderId} href={`/admin/orders/${orderId}`} className="underline underline-offset-4">
          {outTradeNo} · {amountText(amountFen)}
        </a>
      ),
    })),
    ...undecided(words.open, sums.open),
    ...undecided(words.refunding, sums.refunding),
    ...billDays.map(({ day, entries, isCompared, differences }) => ({
      label: fill(words.bill, { day }),
      value: !isCompared
        ? words.billLater
        : differences === 0
          ? fill(words.billEqual, { entries })
          : fill(words.billDiffers, { differences }),
    })),
  ];
  return (
    <Card className="pb-1">
      <h2 className="px-4 pt-4 pb-1 font-semibold sm:px-5">{words.odd}</h2>
      {facts.length === 0 ? <p className="px-4 pb-4 text-soft sm:px-5">{text.none}</p> : <Facts facts={facts} />}
    </Card>
  );
}
