"use client";

import { useEffect, useState } from "react";
import { toneLook } from "#components/admin/look.ts";
import { useLastSpoken } from "#components/admin/voice/paid-voice.tsx";
import { say, unlock, voiceFor } from "#components/admin/voice/speaker.ts";
import { chooseVoice, chosenVoice, useVoice, VOICE_SCOPES } from "#components/admin/voice/voice-settings.ts";
import type { CounterText } from "#lib/texts/admin.ts";
import { announcePayment, hasRecordings, SPOKEN_LANGUAGES, type SpokenLanguage } from "#lib/texts/spoken-amount.ts";
import { useAwake } from "./use-awake.ts";

const SAMPLE_FEN = 3_850;

/** How this device reads payments aloud. Someone who opens the counter for the first time wants to hear them. */
export function VoicePanel({ words, tillId }: { readonly words: CounterText; readonly tillId: string | null }) {
  const { voice } = words;
  const settings = useVoice();
  const spoken = useLastSpoken();
  const awake = useAwake();
  const missing = useMissingVoice(settings.language);
  useEffect(() => {
    if (chosenVoice() === null) chooseVoice({ on: true });
  }, []);
  return (
    <details className="group rounded-card bg-surface px-4 lifted" data-testid="voice">
      <summary className="flex min-h-12 cursor-pointer list-none items-center justify-between gap-3">
        <span className="min-w-0 truncate">
          {settings.on ? voice.on : voice.off}
          {spoken === "" ? null : (
            <span className="text-sm text-soft" role="status" data-testid="spoken">
              {" "}
              · {spoken}
            </span>
          )}
        </span>
        <span aria-hidden="true" className="text-soft transition-transform group-open:rotate-90">
          ›
        </span>
      </summary>
      <div className="flex flex-col gap-4 pb-4">
        <label className="flex min-h-11 items-center gap-3">
          <input
            type="checkbox"
            className="size-5 accent-action"
            checked={settings.on}
            onChange={({ target }) => chooseVoice({ on: target.checked })}
          />
          {voice.toggle}
        </label>
        <label className="flex flex-col gap-1 text-sm">
          {voice.volume}
          <input
            type="range"
            min={0}
            max={1}
            step={0.1}
            className="h-11 w-full accent-action"
            value={settings.volume}
            onChange={({ target }) => chooseVoice({ volume: Number(target.value) })}
          />
        </label>
        <Choice
          label={voice.language}
          value={settings.language}
          options={SPOKEN_LANGUAGES.map((value) => ({ value, label: voice.languages[value] }))}
          onChoose={(language) => chooseVoice({ language })}
        />
        <Choice
          label={voice.scope}
          value={settings.scope}
          options={VOICE_SCOPES.filter((value) => value !== "store" || tillId !== null).map((value) => ({
            value,
            label: voice.scopes[value],
          }))}
          onChoose={(scope) => chooseVoice({ scope })}
        />
        {missing === null ? null : <p className="text-sm text-soft">{voice[missing]}</p>}
        {awake === "pending" ? null : (
          <p className="text-sm text-soft">{awake === "awake" ? voice.awake : voice.mayAwake}</p>
        )}
        <button
          type="button"
          className={toneLook("plain")}
          onClick={() =>
            void unlock().then(() => say(announcePayment(SAMPLE_FEN, settings.language), settings, () => {}))
          }
        >
          {voice.test}
        </button>
      </div>
    </details>
  );
}

/** Browsers name their voices some time after the page has begun. */
function useMissingVoice(language: SpokenLanguage): "noVoice" | "noEnglish" | null {
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    const look = () => setMissing(voiceFor(language) === null);
    look();
    if (typeof speechSynthesis === "undefined" || speechSynthesis.addEventListener === undefined) return;
    speechSynthesis.addEventListener("voiceschanged", look);
    return () => speechSynthesis.removeEventListener("voiceschanged", look);
  }, [language]);
  if (!isMissing) return null;
  return hasRecordings(language) ? "noVoice" : "noEnglish";
}

interface RadioChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChoose: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, options, onChoose }: RadioChoiceProps<Value>) {
  return (
    <fieldset>
      <legend className="text-sm">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className="flex min-h-11 items-center gap-3">
          <input
            type="radio"
            className="size-5 accent-action"
            checked={option.value === value}
            onChange={() => onChoose(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
