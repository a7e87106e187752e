import { answerData } from "../../../../admin-data.ts";
import { readDisplay } from "../read-display.ts";

/** What the customer display shows now. */
export async function GET(): Promise<Response> {
  return answerData("orders.read", readDisplay);
}
