import { Reveal } from "#components/motion/reveal.tsx";
import { SuccessMark } from "#components/motion/success-mark.tsx";
import type { LiveText } from "#lib/texts/pay.ts";
import { fill } from "#lib/texts/words.ts";
import { clockText } from "./moments.ts";
import type { Face } from "./order-progress.ts";

/** What only the server knows about an order that has ended, in its words. */
export interface Aftermath {
  readonly kind: "late" | "refunded";
  readonly title: string;
  readonly hint: string;
}

export interface Ending {
  readonly face: Exclude<Face, "waiting">;
  readonly paidAt: string | null;
  readonly aftermath: Aftermath | null;
  readonly words: LiveText;
  /** What the shop says to who has paid. */
  readonly thanks?: string;
}

/** The words for a state, also for the announcement to screen readers. */
export function endingWords({ face, paidAt, aftermath, words }: Ending): { title: string; hint: string } {
  if (aftermath !== null) return aftermath;
  switch (face) {
    case "confirming":
      return { title: words.confirmingTitle, hint: words.confirmingHint };
    case "overdue":
      return { title: words.overdueTitle, hint: words.overdueHint };
    case "paid":
      return {
        title: words.paidTitle,
        hint: paidAt === null ? "" : fill(words.paidHint, { time: clockText(paidAt, Date.now(), words.dayAndTime) }),
      };
    case "closed":
      return { title: words.closedTitle, hint: words.closedHint };
    default:
      // Until the server has drawn the page with all that is known.
      return { title: words.refundedTitle, hint: "" };
  }
}

export function Outcome(ending: Ending) {
  const { title, hint } = endingWords(ending);
  return (
    <Reveal key={ending.face}>
      <Mark face={ending.face} late={ending.aftermath?.kind === "late"} />
      <h2 className="mt-3 text-xl font-semibold" data-testid="outcome">
        {title}
      </h2>
      {ending.face === "paid" && ending.thanks && <p className="mt-1.5 max-w-xs text-center">{ending.thanks}</p>}
      <p className="mt-1.5 max-w-xs text-center text-sm leading-relaxed text-soft">{hint}</p>
    </Reveal>
  );
}

const CLOCK = "M48 28v21l14 9";
const RETURN = "M36 34 26 44l10 10M27 44h27a13 13 0 0 1 0 26h-9";

function Mark({ face, late }: { face: Ending["face"]; late: boolean }) {
  if (face === "paid") return <SuccessMark />;
  if (face === "confirming" || face === "overdue") {
    return (
      <svg viewBox="0 0 96 96" width={80} height={80} className="motion-turn size-20" aria-hidden="true">
        <title>…</title>
        <circle cx="48" cy="48" r="42" className="fill-none stroke-line" strokeWidth="6" />
        <path d="M48 6a42 42 0 0 1 42 42" className="fill-none stroke-brand" strokeWidth="6" strokeLinecap="round" />
      </svg>
    );
  }
  const refunded = face === "refunded" || face === "partially_refunded";
  const disc = refunded ? "fill-brand-soft" : late ? "fill-warn-soft" : "fill-sunken";
  const line = refunded ? "stroke-brand-ink" : late ? "stroke-warn-ink" : "stroke-soft";
  return (
    <svg viewBox="0 0 96 96" width={80} height={80} className="size-20" aria-hidden="true">
      <title>·</title>
      <circle cx="48" cy="48" r="46" className={disc} />
      <path
        d={refunded ? RETURN : CLOCK}
        className={`fill-none ${line}`}
        strokeWidth="6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
