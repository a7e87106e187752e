"use client";

import { useEffect, useState } from "react";
import type { PasskeysText } from "#lib/texts/zh-CN/passkeys.ts";
import { type FormAction, FRESH } from "./action-state.ts";
import { type Tone, toneLook } from "./look.ts";

/** Where the shop's passkeys work, as the server knows it. */
export interface PasskeyPlace {
  readonly origin: string;
  readonly problem: "needs_https" | "needs_name" | null;
}

interface PasskeyButtonProps {
  /** Makes a new one, or uses one that is there. */
  readonly kind: "create" | "use";
  /** Answers with what the browser is asked for, as `data`. */
  readonly begin: FormAction;
  /** Takes the browser's answer as `response`. */
  readonly finish: FormAction;
  readonly place: PasskeyPlace;
  readonly label: string;
  readonly words: PasskeysText["browser"];
  readonly tone?: Tone;
  readonly wide?: boolean;
  /** The input that goes along; it has to be filled in first. */
  readonly fieldId?: string;
  readonly hidden?: Readonly<Record<string, string>>;
  readonly onDone?: (message: string) => void;
}

/** Asks the browser for a passkey. Says so where the browser, the app or the address allows none. */
export function PasskeyButton(props: PasskeyButtonProps) {
  const { begin, finish, place, label, words, tone = "plain", wide = false, hidden = {}, fieldId, onDone } = props;
  const [obstacle, setObstacle] = useState<string | null>(null);
  const [isWorking, setWorking] = useState(false);
  const [said, setSaid] = useState({ message: "", isDone: false });
  useEffect(() => setObstacle(obstacleHere(place, words)), [place, words]);
  const go = async () => {
    const input = fieldId === undefined ? null : (document.getElementById(fieldId) as HTMLInputElement | null);
    if (input !== null && !input.reportValidity()) return;
    const fields = () => {
      const data = new FormData();
      if (input !== null) data.set(input.name, input.value);
      for (const [name, value] of Object.entries(hidden)) data.set(name, value);
      return data;
    };
    setWorking(true);
    setSaid({ message: "", isDone: false });
    try {
      const begun = await begin(FRESH, fields());
      if (begun.kind !== "done") return setSaid({ message: begun.message, isDone: false });
      const data = fields();
      data.set("response", JSON.stringify(await askBrowser(props.kind, begun.data ?? "null")));
      const answer = await finish(FRESH, data);
      // It led to another page.
      if (answer === undefined) return;
      setSaid({ message: answer.message, isDone: answer.kind === "done" });
      if (answer.kind === "done") {
        if (input !== null) input.value = input.defaultValue;
        onDone?.(answer.message);
      }
    } catch (cause) {
      setSaid({ message: wordsOf(cause, words), isDone: false });
    } finally {
      setWorking(false);
    }
  };
  if (obstacle !== null)
    return <Obstacle text={obstacle} origin={obstacle === words.elsewhere ? place.origin : null} />;
  return (
    <div className={`needs-script flex flex-col gap-3 ${wide ? "" : "items-start max-sm:items-stretch"}`}>
      <button
        type="button"
        aria-disabled={isWorking}
        className={`${toneLook(tone)} ${wide ? "w-full" : ""} ${isWorking ? "opacity-60" : ""}`}
        onClick={() => {
          if (!isWorking) void go();
        }}
      >
        <Key />
        {isWorking ? words.working : label}
      </button>
      <p
        role="status"
        aria-live="polite"
        data-testid="passkey-answer"
        className={`rounded-xl px-4 py-3 text-sm empty:hidden ${said.isDone ? "bg-brand-soft text-brand-ink" : "bg-warn-soft text-warn-ink"}`}
      >
        {said.message}
      </p>
    </div>
  );
}

const Obstacle = ({ text, origin }: { text: string; origin: string | null }) => (
  <p className="text-sm text-soft">
    {text} {origin === null ? null : <span className="font-medium break-all text-ink">{origin}</span>}
  </p>
);

const Key = () => (
  <svg
    viewBox="0 0 20 20"
    className="size-5 shrink-0"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.75"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <circle cx="7" cy="7" r="3.75" />
    <path d="m9.75 9.75 6.5 6.5M13.5 13.5l-1.75 1.75M16.25 16.25l1-1" />
  </svg>
);

/** Why there can be no passkey here; null where there can. */
function obstacleHere({ origin, problem }: PasskeyPlace, words: PasskeysText["browser"]): string | null {
  if (problem === "needs_https") return words.needsHttps;
  if (problem === "needs_name") return words.needsName;
  if (window.location.origin !== origin) return words.elsewhere;
  return "PublicKeyCredential" in window ? null : words.unsupported;
}

/** The library is loaded when it is wanted. */
async function askBrowser(kind: PasskeyButtonProps["kind"], options: string): Promise<unknown> {
  const { startAuthentication, startRegistration } = await import("@simplewebauthn/browser");
  const optionsJSON = JSON.parse(options);
  return kind === "create" ? startRegistration({ optionsJSON }) : startAuthentication({ optionsJSON });
}

function wordsOf(cause: unknown, words: PasskeysText["browser"]): string {
  const name = cause instanceof Error ? cause.name : "";
  if (name === "InvalidStateError") return words.known;
  if (name === "NotAllowedError" || name === "AbortError") return words.cancelled;
  if (name === "SecurityError" || name === "NotSupportedError" || name === "ConstraintError") return words.failed;
  return words.cutOff;
}
