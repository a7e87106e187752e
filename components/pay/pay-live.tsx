"use client";

import { useRouter } from "next/navigation";
import { type Dispatch, type ReactNode, useCallback, useEffect, useRef } from "react";
import { ButtonLink } from "#components/ui/button.tsx";
import type { OrderStatusView } from "#lib/contract/order.ts";
import { BRIDGE_EVENT, takeBridgeResult } from "./bridge-result.ts";
import { CountdownRing, remainingWords, type TimeLeft, useRemaining } from "./countdown.tsx";
import { type Face, faceOf, isFinal, type Progress, type ProgressEvent } from "./order-progress.ts";
import { type Aftermath, endingWords, Outcome } from "./outcome.tsx";
import type { LiveText, PageLanguage } from "./text.ts";
import { Trouble } from "./trouble.tsx";
import { type ShownHandover, useHandover } from "./use-handover.ts";
import { useOrderStatus } from "./use-order-status.ts";

export interface PayLiveProps {
  readonly initial: OrderStatusView;
  readonly words: LiveText;
  readonly language: PageLanguage;
  readonly time: TimeLeft;
  /** What is paid with on this page itself; null where the way to pay is opened by a touch. */
  readonly shown: ShownHandover | null;
  /** This page, opened anew: it takes the payment over. */
  readonly payHereUrl: string;
  /** Where the order's creator wants the shopper to go afterwards. */
  readonly returnUrl: string | null;
  readonly aftermath: Aftermath | null;
  /** Merchant and amount: they never move. */
  readonly heading: ReactNode;
  /** What one pays with on the spot (a QR code, a guide); without it the time left takes its place. */
  readonly stage: ReactNode | null;
  /** What to do, and until when; gives way to what the shopper has to know. */
  readonly hint: string;
  readonly payBefore: string;
  readonly details: ReactNode;
  /** The action within the thumb's reach. */
  readonly bar: ReactNode | null;
}

/** The part of the page that changes while one looks at it; all of it is also rendered on the server. */
export function PayLive(props: PayLiveProps) {
  const { initial, words, language, aftermath } = props;
  const { state, dispatch, confirm } = useOrderStatus(initial);
  useBridge(confirm, dispatch);
  useTouches(confirm, dispatch);
  useFreshDetails(initial, state.view);
  const face = faceOf(state);
  const elsewhere = useHandover({
    shown: props.shown,
    initial,
    view: face === "waiting" ? state.view : null,
    dispatch,
  });
  const left = useRemaining(
    props.time,
    useCallback(() => dispatch({ type: "overdue" }), [dispatch]),
  );
  const trouble = troubleOf(state, words);
  const ending = face === "waiting" ? null : { face, paidAt: state.view.paidAt, aftermath, words, language };

  return (
    <div className="contents" data-face={face} data-status={state.view.status}>
      <section className="pay-stage @container flex flex-col items-center rounded-card bg-surface px-5 pt-6 pb-5 lifted">
        {props.heading}
        <div className={`mt-4 flex w-full flex-1 flex-col ${props.stage === null ? "min-h-66" : "min-h-90"}`}>
          <div className="grid flex-1 place-items-center">
            {ending !== null ? (
              <Outcome {...ending} />
            ) : elsewhere ? (
              <Trouble
                title={words.elsewhereTitle}
                hint={words.elsewhereHint}
                retry={{ label: words.payHere, href: props.payHereUrl }}
              />
            ) : (
              (props.stage ?? <CountdownRing left={left} spanMs={props.time.spanMs} words={words} />)
            )}
          </div>
          {trouble !== null && <Whisper tone="trouble">{trouble}</Whisper>}
          {trouble === null && ending === null && !elsewhere && props.hint !== "" && <Whisper>{props.hint}</Whisper>}
          {ending === null && (
            <p className="mt-1 text-center text-xs text-soft figures">
              {props.stage !== null && (
                <span className="needs-script" role="timer" aria-live="off">
                  {words.remaining} {remainingWords(left, words)} ·{" "}
                </span>
              )}
              {props.payBefore}
            </p>
          )}
        </div>
        <p role="status" aria-live="polite" className="sr-only">
          {[ending === null ? null : endingWords(ending).title, trouble].filter(Boolean).join(" ")}
        </p>
      </section>
      {props.details}
      <Bar face={face} {...props} bar={elsewhere ? null : props.bar} />
    </div>
  );
}

/** One sentence under what one looks at; what the shopper has to know takes the place of what to do. */
const Whisper = ({ tone, children }: { tone?: "trouble"; children: ReactNode }) => (
  <p
    className={`mt-3 text-center text-sm leading-snug ${tone === "trouble" ? "font-medium text-warn-ink" : "text-soft"}`}
    aria-hidden={tone === "trouble"}
    data-testid="whisper"
  >
    {children}
  </p>
);

function troubleOf({ view, offline, failures, claim }: Progress, words: LiveText): string | null {
  if (isFinal(view)) return null;
  if (offline) return words.offline;
  if (failures >= 2) return words.failing;
  switch (claim) {
    case "not_yet":
      return words.notYet;
    case "ask_failed":
      return words.askFailed;
    case "cancelled":
      return words.cancelled;
    case "bridge_failed":
      return words.bridgeFailed;
    case "copied":
      return words.copied;
    default:
      return null;
  }
}

function Bar({ face, bar, words, returnUrl, aftermath }: PayLiveProps & { face: Face }) {
  if (face === "waiting") return bar === null ? null : <Dock>{bar}</Dock>;
  if (face === "confirming" || face === "overdue") return null;
  if (returnUrl === null) {
    return <Dock>{<p className="py-3 text-center text-sm text-soft">{face === "paid" ? words.close : ""}</p>}</Dock>;
  }
  return (
    <Dock>
      <ButtonLink href={returnUrl} rel="noreferrer">
        {/* Whose money came late must not be asked to pay once more. */}
        {face === "closed" && aftermath === null ? words.orderAgain : words.back}
      </ButtonLink>
    </Dock>
  );
}

const Dock = ({ children }: { children: ReactNode }) => (
  <div className="pay-dock safe-bottom flex flex-col items-center gap-1 px-4 pt-3">{children}</div>
);

/** What WeChat's cashier answered to the inline script, perhaps before this code was there. */
function useBridge(confirm: () => Promise<void>, dispatch: Dispatch<ProgressEvent>): void {
  useEffect(() => {
    const listen = () => {
      const result = takeBridgeResult();
      if (result === "ok") void confirm();
      else if (result !== null) dispatch({ type: "claim", claim: result === "cancel" ? "cancelled" : "bridge_failed" });
    };
    listen();
    document.addEventListener(BRIDGE_EVENT, listen);
    return () => document.removeEventListener(BRIDGE_EVENT, listen);
  }, [confirm, dispatch]);
}

/** Refunds and late payments have details that the status does not carry: the server is asked to draw them anew. */
function useFreshDetails(initial: OrderStatusView, view: OrderStatusView): void {
  const router = useRouter();
  const drawn = useRef(initial.version);
  useEffect(() => {
    if (view.version <= Math.max(drawn.current, initial.version)) return;
    drawn.current = view.version;
    if (isFinal(view) && view.status !== "paid") router.refresh();
  }, [initial.version, view, router]);
}

/** Forms and buttons that the server drew: they work by themselves before this code is there, and stay on the page after. */
function useTouches(confirm: () => Promise<void>, dispatch: Dispatch<ProgressEvent>): void {
  useEffect(() => {
    const onSubmit = (event: SubmitEvent) => {
      if (!(event.target instanceof HTMLElement) || event.target.dataset.confirm === undefined) return;
      event.preventDefault();
      void confirm();
    };
    const onClick = async ({ target }: MouseEvent) => {
      const link = target instanceof HTMLElement ? target.dataset.copy : undefined;
      if (link !== undefined && (await copyText(link))) dispatch({ type: "claim", claim: "copied" });
    };
    document.addEventListener("submit", onSubmit);
    document.addEventListener("click", onClick);
    return () => {
      document.removeEventListener("submit", onSubmit);
      document.removeEventListener("click", onClick);
    };
  }, [confirm, dispatch]);
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Older in-app browsers have only this; what it copies is what is selected.
    document.querySelector<HTMLInputElement>("input[readonly]")?.select();
    return document.execCommand("copy");
  }
}
