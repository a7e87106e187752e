"use client";

import { type FormEvent, startTransition, useActionState, useEffect, useId, useRef, useState } from "react";
import { useHydrated } from "../controls/hydrated.ts";
import { type FormAction, FRESH } from "./action-state.ts";
import { INPUT, toneLook } from "./look.ts";

interface PinSignInProps {
  readonly action: FormAction;
  readonly cashiers: readonly { readonly id: string; readonly name: string }[];
  readonly digitsMax: number;
  readonly words: {
    readonly who: string;
    readonly pin: string;
    readonly pinHint: string;
    readonly erase: string;
    readonly submit: string;
    readonly working: string;
  };
}

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", null, "0", "erase"] as const;

/** Choose a name, type the PIN: with the keys on the screen or any keyboard. Without scripts the form works by itself. */
export function PinSignIn({ action, cashiers, digitsMax, words }: PinSignInProps) {
  const [state, send, pending] = useActionState(action, FRESH);
  const [pin, setPin] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  // Without scripts the keys on the screen are not there, and the device's own are needed.
  const isHydrated = useHydrated();
  const only = cashiers.length === 1 ? cashiers[0]?.id : undefined;
  // A wrong PIN is typed anew.
  useEffect(() => {
    if (state.kind === "failed") setPin("");
  }, [state]);
  const sendByHand = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    if (!pending) startTransition(() => send(fields));
  };
  const press = (key: string) =>
    setPin((typed) => (key === "erase" ? typed.slice(0, -1) : (typed + key).slice(0, digitsMax)));
  return (
    <form action={send} onSubmit={sendByHand} className="flex flex-col gap-5">
      <fieldset>
        <legend className="mb-2 text-sm font-medium">{words.who}</legend>
        <div className="grid grid-cols-2 gap-2">
          {cashiers.map((cashier) => (
            <label key={cashier.id} className="cursor-pointer">
              <input
                type="radio"
                name="cashierId"
                value={cashier.id}
                required={true}
                defaultChecked={cashier.id === only}
                onChange={() => setPin("")}
                onClick={() => field.current?.focus({ preventScroll: true })}
                className="peer sr-only"
              />
              <span className="flex min-h-14 items-center justify-center rounded-xl border-2 border-line px-3 text-center text-lg font-medium peer-checked:border-action peer-checked:bg-brand-soft peer-checked:text-brand-ink peer-focus-visible:outline-3 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-brand-ink">
                {cashier.name}
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <div>
        <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
          {words.pin}
        </label>
        <input
          ref={field}
          id={id}
          name="pin"
          type="password"
          inputMode={isHydrated ? "none" : "numeric"}
          autoComplete="off"
          required={true}
          maxLength={digitsMax}
          value={pin}
          onChange={(event) => setPin(event.target.value.replaceAll(/\D/g, "").slice(0, digitsMax))}
          aria-describedby={`${id}-hint`}
          className={`${INPUT} text-center text-3xl tracking-[0.4em]`}
        />
        <p id={`${id}-hint`} className="mt-1.5 text-sm text-soft">
          {words.pinHint}
        </p>
      </div>
      <div className="needs-script grid grid-cols-3 gap-2">
        {KEYS.map((key) =>
          key === null ? (
            <span key="gap" />
          ) : (
            <button
              key={key}
              type="button"
              aria-label={key === "erase" ? words.erase : undefined}
              onClick={() => press(key)}
              className="min-h-14 cursor-pointer rounded-xl bg-sunken text-2xl font-medium tabular-nums active:bg-line"
            >
              {key === "erase" ? "⌫" : key}
            </button>
          ),
        )}
      </div>
      <button
        type="submit"
        aria-disabled={pending}
        className={`${toneLook("primary")} min-h-14 w-full text-lg ${pending ? "opacity-60" : ""}`}
      >
        {pending ? words.working : words.submit}
      </button>
      <p role="alert" data-testid="answer" className="rounded-xl bg-warn-soft px-4 py-3 text-warn-ink empty:hidden">
        {state.kind === "failed" && !pending ? state.message : ""}
      </p>
    </form>
  );
}
