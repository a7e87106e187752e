import type { World } from "../world.ts";
import { fields, readBody, text } from "./form.ts";
import type { Incoming, Route } from "./http.ts";
import { notifyUrl } from "./orders.ts";
import { type V3Answer, v3 } from "./v3.ts";

interface EchoBody {
  readonly echo_message: string;
  readonly notify_url?: string;
}

const ECHO = fields({ echo_message: text(256) }, { notify_url: notifyUrl });

/** Lets a merchant try signatures in both directions, and a notice as well where it gives an address (wechatpay.md §6.7). */
export const echoRoutes = (world: World): Route[] => [
  { method: "POST", path: "/v3/security/echo", run: v3(world, "echo", (incoming) => echo(world, incoming)) },
];

function echo(world: World, { body }: Incoming): V3Answer {
  const { echo_message: message, notify_url: url } = readBody<EchoBody>(body, ECHO);
  if (url !== undefined) world.desk.tellEcho(url, message);
  return { status: 200, value: { echo_message: message } };
}
