"use client";

import { useCallback, useRef, useState } from "react";
import { useSWRConfig } from "swr";
import { toneLook } from "#components/admin/look.ts";
import { amountText } from "#components/ui/amount.tsx";
import { COUNTER_NOTE_CHARS_MAX, COUNTER_QUANTITY_MAX, COUNTER_TERMS_MAX } from "#lib/base/counter-limits.ts";
import { AMOUNT_FEN_MAX } from "#lib/base/limits.ts";
import { isPaymentCode } from "#lib/base/payment-code.ts";
import type { CounterDay, CounterSale, CounterSettings } from "#lib/contract/counter.ts";
import type { CounterText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { useConfirmIdentity } from "../confirm-identity.tsx";
import { Basket, basketFen, type Counts } from "./basket.tsx";
import { ChargingScreen } from "./charging-screen.tsx";
import { CodeScreen } from "./code-screen.tsx";
import type { CounterActions } from "./counter-actions.ts";
import { DayList } from "./day-list.tsx";
import { Keypad } from "./keypad.tsx";
import { amountsOf, entryFen, type KeypadEntry, type KeypadKey, NOTHING, preset, press } from "./keypad-entry.ts";
import { PaidScreen } from "./paid-screen.tsx";
import type { Sale } from "./sale.ts";
import { ScanScreen } from "./scan-screen.tsx";
import { SettingsPanel } from "./settings-panel.tsx";
import type { UndoAnswer } from "./undo-attempt.ts";
import { formOf, type SaleControl, useSale } from "./use-sale.ts";
import { useWedge } from "./use-wedge.ts";
import { VoicePanel } from "./voice-panel.tsx";

export interface CounterRoomProps {
  readonly shop: string;
  readonly settings: CounterSettings;
  readonly day: CounterDay;
  readonly words: CounterText;
  /** What the sandbox says of itself; null with real money. */
  readonly sandbox: string | null;
  /** An order that is to be paid here. */
  readonly orderId: string | null;
  /** The till that this device is; a cashier at it sees nothing of the dashboard. */
  readonly tillId: string | null;
  /** Fen that may be given back of one order. */
  readonly refundLimitFen: number;
  readonly mayWrite: boolean;
  readonly actions: CounterActions;
}

/** The room behind the shop's counter: what is to be paid, how it is paid, and what was paid today. */
export function CounterRoom(props: CounterRoomProps) {
  const { settings, day, words, orderId, tillId, refundLimitFen, mayWrite, actions } = props;
  const control = useSale({ actions, words, orderId });
  const till = useTill(settings, control, words);
  const { undo, question } = useUndo(props);
  const { sale } = control;
  useWedge(till.keyboard);
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(20rem,26rem)_1fr] lg:gap-8">
      <section aria-label={words.title} className="flex flex-col gap-3">
        <TillDisplay till={till} sale={sale} words={words} control={control} />
        <Presets settings={settings} words={words} till={till} />
        <Basket
          items={settings.items}
          counts={till.counts}
          words={words}
          disabled={till.isBusy}
          onChange={till.changeCount}
        />
        <Keypad words={words} disabled={till.isBusy} onKey={till.pressKey} />
        <div className="grid grid-cols-2 gap-2">
          <button
            type="button"
            aria-disabled={till.isBusy}
            onClick={() => till.start("code")}
            className={`${toneLook("primary")} min-h-15 text-lg ${till.isBusy ? "opacity-60" : ""}`}
          >
            {till.isBusy ? words.placing : words.showCode}
          </button>
          <button
            type="button"
            aria-disabled={till.isBusy}
            onClick={() => till.start("scan")}
            className={`${toneLook("plain")} min-h-15 text-lg`}
          >
            {words.scanCode}
          </button>
        </div>
        <p className="text-center text-sm text-soft max-lg:hidden">{words.wedgeReady}</p>
      </section>
      <div className="flex min-w-0 flex-col gap-4">
        <DayList
          initial={day}
          words={words}
          hasOrderPages={tillId === null}
          refundLimitFen={refundLimitFen}
          onUndo={undo}
        />
        <VoicePanel words={words} tillId={tillId} />
        <SettingsPanel
          settings={settings}
          words={words}
          tillId={tillId}
          mayWrite={mayWrite}
          keep={actions.keepSettings}
        />
      </div>
      <Screens {...props} control={control} till={till} onUndo={undo} />
      {question}
    </div>
  );
}

type Till = ReturnType<typeof useTill>;

/** What is on the keypad, and what its keys do. */
function useTill({ items }: CounterSettings, control: SaleControl, words: CounterText) {
  const [entry, showEntry] = useState<KeypadEntry>(NOTHING);
  // Keys of a scanner come faster than the page is drawn.
  const held = useRef<KeypadEntry>(NOTHING);
  const setEntry = (next: KeypadEntry) => {
    held.current = next;
    showEntry(next);
  };
  const [counts, setCounts] = useState<Counts>({});
  const [note, setNote] = useState("");
  /** Before the last key, while that may still turn out to be a scanner's. */
  const beforeKey = useRef<KeypadEntry | null>(null);
  const { sale } = control;
  const isBusy = sale.stage !== "keying";
  const ofItems = basketFen(items, counts);
  const total = entryFen(entry) + ofItems;
  const room = AMOUNT_FEN_MAX - ofItems;
  const content = (): CounterSale => ({
    amounts: amountsOf(entry),
    items: items.flatMap((item, at) => ((counts[at] ?? 0) === 0 ? [] : [{ ...item, quantity: counts[at] ?? 0 }])),
    note: note.trim(),
  });
  const start = (way: "code" | "scan", authCode?: string) => {
    if (isBusy) return;
    if (total === 0) return control.say(words.empty);
    void control.place(content(), way, authCode);
  };
  const pressKey = (key: KeypadKey) => {
    beforeKey.current = null;
    if (isBusy) return;
    control.say(null);
    beforeKey.current = held.current;
    setEntry(press(held.current, key, room));
  };
  const scanned = (text: string) => {
    if (!isPaymentCode(text)) return control.say(words.scan.bad);
    if (sale.stage === "scan" || sale.stage === "code") return void control.charge(text);
    start("scan", text);
  };
  return {
    ...{ entry, counts, note, total, isBusy, setNote, pressKey, start, scanned },
    choosePreset: (fen: number) => setEntry(preset(held.current, fen, room)),
    changeCount(at: number, by: 1 | -1) {
      const next = Math.min(COUNTER_QUANTITY_MAX, Math.max(0, (counts[at] ?? 0) + by));
      if (entryFen(entry) + basketFen(items, { ...counts, [at]: next }) > AMOUNT_FEN_MAX) return;
      setCounts({ ...counts, [at]: next });
    },
    reset() {
      setEntry(NOTHING);
      setCounts({});
      setNote("");
    },
    keyboard: {
      onScan: scanned,
      onKey: pressKey,
      onTakeBack: () => beforeKey.current !== null && setEntry(beforeKey.current),
      onEnter: () => start("code"),
    },
  };
}

interface TillDisplayProps {
  readonly till: Till;
  readonly sale: Sale;
  readonly words: CounterText;
  readonly control: SaleControl;
}

function TillDisplay({ till, sale, words, control }: TillDisplayProps) {
  const { entry, total, note, setNote } = till;
  const sums =
    entry.terms.length === 0 ? "" : `${entry.terms.map((term) => amountText(term)).join(" + ")} + ${entry.typing}`;
  const refused = entry.refused === null ? null : fill(words[entry.refused], LIMITS);
  const message = refused ?? (sale.stage === "keying" ? sale.message : null);
  return (
    <div className="flex flex-col gap-2">
      <output className="block rounded-card bg-surface px-4 py-3 text-right lifted" aria-label={words.amount}>
        <span className="block h-5 truncate text-sm text-soft tabular-nums">{sums}</span>
        <span className="block text-5xl font-semibold tabular-nums" data-testid="total">
          {amountText(total)}
        </span>
      </output>
      {message === null ? null : (
        <p
          role="alert"
          className="rounded-xl bg-warn-soft px-4 py-2 text-sm text-warn-ink"
          data-testid="counter-message"
        >
          {message}
        </p>
      )}
      {sale.stage === "keying" && sale.order !== null ? (
        <div
          className="flex items-center justify-between gap-3 rounded-xl bg-sunken px-4 py-1"
          data-testid="unfinished"
        >
          <span className="text-sm">
            {fill(words.trouble.unfinished, { amount: amountText(sale.order.amountDue) })}
          </span>
          <span className="flex gap-1">
            <button
              type="button"
              onClick={control.resume}
              className="min-h-11 cursor-pointer px-3 font-medium underline"
            >
              {words.trouble.resume}
            </button>
            <button
              type="button"
              onClick={() => void control.close()}
              className="min-h-11 cursor-pointer px-3 underline"
            >
              {words.code.close}
            </button>
          </span>
        </div>
      ) : null}
      <input
        aria-label={words.note}
        placeholder={words.note}
        value={note}
        maxLength={COUNTER_NOTE_CHARS_MAX}
        onChange={({ target }) => setNote(target.value)}
        className="min-h-11 w-full rounded-xl border border-line bg-surface px-4 text-base placeholder:text-soft"
      />
    </div>
  );
}

const LIMITS = { amount: amountText(AMOUNT_FEN_MAX), count: COUNTER_TERMS_MAX };

function Presets({ settings, words, till }: { settings: CounterSettings; words: CounterText; till: Till }) {
  if (settings.presets.length === 0) return null;
  return (
    <ul aria-label={words.presets} className="grid touch-manipulation grid-cols-4 gap-2">
      {Object.entries(settings.presets).map(([place, fen]) => (
        <li key={place}>
          <button
            type="button"
            disabled={till.isBusy}
            onClick={() => till.choosePreset(fen)}
            className="min-h-11 w-full cursor-pointer truncate rounded-xl border border-line bg-sunken px-1 tabular-nums"
          >
            {amountText(fen).replace(/\.00$/, "")}
          </button>
        </li>
      ))}
    </ul>
  );
}

interface ScreensProps extends CounterRoomProps {
  readonly control: SaleControl;
  readonly till: Till;
  readonly onUndo: (orderId: string, token: string) => Promise<UndoAnswer>;
}

/** What covers the room while somebody pays. */
function Screens({ actions, shop, words, sandbox, tillId, refundLimitFen, control, till, onUndo }: ScreensProps) {
  const { sale } = control;
  const { order, stage, message, offline } = sale;
  if (order === null) return null;
  const { print } = actions;
  const onPrint =
    print &&
    ((orderId: string) =>
      print(formOf({ orderId })).then(
        ({ message: answer }) => answer,
        () => words.trouble.offline,
      ));
  const finish = () => {
    till.reset();
    control.next();
  };
  switch (stage) {
    case "code":
      return (
        <CodeScreen
          {...{ order, shop, words, message, sandbox }}
          onRetry={() => void control.showCode()}
          onScan={control.toScan}
          onClose={() => void control.close()}
          onLeave={control.leave}
        />
      );
    case "scan":
      return (
        <ScanScreen
          {...{ order, words, message, sandbox }}
          onCode={(code) => void control.charge(code)}
          onShowCode={() => void control.showCode()}
          onLeave={control.leave}
        />
      );
    case "charging":
      return <ChargingScreen {...{ order, words, offline, sandbox }} onCancel={() => void control.close()} />;
    case "paid":
      return (
        <PaidScreen
          {...{ order, words, sandbox, refundLimitFen, onUndo, onPrint }}
          hasOrderPages={tillId === null}
          onNext={finish}
        />
      );
    default:
      return null;
  }
}

function useUndo({ actions, words }: CounterRoomProps) {
  const { mutate } = useSWRConfig();
  const { run, question } = useConfirmIdentity();
  const undo = useCallback(
    async (orderId: string, token: string): Promise<UndoAnswer> => {
      const state = await run(() => actions.undo(formOf({ orderId, token }))).catch(() => null);
      void mutate("/admin/counter/day");
      if (state === null) return { message: words.trouble.offline, isAnswered: false };
      return { message: state.message, isAnswered: true };
    },
    [actions, words, mutate, run],
  );
  return { undo, question };
}
