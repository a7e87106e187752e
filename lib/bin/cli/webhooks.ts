import type { Command } from "commander";
import { systemClock } from "#lib/ops/system-clock.ts";
import { createWebhookEndpoints, type WebhookEndpoints } from "#lib/webhooks/endpoints.ts";
import { type CommandReport, type OutputOptions, reportOn, table, withDatabase } from "./command.ts";

const ACTOR = "command line";

export function addWebhookCommands(program: Command): void {
  const webhooks = program.command("webhooks").description("webhook endpoints of the shop's systems");
  webhooks
    .command("list")
    .description("list all endpoints, and the API key with which each ends")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) => reportOn(options, listEndpoints));
  webhooks
    .command("keep")
    .description("keep an endpoint after its API key is revoked; one that ended with its key receives events again")
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
    .description("remove an endpoint; it receives no more events")
    .argument("<id>", "as `webhooks list` shows it")
    .option("--json", "answer as JSON")
    .action((id: string, options: OutputOptions) =>
      reportOn(options, async () => {
        await withEndpoints((endpoints) => endpoints.remove(id, { actor: ACTOR }));
        return { value: { id, removed: true }, text: `${id} is removed` };
      }),
    );
}

/** No endpoint is created here, so no address is checked. */
const NOWHERE = { allowPrivate: false, allowLoopback: false };

const withEndpoints = <Result>(work: (endpoints: WebhookEndpoints) => Promise<Result>): Promise<Result> =>
  withDatabase(({ database: { pool }, box }) =>
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
