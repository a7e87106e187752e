import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import { isAppError } from "#lib/base/app-error.ts";
import { FORWARD_CALLS } from "#lib/base/call-budgets.ts";
import { EVENTS_RETRY_REMOTE_MS } from "#lib/base/webhook-limits.ts";
import { type EventView, subjectOf } from "#lib/contract/event.ts";
import type { WebhookEvent } from "#lib/contract/webhook-endpoint.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { readEvents } from "#lib/webhooks/events.ts";
import { signatureHeaders } from "#lib/webhooks/sign.ts";
import { type CommandReport, type OutputOptions, reportOn, table, withDatabase } from "./command.ts";
import { parseKey, parseOrigin, withEventSource } from "./event-sources.ts";
import { parseLimit, parseMoment, parseTypes } from "./options.ts";

interface EventListOptions extends OutputOptions {
  readonly types?: readonly WebhookEvent[];
  readonly order?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
}

interface TailOptions extends OutputOptions {
  readonly types?: readonly WebhookEvent[];
  readonly order?: string;
  /** Ends after so many. */
  readonly count?: number;
  /** The id of an event. */
  readonly after?: string;
  /** Of an installation elsewhere, with a key of it; without them, of this one. */
  readonly url?: string;
  readonly key?: string;
}

interface ForwardOptions extends TailOptions {
  readonly forwardTo: string;
  readonly secret?: string;
}

const TYPES = ["--types <list>", "of these types; default all"] as const;
const ORDER = ["--order <id>", "of this order, ord_…"] as const;
const URL_OPTION = ["--url <address>", "of a Lingfu elsewhere, such as https://pay.example, read by its API"] as const;
const KEY_OPTION = ["--key <key>", "an API key of it, with the scope webhooks:read"] as const;
const JSON_LINES = ["--json", "one line of JSON for each"] as const;

export function addEventCommands(program: Command): void {
  program
    .command("events")
    .description("list what happened in the last 30 days, newest first")
    .option(...TYPES, parseTypes)
    .option(...ORDER)
    .option("--from <time>", "from here on, such as 2026-07-01T00:00:00Z", parseMoment)
    .option("--to <time>", "until here", parseMoment)
    .option("--limit <n>", "rows", parseLimit, 20)
    .option("--json", "answer as JSON")
    .action((options: EventListOptions) => reportOn(options, () => listEvents(options)));
  program
    .command("tail")
    .description("print what happens as it happens, until Ctrl-C")
    .option(...TYPES, parseTypes)
    .option(...ORDER)
    .option("--after <event>", "begin after this event instead of now")
    .option(...URL_OPTION, parseOrigin)
    .option(...KEY_OPTION, parseKey)
    .option("--count <n>", "end after so many", parseLimit)
    .option(...JSON_LINES)
    .action((options: TailOptions) =>
      reportOn(options, () => follow(options, async (event) => print(options, lineOf(event), event))),
    );
  program
    .command("listen")
    .description("forward what happens to a local address as a signed webhook; works without a public address")
    .requiredOption("--forward-to <url>", "such as http://localhost:4000/webhooks", parseUrl)
    .option("--secret <whsec>", "sign with this secret; default a new one, which is printed", parseSecret)
    .option(...TYPES, parseTypes)
    .option(...ORDER)
    .option("--after <event>", "begin after this event instead of now")
    .option(...URL_OPTION, parseOrigin)
    .option(...KEY_OPTION, parseKey)
    .option("--count <n>", "end after so many", parseLimit)
    .option(...JSON_LINES)
    .action((options: ForwardOptions) => reportOn(options, () => listen(options)));
}

async function listEvents({ types, order, from, to, limit }: EventListOptions): Promise<CommandReport> {
  const { data } = await withDatabase(({ database: { pool } }) =>
    readEvents(
      { pool, clock: systemClock },
      { ...{ orderId: order, createdFrom: from, createdTo: to, order: "newest", limit } },
      types,
    ),
  );
  const rows = data.map((event) => [
    event.timestamp,
    event.type,
    event.id,
    subjectOf(event).orderId,
    subjectOf(event).status,
  ]);
  return { value: { events: data }, text: table(["at", "type", "event", "of", "state"], rows) };
}

/** Hands over each event once, in order, from now on or from the one that was named. */
async function follow(
  { after, count = Number.POSITIVE_INFINITY, ...options }: TailOptions,
  take: (event: EventView) => Promise<void>,
): Promise<CommandReport> {
  let seen = 0;
  await withEventSource(options, async (source) => {
    // What is wrong with the address or the key ends it here; later silence is waited out.
    let cursor = after ?? (await source.newest());
    const from = systemClock.now().toISOString();
    while (seen < count) {
      const page = await source.after(cursor, from).catch(silence);
      for (const event of page?.events ?? []) {
        if (seen === count) break;
        await take(event);
        seen += 1;
      }
      cursor = page?.cursor ?? cursor;
      if (page?.isMore !== true && seen < count) await sleep(page === null ? EVENTS_RETRY_REMOTE_MS : source.pollMs);
    }
  });
  return { value: { events: seen }, text: `${seen} events` };
}

function silence(cause: unknown): null {
  if (isAppError(cause) && cause.code === "unavailable") return null;
  throw cause;
}

async function listen({ forwardTo, secret = newSecret(), ...options }: ForwardOptions): Promise<CommandReport> {
  print(options, `secret  ${secret}\nforwarding to ${forwardTo}`, { secret, forwardTo });
  let refused = 0;
  const report = await follow(options, async (event) => {
    const answer = await forward(event, { forwardTo, secret });
    if (answer.status === null || answer.status >= 300) refused += 1;
    const said =
      answer.status === null ? answer.error : `${answer.status}${answer.text === "" ? "" : ` ${answer.text}`}`;
    print(options, `${lineOf(event)}  → ${said} (${answer.ms} ms)`, { event: event.id, type: event.type, ...answer });
  });
  return { ...report, ok: refused === 0 };
}

interface Forwarded {
  /** Null without an answer. */
  readonly status: number | null;
  readonly text: string;
  readonly error: string | null;
  readonly ms: number;
}

const ANSWER_CHARS_SHOWN = 120;

/** The very request that a webhook endpoint gets; sent once. */
async function forward(event: EventView, to: { forwardTo: string; secret: string }): Promise<Forwarded> {
  const { id, ...body } = event;
  const payload = JSON.stringify(body);
  const headers = signatureHeaders([to.secret], { id, payload, sentAt: systemClock.now() });
  const startedAt = performance.now();
  const ms = () => Math.round(performance.now() - startedAt);
  try {
    const response = await fetch(to.forwardTo, {
      ...{ method: "POST", body: payload, redirect: "manual" },
      headers: { ...headers, "content-type": "application/json" },
      signal: AbortSignal.timeout(FORWARD_CALLS.totalMs),
    });
    const text = (await response.text()).replaceAll(/\s+/g, " ").trim().slice(0, ANSWER_CHARS_SHOWN);
    return { status: response.status, text, error: null, ms: ms() };
  } catch (cause) {
    const error = cause instanceof Error && cause.name === "TimeoutError" ? "no answer in time" : "not reached";
    return { status: null, text: "", error, ms: ms() };
  }
}

const newSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

function print({ json = false }: OutputOptions, text: string, value: unknown): void {
  console.log(json ? JSON.stringify(value) : text);
}

const lineOf = (event: EventView): string =>
  `${event.timestamp}  ${event.type.padEnd(20)}  ${event.id}  ${subjectOf(event).orderId}  ${subjectOf(event).status}`;

function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError("An address such as http://localhost:4000/webhooks.");
}

function parseSecret(text: string): string {
  if (/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/.test(text)) return text;
  throw new InvalidArgumentError("whsec_ and 24 to 64 bytes in base64.");
}
