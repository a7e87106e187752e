import fc from "fast-check";
import { expect, test } from "vitest";
import { type BillPart, type BillRow, createBillReader } from "./read-bill.ts";
import { BillProblem } from "./read-table.ts";
import { type BillLine, billText, HEAD } from "./testing/bill-text.ts";

// Goal: the amounts of a bill are read exactly or not at all, however the file is cut into pieces, and a bill
// that was tampered with is never taken for a whole one.

/** `FUZZ_RUNS=100000` looks harder. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 2_000);

function read(text: string, cut = text.length) {
  const reader = createBillReader();
  const parts: BillPart[] = [];
  for (let at = 0; at < text.length; at += Math.max(1, cut))
    parts.push(...reader.push(text.slice(at, at + Math.max(1, cut))));
  parts.push(...reader.end());
  const rows = parts.flatMap((part) => (part.kind === "row" ? [part.row] : []));
  return { rows, unreadable: parts.length - rows.length, wrong: reader.wrongSums() };
}

const nasty = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom("", "拿铁,大杯", "a,`b", "`", "a,`,`,`b", "两\n行", "引号\"'", "\uFEFF", ",,,", "0.00"),
);
// A line that begins with a backtick is a new row, and one that begins as the summary does is the summary.
const name = nasty.filter((text) => !/\n(`|总交易单数)/.test(text) && !/\r/.test(text));
const line: fc.Arbitrary<BillLine> = fc.record(
  {
    number: fc.nat(9_999_999),
    totalFen: fc.nat(1_000_000_000),
    name,
    refundFen: fc.integer({ min: 1, max: 1_000_000_000 }),
  },
  { requiredKeys: ["number", "totalFen", "name"] },
);

const seen = (row: BillRow): unknown[] => [row.kind, row.transactionId, row.totalFen, row.refund?.amountFen, row.fee];
const expectedRow = ({ number, totalFen, refundFen }: BillLine): unknown[] => {
  const id = `42${String(number).padStart(10, "0")}`;
  return refundFen === undefined
    ? ["payment", id, totalFen, undefined, totalFen * 6]
    : ["refund", id, 0, refundFen, -refundFen * 6];
};

test("every row and every sum comes out as it went in, however the file is cut and for any names", () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 12 }),
      fc.constantFrom("\r\n", "\n"),
      fc.integer({ min: 1, max: 400 }),
      (lines, end, cut) => {
        const { rows, unreadable, wrong } = read(billText(lines, end), cut);
        expect([rows.map(seen), unreadable, wrong]).toEqual([lines.map(expectedRow), 0, []]);
      },
    ),
    { numRuns: RUNS / 4 },
  );
});

test("a changed bill is refused, shows it, or says the same as before", () => {
  const change = fc.record({
    at: fc.nat(),
    remove: fc.nat(40),
    insert: fc.oneof(nasty, fc.constantFrom("\r\n", ",`", "`", "1", "-")),
  });
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 6 }),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      (lines, changes) => {
        const whole = billText(lines);
        const text = changes.reduce((now, { at, remove, insert }) => {
          const place = at % now.length;
          return now.slice(0, place) + insert + now.slice(place + remove);
        }, whole);
        let result: ReturnType<typeof read>;
        try {
          result = read(text);
        } catch (cause) {
          expect(cause).toBeInstanceOf(BillProblem);
          return;
        }
        const { rows, unreadable, wrong } = result;
        if (unreadable > 0 || wrong.length > 0) return;
        // Nothing complained: then the money is what the whole bill said.
        const sum = (some: readonly BillRow[]) =>
          some.reduce((total, row) => total + row.totalFen - (row.refund?.amountFen ?? 0), 0);
        expect([rows.length, sum(rows)]).toEqual([lines.length, sum(read(whole).rows)]);
      },
    ),
    { numRuns: RUNS },
  );
});

test("what is no bill is refused", () => {
  for (const text of [
    "",
    "\uFEFF",
    "<html>",
    "{}",
    HEAD.replace("手续费,", ""),
    HEAD.replace("设备号", "商户号"),
    "x".repeat(200_000),
  ]) {
    expect(() => read(`${text}\n`), text.slice(0, 20)).toThrow(BillProblem);
  }
});

test("a bill without its end does not add up", () => {
  const text = billText([
    { number: 1, totalFen: 100, name: "a" },
    { number: 2, totalFen: 200, name: "b" },
  ]);
  expect(read(text.slice(0, text.indexOf("总交易单数"))).wrong).toEqual([
    { column: "总交易单数", rows: "2", stated: "–" },
  ]);
});

test.each([
  ["1.005", null],
  ["1e2", null],
  ["", null],
  ["-", null],
  ["1.2.3", null],
  ["12.30", 1230],
  ["12.3", 1230],
  ["12", 1200],
  ["0.07", 7],
  ["90071992547409.93", null],
])("%s yuan is %s fen", (text, expected) => {
  const bill = billText([{ number: 1, totalFen: 777, name: "a" }]).replace("0.60%,`7.77", `0.60%,\`${text}`);
  expect(read(bill).rows[0]?.totalFen ?? null).toBe(expected);
});
