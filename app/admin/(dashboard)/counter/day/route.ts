import { answerData } from "../../../admin-data.ts";
import { readDay } from "../read-day.ts";

/** What was taken today. */
export async function GET(): Promise<Response> {
  return answerData("orders.read", readDay);
}
