"use client";

import { type Dispatch, type ReactNode, useCallback, useEffect } from "react";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import type { OrderStatusView } from "#lib/contract/order.ts";
import type { LiveText } from "#lib/texts/pay.ts";
import { BRIDGE_EVENT, takeBridgeResult } from "./bridge-result.ts";
import { Countdown, type TimeLeft, useRemaining } from "./countdown.tsx";
import { type Face, faceOf, isFinal, type Progress, type ProgressEvent } from "./order-progress.ts";
import { type Aftermath, type Ending, endingWords, Outcome } from "./outcome.tsx";
import { Dock, StageCard, TimeLine, Whisper } from "./stage-card.tsx";
import { Trouble } from "./trouble.tsx";
import { useCodeEntry } from "./use-code-entry.ts";
import { type ShownHandover, useHandover } from "./use-handover.ts";
import { useOrderStatus } from "./use-order-status.ts";
import { useRedraw } from "./use-redraw.ts";

const REDRAW_AGAIN_MS = 6_000;

export interface PayLiveProps {
  readonly initial: OrderStatusView;
  /** Back from WeChat's cashier: the shopper may have paid or not. */
  readonly returned: boolean;
  /** Of the browser's tab while the order waits, and the name in it that stays. */
  readonly title: { readonly waiting: string; readonly shop: string };
  readonly words: LiveText;
  readonly time: TimeLeft;
  /** What is paid with on this page itself; null where the way to pay is opened by a touch. */
  readonly shown: ShownHandover | null;
  /** The address of this page; opening it again takes the payment over. */
  readonly payHereUrl: string;
  /** Where the order's creator wants the shopper to go afterwards. */
  readonly returnUrl: string | null;
  readonly aftermath: Aftermath | null;
  /** The receipt's own page. */
  readonly receiptUrl: string;
  /** What the shop says to who has paid; may be empty. */
  readonly thanks: string;
  /** Merchant and amount: they never move. */
  readonly heading: ReactNode;
  /** What one pays with on the spot (a QR code, a guide); null where a button of the bar does it. */
  readonly stage: ReactNode | null;
  /** What to do, and until when; gives way to what the shopper has to know. */
  readonly hint: string;
  readonly payBefore: string;
  readonly details: ReactNode;
  /** The action within the thumb's reach. */
  readonly bar: ReactNode | null;
  readonly barSticks: boolean;
  /** Asks WeChat whether the shopper has paid; for a page without scripts. */
  readonly checkUrl: string;
}

/** The part of the page that changes while one looks at it; all of it is also rendered on the server. */
export function PayLive(props: PayLiveProps) {
  const { initial, words, aftermath } = props;
  const { state, dispatch, see, confirm } = useOrderStatus(initial, props.returned);
  useLiveMark();
  useBridge(confirm, dispatch);
  useTouches(confirm, dispatch);
  useCodeEntry();
  useFreshDetails(initial, state.view);
  const face = faceOf(state);
  const elsewhere = useHandover({
    shown: props.shown,
    initial,
    view: face === "waiting" ? state.view : null,
    onStatus: see,
  });
  const left = useRemaining(
    props.time,
    useCallback(() => dispatch({ type: "overdue" }), [dispatch]),
  );
  const trouble = troubleOf(state, words);
  const ending =
    face === "waiting" ? null : { face, paidAt: state.view.paidAt, aftermath, words, thanks: props.thanks };
  useTabTitle(props.title, ending !== null ? endingWords(ending).title : elsewhere ? words.elsewhereTitle : null);

  return (
    <div className="contents" data-face={face} data-status={state.view.status}>
      <StageCard heading={props.heading} isTall={props.stage !== null} middle={middleOf(props, { ending, elsewhere })}>
        {trouble !== null && <Whisper tone="trouble">{trouble}</Whisper>}
        {trouble === null && ending === null && !elsewhere && props.hint !== "" && <Whisper>{props.hint}</Whisper>}
        {ending === null && (
          <TimeLine
            countdown={<Countdown left={left} spanMs={props.time.spanMs} words={words} />}
            until={props.payBefore}
          />
        )}
      </StageCard>
      <p role="status" aria-live="polite" className="sr-only">
        {[ending === null ? null : endingWords(ending).title, trouble].filter(Boolean).join(" ")}
      </p>
      {props.details}
      <Bar face={face} overdue={state.overdue} {...props} bar={elsewhere ? null : props.bar} />
    </div>
  );
}

function middleOf(
  { words, payHereUrl, stage }: PayLiveProps,
  { ending, elsewhere }: { ending: Ending | null; elsewhere: boolean },
): ReactNode | null {
  if (ending !== null) return <Outcome {...ending} />;
  if (!elsewhere) return stage;
  const retry = { label: words.payHere, href: payHereUrl };
  return <Trouble title={words.elsewhereTitle} hint={words.elsewhereHint} retry={retry} />;
}

function troubleOf({ view, offline, failures, claim, said }: Progress, words: LiveText): string | null {
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
      return said;
    default:
      return null;
  }
}

function Bar(props: PayLiveProps & { face: Face; overdue: boolean }) {
  const { face, bar, words, returnUrl, aftermath } = props;
  if (face === "waiting") return bar === null ? null : <Dock sticks={props.barSticks}>{bar}</Dock>;
  if (face === "confirming") return <ConfirmingDock {...props} bar={props.overdue ? null : bar} />;
  if (face === "overdue") return null;
  // Of a closed order the server draws one only where it can be ordered again; until then the bar is still for paying.
  const again = face === "closed" && props.initial.status === "closed" ? bar : null;
  if (again !== null) {
    return (
      <Dock sticks>
        {again}
        {returnUrl !== null && (
          <ButtonLink href={returnUrl} rel="noreferrer" weight="quiet">
            {words.back}
          </ButtonLink>
        )}
      </Dock>
    );
  }
  const receipt = face === "closed" ? null : { href: props.receiptUrl, label: words.viewReceipt };
  if (returnUrl === null) {
    return (
      <Dock>
        {receipt !== null && (
          <ButtonLink href={receipt.href} weight="quiet">
            {receipt.label}
          </ButtonLink>
        )}
        <p className="pb-3 text-center text-sm text-soft">{face === "paid" ? words.close : ""}</p>
      </Dock>
    );
  }
  return (
    <Dock sticks>
      <ButtonLink href={returnUrl} rel="noreferrer">
        {/* Whose money came late must not be asked to pay once more. */}
        {face === "closed" && aftermath === null ? words.orderAgain : words.back}
      </ButtonLink>
      {receipt !== null && (
        <ButtonLink href={receipt.href} weight="quiet">
          {receipt.label}
        </ButtonLink>
      )}
    </Dock>
  );
}

/** Whoever may have paid is asked, and pays again only by a touch of their own, after a warning. */
const ConfirmingDock = ({ words, checkUrl, bar }: Pick<PayLiveProps, "words" | "checkUrl" | "bar">) => (
  <Dock sticks>
    <form method="post" action={checkUrl} data-confirm="" className="w-full">
      <Button type="submit">{words.havePaid}</Button>
    </form>
    {bar !== null && (
      <details className="w-full text-center">
        <summary className="inline-flex min-h-11 cursor-pointer list-none items-center px-3 text-sm text-soft underline decoration-line underline-offset-4">
          {words.payAgain}
        </summary>
        <p className="px-2 py-2 text-sm font-medium text-warn-ink">{words.payAgainWarning}</p>
        {bar}
      </details>
    )}
  </Dock>
);

/** Tells the plain script that this code is at work, and while it is; see watch-script.ts. */
function useLiveMark(): void {
  useEffect(() => {
    window.lingfuLive = true;
    document.documentElement.removeAttribute("data-plain");
    return () => {
      window.lingfuLive = false;
    };
  }, []);
}

/** The tab's title follows the page: a shopper at a desk may look at another tab. */
function useTabTitle({ waiting, shop }: PayLiveProps["title"], state: string | null): void {
  const title = state === null ? waiting : `${state} · ${shop}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** What WeChat's cashier answered to the inline script, perhaps before this code was there. */
function useBridge(confirm: () => void, dispatch: Dispatch<ProgressEvent>): void {
  useEffect(() => {
    const listen = () => {
      const result = takeBridgeResult();
      if (result === "ok") confirm();
      else if (result !== null) dispatch({ type: "claim", claim: result === "cancel" ? "cancelled" : "bridge_failed" });
    };
    listen();
    document.addEventListener(BRIDGE_EVENT, listen);
    return () => document.removeEventListener(BRIDGE_EVENT, listen);
  }, [confirm, dispatch]);
}

/** What was paid, refunds and late payments have details that the status does not carry: the server draws them anew. */
function useFreshDetails(initial: OrderStatusView, view: OrderStatusView): void {
  const redraw = useRedraw(initial.id);
  const stale = isFinal(view) && view.version > initial.version;
  useEffect(() => {
    if (!stale) return;
    redraw();
    const timer = setInterval(redraw, REDRAW_AGAIN_MS);
    return () => clearInterval(timer);
  }, [stale, redraw]);
}

/** Forms and buttons that the server drew: they work by themselves before this code is there, and stay on the page after. */
function useTouches(confirm: () => void, dispatch: Dispatch<ProgressEvent>): void {
  useEffect(() => {
    const onSubmit = (event: SubmitEvent) => {
      if (!(event.target instanceof HTMLElement) || event.target.dataset.confirm === undefined) return;
      event.preventDefault();
      confirm();
    };
    const onClick = async ({ target }: MouseEvent) => {
      const { copy: link, said } = target instanceof HTMLElement ? target.dataset : {};
      if (link === undefined || !(await copyText(link))) return;
      dispatch({ type: "claim", claim: "copied", said });
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
