"use client";

import { useCallback, useEffect, useReducer, useRef } from "react";
import useSWR from "swr";
import { noteOwnOrder } from "#components/admin/voice/own-orders.ts";
import { LIVE, newestOnly } from "#components/ui/live-data.ts";
import type { CounterOrder, CounterSale } from "#lib/contract/counter.ts";
import type { CounterText } from "#lib/texts/admin.ts";
import type { CounterActions, CounterResult } from "./counter-actions.ts";
import { fetchJson } from "./fetch-json.ts";
import { NO_SALE, type Sale, sell, type Way } from "./sale.ts";

const LOOK_EVERY_MS = 3_000;
const ASK_AGAIN_MS = 500;
const OFFLINE_RETRY_MS = 2_000;
/** The order that this tab is about, should its page be loaded anew. */
const KEPT = "lingfu-counter-order";

const askOrder = newestOnly((address, signal) => fetchJson<CounterOrder>(address, signal));

interface SaleSetting {
  readonly actions: CounterActions;
  readonly words: CounterText;
  /** An order that was made elsewhere, to be paid here. */
  readonly orderId: string | null;
}

export interface SaleControl {
  readonly sale: Sale;
  /** Makes the order; with a scanned code it is charged at once. */
  place(content: CounterSale, way: Way, authCode?: string): Promise<void>;
  charge(authCode: string): Promise<void>;
  /** Shows the QR code of the order that is there. */
  showCode(): Promise<void>;
  toScan(): void;
  close(): Promise<void>;
  leave(): void;
  resume(): void;
  next(): void;
  say(message: string | null): void;
}

/** The sale of this counter: each step is sent to the server, and what becomes of the order is watched meanwhile. */
export function useSale({ actions, words, orderId }: SaleSetting): SaleControl {
  const [sale, dispatch] = useReducer(sell, NO_SALE);
  const current = useRef(sale);
  current.current = sale;
  // A new object each time the server draws the page, for instance after an action.
  const newestWords = useRef(words);
  newestWords.current = words;
  const token = useToken();
  const order = sale.order;
  const isWatched = order !== null && order.status === "pending";
  useSWR<CounterOrder>(isWatched ? `/admin/counter/orders/${order.id}` : null, askOrder, {
    ...LIVE,
    refreshInterval: LOOK_EVERY_MS,
    onSuccess: (seen) => dispatch({ type: "seen", order: seen, words }),
    onError: () => dispatch({ type: "unanswered", message: null }),
  });
  useKept(order);
  useEffect(() => {
    const id = orderId ?? readKept();
    if (id === null) return;
    fetchJson<CounterOrder>(`/admin/counter/orders/${id}`).then(
      (found) =>
        current.current.stage === "keying" && dispatch({ type: "resume", order: found, words: newestWords.current }),
      () => {},
    );
  }, [orderId]);
  const charge = useCharge({ actions, words, current, dispatch });

  const open = async (way: Way, ask: () => Promise<CounterResult>): Promise<CounterOrder | null> => {
    dispatch({ type: "place" });
    const state = await ask().catch(() => null);
    if (state === null) dispatch({ type: "unanswered", message: words.trouble.offline });
    else dispatch({ type: "placed", way, state });
    if (state?.order !== undefined) noteOwnOrder(state.order.id);
    return state?.order ?? null;
  };
  return {
    sale,
    async place(content, way, authCode) {
      if (current.current.stage !== "keying") return;
      const fields = { token: token.of(content), sale: JSON.stringify(content), way };
      const made = await open(way, () => actions.place(formOf(fields)));
      if (made !== null && authCode !== undefined) await charge(made.id, authCode);
    },
    async charge(authCode) {
      const { order: due, sending } = current.current;
      if (due !== null && !sending) await charge(due.id, authCode);
    },
    async showCode() {
      const due = current.current.order;
      if (due !== null) await open("code", () => actions.showCode(formOf({ orderId: due.id })));
    },
    toScan: () => dispatch({ type: "go", way: "scan" }),
    async close() {
      const due = current.current.order;
      if (due === null) return;
      const state = await actions.close(formOf({ orderId: due.id })).catch(() => null);
      if (state === null) return dispatch({ type: "unanswered", message: words.trouble.offline });
      if (state.order?.status !== "closed") return dispatch({ type: "charged", state, words });
      token.renew();
      dispatch({ type: "next" });
      dispatch({ type: "say", message: state.message });
    },
    leave() {
      void actions.show(formOf({ orderId: "" })).catch(() => {});
      dispatch({ type: "leave" });
    },
    resume: () => order !== null && dispatch({ type: "resume", order, words }),
    next() {
      token.renew();
      dispatch({ type: "next" });
    },
    say: useCallback((message) => dispatch({ type: "say", message }), []),
  };
}

interface ChargeParts extends Pick<SaleSetting, "actions" | "words"> {
  readonly current: { readonly current: Sale };
  readonly dispatch: React.Dispatch<Parameters<typeof sell>[1]>;
}

/** One code is one charge, however often it is sent; so what had no answer is sent again until it has one. */
function useCharge({ actions, words, current, dispatch }: ChargeParts) {
  const gone = useRef(false);
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
    };
  }, []);
  return async (orderId: string, authCode: string): Promise<void> => {
    dispatch({ type: "charge" });
    noteOwnOrder(orderId);
    for (let again = "0"; !gone.current; ) {
      const state = await actions.charge(formOf({ orderId, authCode, again })).catch(() => null);
      if (gone.current || current.current.order?.id !== orderId || current.current.stage === "paid") return;
      if (state === null) {
        dispatch({ type: "unanswered", message: null });
        await pause(OFFLINE_RETRY_MS);
        continue;
      }
      dispatch({ type: "charged", state, words });
      if (state.charge !== "pending") return;
      again = "1";
      await pause(ASK_AGAIN_MS);
    }
  };
}

/** The same content sent again is the same order; another content is another one. */
function useToken() {
  const held = useRef<{ readonly content: string; readonly token: string } | null>(null);
  return useRef({
    of(sale: CounterSale): string {
      const content = JSON.stringify(sale);
      if (held.current?.content !== content) held.current = { content, token: newToken() };
      return held.current.token;
    },
    renew() {
      held.current = null;
    },
  }).current;
}

function useKept(order: CounterOrder | null): void {
  const id = order?.status === "pending" ? order.id : null;
  const isKept = useRef(false);
  useEffect(() => {
    try {
      if (id !== null) sessionStorage.setItem(KEPT, id);
      else if (isKept.current) sessionStorage.removeItem(KEPT);
      isKept.current = id !== null;
    } catch {
      // Without storage the order is in the list of orders.
    }
  }, [id]);
}

function readKept(): string | null {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** `crypto.randomUUID` is only there over https, and not in older phones. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function formOf(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
