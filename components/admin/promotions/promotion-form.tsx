"use client";

import { type FormEvent, type ReactNode, startTransition, useActionState, useEffect, useRef } from "react";
import { PREVIEW_DAYS } from "#lib/base/limits.ts";
import type { PromotionTerms } from "#lib/contract/promotions.ts";
import type { PromotionsText } from "#lib/texts/admin.ts";
import type { ScheduleText } from "#lib/texts/schedule-words.ts";
import type { ActionState } from "../action-state.ts";
import { LINK, toneLook } from "../look.ts";
import { ReasonList } from "../reason-list.tsx";
import { FormContentsProvider } from "./form-field.tsx";
import { PreviewView, type ShownPreview } from "./preview-view.tsx";
import { Group, PromotionFields } from "./promotion-fields.tsx";
import { SampleCartFields } from "./sample-cart-fields.tsx";

/** What came of a submitted promotion; its fields keep what was typed. */
export interface PromotionFormState extends ActionState {
  readonly values: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
  readonly preview?: ShownPreview | undefined;
  /** Where the newest version is, when somebody else was faster. */
  readonly newest?: string | undefined;
}

interface PromotionFormProps {
  readonly type: PromotionTerms["type"];
  readonly words: PromotionsText;
  /** Names of days and hours, and of what can be paid for. */
  readonly week: ScheduleText;
  readonly sceneNames: Readonly<Record<string, string>>;
  readonly action: (before: PromotionFormState, form: FormData) => Promise<PromotionFormState>;
  readonly values: Readonly<Record<string, string>>;
  readonly hidden: Readonly<Record<string, string>>;
  readonly isNew: boolean;
}

const TIER_ROWS = 4;

/** Makes or changes a promotion. Without scripts the page comes back with the same fields and what is wrong with them. */
export function PromotionForm({ type, words, week, sceneNames, action, values, hidden, isNew }: PromotionFormProps) {
  const fresh: PromotionFormState = { kind: "fresh", message: "", shown: [], values, problems: {} };
  const [state, send, pending] = useActionState(action, fresh);
  const { form } = words;
  const tiers = Object.keys(state.values).filter((name) => name.startsWith("tierAmount")).length;
  const save = isNew ? form.submit : form.save;
  const said = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (state.kind === "failed") said.current?.scrollIntoView?.({ block: "center" });
  }, [state]);
  // Submitted by hand: React resets a form that it submits itself, also after an error.
  const sendByHand = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const fields = new FormData(event.currentTarget);
    const { submitter } = event.nativeEvent as SubmitEvent;
    if (submitter instanceof HTMLButtonElement) fields.set(submitter.name, submitter.value);
    startTransition(() => send(fields));
  };
  return (
    <form action={send} onSubmit={sendByHand} className="flex flex-col gap-6" noValidate>
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <FormContentsProvider contents={state}>
        <PromotionFields
          type={type}
          words={words}
          week={week}
          sceneNames={sceneNames}
          values={state.values}
          problems={state.problems}
          tierRows={Math.min(20, Math.max(TIER_ROWS, tiers + 1))}
        />
        <Group title={words.preview.title}>
          <p className="text-sm text-soft">{words.preview.hint}</p>
          <SampleCartFields words={words.preview} />
          <Submit intent="preview" tone="plain" pending={pending}>
            {pending ? form.working : form.previewButton}
          </Submit>
          <div aria-live="polite">
            {state.preview === undefined ? null : (
              <PreviewView preview={state.preview} words={words.preview} days={PREVIEW_DAYS} />
            )}
          </div>
        </Group>
      </FormContentsProvider>
      <div ref={said} role="status" aria-live="polite" data-testid="answer" className="empty:hidden">
        {state.message === "" ? null : (
          <div
            className={`rounded-xl px-4 py-3 text-sm ${state.kind === "done" ? "bg-brand-soft text-brand-ink" : "bg-warn-soft text-warn-ink"}`}
          >
            <p>{state.message}</p>
            <ReasonList reasons={state.reasons ?? []} />
            {state.newest === undefined ? null : (
              <p className="mt-2">
                <a href={state.newest} className={`${LINK} inline-flex min-h-11 items-center text-current`}>
                  {words.seeNewest}
                </a>
              </p>
            )}
          </div>
        )}
      </div>
      <div className="flex flex-wrap gap-3">
        <Submit intent="save" tone="primary" pending={pending}>
          {pending ? form.working : save}
        </Submit>
        {isNew ? (
          <Submit intent="save_paused" tone="plain" pending={pending}>
            {form.submitPaused}
          </Submit>
        ) : null}
      </div>
    </form>
  );
}

interface SubmitProps {
  readonly intent: string;
  readonly tone: "primary" | "plain";
  readonly pending: boolean;
  readonly children: ReactNode;
}

const Submit = ({ intent, tone, pending, children }: SubmitProps) => (
  <button
    type="submit"
    name="intent"
    value={intent}
    aria-disabled={pending}
    className={`${toneLook(tone)} max-sm:w-full ${pending ? "opacity-60" : ""}`}
  >
    {children}
  </button>
);
