import { TableCard } from "#components/admin/card-list.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { fullTime } from "#components/admin/moments.ts";
import type { BackupFile } from "#lib/ops/make-backup.ts";
import type { UpkeepRun } from "#lib/storage/operations/upkeep-runs.ts";
import { upkeepText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { actorName } from "../../audit-words.ts";
import { ageOf, sizeOf } from "./words.ts";

interface FileListProps {
  readonly files: readonly BackupFile[];
  /** Who had them made. */
  readonly runs: readonly UpkeepRun[];
  readonly adminRequest: AdminRequest;
}

export function FileList({ files, runs, adminRequest }: FileListProps) {
  const { language, text, container } = adminRequest;
  const words = upkeepText(language);
  const byFile = new Map(runs.map((run) => [run.file, run.requestedBy]));
  const now = container.clock.now();
  return (
    <TableCard
      empty={<EmptyState title={words.none} hint={words.noneHint} />}
      caption={words.files}
      columns={[
        { key: "made", label: words.columns.made, card: "title" },
        { key: "size", label: words.columns.size, align: "end", card: "figure" },
        { key: "file", label: words.columns.file, card: "body" },
        { key: "by", label: words.columns.who, card: "foot" },
      ]}
      rows={files.map(({ name, bytes, madeAt }) => ({
        key: name,
        cells: [
          <time
            key="made"
            dateTime={madeAt.toISOString()}
            title={fullTime(madeAt, language)}
            className="whitespace-nowrap tabular-nums"
          >
            {ageOf(madeAt, now, words)}
          </time>,
          <span key="size" className="whitespace-nowrap tabular-nums">
            {sizeOf(bytes)}
          </span>,
          <code key="file" className="text-sm break-all">
            {name}
          </code>,
          actorName(byFile.get(name) ?? "unknown", text),
        ],
      }))}
    />
  );
}
