"use client";

import { Card } from "#components/ui/card.tsx";
import type { PromotionsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { Facts } from "../heading.tsx";

interface ShownOffer {
  readonly text: string;
  readonly isOwn: boolean;
}

/** A cart as its shopper would see it. */
export interface ShownCart {
  readonly lines: readonly { key: string; name: string; quantity: number; full: string; off: string | null }[];
  readonly total: string;
  readonly off: string | null;
  readonly due: string;
  readonly applied: readonly (ShownOffer & { readonly amount: string })[];
  readonly rejected: readonly ShownOffer[];
  readonly nudge: string | null;
}

/** What it would have done to orders of the past. */
export interface ShownPast {
  readonly headline: string | null;
  readonly facts: readonly { label: string; value: string }[];
  /** 0 to 1. */
  readonly changedPart: number;
  readonly notes: readonly string[];
  readonly reasons: readonly string[];
  readonly conflicts: readonly string[];
}

export interface ShownPreview {
  readonly cart: ShownCart | null;
  /** A text where there is nothing to show. */
  readonly past: ShownPast | string;
}

interface PreviewViewProps {
  readonly preview: ShownPreview;
  readonly words: PromotionsText["preview"];
  readonly days: number;
}

export function PreviewView({ preview: { cart, past }, words, days }: PreviewViewProps) {
  return (
    <div data-testid="preview" className="grid items-start gap-4 lg:grid-cols-2">
      {cart === null ? null : <CartView cart={cart} words={words} />}
      <Card className="bg-sunken py-4">
        <h3 className="px-4 font-semibold sm:px-5">{fill(words.past, { days })}</h3>
        {typeof past === "string" ? (
          <p className="px-4 pt-2 text-soft sm:px-5">{past}</p>
        ) : (
          <PastView past={past} words={words} />
        )}
      </Card>
    </div>
  );
}

function CartView({ cart, words }: { cart: ShownCart; words: PromotionsText["preview"] }) {
  return (
    <Card className="bg-sunken px-4 py-4 sm:px-5">
      <h3 className="font-semibold">{words.cart}</h3>
      <ul className="divide-y divide-line">
        {cart.lines.map(({ key, name, quantity, full, off }) => (
          <li key={key} className="flex flex-wrap justify-between gap-x-4 py-2">
            <span className="min-w-0 [overflow-wrap:anywhere]">
              {name} × {quantity}
            </span>
            <span className="tabular-nums">
              {full}
              {off === null ? null : <span className="ml-2 text-brand-ink">{off}</span>}
            </span>
          </li>
        ))}
        <li className="flex justify-between gap-4 py-2">
          <span>{words.total}</span>
          <span className="tabular-nums">{cart.total}</span>
        </li>
        {cart.applied.map(({ text, amount, isOwn }) => (
          <li key={text} className="flex justify-between gap-4 py-2 text-brand-ink">
            <span className="min-w-0 [overflow-wrap:anywhere]">
              {text}
              {isOwn ? <Own words={words} /> : null}
            </span>
            <span className="whitespace-nowrap tabular-nums">{amount}</span>
          </li>
        ))}
        <li className="flex items-baseline justify-between gap-4 py-2 font-semibold">
          <span>{words.due}</span>
          <span className="text-xl tabular-nums">{cart.due}</span>
        </li>
      </ul>
      {cart.nudge === null ? null : <p className="mt-1 text-sm text-brand-ink">{cart.nudge}</p>}
      <ul className="mt-2 flex flex-col gap-1 text-sm text-soft">
        {cart.rejected.map(({ text, isOwn }) => (
          <li key={text} className={isOwn ? "font-medium text-warn-ink" : ""}>
            {text}
            {isOwn ? <Own words={words} /> : null}
          </li>
        ))}
        <li>{words.eligible}</li>
      </ul>
    </Card>
  );
}

const Own = ({ words }: { words: PromotionsText["preview"] }) => (
  <span className="ml-2 rounded-full bg-brand-soft px-2 py-0.5 text-xs whitespace-nowrap text-brand-ink">
    {words.own}
  </span>
);

function PastView({ past, words }: { past: ShownPast; words: PromotionsText["preview"] }) {
  return (
    <>
      {past.headline === null ? null : <p className="px-4 pt-2 font-medium text-warn-ink sm:px-5">{past.headline}</p>}
      <div aria-hidden="true" className="mx-4 mt-3 h-2.5 overflow-hidden rounded-full bg-surface sm:mx-5">
        <div className="h-full rounded-full bg-action" style={{ width: `${past.changedPart * 100}%` }} />
      </div>
      <Facts facts={past.facts} />
      <div className="flex flex-col gap-3 px-4 text-sm sm:px-5">
        <List title={words.conflicts} lines={past.conflicts.length === 0 ? [words.noConflicts] : past.conflicts} />
        {past.reasons.length === 0 ? null : <List title={words.why} lines={past.reasons} />}
        <div className="text-soft">
          {past.notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </div>
      </div>
    </>
  );
}

const List = ({ title, lines }: { title: string; lines: readonly string[] }) => (
  <div>
    <h4 className="font-medium">{title}</h4>
    <ul className="mt-1 flex list-disc flex-col gap-1 pl-5 text-soft">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  </div>
);
