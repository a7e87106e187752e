"use client";

import { toneLook } from "#components/admin/look.ts";
import { amountText } from "#components/ui/amount.tsx";
import type { CounterOrder } from "#lib/contract/counter.ts";
import type { CounterText } from "#lib/texts/admin.ts";
import { FullScreen } from "./full-screen.tsx";
import { useLeft } from "./use-left.ts";

/** WeChat takes nothing back before. */
const CANCEL_AFTER_MS = 15_000;

interface ChargingScreenProps {
  readonly order: CounterOrder;
  readonly words: CounterText;
  readonly offline: boolean;
  readonly sandbox: string | null;
  readonly onCancel: () => void;
}

const NONE = { leftMs: 0 };

/** Until it is known what became of the charge there is nothing else to do here: no second charge, no way back. */
export function ChargingScreen({ order, words, offline, sandbox, onCancel }: ChargingScreenProps) {
  const { charging } = words;
  const left = useLeft(order.charge ?? NONE);
  const { title, hint } = said(order, { words, offline });
  const mayCancel = !offline && order.charge !== null && left < 45_000 - CANCEL_AFTER_MS;
  return (
    <FullScreen label={charging.title} onBack={() => {}} sandbox={sandbox}>
      <div className="flex flex-1 flex-col items-center justify-center gap-6 px-6 py-8 text-center">
        <p className="text-5xl font-semibold tabular-nums">{amountText(order.amountDue)}</p>
        <div
          aria-hidden="true"
          className="size-14 rounded-full border-4 border-line border-t-brand motion-safe:animate-spin"
        />
        <div role="status" aria-live="assertive">
          <p className="text-3xl font-semibold" data-testid="charging">
            {title}
          </p>
        </div>
        {hint === "" ? null : <p className="max-w-md text-soft">{hint}</p>}
        {order.charge === null || offline ? null : (
          <p role="timer" className="text-4xl tabular-nums" data-testid="charge-left">
            {Math.ceil(left / 1_000)}
          </p>
        )}
        <button
          type="button"
          onClick={onCancel}
          className={`${toneLook("danger")} ${mayCancel ? "" : "invisible"}`}
          aria-hidden={!mayCancel}
          disabled={!mayCancel}
        >
          {charging.cancel}
        </button>
      </div>
    </FullScreen>
  );
}

interface Saying {
  readonly words: CounterText;
  readonly offline: boolean;
}

function said({ charge }: CounterOrder, { words: { charging }, offline }: Saying): ChargingWords {
  if (offline) return { title: charging.offline, hint: charging.offlineHint };
  switch (charge?.waitsFor) {
    case "password":
      return { title: charging.password, hint: charging.passwordHint };
    case "answer":
      return { title: charging.answer, hint: charging.answerHint };
    case "reversal":
      return { title: charging.reversal, hint: charging.reversalHint };
    default:
      return { title: charging.sending, hint: "" };
  }
}

interface ChargingWords {
  readonly title: string;
  readonly hint: string;
}
