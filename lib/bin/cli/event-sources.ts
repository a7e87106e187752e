import { InvalidArgumentError } from "commander";
import { z } from "zod";
import { AppError } from "#lib/base/app-error.ts";
import { FORWARD_CALLS } from "#lib/base/call-budgets.ts";
import { EVENTS_POLL_MS, PAGE_SIZE_MAX } from "#lib/base/limits.ts";
import { EVENTS_POLL_REMOTE_MS } from "#lib/base/webhook-limits.ts";
import type { EventView } from "#lib/contract/event.ts";
import type { WebhookEvent } from "#lib/contract/webhook-endpoint.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { readEvents } from "#lib/webhooks/events.ts";
import { withDatabase } from "./command.ts";

/** What is asked for, whoever answers. */
interface EventChoice {
  readonly types?: readonly WebhookEvent[] | undefined;
  readonly order?: string | undefined;
}

interface EventsAfter {
  readonly events: readonly EventView[];
  /** Where to go on. */
  readonly cursor: string | undefined;
  readonly isMore: boolean;
}

/** Where events are read from: this installation's database, or the API of one elsewhere. */
export interface EventSource {
  readonly pollMs: number;
  newest(): Promise<string | undefined>;
  /** The next ones, oldest first. @throws AppError `unavailable` where it does not answer just now */
  after(cursor: string | undefined, from: string): Promise<EventsAfter>;
}

/** Calls `work` with the source that the options name. */
export function withEventSource<Result>(
  { types, order, url, key }: EventChoice & { readonly url?: string; readonly key?: string },
  work: (source: EventSource) => Promise<Result>,
): Promise<Result> {
  if (url !== undefined && key !== undefined) return work(remoteEvents({ types, order, url, key }));
  if (url !== undefined || key !== undefined) throw new AppError("invalid_request", "--url and --key go together");
  return withDatabase(({ database: { pool } }) => {
    const read = (query: Omit<Parameters<typeof readEvents>[1], "orderId">) =>
      readEvents({ pool, clock: systemClock }, { ...query, orderId: order }, types);
    return work({
      pollMs: EVENTS_POLL_MS,
      async newest() {
        const { data } = await readEvents({ pool, clock: systemClock }, { order: "newest", limit: 1 });
        return data[0]?.id;
      },
      async after(cursor, from) {
        const place = cursor === undefined ? { createdFrom: from } : { cursor };
        const { data, nextCursor } = await read({ ...place, order: "oldest", limit: PAGE_SIZE_MAX });
        return { events: data, cursor: data.at(-1)?.id ?? cursor, isMore: nextCursor !== null };
      },
    });
  });
}

const pageSchema = z.object({
  data: z.array(z.looseObject({ id: z.string(), type: z.string(), timestamp: z.string(), data: z.looseObject({}) })),
  nextCursor: z.string().nullable(),
});

function remoteEvents({
  types,
  order,
  url,
  key,
}: EventChoice & { readonly url: string; readonly key: string }): EventSource {
  const ask = async (query: Readonly<Record<string, string>>) => {
    const response = await fetch(`${url}/api/v1/events?${new URLSearchParams(query)}`, {
      headers: { authorization: `Bearer ${key}` },
      redirect: "error",
      signal: AbortSignal.timeout(FORWARD_CALLS.totalMs),
    }).catch(() => null);
    if (response === null) throw new AppError("unavailable", `${url} does not answer`);
    if (response.status === 429 || response.status >= 500)
      throw new AppError("unavailable", `${url} answered ${response.status}`);
    if (!response.ok)
      throw new AppError("invalid_request", `${url} answered ${response.status}: ${await saidBy(response)}`);
    return pageSchema.parse(await response.json());
  };
  const isWanted = ({ type }: { type: string }) => types === undefined || types.some((wanted) => wanted === type);
  return {
    pollMs: EVENTS_POLL_REMOTE_MS,
    newest: async () => (await ask({ order: "newest", limit: "1" })).data[0]?.id,
    async after(cursor, from) {
      const place = cursor === undefined ? { createdFrom: from } : { cursor };
      const ofOrder = order === undefined ? {} : { orderId: order };
      const { data, nextCursor } = await ask({ ...place, ...ofOrder, order: "oldest", limit: String(PAGE_SIZE_MAX) });
      const events = data.filter(isWanted) as unknown as EventView[];
      return { events, cursor: data.at(-1)?.id ?? cursor, isMore: nextCursor !== null };
    },
  };
}

/** The sentence of an error; the body may be anything. */
async function saidBy(response: Response): Promise<string> {
  const read = z.object({ detail: z.string() }).safeParse(await response.json().catch(() => null));
  return read.success ? read.data.detail : "is this the address of a Lingfu?";
}

/** A key goes over the network, so only encrypted, or to this machine. */
export function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isHere = url !== null && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isHere)) return url.origin;
  throw new InvalidArgumentError("An address such as https://pay.example; http only on this machine.");
}

export function parseKey(text: string): string {
  if (/^sk_[\x21-\x7e]{8,200}$/.test(text)) return text;
  throw new InvalidArgumentError(
    "An API key, sk_…, with the scope webhooks:read and those that read what events carry.",
  );
}
