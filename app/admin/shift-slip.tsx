import type { ReactNode } from "react";
import { toneLook } from "#components/admin/look.ts";
import { fullTime, shortTime } from "#components/admin/moments.ts";
import { amountText } from "#components/ui/amount.tsx";
import { tillsText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { fill } from "#lib/texts/words.ts";
import type { ShiftAccount } from "#lib/tills/index.ts";
import { actorName } from "./(dashboard)/audit-words.ts";
import type { Guest } from "./admin-request.ts";
import { netFenOf, signedAmount } from "./shift-account-view.tsx";

/** Paper that a hand-over is printed on: a page, or a roll of 80 or 58 mm. */
export const PAPERS = ["80", "58", "a4"] as const;
export type Paper = (typeof PAPERS)[number];

/** Links to the printable page of a shift, one for each paper. */
export function SlipLinks({ shiftId, language, here }: { shiftId: string; language: Language; here?: Paper }) {
  const words = tillsText(language).shifts;
  return (
    <nav aria-label={words.paper} className="flex flex-wrap items-center gap-2 print:hidden">
      <span className="text-sm text-soft">{words.paper}</span>
      {PAPERS.map((paper) => (
        <a
          key={paper}
          href={`/admin/shifts/${shiftId}/slip?paper=${paper}`}
          aria-current={paper === here ? "page" : undefined}
          className={toneLook(paper === here ? "primary" : "plain")}
        >
          {words.papers[paper]}
        </a>
      ))}
    </nav>
  );
}

interface ShiftSlipProps {
  readonly shift: ShiftAccount;
  readonly paper: Paper;
  readonly reader: Pick<Guest, "text" | "language" | "container">;
}

/** A shift as it is printed: black on white, line by line, with room for two signatures. */
export function ShiftSlip({ shift, paper, reader: { text, language, container } }: ShiftSlipProps) {
  const { shift: words, shifts: more } = tillsText(language);
  const { sums, lines, oddPayments } = shift;
  const counted = (figure: { count: number; sumFen: number }) =>
    `${fill(words.count, { count: figure.count })}  ${amountText(figure.sumFen)}`;
  return (
    <article className="slip" data-paper={paper} data-testid="slip">
      <h1>{words.handOver}</h1>
      <p className="slip-middle">
        {shift.store.name} · {shift.till.name}
        <br />
        {fill(words.title, { number: shift.number })}
      </p>
      {container.settings.sandbox ? <p className="slip-middle">{text.sandbox}</p> : null}
      <dl>
        <Line label={words.since}>{fullTime(shift.since ?? shift.openedAt, language)}</Line>
        <Line label={words.closed}>{shift.closedAt === null ? "" : fullTime(shift.closedAt, language)}</Line>
        <Line label={more.columns.who}>{shift.closedBy === null ? "" : actorName(shift.closedBy, text)}</Line>
      </dl>
      <dl>
        <Line label={words.payments}>{counted(sums.payments)}</Line>
        {sums.other.count === 0 ? null : <Line label={words.other}>{counted(sums.other)}</Line>}
        <Line label={words.refunds}>{counted(sums.refunds)}</Line>
        <Line label={words.net} strong={true}>
          {signedAmount(netFenOf(sums))}
        </Line>
      </dl>
      {lines.length === 0 ? null : (
        <dl>
          {lines.map((line) => (
            <Line
              key={`${line.kind} ${line.channel} ${line.cashier?.id}`}
              label={`${words.kinds[line.kind]} ${text.orders.channels[line.channel]} ${line.cashier?.name ?? words.noCashier}`}
            >
              {counted(line)}
            </Line>
          ))}
        </dl>
      )}
      {oddPayments.length + sums.open.count + sums.refunding.count === 0 ? null : (
        <dl>
          {oddPayments.map((odd) => (
            <Line
              key={`${odd.orderId} ${odd.at.getTime()}`}
              label={`${words.verdicts[odd.verdict]} ${shortTime(odd.at, language)}`}
            >
              {amountText(odd.amountFen)}
            </Line>
          ))}
          {sums.open.count === 0 ? null : <Line label={words.open}>{counted(sums.open)}</Line>}
          {sums.refunding.count === 0 ? null : <Line label={words.refunding}>{counted(sums.refunding)}</Line>}
        </dl>
      )}
      {shift.note === null ? null : <p>{fill(text.named, { name: words.note, value: shift.note })}</p>}
      <p className="slip-sign">{more.signature}</p>
      <p className="slip-sign">{more.receiver}</p>
      <p className="slip-small">{words.rule}</p>
      <p className="slip-small">
        {more.printed} {fullTime(container.clock.now(), language)}
      </p>
    </article>
  );
}

const Line = ({ label, strong = false, children }: { label: string; strong?: boolean; children: ReactNode }) => (
  <div data-strong={strong}>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
);
