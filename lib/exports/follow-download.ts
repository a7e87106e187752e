import type { ExportTable } from "./table.ts";

/** What became of a file. */
export interface DownloadEnd {
  readonly rows: number;
  /** Every row was written; else the reader went away, was too slow, or a page could not be read. */
  readonly isWhole: boolean;
}

interface Followed {
  readonly table: ExportTable;
  readonly write: (table: ExportTable) => ReadableStream<Uint8Array>;
  /** Ends the download in the middle. */
  readonly signal: AbortSignal;
  /** Called once, in whatever way the download ends, also when it never began. */
  readonly ended: (end: DownloadEnd) => void;
}

/** The file as it is written, with word of its end. */
export function followDownload({ table, write, signal, ended }: Followed): ReadableStream<Uint8Array> {
  let rows = 0;
  async function* counted() {
    for await (const page of table.pages) {
      yield page;
      rows += page.length;
    }
  }
  const reader = write({ ...table, pages: counted() }).getReader();
  let isOver = false;
  const end = (isWhole: boolean) => {
    if (isOver) return;
    isOver = true;
    ended({ rows, isWhole });
  };
  const stop = async (reason: unknown) => {
    end(false);
    await reader.cancel(reason).catch(() => undefined);
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const abort = () => {
        controller.error(signal.reason);
        void stop(signal.reason);
      };
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort, { once: true });
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (isOver) return;
        if (!done) return controller.enqueue(value);
        end(true);
        controller.close();
      } catch (cause) {
        end(false);
        throw cause;
      }
    },
    cancel: stop,
  });
}
