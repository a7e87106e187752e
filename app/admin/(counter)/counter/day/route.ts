import { answerCounter } from "../../../counter-data.ts";
import { readDay } from "../read-day.ts";

/** What was taken today. */
export async function GET(): Promise<Response> {
  return answerCounter("history", readDay);
}
