import "server-only";
import { headers } from "next/headers";
import type { Right } from "#lib/auth/admin-roles.ts";
import { beijingDay, beijingTime } from "#lib/base/beijing-time.ts";
import { EXPORT_LIFE_MS, EXPORT_ROWS_MAX, EXPORTS_AT_ONCE } from "#lib/base/export-limits.ts";
import { type DownloadEnd, type ExportTable, followDownload, marked, writeCsv, writeXlsx } from "#lib/exports/index.ts";
import { type AuditDetail, recordAudit } from "#lib/storage/operations/audit-log.ts";
import { exportsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "./admin-request.ts";
import { NOT_KEPT, openData, refusal } from "./data-answer.ts";
import { confirmPage, hasRecentSecondFactor } from "./second-factor.ts";

export type ExportForm = "csv" | "xlsx";

const TYPES = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pdf: "application/pdf",
} as const;

/** A route that hands out a file: who is signed in, may, and has shown the second factor just now; or the answer that refuses. */
export async function openExport(right: Right = "orders.export"): Promise<AdminRequest | Response> {
  const adminRequest = await openData(right);
  if (adminRequest instanceof Response || hasRecentSecondFactor(adminRequest)) return adminRequest;
  const from = (await headers()).get("referer") ?? "";
  return new Response(null, { status: 303, headers: { ...NOT_KEPT, location: confirmPage(from) } });
}

export interface Exported {
  readonly form: ExportForm;
  /** Of the file, without its ending. */
  readonly fileName: string;
  readonly action: "order.export" | "refund.export" | "promotion.codes_export";
  readonly filter: AuditDetail;
  /** What it is a part of; absent: of the whole shop. */
  readonly subject?: string;
  /** How many rows it will have. */
  readonly rows: number;
  readonly table: ExportTable;
}

/**
 * The table as a download that is written as it is read. The audit log says who takes what before the first row leaves, and how
 * far it came when it stopped in the middle.
 */
export async function exportAnswer(
  { container, session, language, text }: AdminRequest,
  request: Request,
  { form, fileName, action, filter, subject = undefined, rows, table }: Exported,
): Promise<Response> {
  const words = exportsText(language);
  const { database, settings, clock, log } = container;
  if (rows > EXPORT_ROWS_MAX) return refusal(422, fill(words.tooMany, { count: rows, max: EXPORT_ROWS_MAX }));
  const running = runningExports();
  if (running.count >= EXPORTS_AT_ONCE) return refusal(429, words.busy);
  running.count += 1;
  const actor = session.user.email;
  const ended = ({ rows: written, isWhole }: DownloadEnd) => {
    running.count -= 1;
    if (isWhole) return;
    const stopped = { actor, action: "export.stopped", subject: action, detail: { rows: written }, at: clock.now() };
    recordAudit(database.pool, stopped).catch(() => log.warn("export.unrecorded", { action }));
  };
  try {
    await recordAudit(database.pool, {
      ...{ actor, action, subject: subject ?? null, at: clock.now() },
      detail: { ...filter, form, rows },
    });
  } catch (cause) {
    running.count -= 1;
    throw cause;
  }
  const file = followDownload({
    table: marked(table, settings.sandbox ? text.sandbox : null),
    write: form === "csv" ? writeCsv : writeXlsx,
    signal: AbortSignal.any([request.signal, AbortSignal.timeout(EXPORT_LIFE_MS)]),
    ended,
  });
  return fileAnswer(file, form, fileName);
}

export const fileAnswer = (body: BodyInit, form: keyof typeof TYPES, fileName: string): Response =>
  new Response(body, {
    headers: {
      ...NOT_KEPT,
      "content-type": TYPES[form],
      "content-disposition": `attachment; filename="${fileName}.${form}"`,
    },
  });

// Each route may have a copy of this file; the places are one number of the process.
const RUNNING = Symbol.for("lingfu.exports");
const shared = globalThis as { [RUNNING]?: { count: number } };

function runningExports(): { count: number } {
  shared[RUNNING] ??= { count: 0 };
  return shared[RUNNING];
}

/** `orders-2026-11-30-1432` */
export function stampedName(what: string, at: Date): string {
  return `${what}-${beijingDay(at)}-${beijingTime(at).slice(11, 16).replace(":", "")}`;
}
