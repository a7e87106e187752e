import Link from "next/link";
import { ActionForm } from "#components/admin/action-form.tsx";
import { LINK } from "#components/admin/look.ts";
import { shortTime } from "#components/admin/moments.ts";
import { amountText } from "#components/ui/amount.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { paceOf, promotionStage, type StoredPromotion } from "#lib/payment/index.ts";
import { type PromotionsText, promotionsText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { scheduleText } from "#lib/texts/schedule.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { pausePromotion, resumePromotion } from "./actions.ts";
import { givesText, nameOf, spanText } from "./promotion-words.ts";

export interface PromotionProps {
  readonly promotion: StoredPromotion;
  readonly adminRequest: AdminRequest;
}

/** One promotion of the list: what it gives, how far it is, and the switch. */
export function PromotionCard({ promotion, adminRequest }: PromotionProps) {
  const { language } = adminRequest;
  const { rule } = promotion;
  const [name, gives] = [nameOf(rule, language), givesText(rule, language)];
  return (
    <Card className="flex flex-col gap-4 px-4 py-4 sm:px-5" data-testid="promotion">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="text-lg font-semibold [overflow-wrap:anywhere]">
            <Link
              href={`/admin/promotions/${rule.id}`}
              prefetch={false}
              className={`${LINK} inline-flex min-h-11 items-center`}
            >
              {name}
            </Link>
          </h2>
          {name === gives ? null : <p className="text-soft">{gives}</p>}
        </div>
        <Stage promotion={promotion} adminRequest={adminRequest} />
      </div>
      <Progress promotion={promotion} adminRequest={adminRequest} />
      <Switch promotion={promotion} adminRequest={adminRequest} />
    </Card>
  );
}

const STAGE_TONES = { running: "brand", scheduled: "plain", paused: "warn", ended: "plain" } as const;

export function Stage({ promotion, adminRequest: { container, language } }: PromotionProps) {
  const { stage } = promotionStage(promotion, container.clock.now());
  return <Badge tone={STAGE_TONES[stage]}>{promotionsText(language).stages[stage]}</Badge>;
}

/** Budget and time as two bars over each other, and what they say together. */
export function Progress({ promotion, adminRequest: { container, language } }: PromotionProps) {
  const words = promotionsText(language);
  const { card } = words;
  const now = container.clock.now();
  const { rule, budget, spent, reserved, uses, limitTotal } = promotion;
  const pace = paceOf(promotion, now);
  const { because } = promotionStage(promotion, now);
  const taken = spent + reserved;
  const schedule = scheduleText(rule.window, language);
  const marks = [
    ...(because === undefined ? [] : [words.ends[because]]),
    ...(schedule === null ? [] : [schedule]),
    ...(rule.code === undefined && rule.needsCode !== true ? [] : [card.codes]),
    ...(rule.optional === true ? [card.learner] : []),
  ];
  return (
    <div className="flex flex-col gap-3 text-sm">
      <p className="text-soft">{[spanText(rule, language), ...marks].join(" · ")}</p>
      {budget === null || pace.budgetUsed === null ? null : (
        <Bar
          label={card.budget}
          part={pace.budgetUsed}
          look="bg-action"
          text={fill(card.budgetUsed, {
            used: amountText(taken),
            budget: amountText(budget),
            percent: percentOf(pace.budgetUsed),
          })}
        />
      )}
      {pace.timeUsed === null ? null : (
        <Bar
          label={card.time}
          part={pace.timeUsed}
          look="bg-soft"
          text={fill(card.timeUsed, { percent: percentOf(pace.timeUsed) })}
        />
      )}
      <p>{because === undefined ? paceText(promotion, words, { now, language }) : null}</p>
      <p className="flex flex-wrap gap-x-4 gap-y-1">
        <strong className="font-semibold">{fill(card.orders, { count: uses })}</strong>
        <span>{fill(card.given, { amount: amountText(taken) })}</span>
        {reserved === 0 ? null : <span className="text-soft">{fill(card.held, { amount: amountText(reserved) })}</span>}
        {limitTotal === null ? null : (
          <span className="text-soft">{fill(card.left, { count: limitTotal - uses })}</span>
        )}
      </p>
    </div>
  );
}

function paceText(
  promotion: StoredPromotion,
  { card }: PromotionsText,
  { now, language }: { readonly now: Date; readonly language: Language },
): string {
  const { budgetUsed, timeUsed, budgetEndsAt, leftAtEndFen } = paceOf(promotion, now);
  if (promotion.uses === 0) return card.notYet;
  if (budgetUsed === null) return card.noBudget;
  if (budgetEndsAt !== null) {
    return fill(timeUsed === null ? card.lasts : card.ahead, { day: shortTime(budgetEndsAt, language) });
  }
  return leftAtEndFen === null ? card.tooEarly : fill(card.behind, { left: amountText(leftAtEndFen) });
}

const percentOf = (part: number): number => Math.min(100, Math.round(part * 100));

interface BarProps {
  readonly label: string;
  readonly text: string;
  readonly part: number;
  readonly look: string;
}

const Bar = ({ label, text, part, look }: BarProps) => (
  <div>
    <p className="mb-1 flex flex-wrap justify-between gap-x-3">
      <span className="text-soft">{label}</span>
      <span className="tabular-nums">{text}</span>
    </p>
    <div aria-hidden="true" className="h-2.5 overflow-hidden rounded-full bg-sunken">
      <div className={`h-full rounded-full ${look}`} style={{ width: `${Math.min(100, part * 100)}%` }} />
    </div>
  </div>
);

/** Pauses or resumes at once; the message that follows takes it back. */
export function Switch({ promotion, adminRequest }: PromotionProps) {
  const { container, language, text } = adminRequest;
  const { actions } = promotionsText(language);
  const { stage } = promotionStage(promotion, container.clock.now());
  if (stage === "ended" || !adminRequest.may("promotions.write")) return null;
  const isPaused = stage === "paused";
  const name = nameOf(promotion.rule, language);
  const verb = isPaused ? actions.resume : actions.pause;
  return (
    <ActionForm
      action={isPaused ? resumePromotion : pausePromotion}
      undo={isPaused ? pausePromotion : resumePromotion}
      hidden={{ promotionId: promotion.rule.id }}
      submit={verb}
      label={`${verb} ${name}`}
      working={text.working}
      tone={isPaused ? "primary" : "plain"}
    />
  );
}
