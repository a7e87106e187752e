import type { OrderStatusView } from "#lib/contract/order.ts";

const ANSWER_WITHIN_MS = 8_000;

export interface PollingOptions {
  /** How long until the next question, after so many failures in a row; null: there is none. */
  readonly pause: (failures: number) => number | null;
  readonly onAnswer: (view: OrderStatusView) => void;
  readonly onSilence: () => void;
}

export interface Polling {
  /** Drops a question that is still open: on a phone that slept it may never be answered. */
  syncOrder(): void;
  stop(): void;
}

/** Asks again and again while the page is seen. The first question waits for its turn: the page has just been made. */
export function startPolling(address: string, { pause, onAnswer, onSilence }: PollingOptions): Polling {
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let open: AbortController | undefined;

  const plan = () => {
    const ms = pause(failures);
    clearTimeout(timer);
    // A hidden page asks nothing; coming back asks at once and so begins again.
    if (ms !== null) timer = setTimeout(() => !document.hidden && void ask(), ms);
  };
  const ask = async () => {
    open?.abort();
    const question = new AbortController();
    open = question;
    const patience = setTimeout(() => question.abort(), ANSWER_WITHIN_MS);
    const view = await readStatus(address, question.signal);
    clearTimeout(patience);
    if (open !== question) return;
    failures = view === null ? failures + 1 : 0;
    if (view === null) onSilence();
    else onAnswer(view);
    plan();
  };
  plan();
  return {
    syncOrder: () => void ask(),
    stop() {
      clearTimeout(timer);
      const last = open;
      open = undefined;
      last?.abort();
    },
  };
}

/** `AbortSignal.timeout`, which Chrome knows from 103 on and Safari from 16 on. */
export function abortAfter(ms: number): AbortSignal {
  const question = new AbortController();
  setTimeout(() => question.abort(), ms);
  return question.signal;
}

/** `no-cache` makes the browser ask with `If-None-Match`; a 304 costs a few bytes and comes back as what we had. */
export async function readStatus(address: string, signal: AbortSignal): Promise<OrderStatusView | null> {
  try {
    const answer = await fetch(address, { cache: "no-cache", signal });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
