import { headers } from "next/headers";
import { openChangeStream } from "#lib/http/change-stream.ts";
import { EVENT_STREAM_HEADERS } from "#lib/http/live-streams.ts";
import { clientOfHeaders, responseOf } from "#lib/http/web-adapter.ts";
import { EVERY_ORDER } from "#lib/live/hub.ts";
import { answerDevice, watchGuard } from "../../../counter-data.ts";

/** Server-sent events: one whenever any order has changed. What has changed, the page asks by itself. */
export async function GET(): Promise<Response> {
  return answerDevice(async (counterGuest) => {
    const { container } = counterGuest.guest;
    const isAllowed = await watchGuard(counterGuest);
    const { address } = clientOfHeaders(container, await headers());
    const body = openChangeStream(container, { topics: [EVERY_ORDER], address, isAllowed });
    return responseOf({ status: 200, headers: EVENT_STREAM_HEADERS, body });
  });
}
