"use client";

import { QRCodeSVG } from "qrcode.react";
import type { ReactNode } from "react";
import useSWR from "swr";
import { amountText } from "#components/ui/amount.tsx";
import { LIVE, newestOnly } from "#components/ui/live-data.ts";
import type { CounterOrder, DisplayView } from "#lib/contract/counter.ts";
import type { CounterText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { fetchJson } from "./fetch-json.ts";
import { isPaid } from "./sale.ts";
import { useAwake } from "./use-awake.ts";
import { useChanges } from "./use-changes.ts";

const VIEW = "/admin/counter/display/view";
const ASK_EVERY_MS = 3_000;
const askView = newestOnly((address, signal) => fetchJson<DisplayView>(address, signal));

interface CustomerDisplayProps {
  readonly initial: DisplayView;
  /** Where the device is no till itself. */
  readonly tillId: string | null;
  readonly words: CounterText;
}

/** Follows the till: amount and goods, the code, the password, the thanks; the shop's name in between. */
export function CustomerDisplay({ initial, tillId, words }: CustomerDisplayProps) {
  const { data: view = initial, error } = useSWR(
    tillId === null ? VIEW : `${VIEW}?till=${encodeURIComponent(tillId)}`,
    askView,
    {
      ...LIVE,
      fallbackData: initial,
      refreshInterval: ASK_EVERY_MS,
      refreshWhenHidden: true,
    },
  );
  useChanges();
  useAwake();
  const paid = isPaid(view.order);
  return (
    <main
      className={`flex h-[calc(100dvh-2.25rem)] flex-col p-[3vmin] ${paid ? "bg-[#06833f] text-white" : "bg-page text-ink"}`}
      data-testid="display"
      aria-live="polite"
    >
      <header className="flex items-center justify-between gap-4 text-[max(1rem,2.4vmin)]">
        <h1 className="truncate font-semibold">{view.shop}</h1>
        <FullScreenButton label={words.display.full} />
      </header>
      {error === undefined ? null : (
        <p role="alert" className="mt-2 rounded-xl bg-warn-soft px-4 py-2 text-warn-ink">
          {words.display.offline}
        </p>
      )}
      {view.order === null ? (
        <Center>
          <p className="text-[max(2.5rem,9vmin)] font-semibold">{view.shop}</p>
          <p className="text-[max(1.5rem,4vmin)] text-soft">{words.display.welcome}</p>
        </Center>
      ) : (
        <Shown order={view.order} words={words} />
      )}
    </main>
  );
}

const Center = ({ children }: { children: ReactNode }) => (
  <div className="flex flex-1 flex-col items-center justify-center gap-[3vmin] text-center">{children}</div>
);

function Shown({ order, words }: { readonly order: CounterOrder; readonly words: CounterText }) {
  const { display } = words;
  if (isPaid(order)) {
    return (
      <Center>
        <p className="text-[max(2rem,7vmin)] font-semibold">{display.paid}</p>
        <p className="text-[max(3rem,12vmin)] font-semibold tabular-nums">{amountText(order.amountPaid)}</p>
        <p className="text-[max(1.5rem,4vmin)]">{display.thanks}</p>
      </Center>
    );
  }
  const isTyping = order.charge?.waitsFor === "password";
  const saying = isTyping ? display.password : order.charge !== null ? display.charging : null;
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center justify-evenly gap-[2vmin] landscape:flex-row">
      <Bill order={order} words={words} />
      {saying !== null || order.codeUrl === null ? (
        <p className="text-center text-[max(1.75rem,6vmin)] font-semibold">{saying ?? display.show}</p>
      ) : (
        <div className="text-center">
          <div className="inline-block rounded-3xl bg-white p-2 lifted" data-testid="qr" data-code={order.codeUrl}>
            <QRCodeSVG
              value={order.codeUrl}
              title={fill(words.code.qr, { amount: amountText(order.amountDue) })}
              level="M"
              marginSize={4}
              fgColor="#0b1510"
              className="size-[min(86vw,46dvh)] landscape:size-[min(44vw,68dvh)]"
            />
          </div>
          <p className="mt-2 text-[max(1.25rem,3vmin)]">{display.scan}</p>
        </div>
      )}
    </div>
  );
}

function Bill({ order, words }: { readonly order: CounterOrder; readonly words: CounterText }) {
  return (
    <div className="w-full max-w-[44rem] min-w-0 landscape:w-2/5">
      <ul className="max-h-[24dvh] overflow-hidden text-[max(1rem,2.6vmin)] landscape:max-h-[48dvh]">
        {Object.entries(order.items).map(([place, item]) => (
          <li key={place} className="flex justify-between gap-4 py-1">
            <span className="truncate">
              {item.name}
              {item.quantity > 1 ? ` × ${item.quantity}` : ""}
            </span>
            <span className="tabular-nums">{amountText(item.amount)}</span>
          </li>
        ))}
        {order.amountDiscount === 0 ? null : (
          <li className="flex justify-between gap-4 py-1 text-brand-ink">
            <span>{words.discount}</span>
            <span className="tabular-nums">−{amountText(order.amountDiscount)}</span>
          </li>
        )}
      </ul>
      <p className="mt-[2vmin] flex items-baseline justify-between gap-4 border-t border-line pt-[2vmin]">
        <span className="text-[max(1rem,3vmin)]">{words.total}</span>
        <strong className="text-[max(2.5rem,9vmin)] font-semibold tabular-nums" data-testid="due">
          {amountText(order.amountDue)}
        </strong>
      </p>
    </div>
  );
}

function FullScreenButton({ label }: { readonly label: string }) {
  return (
    <button
      type="button"
      onClick={() => void document.documentElement.requestFullscreen?.().catch(() => {})}
      className="min-h-11 shrink-0 cursor-pointer rounded-xl px-4 text-base opacity-70 [:fullscreen_&]:hidden"
    >
      ⛶ {label}
    </button>
  );
}
