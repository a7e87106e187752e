"use client";

import { type ReactNode, type SyntheticEvent, useState } from "react";
import useSWR from "swr";
import { buttonLook } from "#components/ui/button.tsx";
import { ANSWER_WITHIN_MS, abortAfter } from "#components/ui/live-data.ts";
import { type Fen, fen, formatYuan } from "#lib/base/fen.ts";
import { type Basket, basketFen, basketPieces, basketQuery, changed, GOODS } from "./goods.ts";

interface CounterWords {
  readonly less: string;
  readonly more: string;
  readonly count: string;
  readonly cart: string;
  readonly empty: string;
  readonly pay: string;
  /** Said before the price without offers. */
  readonly before: string;
}

interface CounterProps {
  readonly initial: Basket;
  /** What the first basket costs with its offers, in fen. */
  readonly initialDue: number;
  readonly words: CounterWords;
  /** One card per good, by its sku, in the order of the menu. */
  readonly cards: readonly {
    readonly sku: string;
    readonly name: string;

    readonly card: ReactNode;
  }[];
}

/**
 * The menu with its steppers. Each button submits a form that the server understands, so that the shop works without
 * scripts; with them the same buttons answer at once.
 */
export function Counter({ initial, initialDue, words, cards }: CounterProps) {
  const [basket, setBasket] = useState(initial);
  const total = basketFen(basket);
  const due = useQuote(basket, basket === initial ? initialDue : undefined);
  const pieces = basketPieces(basket);
  const onSubmit = (event: SyntheticEvent<HTMLFormElement, SubmitEvent>) => {
    const button = event.nativeEvent.submitter;
    if (!(button instanceof HTMLButtonElement) || button.name === "") return;
    event.preventDefault();
    setBasket((before) => changed(before, button.value, button.name === "more" ? 1 : -1));
  };
  return (
    <form method="post" action="/shop/order" onSubmit={onSubmit}>
      {/* The first button of a form is the one that Enter presses: it must be the one that orders. */}
      <button type="submit" className="sr-only" tabIndex={-1} aria-hidden="true" />
      {GOODS.map(({ sku }) => (
        <input key={sku} type="hidden" name={sku} value={basket[sku] ?? 0} />
      ))}
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 sm:gap-4">
        {cards.map(({ sku, name, card }) => (
          <li key={sku} className="flex flex-col overflow-hidden rounded-card bg-surface lifted">
            {card}
            <Stepper {...{ sku, name, words }} pieces={basket[sku] ?? 0} />
          </li>
        ))}
      </ul>
      <div className="safe-bottom fixed inset-x-0 bottom-0 z-10 px-3 pt-3">
        <div className="mx-auto flex max-w-3xl items-center justify-between gap-x-3 rounded-3xl bg-surface p-2 pl-5 lifted border border-line">
          <p className="min-w-0" aria-live="polite">
            <span className="block text-xl font-semibold figures" data-testid="basket-total">
              {due < total && (
                <s className="mr-2 block text-xs font-normal text-soft sm:inline sm:text-base">
                  <span className="sr-only">{words.before} </span>¥{formatYuan(total)}
                </s>
              )}
              <span data-testid="basket-due">¥{formatYuan(due)}</span>
            </span>
            <span className="block text-xs text-soft">
              {pieces === 0 ? words.empty : words.cart.replace("{count}", String(pieces))}
            </span>
          </p>
          <div className="w-32 shrink-0 sm:w-40">
            <button type="submit" className={`${buttonLook("primary")} disabled:opacity-45`} disabled={pieces === 0}>
              {words.pay}
            </button>
          </div>
        </div>
      </div>
    </form>
  );
}

/** The price with offers: the same the pay page will ask for. Until it is known, the price without. */
function useQuote(basket: Basket, known: number | undefined): Fen {
  const query = basketQuery(basket);
  const { data } = useSWR(query === "" ? null : `/shop/quote?${query}`, readQuote, {
    ...(known === undefined ? {} : { fallbackData: { amountDue: known } }),
    revalidateIfStale: false,
    revalidateOnFocus: false,
  });
  return data === undefined ? basketFen(basket) : fen(data.amountDue);
}

async function readQuote(address: string): Promise<{ amountDue: number }> {
  const answer = await fetch(address, { signal: abortAfter(ANSWER_WITHIN_MS) });
  if (!answer.ok) throw new Error(`no quote: ${answer.status}`);
  return answer.json();
}

const STEP = "grid size-11 place-items-center rounded-full text-xl press";

function Stepper(props: { sku: string; name: string; pieces: number; words: CounterWords }) {
  const { sku, name, pieces, words } = props;
  const none = pieces === 0;
  return (
    <div className="mt-auto flex flex-wrap items-center justify-end gap-x-1 px-2 pt-2 pb-2">
      <button
        type="submit"
        formAction="/shop/basket"
        name="less"
        value={sku}
        disabled={none}
        aria-label={`${words.less} ${name}`}
        className={`${STEP} bg-sunken ${none ? "invisible" : ""}`}
      >
        −
      </button>
      <span className={`min-w-7 text-center font-medium figures ${none ? "invisible" : ""}`} aria-live="polite">
        {pieces}
        <span className="sr-only"> {words.count}</span>
      </span>
      <button
        type="submit"
        formAction="/shop/basket"
        name="more"
        value={sku}
        aria-label={`${words.more} ${name}`}
        className={`${STEP} bg-action text-action-ink`}
      >
        +
      </button>
    </div>
  );
}
