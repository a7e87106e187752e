import type { Command } from "commander";
import { systemClock } from "#lib/ops/system-clock.ts";
import { createWebhookEndpoints, type WebhookEndpoints } from "#lib/webhooks/endpoints.ts";
import { withGround } from "./open-product.ts";
import { type CommandReport, type OutputOptions, reportOn, table } from "./output.ts";

const ACTOR = "command line";

export function addWebhookCommands(program: Command): void {
  const webhooks = program.command("webhooks").description("webhook endpoints of the shop's systems");
  webhooks
    .command("list")
    .description("all endpoints, and the API key with which each ends")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) => reportOn(options, listEndpoints));
  webhooks
    .command("keep")
    .description("let an endpoint outlive the API key that made it; one that ended with its key is sent to again")
    .argument("<id>", "as `webhooks list` shows it")
    .option("--json", "answer as JSON")
    .action((id: string, options: OutputOptions) =>
      reportOn(options, async () => {
        const value = await withEndpoints((endpoints) => endpoints.keep(id, { actor: ACTOR }));
        return { value, text: `${id} is kept` };
      }),
    );
  webhooks
    .command("remove")
    .description("remove an endpoint: nothing more is sent to it")
    .argument("<id>", "as `webhooks list` shows it")
    .option("--json", "answer as JSON")
    .action((id: string, options: OutputOptions) =>
      reportOn(options, async () => {
        await withEndpoints((endpoints) => endpoints.remove(id, { actor: ACTOR }));
        return { value: { id, removed: true }, text: `${id} is removed` };
      }),
    );
}

/** Nothing is made here, so no address is ever checked. */
const NOWHERE = { allowPrivate: false, allowLoopback: false };

const withEndpoints = <Result>(work: (endpoints: WebhookEndpoints) => Promise<Result>): Promise<Result> =>
  withGround(({ database: { pool }, box }) =>
    work(createWebhookEndpoints({ pool, box, clock: systemClock, policy: NOWHERE })),
  );

async function listEndpoints(): Promise<CommandReport> {
  const endpoints = await withEndpoints((all) => all.list());
  const rows = endpoints.map(({ id, url, events, apiKeyId, keptBy, createdAt, disabledAt, disabledReason }) => [
    ...[id, url, events.join(","), apiKeyId ?? "not recorded", keptBy ?? ""],
    ...[createdAt, disabledAt === null ? "" : `${disabledAt} ${disabledReason ?? ""}`],
  ]);
  return { value: { endpoints }, text: table(["id", "url", "events", "key", "kept by", "created", "stopped"], rows) };
}
