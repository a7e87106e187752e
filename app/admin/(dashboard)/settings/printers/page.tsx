import Link from "next/link";
import { ActionForm } from "#components/admin/action-form.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { PRINTER_KINDS } from "#lib/printing/index.ts";
import { type KnownPrinter, listPrinters } from "#lib/storage/printing/printers.ts";
import { type ListedStore, listStores } from "#lib/storage/tills/places.ts";
import { printingText } from "#lib/texts/admin.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { addSandboxPrinter } from "./actions.ts";
import { PrinterCard } from "./printer-card.tsx";

/** Receipt printers (小票打印机). */
export default adminPage("printers.read", async (adminRequest, { search }) => {
  const { container, language, may } = adminRequest;
  const { page } = printingText(language);
  const { pool } = container.database;
  const [printers, stores] = await Promise.all([listPrinters(pool), listStores(pool)]);
  return (
    <>
      <Heading title={page.title} />
      <p className="mb-4 max-w-prose text-soft">{page.hint}</p>
      {search.done === "removed" ? (
        <div role="status" className="mb-4">
          <Notice tone="brand">{page.removed}</Notice>
        </div>
      ) : null}
      {printers.length === 0 ? (
        <Card>
          <EmptyState title={page.empty} hint={page.emptyHint} />
        </Card>
      ) : (
        <ul className="grid gap-3 xl:grid-cols-2">
          {printers.map((printer) => (
            <li key={printer.id}>
              <PrinterCard printer={printer} language={language} place={placeName(printer, stores, page.everywhere)} />
            </li>
          ))}
        </ul>
      )}
      {may("printers.write") ? <NewPrinters adminRequest={adminRequest} /> : null}
    </>
  );
});

function placeName({ storeId, tillId }: KnownPrinter, stores: readonly ListedStore[], everywhere: string): string {
  const store = stores.find(({ id }) => id === storeId);
  if (store === undefined) return everywhere;
  const till = store.tills.find(({ id }) => id === tillId);
  return till === undefined ? store.name : `${store.name} · ${till.name}`;
}

function NewPrinters({ adminRequest: { container, language, text } }: { adminRequest: AdminRequest }) {
  const { page } = printingText(language);
  const { sandboxOrigin } = container.settings;
  return (
    <>
      {sandboxOrigin === null ? null : (
        <Section title={page.sandboxTitle}>
          <Card className="px-4 py-4 sm:px-5">
            <p className="mb-4 max-w-prose text-soft">{page.sandboxHint}</p>
            <div className="flex flex-wrap items-start gap-3">
              <ActionForm action={addSandboxPrinter} submit={page.sandboxAdd} working={text.working} />
              <a href={`${sandboxOrigin}/printer`} target="_blank" rel="noreferrer" className={toneLook("plain")}>
                {page.sandboxOpen}
              </a>
            </div>
          </Card>
        </Section>
      )}
      <Section title={page.add}>
        <ul className="grid gap-3 sm:grid-cols-2">
          {PRINTER_KINDS.map((kind) => (
            <li key={kind}>
              <Card className="flex h-full flex-col gap-3 px-4 py-4">
                <div>
                  <h3 className="font-semibold">{page.kinds[kind]}</h3>
                  <p className="mt-1 text-sm text-soft">{page.kindHints[kind]}</p>
                </div>
                <Link
                  href={`/admin/settings/printers/new?kind=${kind}`}
                  prefetch={false}
                  aria-label={`${page.add} · ${page.kinds[kind]}`}
                  className={`${toneLook("plain")} mt-auto self-start`}
                >
                  {page.create}
                </Link>
              </Card>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}
