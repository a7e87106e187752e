import "server-only";
import { z } from "zod";
import { CHANNEL_KINDS } from "#lib/notifications/index.ts";
import { listChannels } from "#lib/storage/notifications/notification-channels.ts";
import { notificationsText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { EVENT_KINDS } from "./event-kinds.ts";

const answer = z.object({ settings: z.record(z.string(), z.record(z.string(), z.unknown())) });
const TIMEOUT_MS = 5_000;

/** A channel of each kind that leads to the sandbox's receivers; those that are there already stay. @returns false without a sandbox */
export async function addSandboxChannels({ container, session, language }: AdminRequest): Promise<boolean> {
  const { notificationChannels, settings, database } = container;
  if (settings.sandboxOrigin === null || notificationChannels === undefined) return false;
  const said = await fetch(`${settings.sandboxOrigin}/control/receivers`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const receivers = answer.parse(JSON.parse(await said.text())).settings;
  const { kinds, page } = notificationsText(language);
  const there = await listChannels(database.pool);
  for (const kind of CHANNEL_KINDS) {
    const own = receivers[kind];
    const name = `${page.sandboxTitle} · ${kinds[kind]}`;
    if (own === undefined || there.some((channel) => channel.name === name)) continue;
    const choices = {
      ...{ name, events: EVENT_KINDS, roles: [], language, amountMin: 0 },
      ...{ quietFrom: null, quietTo: null, quietDrops: false, criticalPasses: true },
    };
    const device = kind === "web_push" ? { adminUserId: session.user.id } : {};
    await notificationChannels.create({ kind, choices, settings: own, ...device }, session.user.email);
  }
  return true;
}
