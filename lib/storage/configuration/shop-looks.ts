import { AppError } from "#lib/base/app-error.ts";
import { type ShopLook, shopLookSchema, USUAL_LOOK } from "#lib/contract/shop-look.ts";
import { changeTellerOf } from "../changed-orders.ts";
import type { Pool } from "../client.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, viaPrisma } from "../transaction.ts";

/** Told to the hub of every process once a new look is committed. */
export const SHOP_LOOK_TOPIC = "shop:look";

export interface ShopLookVersion {
  /** 0 before the first. */
  readonly version: number;
  readonly look: ShopLook;
  /** Null without a logo of the dashboard's. */
  readonly logoHash: string | null;
  readonly actor: string;
  readonly at: Date | null;
}

const NONE: ShopLookVersion = { version: 0, look: USUAL_LOOK, logoHash: null, actor: "", at: null };

/** What is stored, read by today's rules: a look of an older version of the product keeps what is still known of it. */
export function readLook(stored: unknown): ShopLook {
  const read = shopLookSchema.safeParse(stored);
  return read.success ? read.data : USUAL_LOOK;
}

/** The newest first. */
export const listShopLooks = (pool: Pool, limit: number): Promise<ShopLookVersion[]> =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.shopLook.findMany({ orderBy: { version: "desc" }, take: limit });
    return rows.map(({ look, createdAt, ...row }) => ({ ...row, look: readLook(look), at: createdAt }));
  });

export const currentShopLook = async (pool: Pool): Promise<ShopLookVersion> =>
  (await listShopLooks(pool, 1))[0] ?? NONE;

export const findShopLook = (pool: Pool, version: number): Promise<ShopLookVersion | null> =>
  viaPrisma(pool, async (prisma) => {
    const row = await prisma.shopLook.findUnique({ where: { version } });
    if (row === null) return null;
    const { look, createdAt, ...rest } = row;
    return { ...rest, look: readLook(look), at: createdAt };
  });

export interface ShopLookChange {
  /** The version that the person saw; another one in force since then is not overwritten. */
  readonly basedOn: number;
  readonly look: ShopLook;
  readonly logoHash: string | null;
  readonly by: string;
  readonly at: Date;
}

/** Keeps a new version, which is in force from its commit on. @throws AppError `conflict` where somebody else was faster */
export async function keepShopLook(pool: Pool, change: ShopLookChange): Promise<number> {
  const version = await insertLook(pool, change);
  changeTellerOf(pool).tell(SHOP_LOOK_TOPIC);
  return version;
}

const insertLook = (pool: Pool, { basedOn, look, logoHash, by, at }: ShopLookChange): Promise<number> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const version = basedOn + 1;
    const newest = await prisma.shopLook.aggregate({ _max: { version: true } });
    const data = [{ version, look, logoHash, actor: by, createdAt: at }];
    const isNext = (newest._max.version ?? 0) === basedOn;
    const kept = isNext ? await prisma.shopLook.createMany({ data, skipDuplicates: true }) : { count: 0 };
    if (kept.count === 0) throw new AppError("conflict", "the look was changed by somebody else meanwhile");
    const detail = { version, name: look.name, color: look.color, logo: logoHash };
    await recordAudit(client, { actor: by, action: "shop.look", subject: "shop", detail, at });
    return version;
  });

/** The same picture twice is one row. */
export const keepLogo = (
  pool: Pool,
  { hash, bytes }: { hash: string; bytes: Uint8Array<ArrayBuffer> },
): Promise<void> =>
  viaPrisma(pool, async (prisma) => {
    await prisma.shopLogo.createMany({ data: [{ hash, bytes }], skipDuplicates: true });
  });

export const readLogo = (pool: Pool, hash: string): Promise<Uint8Array | null> =>
  viaPrisma(pool, async (prisma) => (await prisma.shopLogo.findUnique({ where: { hash } }))?.bytes ?? null);
