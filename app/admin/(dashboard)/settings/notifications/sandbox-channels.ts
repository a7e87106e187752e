import "server-only";
import { CHANNEL_KINDS } from "#lib/notifications/index.ts";
import { listChannels } from "#lib/storage/notifications/notification-channels.ts";
import { notificationsText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { askSandbox } from "../ask-sandbox.ts";
import { EVENT_KINDS } from "./event-kinds.ts";

/** A channel of each kind that leads to the sandbox's receivers; those that are there already stay. @returns false without a sandbox that answers */
export async function addSandboxChannels({ container, session, language }: AdminRequest): Promise<boolean> {
  const { notificationChannels, settings, database } = container;
  if (settings.sandboxOrigin === null || notificationChannels === undefined) return false;
  const receivers = await askSandbox(settings.sandboxOrigin, "receivers");
  if (receivers === null) return false;
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
