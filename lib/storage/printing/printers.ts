import type pg from "pg";
import { AppError } from "#lib/base/app-error.ts";
import { PRINTERS_MAX } from "#lib/base/limits.ts";
import type { Printer, PrintJob } from "../../../prisma/generated/client.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, viaPrisma } from "../transaction.ts";

/** A printer without its secrets. */
export type KnownPrinter = Omit<Printer, "settingsSealed">;

/** What people choose of a printer. */
export interface PrinterChoices {
  readonly name: string;
  /** Null: of every store, of every till of the store. */
  readonly storeId: string | null;
  readonly tillId: string | null;
  readonly width: number;
  readonly copies: number;
  /** Prints after each payment and refund of its place. */
  readonly automatic: boolean;
  readonly language: string;
}

export interface NewPrinter extends PrinterChoices {
  readonly id: string;
  readonly kind: string;
  readonly settingsSealed: Uint8Array;
  readonly target: string;
}

/** Who changes a printer, for the audit log. */
export interface PrinterChange {
  readonly actor: string;
  readonly at: Date;
}

const PUBLIC = { omit: { settingsSealed: true } } as const;

/** Oldest first. */
export const listPrinters = (pool: pg.Pool): Promise<KnownPrinter[]> =>
  viaPrisma(pool, (prisma) => prisma.printer.findMany({ ...PUBLIC, orderBy: [{ createdAt: "asc" }, { id: "asc" }] }));

export const findPrinter = (pool: pg.Pool, id: string): Promise<KnownPrinter | null> =>
  viaPrisma(pool, (prisma) => prisma.printer.findUnique({ ...PUBLIC, where: { id } }));

/** With its sealed settings. */
export const findSealedPrinter = (pool: pg.Pool, id: string): Promise<Printer | null> =>
  viaPrisma(pool, (prisma) => prisma.printer.findUnique({ where: { id } }));

/** Where something is printed; null: at no store, at no till. */
export interface PrintPlace {
  readonly storeId: string | null;
  readonly tillId: string | null;
}

/** Where an order was sold; null for one that is not there. */
export const readPrintPlace = (pool: pg.Pool, orderId: string): Promise<PrintPlace | null> =>
  viaPrisma(pool, (prisma) =>
    prisma.order.findUnique({ where: { id: orderId }, select: { storeId: true, tillId: true } }),
  );

/** The printer in use that is nearest: the till's, then the store's, then the shop's. */
export async function nearestPrinter(pool: pg.Pool, { storeId, tillId }: PrintPlace): Promise<KnownPrinter | null> {
  const inUse = (await listPrinters(pool)).filter(({ pausedAt }) => pausedAt === null);
  const covers = (printer: KnownPrinter) =>
    (printer.storeId === null || printer.storeId === storeId) && (printer.tillId === null || printer.tillId === tillId);
  const near = inUse.filter(covers);
  return (
    near.find((printer) => printer.tillId !== null) ??
    near.find((printer) => printer.storeId !== null) ??
    near[0] ??
    null
  );
}

const dataOf = (choices: PrinterChoices) => ({
  ...{ name: choices.name, storeId: choices.storeId, tillId: choices.tillId, width: choices.width },
  ...{ copies: choices.copies, automatic: choices.automatic, language: choices.language },
});
const WELL = { trouble: null, failingSince: null, failures: 0, retryAt: null } as const;

export const noSuchPrinter = () => new AppError("not_found", "there is no such printer");

/** @throws AppError `conflict` when there are too many */
export const insertPrinter = (pool: pg.Pool, printer: NewPrinter, change: PrinterChange) =>
  inPrismaTransaction(pool, async ({ prisma, client }): Promise<KnownPrinter> => {
    if ((await prisma.printer.count()) >= PRINTERS_MAX) {
      throw new AppError("conflict", `there are ${PRINTERS_MAX} printers already; remove one first`);
    }
    const { id, kind, target, settingsSealed } = printer;
    const own = { id, kind, target, createdAt: change.at, createdBy: change.actor };
    const data = { ...dataOf(printer), ...own, settingsSealed: new Uint8Array(settingsSealed) };
    const made = await prisma.printer.create({ ...PUBLIC, data });
    await recordAudit(client, auditOf("create", made, change));
    return made;
  });

interface PrinterUpdate {
  readonly id: string;
  readonly choices: PrinterChoices;
  readonly settings: { readonly sealed: Uint8Array; readonly target: string };
}

/** @throws AppError `not_found` */
export const updatePrinter = (pool: pg.Pool, { id, choices, settings }: PrinterUpdate, change: PrinterChange) =>
  inPrismaTransaction(pool, async ({ prisma, client }): Promise<KnownPrinter> => {
    const sealed = { settingsSealed: new Uint8Array(settings.sealed), target: settings.target };
    const { count } = await prisma.printer.updateMany({
      where: { id },
      data: { ...dataOf(choices), ...sealed, retryAt: null },
    });
    const found = await prisma.printer.findUnique({ ...PUBLIC, where: { id } });
    if (count === 0 || found === null) throw noSuchPrinter();
    await recordAudit(client, auditOf("update", found, change));
    return found;
  });

/** A printer that is paused drops what it has not printed. @throws AppError `not_found` */
export const setPrinterPaused = (
  pool: pg.Pool,
  { id, paused }: { readonly id: string; readonly paused: boolean },
  change: PrinterChange,
): Promise<void> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const data = { ...WELL, pausedAt: paused ? change.at : null };
    const { count } = await prisma.printer.updateMany({ where: { id }, data });
    const found = await prisma.printer.findUnique({ ...PUBLIC, where: { id } });
    if (count === 0 || found === null) throw noSuchPrinter();
    await endPrinterAlerts(client, id, change.at);
    await recordAudit(client, auditOf(paused ? "pause" : "resume", found, change));
  });

/** @throws AppError `not_found` */
export const removePrinter = (pool: pg.Pool, id: string, change: PrinterChange): Promise<void> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const found = await prisma.printer.findUnique({ ...PUBLIC, where: { id } });
    const { count } = await prisma.printer.deleteMany({ where: { id } });
    if (found === null || count === 0) throw noSuchPrinter();
    await endPrinterAlerts(client, id, change.at);
    await recordAudit(client, auditOf("remove", found, change));
  });

/** SQL: a jsonb field decides, on the connection of the transaction. */
export async function endPrinterAlerts(client: pg.PoolClient, printerId: string, at: Date): Promise<void> {
  await client.query(
    `update alerts set recovered_at = $2, acknowledged_at = coalesce(acknowledged_at, $2)
      where kind = 'printer_failing' and detail ->> 'printerId' = $1 and recovered_at is null`,
    [printerId, at],
  );
}

const auditOf = (verb: string, { id, kind, name, target }: KnownPrinter, { actor, at }: PrinterChange) => ({
  ...{ actor, at, action: `printer.${verb}`, subject: id },
  detail: { kind, name, target },
});

/** A job with what its order is called. */
export type ListedPrintJob = PrintJob & { readonly order: { readonly outTradeNo: string } | null };

/** Newest first. @param before the id of the last one of the page before */
export const listPrintJobs = (
  pool: pg.Pool,
  { printerId, before, limit }: { readonly printerId: string; readonly before?: string; readonly limit: number },
): Promise<ListedPrintJob[]> =>
  viaPrisma(pool, (prisma) =>
    prisma.printJob.findMany({
      where: { printerId, ...(before === undefined ? {} : { id: { lt: BigInt(before) } }) },
      include: { order: { select: { outTradeNo: true } } },
      orderBy: { id: "desc" },
      take: limit,
    }),
  );

export const findPrintJob = (pool: pg.Pool, id: string): Promise<PrintJob | null> =>
  viaPrisma(pool, (prisma) => prisma.printJob.findUnique({ where: { id: BigInt(id) } }));
