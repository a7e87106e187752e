import { randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { type TargetPolicy, targetProblem } from "#lib/outbound/target.ts";
import type { Database } from "#lib/storage/client.ts";
import {
  findSealedPrinter,
  insertPrinter,
  type KnownPrinter,
  noSuchPrinter,
  type PrinterChoices,
  updatePrinter,
} from "#lib/storage/printing/printers.ts";
import { feieSettings } from "./feie.ts";
import { networkSettings } from "./network-printer.ts";
import { printerPlace } from "./print.ts";
import { printerAddress } from "./printer-address.ts";

export const PRINTER_KINDS = ["network", "feie"] as const;
export type PrinterKind = (typeof PRINTER_KINDS)[number];
export const isPrinterKind = (kind: string): kind is PrinterKind => PRINTER_KINDS.some((known) => known === kind);

export interface ManagePrintersDeps {
  readonly pool: Database["pool"];
  readonly box: {
    seal(plaintext: string, place: ReturnType<typeof printerPlace>): Uint8Array;
    openText(sealed: Uint8Array, place: ReturnType<typeof printerPlace>): string;
  };
  readonly clock: Clock;
  readonly policy: TargetPolicy;
}

/** Settings as a form gives them; what is left out is as it was, or the default. */
type PrinterSettings = Readonly<Record<string, unknown>>;

export interface Printers {
  /** @throws AppError `invalid_request` with the field, `conflict` when there are too many */
  create(
    given: { readonly kind: PrinterKind; readonly choices: PrinterChoices; readonly settings: PrinterSettings },
    actor: string,
  ): Promise<KnownPrinter>;
  /** @throws AppError `invalid_request`, `not_found` */
  update(
    id: string,
    given: { readonly choices: PrinterChoices; readonly settings: PrinterSettings },
    actor: string,
  ): Promise<KnownPrinter>;
  /** What a form may show of the settings: no secret. @throws AppError `not_found` */
  shownSettings(id: string): Promise<PrinterSettings>;
}

export function createPrinters(deps: ManagePrintersDeps): Printers {
  const { pool, box, clock } = deps;
  const open = async (id: string) => {
    const found = await findSealedPrinter(pool, id);
    if (found === null || !isPrinterKind(found.kind)) throw noSuchPrinter();
    const settings = JSON.parse(box.openText(found.settingsSealed, printerPlace(id))) as PrinterSettings;
    return { kind: found.kind, settings };
  };
  const seal = async (id: string, kind: PrinterKind, settings: PrinterSettings) => {
    const whole = await checkSettings(deps, kind, settings);
    return { sealed: box.seal(JSON.stringify(whole.settings), printerPlace(id)), target: whole.target };
  };
  return {
    async create({ kind, choices, settings }, actor) {
      const at = clock.now();
      const id = formatId("printer", at.getTime(), randomBytes(ID_RANDOM_BYTES));
      const { sealed, target } = await seal(id, kind, settings);
      return insertPrinter(pool, { ...choices, id, kind, settingsSealed: sealed, target }, { actor, at });
    },
    async update(id, { choices, settings }, actor) {
      const before = await open(id);
      const given = Object.entries(settings).filter(([, value]) => value !== undefined && value !== "");
      const sealed = await seal(id, before.kind, { ...before.settings, ...Object.fromEntries(given) });
      return updatePrinter(pool, { id, choices, settings: sealed }, { actor, at: clock.now() });
    },
    async shownSettings(id) {
      const { ukey: _secret, ...shown } = (await open(id)).settings;
      return shown;
    },
  };
}

const refusal = (path: string, message: string) =>
  new AppError("invalid_request", "the printer is not valid", { errors: [{ path, message }] });

async function checkSettings(
  { policy }: ManagePrintersDeps,
  kind: PrinterKind,
  given: PrinterSettings,
): Promise<{ settings: unknown; target: string }> {
  const parsed = (kind === "network" ? networkSettings : feieSettings).safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refusal(String(issue?.path[0] ?? "settings"), issue?.message ?? "is not valid");
  }
  const settings = parsed.data;
  if ("host" in settings) {
    const { host, port } = settings;
    const address = await printerAddress(host, port, policy);
    if (address === null) throw refusal("host", "must be a printer in the shop's own network");
    return { settings, target: `${host}:${port}` };
  }
  if (!policy.allowLoopback && !settings.url.startsWith("https://")) throw refusal("url", "must begin with https://");
  const problem = await targetProblem(settings.url, policy);
  if (problem !== null) throw refusal("url", problem);
  return { settings, target: `${new URL(settings.url).host} · ${settings.sn}` };
}
