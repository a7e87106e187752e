"use client";

import {
  type FormEvent,
  lazy,
  type ReactNode,
  Suspense,
  useActionState,
  useEffect,
  useRef,
  useState,
  useTransition,
} from "react";
import { CopyButton } from "../controls/copy-button.tsx";
import { useDialog } from "../controls/dialog.tsx";
import { useToast } from "../controls/toast.tsx";
import { useControlWords } from "../controls/words.tsx";
import { type ActionState, type FormAction, FRESH } from "./action-state.ts";
import { useConfirmIdentity } from "./confirm-identity.tsx";
import { type Tone, toneLook } from "./look.ts";
import { ReasonList } from "./reason-list.tsx";

/** Few forms show one. */
const QrPicture = lazy(() => import("./qr-picture.tsx"));

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
  /** Takes the action back, with the same fields. */
  readonly undo?: FormAction;
}

/**
 * A form that shows its result below; in a dialog, or where it can be undone, a success closes it and is told by a toast,
 * since the form may be gone by then. Without scripts the page reloads with the result in it.
 */
export function ActionForm(props: ActionFormProps) {
  const { action, submit, working, tone = "primary", wide = false, hidden = {}, children, label, undo } = props;
  const form = useRef<HTMLFormElement>(null);
  const [reloaded, send] = useActionState(action, FRESH);
  const [answered, setAnswered] = useState<ActionState>();
  const [pending, startWork] = useTransition();
  const tell = useTell(undo);
  const { run, question } = useConfirmIdentity();
  const unseen = useToldWhenGone(answered);
  const state = answered ?? reloaded;
  // Submitted by hand: React resets a form that it submits itself, also after an error.
  const sendByHand = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const fields = new FormData(event.currentTarget);
    startWork(async () => {
      const next = await run(() => action(state, fields));
      // An action that leads to another page has no answer.
      if (next === undefined) return;
      const isTold = tell(next, fields);
      if (!isTold) unseen.current = next;
      startWork(() => setAnswered(isTold ? FRESH : next));
      if (next.kind === "done") form.current?.reset();
    });
  };
  return (
    <>
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
      {question}
    </>
  );
}

/** What the page shows anew because of a success may be without its form: then a toast tells. @returns where a result is put that is not on the page yet */
function useToldWhenGone(answered: ActionState | undefined) {
  const toast = useToast();
  const unseen = useRef<ActionState>(undefined);
  useEffect(() => {
    if (answered === unseen.current) unseen.current = undefined;
  }, [answered]);
  useEffect(
    () => () => {
      const { kind, message = "", shown = [] } = unseen.current ?? {};
      if (kind === "done" && shown.length === 0) toast({ message });
    },
    [toast],
  );
  return unseen;
}

/** Says whether a result was told elsewhere. A secret that is shown once stays where it is. */
function useTell(undo: FormAction | undefined) {
  const toast = useToast();
  const dialog = useDialog();
  const { text } = useControlWords();
  return (result: ActionState, fields: FormData): boolean => {
    const isElsewhere = dialog !== null || undo !== undefined;
    if (result.kind !== "done" || result.shown.length > 0 || !isElsewhere) return false;
    dialog?.close();
    const run = async () => {
      const undone = await undo?.(FRESH, fields);
      if (undone !== undefined) toast({ message: undone.message, tone: undone.kind === "done" ? "brand" : "warn" });
    };
    toast({ message: result.message, ...(undo === undefined ? {} : { undo: { label: text.undo, run } }) });
    return true;
  };
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
          {state.shown.map(({ label, value, qr }) => (
            <div key={label} className="mt-3 flex flex-wrap items-end justify-between gap-2">
              <p className="min-w-0">
                <span className="block text-xs">{label}</span>
                <code className="block font-mono text-base break-all select-all">{value}</code>
              </p>
              <CopyButton value={value} what={label} />
              {qr === undefined ? null : (
                <Suspense>
                  <QrPicture value={value} title={qr} />
                </Suspense>
              )}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
