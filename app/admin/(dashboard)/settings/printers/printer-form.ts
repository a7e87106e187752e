import { z } from "zod";
import { PRINT_COPIES_MAX, PRINTER_NAME_CHARS_MAX } from "#lib/base/limits.ts";
import type { PrinterChoices } from "#lib/storage/printing/printers.ts";
import { listStores } from "#lib/storage/tills/places.ts";
import { FULL_LANGUAGES } from "#lib/texts/language.ts";
import type { AdminRequest } from "../../../admin-request.ts";

/** Where a printer is used, as one value of a form: nothing, a store, or a till. */
export const placeValue = ({ storeId, tillId }: Pick<PrinterChoices, "storeId" | "tillId">): string =>
  tillId ?? storeId ?? "";

const onOff = z
  .literal("on")
  .optional()
  .transform((value) => value === "on");

export const printerForm = z.object({
  name: z.string().trim().min(1).max(PRINTER_NAME_CHARS_MAX),
  place: z.string().max(60),
  width: z.enum(["58", "80"]).transform(Number),
  copies: z
    .string()
    .regex(/^[1-9]$/)
    .transform(Number)
    .refine((copies) => copies <= PRINT_COPIES_MAX),
  automatic: onOff,
  language: z.enum(FULL_LANGUAGES as readonly [string, ...string[]]),
  ...{ host: z.string().trim().max(253).optional(), port: z.string().trim().max(5).optional(), answers: onOff },
  ...{ user: z.string().trim().max(100).optional(), ukey: z.string().trim().max(100).optional() },
  ...{ sn: z.string().trim().max(32).optional(), url: z.string().trim().max(300).optional() },
});
type PrinterForm = z.output<typeof printerForm>;

/** @returns null where the store or till is not there */
export async function readChoices(
  { container }: AdminRequest,
  { name, place, width, copies, automatic, language }: PrinterForm,
): Promise<PrinterChoices | null> {
  const rest = { name, width, copies, automatic, language };
  if (place === "") return { ...rest, storeId: null, tillId: null };
  const stores = await listStores(container.database.pool);
  const store = stores.find(({ id, tills }) => id === place || tills.some((till) => till.id === place));
  if (store === undefined) return null;
  return { ...rest, storeId: store.id, tillId: store.id === place ? null : place };
}

/** What is left empty keeps what is saved. */
export const readSettings = (kind: string, { host, port, answers, user, ukey, sn, url }: PrinterForm) =>
  kind === "network"
    ? { host, port, answers }
    : { user, ukey, sn, ...(url === undefined || url === "" ? {} : { url }) };
