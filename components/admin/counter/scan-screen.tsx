"use client";

import { type FormEvent, useEffect, useRef, useState } from "react";
import { INPUT, toneLook } from "#components/admin/look.ts";
import { amountText } from "#components/ui/amount.tsx";
import { codePayRequestSchema } from "#lib/contract/code-pay.ts";
import type { CounterOrder } from "#lib/contract/counter.ts";
import type { CounterText } from "#lib/texts/admin.ts";
import { type Camera, CameraFailure, type CameraTrouble, openCamera, openDetector, watchCodes } from "./camera.ts";
import { FullScreen } from "./full-screen.tsx";

export const isPaymentCode = (text: string): boolean => codePayRequestSchema.shape.authCode.safeParse(text).success;

interface ScanScreenProps {
  readonly order: CounterOrder;
  readonly words: CounterText;
  readonly message: string | null;
  readonly onCode: (authCode: string) => void;
  readonly onShowCode: () => void;
  readonly onLeave: () => void;
}

/** Takes the shopper's payment code: by camera, by scanner gun (which types wherever it is), or typed. */
export function ScanScreen({ order, words, message, onCode, onShowCode, onLeave }: ScanScreenProps) {
  const { scan } = words;
  const [typed, setTyped] = useState("");
  const [isBad, setBad] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const code = typed.replace(/\s/g, "");
    if (isPaymentCode(code)) onCode(code);
    else setBad(true);
  };
  return (
    <FullScreen label={scan.title} onBack={onLeave}>
      <div className="mx-auto flex w-full max-w-xl flex-1 flex-col gap-4 px-4 py-4">
        <div className="flex items-baseline justify-between gap-4">
          <h2 className="text-lg font-semibold">{scan.title}</h2>
          <p className="text-3xl font-semibold tabular-nums" data-testid="due">
            {amountText(order.amountDue)}
          </p>
        </div>
        {message === null ? null : (
          <p role="alert" className="rounded-xl bg-warn-soft px-4 py-3 text-warn-ink" data-testid="declined">
            {message}
          </p>
        )}
        <Viewfinder words={words} onText={(text) => isPaymentCode(text) && onCode(text)} />
        <form onSubmit={submit} className="flex flex-col gap-2">
          <label htmlFor="auth-code" className="text-sm font-medium">
            {scan.type}
          </label>
          <div className="flex gap-2">
            <input
              id="auth-code"
              className={`${INPUT} text-lg tracking-wider tabular-nums`}
              inputMode="numeric"
              autoComplete="off"
              maxLength={64}
              value={typed}
              aria-describedby="auth-code-hint"
              aria-invalid={isBad}
              onChange={({ target }) => {
                setTyped(target.value);
                setBad(false);
              }}
            />
            <button type="submit" className={`${toneLook("primary")} shrink-0`}>
              {scan.submit}
            </button>
          </div>
          <p
            id="auth-code-hint"
            className={`text-sm ${isBad ? "text-bad-ink" : "text-soft"}`}
            role={isBad ? "alert" : undefined}
          >
            {isBad ? scan.bad : scan.typeHint}
          </p>
        </form>
        <div className="mt-auto grid grid-cols-2 gap-2">
          <button type="button" onClick={onShowCode} className={toneLook("plain")}>
            {scan.toCode}
          </button>
          <button type="button" onClick={onLeave} className={toneLook("plain")}>
            {words.code.leave}
          </button>
        </div>
      </div>
    </FullScreen>
  );
}

interface ViewfinderProps {
  readonly words: CounterText;
  readonly onText: (text: string) => void;
}

type Sight = CameraTrouble | "starting" | "loading" | "seeing";

function Viewfinder({ words: { scan }, onText }: ViewfinderProps) {
  const video = useRef<HTMLVideoElement>(null);
  const camera = useRef<Camera | null>(null);
  const [sight, setSight] = useState<Sight>("starting");
  const [hasTorch, setHasTorch] = useState(false);
  const [tries, setTries] = useState(0);
  const told = useRef(onText);
  useEffect(() => {
    told.current = onText;
  }, [onText]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each try opens the camera anew
  useEffect(() => {
    let isOver = false;
    let end = () => {};
    const start = async (shown: HTMLVideoElement) => {
      setSight("starting");
      const opened = await openCamera(shown);
      if (isOver) return opened.stop();
      camera.current = opened;
      setHasTorch(opened.torch !== null);
      setSight("loading");
      const detector = await openDetector();
      if (isOver) return;
      setSight("seeing");
      end = watchCodes(shown, detector, (text) => told.current(text));
    };
    if (video.current !== null) {
      start(video.current).catch((cause: unknown) => {
        if (!isOver) setSight(cause instanceof CameraFailure ? cause.trouble : "absent");
      });
    }
    return () => {
      isOver = true;
      end();
      camera.current?.stop();
      camera.current = null;
    };
  }, [tries]);
  const isTrouble = sight !== "starting" && sight !== "loading" && sight !== "seeing";
  return (
    <div className="relative grid min-h-40 place-items-center overflow-hidden rounded-card bg-black text-white">
      {/* biome-ignore lint/a11y/useMediaCaption: a viewfinder has no sound */}
      <video
        ref={video}
        playsInline={true}
        muted={true}
        aria-label={scan.hint}
        className={`h-[min(42dvh,24rem)] w-full object-cover ${isTrouble ? "hidden" : ""}`}
      />
      {isTrouble ? (
        <div
          className="flex flex-col items-center gap-3 px-4 py-6 text-center"
          role="alert"
          data-testid="camera-trouble"
        >
          <p>{scan[sight]}</p>
          {sight === "insecure" ? null : (
            <button type="button" onClick={() => setTries(tries + 1)} className={toneLook("plain")}>
              {scan.again}
            </button>
          )}
        </div>
      ) : (
        <p className="absolute inset-x-0 bottom-0 bg-black/60 px-4 py-2 text-center text-sm">
          {sight === "seeing" ? scan.hint : scan[sight]}
        </p>
      )}
      {hasTorch && sight === "seeing" ? (
        <Torch label={scan.torch} onToggle={(on) => camera.current?.torch?.(on)} />
      ) : null}
    </div>
  );
}

function Torch({ label, onToggle }: { readonly label: string; readonly onToggle: (on: boolean) => void }) {
  const [on, setOn] = useState(false);
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={() => {
        setOn(!on);
        onToggle(!on);
      }}
      className="absolute top-2 right-2 min-h-11 cursor-pointer rounded-xl bg-black/60 px-4"
    >
      {label}
    </button>
  );
}
