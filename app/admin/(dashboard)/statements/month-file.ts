import "server-only";
import { beijingDay, beijingTime } from "#lib/base/beijing-time.ts";
import { isMonth, marked, monthTable, readMonth, statementPdf, writeCsv, writeXlsx } from "#lib/exports/index.ts";
import { readMerchantName, readMerchantNumber } from "#lib/storage/configuration/gateway-accounts.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { exportsText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { refusal } from "../../data-answer.ts";
import { type ExportForm, fileAnswer } from "../../export-answer.ts";
import { openLookExport } from "../../look-page.tsx";

export interface MonthRoute {
  readonly params: Promise<{ readonly month: string }>;
}

/** A month's statement as a file. At most 31 rows, so it is made whole. */
export async function monthFile(month: string, form: ExportForm | "pdf"): Promise<Response> {
  const adminRequest = await openLookExport();
  if (adminRequest instanceof Response) return adminRequest;
  const { container, session, language, text } = adminRequest;
  const now = container.clock.now();
  const words = exportsText(language);
  if (!isMonth(month) || month > beijingDay(now).slice(0, 7)) return refusal(404, words.unknown);
  const facts = await readMonth(adminRequest.look, month, now);
  if (facts.isIncomplete) return refusal(503, words.adding);
  const { pool } = container.database;
  await recordAudit(pool, {
    ...{ actor: session.user.email, action: "statement.export", subject: `month:${month}`, at: now },
    detail: { form, rows: facts.days.length },
  });
  const mark = container.settings.sandbox ? text.sandbox : null;
  if (form === "pdf")
    return fileAnswer(new Uint8Array(await pdfOf(adminRequest, { facts, now, mark })), form, `statement-${month}`);
  const table = marked(monthTable(facts, words.month.columns), mark);
  return fileAnswer(form === "csv" ? writeCsv(table) : writeXlsx(table), form, `statement-${month}`);
}

interface MadePdf {
  readonly facts: Awaited<ReturnType<typeof readMonth>>;
  readonly now: Date;
  readonly mark: string | null;
}

async function pdfOf({ container, language, text }: AdminRequest, { facts, now, mark }: MadePdf): Promise<Uint8Array> {
  const { pool } = container.database;
  const words = exportsText(language);
  const [shop, merchantNumber] = await Promise.all([readMerchantName(pool), readMerchantNumber(pool)]);
  return statementPdf({
    ...{ facts, language, shop, merchantNumber, mark },
    madeAt: beijingTime(now),
    words: { columns: words.month.columns, statement: words.statement, channels: text.orders.channels },
  });
}
