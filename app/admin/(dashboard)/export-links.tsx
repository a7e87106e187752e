import { FileLink } from "#components/admin/file-link.tsx";
import { toneLook } from "#components/admin/look.ts";
import { exportsText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../admin-request.ts";

interface ExportLinksProps {
  readonly adminRequest: AdminRequest;
  /** `/admin/orders/export` */
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
}

/** What a list shows as files; nothing for those who may not export. Plain links: a refusal is shown as its sentence. */
export function ExportLinks({ adminRequest: { language, may }, path, query }: ExportLinksProps) {
  if (!may("orders.export")) return null;
  const words = exportsText(language);
  const entries = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1]);
  const search = entries.length === 0 ? "" : `?${new URLSearchParams(entries)}`;
  return (
    <nav aria-label={words.heading} className="flex flex-wrap gap-2">
      {(["xlsx", "csv"] as const).map((form) => (
        <FileLink
          key={form}
          href={`${path}.${form}${search}`}
          label={`${words.download} ${words[form]}`}
          className={`${toneLook("plain")} px-4 text-sm`}
        >
          <span aria-hidden="true">↓</span>
          {words[form]}
        </FileLink>
      ))}
    </nav>
  );
}
