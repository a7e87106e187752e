import { abortAfter } from "#components/ui/live-data.ts";
import { type SpokenLine, VOICE_TAGS } from "#lib/texts/spoken-amount.ts";
import { CLIP_FILE, CLIPS } from "./clips.ts";
import type { VoiceSettings } from "./voice-settings.ts";

/** They are larger than an answer, and a slow network should still bring them. */
const CLIPS_WITHIN_MS = 30_000;

// Says an announcement by the best means that this device has: its own voice for the language, our recordings, a chime.

/** A voice that has not begun by then never will: some browsers forget to say so. */
const BEGIN_WITHIN_MS = 3_000;
/** Nothing that we say takes longer. */
const END_WITHIN_MS = 20_000;
const BETWEEN_CLIPS_S = 0.02;

/** How it was said. */
export type SaidBy = "voice" | "clips" | "chime" | "nothing";

let audio: AudioContext | null = null;
let clips: Promise<AudioBuffer> | null = null;

/** Whether the device may sound: browsers want a touch first. */
const isUnlocked = (): boolean => audio?.state === "running";

/** To be called from a touch or a key. */
export async function unlock(): Promise<void> {
  audio ??= newAudio();
  if (audio?.state === "suspended") await audio.resume().catch(() => {});
  // iOS lets a voice speak later only after it has once spoken at a touch.
  if (typeof speechSynthesis !== "undefined" && !speechSynthesis.speaking) {
    const silence = new SpeechSynthesisUtterance("");
    silence.volume = 0;
    speechSynthesis.speak(silence);
  }
  if (audio !== null) clips ??= loadClips(audio);
}

function newAudio(): AudioContext | null {
  const Context = window.AudioContext ?? (window as { webkitAudioContext?: typeof AudioContext }).webkitAudioContext;
  return Context === undefined ? null : new Context();
}

async function loadClips(context: AudioContext): Promise<AudioBuffer> {
  try {
    const answer = await fetch(CLIP_FILE, { signal: abortAfter(CLIPS_WITHIN_MS) });
    if (!answer.ok) throw new Error(`no recordings: ${answer.status}`);
    const bytes = await answer.arrayBuffer();
    // Safari 13 knows the form with callbacks only.
    return await new Promise<AudioBuffer>((resolve, reject) => void context.decodeAudioData(bytes, resolve, reject));
  } catch (cause) {
    clips = null;
    throw cause;
  }
}

/** The device's voice for a language. One that needs no network before others. */
export function voiceFor(language: VoiceSettings["language"]): SpeechSynthesisVoice | null {
  if (typeof speechSynthesis === "undefined") return null;
  const voices = speechSynthesis.getVoices().filter(({ lang }) => VOICE_TAGS[language].test(lang));
  return voices.find(({ localService }) => localService) ?? voices[0] ?? null;
}

/** @param onBegin called as soon as it can be heard: from then on it counts as said */
export async function say(
  { text, pieces }: SpokenLine,
  { volume, language }: VoiceSettings,
  onBegin: () => void,
): Promise<SaidBy> {
  const voice = voiceFor(language);
  if (voice !== null && (await speak(text, { voice, volume, onBegin }))) return "voice";
  if (!isUnlocked()) await unlock();
  if (audio === null || !isUnlocked()) {
    onBegin();
    return "nothing";
  }
  if (pieces !== null) {
    clips ??= loadClips(audio);
    const recorded = await clips.catch(() => null);
    if (recorded !== null) {
      onBegin();
      await playClips(audio, recorded, { pieces, volume });
      return "clips";
    }
  }
  onBegin();
  await chime(volume);
  return "chime";
}

interface Speaking {
  readonly voice: SpeechSynthesisVoice;
  readonly volume: number;
  readonly onBegin: () => void;
}

/** @returns false when it did not begin */
function speak(text: string, { voice, volume, onBegin }: Speaking): Promise<boolean> {
  return new Promise((resolve) => {
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    utterance.volume = volume;
    let hasBegun = false;
    let timer = setTimeout(() => over(false), BEGIN_WITHIN_MS);
    const over = (well: boolean) => {
      clearTimeout(timer);
      if (!well) speechSynthesis.cancel();
      resolve(hasBegun);
    };
    utterance.onstart = () => {
      if (hasBegun) return;
      hasBegun = true;
      onBegin();
      clearTimeout(timer);
      timer = setTimeout(() => over(false), END_WITHIN_MS);
    };
    utterance.onend = () => over(true);
    utterance.onerror = () => over(false);
    speechSynthesis.speak(utterance);
  });
}

interface Playing {
  readonly pieces: readonly string[];
  readonly volume: number;
}

function playClips(context: AudioContext, recorded: AudioBuffer, { pieces, volume }: Playing): Promise<void> {
  const gain = context.createGain();
  gain.gain.value = volume;
  gain.connect(context.destination);
  let at = context.currentTime + 0.05;
  for (const piece of pieces) {
    const [beginS, lengthS] = CLIPS.get(piece) ?? [0, 0];
    const source = context.createBufferSource();
    source.buffer = recorded;
    source.connect(gain);
    source.start(at, Math.max(0, beginS - 0.02), lengthS + 0.06);
    at += lengthS + BETWEEN_CLIPS_S;
  }
  return pause((at - context.currentTime) * 1_000);
}

/** Two rising tones: money has come. Also before each announcement, so that one looks up. */
export function chime(volume: number): Promise<void> {
  if (audio === null || !isUnlocked()) return Promise.resolve();
  const begin = audio.currentTime;
  for (const [delayS, pitch] of [
    [0, 880],
    [0.13, 1_318],
  ] as const) {
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0.0001, begin + delayS);
    gain.gain.linearRampToValueAtTime(Math.max(0.0001, volume * 0.5), begin + delayS + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, begin + delayS + 0.35);
    tone.connect(gain).connect(audio.destination);
    tone.start(begin + delayS);
    tone.stop(begin + delayS + 0.4);
  }
  return pause(350);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
