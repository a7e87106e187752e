"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import { PRINTER_KINDS } from "#lib/printing/index.ts";
import {
  findPrinter,
  findPrintJob,
  listPrinters,
  nearestPrinter,
  readPrintPlace,
  removePrinter,
  setPrinterPaused,
} from "#lib/storage/printing/printers.ts";
import { printingText, storyText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { printOutcome } from "../../../print-outcome.ts";
import { done, failed, runAdminAction } from "../../../run-admin-action.ts";
import { askSandbox } from "../ask-sandbox.ts";
import { printerForm, readChoices, readSettings } from "./printer-form.ts";

// Every change of a printer is recorded in the transaction that makes it.

const printerId = z.string().refine((text) => isId("printer", text));

/** A refused field in words. */
function explainRefusal(cause: unknown, { language }: AdminRequest): ActionState {
  if (!isAppError(cause) || cause.code !== "invalid_request") throw cause;
  const { problems } = printingText(language).page;
  const known: Readonly<Record<string, string>> = { ...problems, port: problems.host };
  return failed(known[cause.errors[0]?.path ?? ""] ?? problems.settings);
}

export async function createPrinter(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "printers.write",
    form,
    schema: printerForm.extend({ kind: z.enum(PRINTER_KINDS) }),
    audit: null,
    async work(adminRequest, input) {
      const { container, session, language, text } = adminRequest;
      const choices = await readChoices(adminRequest, input);
      if (choices === null) return failed(printingText(language).page.problems.place);
      if (container.printers === undefined) return failed(text.errors.stale);
      const given = { kind: input.kind, choices, settings: readSettings(input.kind, input) };
      let id: string;
      try {
        id = (await container.printers.create(given, session.user.email)).id;
      } catch (cause) {
        return explainRefusal(cause, adminRequest);
      }
      redirect(`/admin/settings/printers/${id}?done=created`);
    },
  });
}

export async function changePrinter(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "printers.write",
    form,
    schema: printerForm.extend({ printerId }),
    audit: null,
    async work(adminRequest, { printerId: id, ...input }) {
      const { container, session, language, text } = adminRequest;
      const found = await findPrinter(container.database.pool, id);
      const choices = await readChoices(adminRequest, input);
      if (choices === null) return failed(printingText(language).page.problems.place);
      if (found === null || container.printers === undefined) return failed(text.errors.stale);
      try {
        const given = { choices, settings: readSettings(found.kind, input) };
        await container.printers.update(id, given, session.user.email);
        return done(printingText(language).page.saved);
      } catch (cause) {
        return explainRefusal(cause, adminRequest);
      }
    },
  });
}

export async function testPrinter(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "printers.write",
    form,
    schema: z.object({ printerId }),
    audit: ({ printerId: id }) => ({ action: "printer.test", subject: id }),
    work: (adminRequest, { printerId: id }) =>
      print(adminRequest, { printerId: id, kind: "test", orderId: null, refundId: null, shiftId: null }),
  });
}

type Wanted = Parameters<NonNullable<AdminRequest["container"]["printing"]>["print"]>[0];

async function print(adminRequest: AdminRequest, wanted: Omit<Wanted, "actor">): Promise<ActionState> {
  const { container, session, text, language } = adminRequest;
  if (container.printing === undefined) return failed(text.errors.stale);
  const outcome = await container.printing.print({ ...wanted, actor: session.user.email });
  const told = await printOutcome(container.database.pool, { ...outcome, printerId: wanted.printerId }, language);
  return told.isWell ? done(told.message) : failed(told.message);
}

/** The same once more, from a printer's log. */
export async function reprint(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "receipts.print",
    form,
    schema: z.object({ jobId: z.string().regex(/^\d{1,15}$/) }),
    audit: ({ jobId }) => ({ action: "print.again", subject: jobId }),
    async work(adminRequest, { jobId }) {
      const job = await findPrintJob(adminRequest.container.database.pool, jobId);
      if (job === null) return failed(adminRequest.text.errors.stale);
      const { orderId, refundId, shiftId } = job;
      return print(adminRequest, {
        ...{ printerId: job.printerId, kind: job.kind as Wanted["kind"] },
        ...{ orderId, refundId, shiftId },
      });
    },
  });
}

/** An order's receipt at the printer that is nearest to where it was sold, or at the shop's first. */
export async function printReceipt(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "receipts.print",
    form,
    schema: z.object({ orderId: z.string().refine((text) => isId("order", text)) }),
    audit: ({ orderId }) => ({ action: "order.print", subject: orderId }),
    async work(adminRequest, { orderId }) {
      const { container, language } = adminRequest;
      const { pool } = container.database;
      const place = await readPrintPlace(pool, orderId);
      if (place === null) return failed(adminRequest.text.errors.stale);
      const printer = (await nearestPrinter(pool, place)) ?? (await anyPrinter(adminRequest));
      if (printer === null) return failed(printingText(language).told.none);
      const wanted = { printerId: printer.id, kind: "receipt", orderId, refundId: null, shiftId: null } as const;
      return print(adminRequest, wanted);
    },
  });
}

/** A hand-over at the printer of its till. */
export async function printShift(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "receipts.print",
    form,
    schema: z.object({ shiftId: z.string().refine((text) => isId("shift", text)) }),
    audit: ({ shiftId }) => ({ action: "shift.print", subject: shiftId }),
    async work(adminRequest, { shiftId }) {
      const { container, language } = adminRequest;
      const { till } = await container.shifts.get(shiftId);
      const all = (await listPrinters(container.database.pool)).filter(({ pausedAt }) => pausedAt === null);
      const printer =
        all.find(({ tillId }) => tillId === till.id) ?? all.find(({ tillId }) => tillId === null) ?? all[0];
      if (printer === undefined) return failed(printingText(language).told.none);
      const wanted = { printerId: printer.id, kind: "shift", orderId: null, refundId: null, shiftId } as const;
      return print(adminRequest, wanted);
    },
  });
}

const anyPrinter = async ({ container }: AdminRequest) =>
  (await listPrinters(container.database.pool)).find(({ pausedAt }) => pausedAt === null) ?? null;

export async function pausePrinter(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "printers.write",
    form,
    schema: z.object({ printerId, paused: z.enum(["yes", "no"]) }),
    audit: null,
    async work({ container, session, language }, { printerId: id, paused }) {
      const change = { actor: session.user.email, at: container.clock.now() };
      await setPrinterPaused(container.database.pool, { id, paused: paused === "yes" }, change);
      const { page } = printingText(language);
      return done(paused === "yes" ? page.paused : page.resumed);
    },
  });
}

export async function deletePrinter(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "printers.write",
    form,
    schema: z.object({ printerId }),
    audit: null,
    async work({ container, session }, { printerId: id }) {
      await removePrinter(container.database.pool, id, { actor: session.user.email, at: container.clock.now() });
      redirect("/admin/settings/printers?done=removed");
    },
  });
}

/** A printer that leads to the sandbox's; one that is there already stays. */
export async function addSandboxPrinter(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "printers.write",
    form,
    schema: z.object({}),
    audit: null,
    async work({ container, session, language, text }) {
      const { printers, settings, database } = container;
      if (settings.sandboxOrigin === null || printers === undefined) return failed(text.errors.stale);
      const { page } = printingText(language);
      const name = page.sandboxTitle;
      if ((await listPrinters(database.pool)).some((printer) => printer.name === name)) return done(page.sandboxDone);
      const found = await askSandbox(settings.sandboxOrigin, "printer");
      if (found === null) return failed(storyText(language).replayUnanswered);
      const place = { storeId: null, tillId: null };
      const choices = { ...place, name, width: 58, copies: 1, automatic: true, language };
      await printers.create({ kind: "network", choices, settings: found.network ?? {} }, session.user.email);
      return done(page.sandboxDone);
    },
  });
}
