"use client";

import { type FormEvent, useState } from "react";
import { INPUT, toneLook } from "#components/admin/look.ts";
import { COUNTER_ITEMS_MAX, COUNTER_PRESETS_MAX } from "#lib/base/counter-limits.ts";
import type { CounterSettings } from "#lib/contract/counter.ts";
import type { CounterText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { CounterActions } from "./counter-actions.ts";
import { itemsText, presetsText, readSettings } from "./read-settings.ts";
import { formOf } from "./use-sale.ts";

interface SettingsPanelProps {
  readonly settings: CounterSettings;
  readonly words: CounterText;
  readonly tillId: string | null;
  readonly mayWrite: boolean;
  readonly keep: CounterActions["keepSettings"];
}

/** What stands on the keypad, for the whole shop; and the way to the customer display. */
export function SettingsPanel({ settings, words, tillId, mayWrite, keep }: SettingsPanelProps) {
  const text = words.settings;
  return (
    <details className="group rounded-card bg-surface px-4 lifted" data-testid="counter-settings">
      <summary className="flex min-h-12 cursor-pointer list-none items-center justify-between gap-3">
        <span>{text.title}</span>
        <span aria-hidden="true" className="text-soft transition-transform group-open:rotate-90">
          ›
        </span>
      </summary>
      <div className="flex flex-col gap-4 pb-4">
        {mayWrite ? (
          <SettingsForm settings={settings} words={words} keep={keep} />
        ) : (
          <p className="text-sm text-soft">{text.denied}</p>
        )}
        <div>
          <a href="/admin/counter/display" target="_blank" rel="noopener" className={`${toneLook("plain")} w-full`}>
            {text.display}
          </a>
          <p className="mt-1.5 text-sm text-soft">{text.displayHint}</p>
          {tillId === null ? null : (
            <p className="mt-1 text-sm break-all text-soft">
              {fill(text.displayElsewhere, { address: `/admin/counter/display?till=${tillId}` })}
            </p>
          )}
        </div>
      </div>
    </details>
  );
}

function SettingsForm({ settings, words, keep }: Omit<SettingsPanelProps, "mayWrite" | "tillId">) {
  const text = words.settings;
  const [presets, setPresets] = useState(presetsText(settings));
  const [items, setItems] = useState(itemsText(settings));
  const [answer, setAnswer] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const read = readSettings({ presets, items }, words);
    if ("problem" in read) return setAnswer(read.problem);
    const state = await keep(formOf({ settings: JSON.stringify(read.value) })).catch(() => null);
    setAnswer(state?.message ?? words.trouble.offline);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <label className="flex flex-col gap-1 text-sm font-medium">
        {fill(text.presets, { count: COUNTER_PRESETS_MAX })}
        <input
          className={INPUT}
          value={presets}
          maxLength={200}
          onChange={({ target }) => setPresets(target.value)}
          placeholder="10 20 50 100"
        />
      </label>
      <label className="flex flex-col gap-1 text-sm font-medium">
        {fill(text.items, { count: COUNTER_ITEMS_MAX })}
        <textarea
          className={INPUT}
          rows={Math.min(10, Math.max(3, settings.items.length + 1))}
          value={items}
          maxLength={4_000}
          onChange={({ target }) => setItems(target.value)}
          placeholder={text.itemsHint}
        />
      </label>
      <button type="submit" className={toneLook("primary")}>
        {text.save}
      </button>
      {answer === null ? null : (
        <p role="status" className="text-sm" data-testid="settings-answer">
          {answer}
        </p>
      )}
    </form>
  );
}
