import { Check, Field, Select } from "#components/admin/field.tsx";
import { PRINT_COPIES_MAX, PRINTER_NAME_CHARS_MAX } from "#lib/base/limits.ts";
import { FEIE_URL, type PrinterKind } from "#lib/printing/index.ts";
import type { KnownPrinter } from "#lib/storage/printing/printers.ts";
import { listStores } from "#lib/storage/tills/places.ts";
import { printingText } from "#lib/texts/admin.ts";
import { FULL_LANGUAGES, textsIn } from "#lib/texts/language.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { placeValue } from "./printer-form.ts";

interface PrinterFieldsProps {
  readonly adminRequest: AdminRequest;
  readonly kind: PrinterKind;
  /** The printer to change; absent for a new one. */
  readonly printer?: KnownPrinter;
  /** What may be shown of its settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** All that is chosen of a printer. */
export async function PrinterFields({ adminRequest, kind, printer, settings = {} }: PrinterFieldsProps) {
  const { container, language } = adminRequest;
  const { page } = printingText(language);
  const stores = await listStores(container.database.pool);
  const places = stores
    .filter(({ isActive }) => isActive)
    .flatMap((store) => [
      { value: store.id, label: store.name },
      ...store.tills
        .filter(({ isActive }) => isActive)
        .map((till) => ({ value: till.id, label: `${store.name} · ${till.name}` })),
    ]);
  const isNew = printer === undefined;
  return (
    <>
      <Field
        label={page.name}
        name="name"
        defaultValue={printer?.name ?? page.kinds[kind]}
        maxLength={PRINTER_NAME_CHARS_MAX}
        required
        autoComplete="off"
      />
      {kind === "network" ? (
        <NetworkFields settings={settings} words={page} />
      ) : (
        <FeieFields settings={settings} words={page} isNew={isNew} />
      )}
      <Select
        label={page.where}
        name="place"
        defaultValue={printer === undefined ? "" : placeValue(printer)}
        options={[{ value: "", label: page.everywhere }, ...places]}
      />
      <div className="grid grid-cols-2 gap-4">
        <Select
          label={page.width}
          name="width"
          defaultValue={String(printer?.width ?? 58)}
          options={(["58", "80"] as const).map((value) => ({ value, label: page.widths[value] }))}
        />
        <Select
          label={page.copies}
          name="copies"
          defaultValue={String(printer?.copies ?? 1)}
          options={Array.from({ length: PRINT_COPIES_MAX }, (_, at) => ({
            value: String(at + 1),
            label: String(at + 1),
          }))}
        />
      </div>
      <Select
        label={page.language}
        name="language"
        defaultValue={printer?.language ?? language}
        options={FULL_LANGUAGES.map((value) => ({ value, label: textsIn(value).about.name }))}
      />
      <Check label={page.automatic} name="automatic" defaultChecked={printer?.automatic ?? true} />
    </>
  );
}

interface KindFieldsProps {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly words: ReturnType<typeof printingText>["page"];
}

const shown = (value: unknown, otherwise = ""): string => (value === undefined ? otherwise : String(value));

function NetworkFields({ settings, words }: KindFieldsProps) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[1fr_8rem]">
        <Field
          label={words.host}
          hint={words.hostHint}
          name="host"
          defaultValue={shown(settings.host)}
          placeholder="192.168.1.100"
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
          required
        />
        <Field
          label={words.port}
          name="port"
          inputMode="numeric"
          pattern="[0-9]{1,5}"
          defaultValue={shown(settings.port, "9100")}
          required
        />
      </div>
      <div>
        <Check label={words.answers} name="answers" defaultChecked={settings.answers !== false} />
        <p className="text-sm text-soft">{words.answersHint}</p>
      </div>
    </>
  );
}

function FeieFields({ settings, words, isNew }: KindFieldsProps & { readonly isNew: boolean }) {
  return (
    <>
      <Field label={words.user} name="user" defaultValue={shown(settings.user)} autoComplete="off" required />
      <Field
        label={words.ukey}
        hint={words.ukeyHint}
        name="ukey"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        required={isNew}
      />
      <Field
        label={words.sn}
        name="sn"
        defaultValue={shown(settings.sn)}
        pattern="\w{4,32}"
        autoComplete="off"
        required
      />
      <Field label={words.url} name="url" type="url" defaultValue={shown(settings.url, FEIE_URL)} required />
    </>
  );
}
