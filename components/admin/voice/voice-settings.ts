import { useSyncExternalStore } from "react";
import { SPOKEN_LANGUAGES, type SpokenLanguage } from "#lib/texts/spoken-amount.ts";

// How payments are read aloud on this device. A phone behind the counter speaks, the computer in the office does not.

export interface VoiceSettings {
  readonly on: boolean;
  /** 0 to 1 */
  readonly volume: number;
  readonly language: SpokenLanguage;
  readonly scope: VoiceScope;
}
export const VOICE_SCOPES = ["own", "store", "all"] as const;
type VoiceScope = (typeof VOICE_SCOPES)[number];

const KEPT = "lingfu-voice";
const SILENT: VoiceSettings = { on: false, volume: 1, language: SPOKEN_LANGUAGES[0], scope: "all" };

let settings: VoiceSettings | null = null;
const listeners = new Set<() => void>();

/** What was kept, as far as it makes sense. */
function readVoice(text: string | null): VoiceSettings | null {
  try {
    const { on, volume, language, scope } = JSON.parse(text ?? "null") ?? {};
    if (typeof on !== "boolean") return null;
    return {
      on,
      volume: typeof volume === "number" && volume >= 0 && volume <= 1 ? volume : SILENT.volume,
      language: SPOKEN_LANGUAGES.find((each) => each === language) ?? SILENT.language,
      scope: VOICE_SCOPES.find((each) => each === scope) ?? SILENT.scope,
    };
  } catch {
    return null;
  }
}

/** Null where nobody has decided on this device yet. */
export function chosenVoice(): VoiceSettings | null {
  try {
    settings ??= readVoice(localStorage.getItem(KEPT));
  } catch {
    // Without storage the choice holds as long as the page.
  }
  return settings;
}

export const voiceNow = (): VoiceSettings => chosenVoice() ?? SILENT;

export function chooseVoice(change: Partial<VoiceSettings>): void {
  settings = { ...voiceNow(), ...change };
  try {
    localStorage.setItem(KEPT, JSON.stringify(settings));
  } catch {
    // As above.
  }
  for (const listener of listeners) listener();
}

export const useVoice = (): VoiceSettings => useSyncExternalStore(subscribe, voiceNow, () => SILENT);

function subscribe(listener: () => void): () => void {
  const changedElsewhere = (event: StorageEvent) => {
    if (event.key !== KEPT) return;
    settings = null;
    listener();
  };
  listeners.add(listener);
  window.addEventListener("storage", changedElsewhere);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", changedElsewhere);
  };
}
