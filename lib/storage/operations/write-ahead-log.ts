import pg from "pg";
import { lsnOf } from "./base-backup.ts";

// The write-ahead log of a database server that runs on this machine, read as it grows. A replication slot keeps what was not read yet, up
// to a limit of the server's (max_slot_wal_keep_size); its name is the name of the stream. Slots are in no base backup, so that a restored
// server begins a stream of its own.

const SLOT = /^lingfu_log_([0-9a-f]{16})$/;

export interface LogPosition {
  readonly stream: string;
  /** What was kept up to here need not be read again. */
  readonly from: bigint;
  /** The log is on disk up to here. */
  readonly to: bigint;
  readonly timeline: number;
  readonly segmentBytes: number;
}

export interface LogReader {
  /** null: there is no stream. `lost`: the server has thrown away what was not read. */
  position(): Promise<LogPosition | "lost" | null>;
  begin(stream: string): Promise<void>;
  end(): Promise<void>;
  /** Bytes of the log: some megabytes, at most to the end of one segment file. */
  read(position: LogPosition, from: bigint): Promise<Buffer>;
  /** What is before is not needed any more. */
  advance(stream: string, to: bigint): Promise<void>;
}

/** @returns null when another process is at it */
export async function withLog<Result>(
  superuserUrl: string,
  work: (log: LogReader) => Promise<Result>,
): Promise<Result | null> {
  const client = new pg.Client({ connectionString: superuserUrl, application_name: "lingfu backup log" });
  client.on("error", () => {});
  await client.connect();
  try {
    // Of this connection, which ends with the work.
    const { rows } = await client.query<{ ours: boolean }>(
      "select pg_try_advisory_lock(hashtextextended('lingfu:backup-log', 0)) as ours",
    );
    return rows[0]?.ours === true ? await work(readerOn(client)) : null;
  } finally {
    await client.end();
  }
}

// SQL: replication slots and server files, by the server's own connection.
const POSITION = `
  select s.slot_name as slot, s.restart_lsn::text as from, s.wal_status as status, pg_current_wal_flush_lsn()::text as to,
         ('x' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8))::bit(32)::int as timeline,
         (select setting::int from pg_settings where name = 'wal_segment_size') as "segmentBytes"
    from pg_replication_slots s where s.slot_name ~ '^lingfu_log_[0-9a-f]{16}$' order by s.slot_name limit 1`;
const READ = "select pg_read_binary_file('pg_wal/' || $1, $2::bigint, $3::bigint) as content";
/** It comes as hexadecimal text, twice as long. */
const READ_BYTES = 4 * 1_048_576;
const END =
  "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name ~ '^lingfu_log_[0-9a-f]{16}$'";

interface PositionRow {
  readonly slot: string;
  readonly from: string | null;
  readonly to: string;
  readonly status: string;
  readonly timeline: number;
  readonly segmentBytes: number;
}

function readerOn(client: pg.Client): LogReader {
  return {
    async position() {
      const { rows } = await client.query<PositionRow>(POSITION);
      const [row] = rows;
      const [, stream] = SLOT.exec(row?.slot ?? "") ?? [];
      if (row === undefined || stream === undefined) return null;
      if (row.from === null || row.status === "lost") return "lost";
      const { timeline, segmentBytes } = row;
      return { stream, from: lsnOf(row.from), to: lsnOf(row.to), timeline, segmentBytes };
    },
    async begin(stream) {
      await client.query("select pg_create_physical_replication_slot($1, true)", [`lingfu_log_${stream}`]);
    },
    async end() {
      await client.query(END);
    },
    async read({ to, timeline, segmentBytes }, from) {
      const at = Number(from % BigInt(segmentBytes));
      const bytes = Math.min(READ_BYTES, segmentBytes - at, Number(to - from));
      const { rows } = await client.query<{ content: Buffer }>(READ, [
        segmentName(from, { timeline, segmentBytes }),
        at,
        bytes,
      ]);
      const content = rows[0]?.content;
      if (content?.length !== bytes)
        throw new Error(`the write-ahead log ends before ${lsnText(from + BigInt(bytes))}`);
      return content;
    },
    async advance(stream, to) {
      await client.query("select pg_replication_slot_advance($1, $2::pg_lsn)", [`lingfu_log_${stream}`, lsnText(to)]);
    },
  };
}

export const lsnText = (lsn: bigint): string =>
  `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffff_ffffn).toString(16).toUpperCase()}`;

/** The file in pg_wal that holds this place of the log. */
export function segmentName(
  lsn: bigint,
  { timeline, segmentBytes }: { readonly timeline: number; readonly segmentBytes: number },
): string {
  const number = lsn / BigInt(segmentBytes);
  const perGroup = 0x1_0000_0000n / BigInt(segmentBytes);
  const parts = [BigInt(timeline), number / perGroup, number % perGroup];
  return parts.map((part) => part.toString(16).toUpperCase().padStart(8, "0")).join("");
}
