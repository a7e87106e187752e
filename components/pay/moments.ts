import { beijingTimestamp } from "#lib/base/beijing-time.ts";
import { fill } from "#lib/texts/words.ts";

/** `15:42`, or with its day when that is another one than `now`'s. Beijing time, in which WeChat Pay works. @param dayAndTime how both are written */
export function clockText(moment: string, now: number, dayAndTime: string): string {
  const [day = "", rest = ""] = beijingTimestamp(new Date(moment)).split("T");
  const time = rest.slice(0, 5);
  if (beijingTimestamp(new Date(now)).startsWith(day)) return time;
  const [, month = 0, date = 0] = day.split("-").map(Number);
  return fill(dayAndTime, { day, month, date, time });
}

/** `14:32`, `1:05:09`; what is left of a second counts as a whole one, so 0:00 is never shown while time remains. */
export function remainingText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const two = (part: number) => String(part).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}
