import { type CounterSettings, counterSettingsSchema } from "#lib/contract/counter.ts";
import type { Pool } from "../client.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, viaPrisma } from "../transaction.ts";

const NOTHING_SET: CounterSettings = { presets: [], items: [] };

export const readCounterSettings = (pool: Pool): Promise<CounterSettings> =>
  viaPrisma(pool, async (prisma) => {
    const row = await prisma.counterSettings.findUnique({ where: { id: 1 }, select: { presets: true, items: true } });
    const read = counterSettingsSchema.safeParse(row);
    return read.success ? read.data : NOTHING_SET;
  });

/** What was there is replaced; who did it stands in the audit log. */
export const keepCounterSettings = (
  pool: Pool,
  { presets, items }: CounterSettings,
  { by, at }: { readonly by: string; readonly at: Date },
): Promise<void> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    await prisma.counterSettings.update({ where: { id: 1 }, data: { presets, items, updatedAt: at } });
    const detail = { presets: presets.length, items: items.length };
    await recordAudit(client, { actor: by, action: "counter.settings", subject: "counter", detail, at });
  });
