import type { OrderPlace } from "#lib/payment/index.ts";
import type { Pool } from "../client.ts";
import { type AuditEntry, recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, run, statement } from "../transaction.ts";

// Which device is which till.

/** The till that a device is, while it and its store are in use. */
export interface BoundTill {
  readonly deviceId: string;
  readonly store: OrderPlace["store"] & { readonly name: string };
  readonly till: NonNullable<OrderPlace["till"]> & { readonly name: string };
  /** How long a cashier may be away. */
  readonly idleMinutes: number;
}

export interface BoundTillRow {
  deviceId: string;
  storeId: string;
  storeCode: string;
  storeName: string;
  tillId: string;
  tillCode: string;
  tillName: string;
  idleMinutes: number;
}

export const BOUND_TILL_COLUMNS = `d.id as "deviceId", s.id as "storeId", s.code as "storeCode", s.name as "storeName",
  t.id as "tillId", t.code as "tillCode", t.name as "tillName", t.idle_minutes as "idleMinutes"`;
export const BOUND_TILL_SOURCE = `till_devices d
  join tills t on t.id = d.till_id and t.deactivated_at is null
  join stores s on s.id = t.store_id and s.deactivated_at is null`;

export const toBoundTill = (row: BoundTillRow): BoundTill => ({
  deviceId: row.deviceId,
  store: { id: row.storeId, code: row.storeCode, name: row.storeName },
  till: { id: row.tillId, code: row.tillCode, name: row.tillName },
  idleMinutes: row.idleMinutes,
});

// SQL: several tables, asked by every page of the counter.
const FIND = statement("find_till_device")`
  select ${BOUND_TILL_COLUMNS} from ${BOUND_TILL_SOURCE} where d.id = $1 and d.ended_at is null`;

/** Null for a device that is no till, or not any more. */
export async function findBoundTill(pool: Pool, deviceId: string): Promise<BoundTill | null> {
  const { rows } = await run<BoundTillRow>(pool, FIND, [deviceId]);
  return rows[0] === undefined ? null : toBoundTill(rows[0]);
}

export interface NewTillDevice {
  readonly id: string;
  readonly tillId: string;
  readonly label: string;
  readonly boundBy: string;
  readonly boundAt: Date;
}

/**
 * Makes the device the till; another that was it until now is none any more.
 * @returns false when the till or its store is not in use
 */
export function bindTillDevice(
  pool: Pool,
  { device, entry }: { readonly device: NewTillDevice; readonly entry: AuditEntry },
): Promise<boolean> {
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    // Stays SQL: row lock. Two devices at the same moment become the till one after the other.
    const { rowCount } = await client.query(
      `select from tills t join stores s on s.id = t.store_id
        where t.id = $1 and t.deactivated_at is null and s.deactivated_at is null for no key update of t`,
      [device.tillId],
    );
    if (rowCount === 0) return false;
    const { tillId, boundAt: endedAt, boundBy: endedBy } = device;
    await endDevices(prisma, { where: { tillId, endedAt: null }, ended: { endedAt, endedBy } });
    await prisma.tillDevice.create({ data: device });
    await recordAudit(client, entry);
    return true;
  });
}

export interface UnbindTill {
  readonly tillId: string;
  readonly by: string;
  readonly at: Date;
  readonly entry: AuditEntry;
}

/** @returns false when no device was the till */
export function unbindTillDevice(pool: Pool, { tillId, by, at, entry }: UnbindTill): Promise<boolean> {
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    const ended = { endedAt: at, endedBy: by };
    const count = await endDevices(prisma, { where: { tillId, endedAt: null }, ended });
    if (count > 0) await recordAudit(client, entry);
    return count > 0;
  });
}

type DevicePrisma = Parameters<Parameters<typeof inPrismaTransaction>[1]>[0]["prisma"];

async function endDevices(
  prisma: DevicePrisma,
  { where, ended }: { where: { tillId: string; endedAt: null }; ended: { endedAt: Date; endedBy: string } },
): Promise<number> {
  const devices = await prisma.tillDevice.findMany({ where, select: { id: true } });
  const ids = devices.map(({ id }) => id);
  await prisma.cashierSession.deleteMany({ where: { deviceId: { in: ids } } });
  return (await prisma.tillDevice.updateMany({ where: { id: { in: ids } }, data: ended })).count;
}

interface TillInUse {
  readonly id: string;
  readonly name: string;
  readonly storeName: string;
  /** Whether a device is this till. */
  readonly isBound: boolean;
}

// SQL: several tables.
const IN_USE = statement("tills_in_use")`
  select t.id, t.name, s.name as "storeName", d.id is not null as "isBound"
           from tills t
           join stores s on s.id = t.store_id and s.deactivated_at is null
           left join till_devices d on d.till_id = t.id and d.ended_at is null
          where t.deactivated_at is null order by s.name, s.id, t.name, t.id`;

export const listTillsInUse = async (pool: Pool): Promise<TillInUse[]> => (await run<TillInUse>(pool, IN_USE, [])).rows;
