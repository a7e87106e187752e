import { answerDevice } from "../../../../counter-data.ts";
import { readDisplay } from "../read-display.ts";

/** What the customer display shows now; `till` names one where the device is none itself. */
export async function GET(request: Request): Promise<Response> {
  return answerDevice((counterGuest) => readDisplay(counterGuest, new URL(request.url).searchParams.get("till")));
}
