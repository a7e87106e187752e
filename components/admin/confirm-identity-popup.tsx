"use client";

import { Dialog } from "@base-ui/react/dialog";
import { type FormEvent, useState } from "react";
import type { ConfirmationText } from "#lib/texts/zh-CN/confirmation.ts";
import type { PasskeysText } from "#lib/texts/zh-CN/passkeys.ts";
import { Cross } from "../controls/icons.tsx";
import { BACKDROP, ICON_BUTTON, portalRoot, SHEET } from "../controls/look.ts";
import { useControlWords } from "../controls/words.tsx";
import { type ConfirmBy, type FormAction, FRESH } from "./action-state.ts";
import { toneLook } from "./look.ts";
import { PasskeyButton, type PasskeyPlace } from "./passkey-button.tsx";
import { SecretField } from "./secret-field.tsx";

/** How a passkey is asked for instead. */
export interface PasskeyQuestion {
  readonly begin: FormAction;
  readonly finish: FormAction;
  readonly place: PasskeyPlace;
  readonly label: string;
  readonly or: string;
  readonly words: PasskeysText["browser"];
}

interface ConfirmIdentityPopupProps {
  readonly by: ConfirmBy;
  readonly words: ConfirmationText;
  readonly confirm: FormAction;
  /** null of a person who has none. */
  readonly passkey: PasskeyQuestion | null;
  readonly onAnswer: (isConfirmed: boolean) => void;
}

/** Above a screen of the counter, which is a dialog of the browser's own, nothing outside of it can be seen. */
const topRoot = (): HTMLElement | undefined =>
  [...document.querySelectorAll<HTMLDialogElement>("dialog[open]")].at(-1) ?? portalRoot();

/** What `confirm-identity.tsx` brings when it is wanted. */
export default function ConfirmIdentityPopup({ by, words, confirm, passkey, onAnswer }: ConfirmIdentityPopupProps) {
  const { text } = useControlWords();
  const [problem, setProblem] = useState("");
  const [isWorking, setWorking] = useState(false);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isWorking) return;
    const form = event.currentTarget;
    setWorking(true);
    setProblem("");
    try {
      const answer = await confirm(FRESH, new FormData(form));
      if (answer.kind === "done") return onAnswer(true);
      setProblem(answer.message);
      form.reset();
      form.querySelector("input")?.focus();
    } catch {
      setProblem(words.cutOff);
    } finally {
      setWorking(false);
    }
  };
  return (
    <Dialog.Root open onOpenChange={(open) => open || onAnswer(false)}>
      <Dialog.Portal container={topRoot()}>
        <Dialog.Backdrop className={BACKDROP} forceRender />
        <Dialog.Popup className={SHEET}>
          <div className="mb-3 flex items-start gap-3">
            <Dialog.Title className="min-w-0 flex-1 text-lg font-semibold">{words.title}</Dialog.Title>
            <Dialog.Close aria-label={text.close} className={`${ICON_BUTTON} -mt-2 -mr-2`}>
              <Cross />
            </Dialog.Close>
          </div>
          <Dialog.Description className="mb-4 text-soft">{words.hint[by]}</Dialog.Description>
          {passkey === null ? null : (
            <div className="mb-4 flex flex-col gap-4">
              <PasskeyButton
                kind="use"
                {...passkey}
                tone={by === "passkey" ? "primary" : "plain"}
                wide
                onDone={() => onAnswer(true)}
              />
              {by === "passkey" ? null : <p className="text-center text-sm text-soft">{passkey.or}</p>}
            </div>
          )}
          {by === "passkey" ? null : (
            <form onSubmit={send} className="flex flex-col gap-4">
              <SecretField by={by} words={words} />
              <p role="alert" className="rounded-xl bg-warn-soft px-4 py-3 text-sm text-warn-ink empty:hidden">
                {problem}
              </p>
              <button
                type="submit"
                aria-disabled={isWorking}
                className={`${toneLook("primary")} w-full ${isWorking ? "opacity-60" : ""}`}
              >
                {isWorking ? words.working : words.submit}
              </button>
            </form>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
