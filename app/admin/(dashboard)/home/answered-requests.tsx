import Link from "next/link";
import { shortTime } from "#components/admin/moments.ts";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { CONSOLE_REFUND } from "#lib/payment/index.ts";
import { type AnsweredRequest, listAnswers } from "#lib/storage/refunds/refund-approvals.ts";
import { approvalsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { actorName } from "../audit-words.ts";

/** As long as a request may wait. */
const SHOWN_MS = 3 * DAY_MS;
const SHOWN = 5;

/** What became of the refunds that this person asked for, on the pages where they look first. */
export async function AnsweredRequests({ adminRequest }: { adminRequest: AdminRequest }) {
  const { container, session, language } = adminRequest;
  const since = addMs(container.clock.now(), -SHOWN_MS);
  const answers = await listAnswers(container.database.pool, { userId: session.user.id, since, limit: SHOWN });
  if (answers.length === 0) return null;
  const words = approvalsText(language).answers;
  return (
    <Card className="mb-4 overflow-hidden" data-testid="answered-requests">
      <h2 className="px-4 pt-4 pb-1 font-semibold sm:px-5">{words.title}</h2>
      <ul>
        {answers.map((answer) => (
          <Answer key={answer.refundId} answer={answer} adminRequest={adminRequest} />
        ))}
      </ul>
    </Card>
  );
}

const LOOKS = { approved: "text-brand-ink", declined: "text-warn-ink", expired: "text-warn-ink" } as const;

function Answer({ answer, adminRequest }: { answer: AnsweredRequest; adminRequest: AdminRequest }) {
  const { text, language } = adminRequest;
  const { answers: words, consoleRefund } = approvalsText(language);
  const { orderId, outTradeNo, amount, decision, decidedBy, decidedAt, reason } = answer;
  const more = [
    decidedBy === null ? null : actorName(decidedBy, text),
    reason === CONSOLE_REFUND ? consoleRefund : reason,
    outTradeNo,
    shortTime(decidedAt, language),
  ];
  return (
    <li className="relative border-t border-line px-4 py-3 first:border-t-0 hover:bg-sunken sm:px-5">
      <Link
        href={`/admin/orders/${orderId}`}
        prefetch={false}
        className={`font-medium after:absolute after:inset-0 ${LOOKS[decision]}`}
      >
        {fill(words[decision], { amount: amountText(amount) })}
      </Link>
      <p className="mt-1 text-sm [overflow-wrap:anywhere] text-soft">{more.filter(Boolean).join(" · ")}</p>
    </li>
  );
}
