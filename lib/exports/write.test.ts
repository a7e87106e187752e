import { readXlsx } from "hucre/xlsx";
import { describe, expect, test } from "vitest";
import { followDownload } from "./follow-download.ts";
import { type ExportRow, type ExportTable, marked } from "./table.ts";
import { writeCsv } from "./write-csv.ts";
import { writeXlsx } from "./write-xlsx.ts";

// Goal: a file says exactly what the rows say, runs nothing, and stops when its reader does.

const FORMULA = '=HYPERLINK("http://evil.example","x")';
const ROWS: readonly ExportRow[] = [
  ["SF1001", "4200001234567890123456789012", FORMULA, 3, 1999, new Date("2026-11-30T15:59:59.700Z")],
  ["00123", "1E10", '拿铁, "大"\n杯\u0007', 0, -5, null],
  ["+86", "@x", "-1+1", 12_000, 1_000_000_000, new Date("2026-06-30T16:00:00Z")],
];

const tableOf = (...pages: (readonly ExportRow[])[]): ExportTable => ({
  name: "订单",
  columns: [
    { title: "编号", kind: "number" },
    { title: "单号", kind: "number" },
    { title: "说明", kind: "text" },
    { title: "件数", kind: "count" },
    { title: "金额（元）", kind: "amount" },
    { title: "时间", kind: "time" },
  ],
  pages: pagesOf(pages),
});

async function* pagesOf(pages: readonly (readonly ExportRow[])[]) {
  yield* pages;
}

const bytesOf = async (file: ReadableStream<Uint8Array>): Promise<Uint8Array> =>
  new Uint8Array(await new Response(file).arrayBuffer());

describe("CSV", () => {
  test("names are text, amounts are yuan with two places, times are the shop's, and nothing is a formula", async () => {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await bytesOf(writeCsv(tableOf(ROWS))));
    expect(text).toBe(
      [
        "\ufeff编号,单号,说明,件数,金额（元）,时间",
        `SF1001,'4200001234567890123456789012,"'=HYPERLINK(""http://evil.example"",""x"")",3,19.99,2026-11-30 23:59:59`,
        `'00123,'1E10,"拿铁, ""大""\n杯\u0007",0,-0.05,`,
        "'+86,'@x,'-1+1,12000,10000000.00,2026-07-01 00:00:00",
        "",
      ].join("\r\n"),
    );
  });

  test("pages follow one another under one head", async () => {
    const text = await new Response(
      writeCsv(tableOf([["a", "b", "c", 1, 2, null]], [], [["d", "e", "f", 3, 4, null]])),
    ).text();
    expect(text.split("\r\n").slice(1)).toEqual(["a,b,c,1,0.02,", "d,e,f,3,0.04,", ""]);
  });
});

describe("Excel", () => {
  test("amounts and times are numbers in their form, text is text", async () => {
    const { sheets } = await readXlsx(await bytesOf(writeXlsx(tableOf(ROWS))), { readStyles: true });
    const [sheet] = sheets;
    expect(sheet?.name).toBe("订单");
    expect(sheet?.rows.slice(0, 3)).toEqual([
      ["编号", "单号", "说明", "件数", "金额（元）", "时间"],
      ["SF1001", "4200001234567890123456789012", FORMULA, 3, 19.99, new Date("2026-11-30T23:59:59Z")],
      ["00123", "1E10", '拿铁, "大"\n杯', 0, -0.05, null],
    ]);
    expect(sheet?.rows[3]).toEqual(["+86", "@x", "-1+1", 12_000, 10_000_000, new Date("2026-07-01T00:00:00Z")]);
    expect([...(sheet?.cells?.values() ?? [])].filter(({ formula }) => formula !== undefined)).toEqual([]);
    expect(sheet?.cells?.get("1,4")?.style?.numFmt).toBe("#,##0.00");
    expect(sheet?.cells?.get("1,5")?.style?.numFmt).toBe("yyyy-mm-dd hh:mm:ss");
  });
});

test("where no real money is meant, every row says so", async () => {
  const text = await new Response(writeCsv(marked(tableOf([["a", "b", "c", 1, 2, null]]), "沙箱"))).text();
  expect(text.split("\r\n")).toEqual(["编号,单号,说明,件数,金额（元）,时间,沙箱", "a,b,c,1,0.02,,沙箱", ""]);
});

describe.each([
  ["CSV", writeCsv],
  ["Excel", writeXlsx],
])("a download of %s", (_, write) => {
  /** A table without an end, and how much of it was read. */
  function endless() {
    const read = { pages: 0, closed: false };
    async function* pages() {
      try {
        for (;;) {
          read.pages += 1;
          yield Array.from({ length: 1_000 }, (): ExportRow => ["SF1", `${Math.random()}`, "x", 1, 1, null]);
        }
      } finally {
        read.closed = true;
      }
    }
    return { read, table: { ...tableOf(), pages: pages() } };
  }

  test.each(["the reader goes away", "its time is over"])("reads no further when %s", async (how) => {
    const { read, table } = endless();
    const abort = new AbortController();
    const ends: unknown[] = [];
    const file = followDownload({ table, write, signal: abort.signal, ended: (end) => ends.push(end) });
    const reader = file.getReader();
    for (let chunk = 0; chunk < 3; chunk++) expect((await reader.read()).done).toBe(false);
    if (how === "the reader goes away") await reader.cancel();
    else {
      abort.abort(new Error("late"));
      await expect(reader.read()).rejects.toThrow("late");
    }
    await expect.poll(() => read.closed).toBe(true);
    expect(ends).toEqual([{ rows: expect.any(Number), isWhole: false }]);
    const { pages } = read;
    await new Promise((resolve) => setImmediate(resolve));
    expect(read.pages).toBe(pages);
  });

  test("that never begins ends all the same", async () => {
    const ends: unknown[] = [];
    const { table } = endless();
    const file = followDownload({ table, write, signal: AbortSignal.abort(), ended: (end) => ends.push(end) });
    await expect(file.getReader().read()).rejects.toThrow();
    expect(ends).toEqual([{ rows: 0, isWhole: false }]);
  });

  test("that a page breaks is no whole file", async () => {
    async function* pages(): AsyncGenerator<readonly ExportRow[]> {
      yield ROWS;
      throw new Error("the database went away");
    }
    const ends: unknown[] = [];
    const { signal } = new AbortController();
    const file = followDownload({
      table: { ...tableOf(), pages: pages() },
      write,
      signal,
      ended: (end) => ends.push(end),
    });
    await expect(bytesOf(file)).rejects.toThrow("the database went away");
    expect(ends).toEqual([{ rows: 3, isWhole: false }]);
  });

  test("that is whole says how many rows it has", async () => {
    const ends: unknown[] = [];
    const { signal } = new AbortController();
    await bytesOf(followDownload({ table: tableOf(ROWS, ROWS), write, signal, ended: (end) => ends.push(end) }));
    expect(ends).toEqual([{ rows: 6, isWhole: true }]);
  });
});
