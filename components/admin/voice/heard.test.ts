import fc from "fast-check";
import { expect, test } from "vitest";
import type { PaidEntry, PaidNews } from "#lib/contract/counter.ts";
import { type Heard, hear, nextToSay, readHeard, said, takeIn, UNHEARD } from "./heard.ts";

// Goal: of each payment one hears once, whatever is told twice, late, or out of order.

const NOW = Date.parse("2026-07-01T02:00:00Z");
const paid = (entry: number, amount = entry * 100): PaidEntry => ({
  ...{ id: `att_${entry}`, entry, orderId: `ord_${entry}`, amount, channel: "native", description: "茶" },
  ...{
    storeId: null,
    tillId: null,
    collectionCode: null,
    paidAt: "2026-07-01T01:59:59Z",
    bookedAt: "2026-07-01T02:00:00Z",
  },
});
const news = (entries: readonly number[], more: Partial<PaidNews> = {}): PaidNews => ({
  ...{ cursor: "c", floor: 0, isFirst: false, hasMore: false, now: new Date(NOW).toISOString() },
  entries: entries.map((entry) => paid(entry)),
  ...more,
});
const all = () => true;
const entriesOf = (queue: readonly PaidEntry[]) => queue.map(({ entry }) => entry);

test("who begins to listen is told nothing of before, and all from then on", () => {
  const first = hear(UNHEARD, news([1, 2], { isFirst: true }), all);
  expect(first.queue).toEqual([]);
  expect(entriesOf(hear(first, news([1, 2, 3]), all).queue)).toEqual([3]);
});

test("what is told again is not heard again; below the floor nothing is told, and nothing is remembered", () => {
  let heard = hear({ ...UNHEARD, cursor: "b" }, news([1, 2]), all);
  heard = hear(heard, news([2, 3], { floor: 1 }), all);
  expect(entriesOf(heard.queue)).toEqual([1, 2, 3]);
  expect(Object.keys(heard.ids)).toEqual(["att_2", "att_3"]);
  expect(hear(heard, news([], { floor: 3 }), all).ids).toEqual({});
});

test("what commits late, under a lower number, is heard all the same", () => {
  const heard = hear(hear({ ...UNHEARD, cursor: "b" }, news([2]), all), news([1, 2]), all);
  expect(entriesOf(heard.queue)).toEqual([2, 1]);
});

test("what is not to be spoken counts as heard", () => {
  const quiet = hear({ ...UNHEARD, cursor: "b" }, news([1, 2]), ({ entry }) => entry === 2);
  expect(entriesOf(quiet.queue)).toEqual([2]);
  expect(hear(quiet, news([1, 2]), all).queue).toEqual(quiet.queue);
});

test("up to three are said one by one, more are summed up at once", () => {
  const queued = (entries: number[]): Heard => ({ ...UNHEARD, queue: entries.map((entry) => paid(entry)) });
  expect(entriesOf(nextToSay(queued([1, 2, 3])))).toEqual([1]);
  expect(entriesOf(nextToSay(queued([1, 2, 3, 4])))).toEqual([1, 2, 3, 4]);
  expect(nextToSay(queued([]))).toEqual([]);
  expect(entriesOf(said(queued([1, 2, 3]), [paid(1)]).queue)).toEqual([2, 3]);
});

test("what was kept goes on after a reload; not that of another day, and nothing that is broken", () => {
  const heard = { ...hear({ ...UNHEARD, cursor: "b" }, news([1]), all), at: NOW };
  expect(readHeard(JSON.stringify(heard), NOW + 3_600_000)).toEqual(heard);
  expect(readHeard(JSON.stringify(heard), NOW + 13 * 3_600_000)).toBe(UNHEARD);
  for (const text of [null, "", "{", "1", "null", '{"at":1}']) expect(readHeard(text, NOW)).toBe(UNHEARD);
});

test("of two questions with one cursor the second answer is not taken in: what it tells again is remembered no more", () => {
  const before: Heard = { ...UNHEARD, cursor: "0.1", ids: { att_1: 1 } };
  // Both tell 1 again, which was said, and 2; with the first answer the floor rises to 1.
  const both = { after: "0.1", pages: [news([1, 2], { cursor: "1.2", floor: 1 })] };
  const heard = takeIn(before, both, all) ?? UNHEARD;
  expect(entriesOf(heard.queue)).toEqual([2]);
  expect(takeIn(heard, both, all)).toBeNull();
});

test("whatever questions overlap, each payment is said once", () => {
  const steps = fc.array(fc.constantFrom("pay", "ask", "first", "last"), { maxLength: 60, size: "max" });
  fc.assert(
    fc.property(steps, (drawn) => {
      let heard: Heard = { ...UNHEARD, cursor: "0.0" };
      let top = 0;
      const open: Parameters<typeof takeIn>[1][] = [];
      const spoken: number[] = [];
      const answer = (one: Parameters<typeof takeIn>[1] | undefined) => {
        heard = (one && takeIn(heard, one, all)) ?? heard;
        for (let saying = nextToSay(heard); saying.length > 0; saying = nextToSay(heard)) {
          spoken.push(...entriesOf(saying));
          heard = said(heard, saying);
        }
      };
      const ask = () => {
        // As the feed does: all above the cursor's floor; its top is the next floor.
        const [floor = 0, next = 0] = (heard.cursor ?? "").split(".").map(Number);
        const entries = Array.from({ length: top - floor }, (_, at) => floor + 1 + at);
        open.push({ after: heard.cursor, pages: [news(entries, { cursor: `${next}.${top}`, floor: next })] });
      };
      for (const step of drawn) {
        if (step === "pay") top += 1;
        else if (step === "ask") ask();
        else answer(step === "first" ? open.shift() : open.pop());
      }
      ask();
      answer(open.pop());
      expect(spoken).toEqual(Array.from({ length: top }, (_, at) => at + 1));
    }),
  );
});

test("of any payments, told any number of times in any order, each is said once", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 10 }), { maxLength: 20 }),
      (answers) => {
        let heard: Heard = { ...UNHEARD, cursor: "b" };
        const spoken: number[] = [];
        for (const entries of answers) {
          heard = hear(heard, news([...new Set(entries)]), all);
          const saying = nextToSay(heard);
          spoken.push(...entriesOf(saying));
          heard = said(heard, saying);
        }
        for (let saying = nextToSay(heard); saying.length > 0; saying = nextToSay(heard)) {
          spoken.push(...entriesOf(saying));
          heard = said(heard, saying);
        }
        expect(spoken.toSorted()).toEqual([...new Set(answers.flat())].toSorted());
      },
    ),
  );
});
