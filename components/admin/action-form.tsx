"use client";

import { type FormEvent, type ReactNode, startTransition, useActionState, useEffect, useRef } from "react";
import { type ActionState, type FormAction, FRESH } from "./action-state.ts";
import { type Tone, toneLook } from "./look.ts";
import { ReasonList } from "./reason-list.tsx";

interface ActionFormProps {
  readonly action: FormAction;
  readonly submit: string;
  readonly working: string;
  readonly tone?: Tone;
  readonly wide?: boolean;
  /** Hidden fields. */
  readonly hidden?: Readonly<Record<string, string>>;
  readonly children?: ReactNode;
  /** The button's accessible name, if its text alone is not enough. */
  readonly label?: string;
}

/** A form that shows its result below. Without scripts the page reloads with the result in it. */
export function ActionForm(props: ActionFormProps) {
  const { action, submit, working, tone = "primary", wide = false, hidden = {}, children, label } = props;
  const [state, send, pending] = useActionState(action, FRESH);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (state.kind === "done") form.current?.reset();
  }, [state]);
  // Submitted by hand: React resets a form that it submits itself, also after an error.
  const sendByHand = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    if (!pending) startTransition(() => send(fields));
  };
  return (
    <form ref={form} action={send} onSubmit={sendByHand} className="flex flex-col gap-4">
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children}
      <button
        type="submit"
        aria-disabled={pending}
        aria-label={label}
        className={`${toneLook(tone)} ${wide ? "w-full" : "self-start max-sm:w-full"} ${pending ? "opacity-60" : ""}`}
      >
        {pending ? working : submit}
      </button>
      <Answer state={state} />
    </form>
  );
}

function Answer({ state }: { state: ActionState }) {
  return (
    <div role="status" aria-live="polite" className="empty:hidden" data-testid="answer">
      {state.kind === "fresh" ? null : (
        <div
          className={`rounded-xl px-4 py-3 text-sm ${state.kind === "done" ? "bg-brand-soft text-brand-ink" : "bg-warn-soft text-warn-ink"}`}
        >
          <p>{state.message}</p>
          <ReasonList reasons={state.reasons ?? []} />
          {state.shown.map(({ label, value }) => (
            <p key={label} className="mt-2">
              <span className="block text-xs">{label}</span>
              <code className="block font-mono text-base break-all select-all">{value}</code>
            </p>
          ))}
        </div>
      )}
    </div>
  );
}
