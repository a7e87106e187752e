import type { WeekWindow } from "../base/week-hours.ts";
import { HOME_LANGUAGE, type Language, textsIn } from "./language.ts";
import { scheduleWords } from "./schedule-words.ts";

/** Days and hours of a week in words; null: at all times. */
export const scheduleText = (window: WeekWindow | undefined, language: Language = HOME_LANGUAGE): string | null =>
  scheduleWords(window ?? {}, textsIn(language).schedule);
