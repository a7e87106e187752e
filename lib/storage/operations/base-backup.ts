import { Readable } from "node:stream";
import pg from "pg";

// The files of a whole database server while it runs, by PostgreSQL's own BASE_BACKUP (as pg_basebackup asks for it): a tar file, the
// write-ahead log of the time in it, page checksums verified by the server.

export interface BaseBackup {
  /** Where the write-ahead log that makes it whole begins. */
  readonly startLsn: bigint;
  readonly timeline: number;
  /** The tar file; ends when the server has said that all is there. */
  readonly files: AsyncIterable<Buffer>;
  /** Known at the end of the files. */
  stopLsn(): bigint;
}

export function lsnOf(text: string): bigint {
  const [high = "", low = ""] = text.split("/");
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

/** `superuserUrl`: of a role that may replicate. */
export async function withBaseBackup<Result>(
  superuserUrl: string,
  work: (backup: BaseBackup) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ ...connectionOf(superuserUrl), application_name: "lingfu base backup" });
  client.on("error", () => {});
  await client.connect();
  try {
    // Keeps the log of the time on the server until we are done.
    await client.query(`CREATE_REPLICATION_SLOT "lingfu_base_${process.pid}" TEMPORARY PHYSICAL RESERVE_WAL`);
    const query = new BaseBackupQuery();
    client.query(query);
    const begun = await query.begun;
    return await work({ ...begun, files: query.files, stopLsn: () => query.stopLsn });
  } finally {
    await client.end();
  }
}

/** `replication` is understood, and missing in the types. */
const connectionOf = (url: string): pg.ClientConfig =>
  ({ connectionString: url, replication: "true" }) as pg.ClientConfig;

interface Connection {
  query(text: string): void;
  readonly stream: { pause(): void; resume(): void };
}

const ARCHIVE = "n".charCodeAt(0);
const DATA = "d".charCodeAt(0);

/**
 * One query with several answers: where it begins, tablespaces, the files, where it ends. The pieces of the files are pushed as they come;
 * the connection pauses while nobody reads.
 */
class BaseBackupQuery {
  readonly files: Readable;
  readonly begun: Promise<Pick<BaseBackup, "startLsn" | "timeline">>;
  #connection: Connection | null = null;
  #begin: (found: Pick<BaseBackup, "startLsn" | "timeline">) => void = () => {};
  #fail: (cause: Error) => void = () => {};
  #rows: (string | null)[][] = [];
  #archives = 0;
  #hasFiles = false;

  constructor() {
    this.begun = new Promise((resolve, reject) => {
      this.#begin = resolve;
      this.#fail = reject;
    });
    this.files = new Readable({ highWaterMark: 1_048_576, read: () => this.#connection?.stream.resume() });
    // A failure reaches whoever reads; where nobody does, it is in `begun`.
    this.files.on("error", () => {});
    this.begun.catch(() => {});
  }

  get stopLsn(): bigint {
    const [last] = this.#rows.at(-1) ?? [];
    if (last == null) throw new Error("the base backup has not ended");
    return lsnOf(last);
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    connection.query("BASE_BACKUP (LABEL 'lingfu', CHECKPOINT 'fast', WAL true, MANIFEST 'no')");
  }

  handleRowDescription(): void {}

  handleDataRow({ fields }: { readonly fields: readonly (Buffer | string | null)[] }): void {
    const row = fields.map((field) => (field === null ? null : field.toString()));
    this.#rows.push(row);
    const [lsn, timeline] = row;
    if (this.#rows.length === 1 && lsn != null) this.#begin({ startLsn: lsnOf(lsn), timeline: Number(timeline) });
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    this.#hasFiles = true;
    if (chunk[0] === ARCHIVE) this.#archives++;
    // The driver uses its buffer again.
    if (chunk[0] === DATA && !this.files.push(Buffer.from(chunk.subarray(1)))) this.#connection?.stream.pause();
  }

  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}

  handleReadyForQuery(): void {
    if (this.#archives !== 1 || !this.#hasFiles) {
      this.handleError(new Error("the server has tablespaces of its own: back it up with its own tools"));
    } else {
      this.files.push(null);
    }
  }

  handleError(cause: Error): void {
    this.#fail(cause);
    this.files.destroy(cause);
  }
}
