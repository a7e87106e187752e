import type { Command } from "commander";
import { WEBHOOK_EVENTS, type WebhookEvent } from "#lib/contract/webhook-endpoint.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { createWebhookLog, type WebhookLog } from "#lib/webhooks/deliveries.ts";
import { createWebhookEndpoints, type WebhookEndpoints } from "#lib/webhooks/endpoints.ts";
import { type CommandReport, type OutputOptions, reportOn, table, withDatabase } from "./command.ts";
import { parseLimit, parseMoment, parseTypes } from "./options.ts";

const ACTOR = "command line";
const BY = { actor: ACTOR };
const ID = "as `webhooks list` shows it";

interface RangeOptions extends OutputOptions {
  readonly from?: string;
  readonly to?: string;
  readonly types?: readonly WebhookEvent[];
  readonly event?: string;
  readonly all?: boolean;
}

export function addWebhookCommands(program: Command): void {
  const webhooks = program.command("webhooks").description("webhook endpoints of the shop's systems");
  webhooks
    .command("list")
    .description("list all endpoints with their state, and the API key with which each ends")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) => reportOn(options, listEndpoints));
  onEndpoint(webhooks, "keep", {
    description: "keep an endpoint after its API key is revoked; one that ended with its key receives events again",
    done: "is kept",
    work: (endpoints, id) => endpoints.keep(id, BY),
  });
  onEndpoint(webhooks, "pause", {
    description: "send nothing to an endpoint until it is resumed; what happens meanwhile is kept",
    done: "is paused",
    work: (endpoints, id) => endpoints.change(id, { paused: true }, BY),
  });
  onEndpoint(webhooks, "resume", {
    description: "go on from where a paused endpoint stopped; also starts one again that answered 410",
    done: "receives events again",
    work: (endpoints, id) => endpoints.change(id, { paused: false }, BY),
  });
  onEndpoint(webhooks, "remove", {
    description: "remove an endpoint; it receives no more events",
    done: "is removed",
    async work(endpoints, id) {
      await endpoints.remove(id, BY);
      return { id, removed: true };
    },
  });
  webhooks
    .command("deliveries")
    .description("list what was sent, newest event first")
    .option("--endpoint <id>", ID)
    .option("--order <id>", "events of this order")
    .option("--failed", "only what was given up")
    .option("--limit <n>", "rows", parseLimit, 20)
    .option("--json", "answer as JSON")
    .action((options: DeliveryOptions) => reportOn(options, () => listWebhookDeliveries(options)));
  webhooks
    .command("redeliver")
    .description("send events to an endpoint again: one, or those that failed since a moment")
    .argument("<id>", ID)
    .option("--event <id>", "this event alone")
    .option("--from <time>", "events from here on, such as 2026-07-01T00:00:00Z", parseMoment)
    .option("--to <time>", "until here; default now", parseMoment)
    .option(
      "--types <list>",
      `of these types; default all that it subscribes to: ${WEBHOOK_EVENTS.join(",")}`,
      parseTypes,
    )
    .option("--all", "also what was delivered, and what happened before it subscribed")
    .option("--json", "answer as JSON")
    .action((id: string, options: RangeOptions, command: Command) => {
      if (options.event === undefined && options.from === undefined) command.error("error: say --event or --from");
      return reportOn(options, () => redeliver(id, options));
    });
}

interface EndpointCommand {
  readonly description: string;
  readonly done: string;
  work(endpoints: WebhookEndpoints, id: string): Promise<unknown>;
}

/** A command that changes one endpoint. */
function onEndpoint(webhooks: Command, name: string, { description, done, work }: EndpointCommand): void {
  webhooks
    .command(name)
    .description(description)
    .argument("<id>", ID)
    .option("--json", "answer as JSON")
    .action((id: string, options: OutputOptions) =>
      reportOn(options, async () => ({
        value: await withEndpoints((endpoints) => work(endpoints, id)),
        text: `${id} ${done}`,
      })),
    );
}

/** No endpoint is created here, so no address is checked. */
const NOWHERE = { allowPrivate: false, allowLoopback: false };

const withEndpoints = <Result>(work: (endpoints: WebhookEndpoints) => Promise<Result>): Promise<Result> =>
  withDatabase(({ database: { pool }, box }) =>
    work(createWebhookEndpoints({ pool, box, clock: systemClock, policy: NOWHERE })),
  );

const withLog = <Result>(work: (log: WebhookLog) => Promise<Result>): Promise<Result> =>
  withDatabase(({ database: { pool } }) => work(createWebhookLog({ pool, clock: systemClock })));

async function listEndpoints(): Promise<CommandReport> {
  const endpoints = await withEndpoints((all) => all.list());
  const rows = endpoints.map(({ id, url, status, events, apiKeyId, keptBy, createdAt, ...rest }) => [
    ...[id, url, status, events.join(","), apiKeyId ?? "not recorded", keptBy ?? "", createdAt],
    [rest.disabledAt, rest.disabledReason, rest.pausedAt, rest.failingSince].filter(Boolean).join(" "),
  ]);
  return {
    value: { endpoints },
    text: table(["id", "url", "state", "events", "key", "kept by", "created", "since"], rows),
  };
}

interface DeliveryOptions extends OutputOptions {
  readonly endpoint?: string;
  readonly order?: string;
  readonly failed?: boolean;
  readonly limit: number;
}

async function listWebhookDeliveries({ endpoint, order, failed, limit }: DeliveryOptions): Promise<CommandReport> {
  const query = {
    ...(endpoint === undefined ? {} : { endpointId: endpoint }),
    ...(order === undefined ? {} : { orderId: order }),
    ...(failed === true ? { status: "given_up" as const } : {}),
  };
  const { data } = await withLog((log) => log.list({ ...query, limit }));
  const rows = data.map((each) => [
    ...[each.createdAt, each.type, each.eventId, each.endpointId, each.orderId ?? "", each.status],
    ...[String(each.tries), each.lastError ?? String(each.lastStatus ?? "")],
  ]);
  const columns = ["event at", "type", "event", "endpoint", "order", "state", "tries", "last answer"];
  return { value: { deliveries: data }, text: table(columns, rows) };
}

async function redeliver(id: string, { event, from, to, types, all = false }: RangeOptions): Promise<CommandReport> {
  if (event !== undefined) {
    const value = await withLog((log) => log.redeliver({ eventId: event, endpointId: id }, ACTOR));
    return { value, text: `${event} is sent again` };
  }
  const range = { createdFrom: from ?? "", ...(to === undefined ? {} : { createdTo: to }) };
  const request = { ...range, ...(types === undefined ? {} : { types: [...types] }), onlyFailed: !all };
  const value = await withLog((log) => log.redeliverRange(id, request, ACTOR));
  const rest = value.nextFrom === null ? "" : `; more from ${value.nextFrom}`;
  return { value, text: `${value.count} events are sent again${rest}` };
}
