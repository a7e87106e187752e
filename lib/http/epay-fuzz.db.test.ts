import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EPAY_KEY, EpayDoor, type EpayFields, plainSign, signed } from "#lib/testing/epay-door.ts";
import { ODD_TEXTS } from "#lib/testing/fuzz/hostile-values.ts";

// Goal: at the epay door nothing that was forged, changed, signed by another pid's key or sent again makes, changes, pays or shows
// an order, whichever field it is and however it is written.
// Method: good forms with one thing done to them, and the rows before and after. FUZZ_RUNS and FUZZ_SEED as in api-fuzz.db.test.ts.

const RUNS = Math.ceil(Number(process.env.FUZZ_RUNS ?? 3_000) / 20);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_130);
const PATHS = ["/mapi.php", "/submit.php"] as const;

let door: EpayDoor;
const OTHER_KEY = "k".repeat(32);
let otherPid: string;
beforeAll(async () => {
  door = await EpayDoor.open();
  otherPid = await door.account("another software", true, OTHER_KEY);
});
afterAll(() => door.close());

/** What the door may write. */
const digest = () =>
  door.edge.rows(
    `select (select count(*) from orders) orders, (select sum(version) from orders) versions,
            (select count(*) from epay_orders) asked, (select count(*) from refunds) refunds`,
  );

/** What a field becomes: another text, or nearly the same. */
const changes = fc.oneof(
  fc.constantFrom(...ODD_TEXTS).map((text) => () => text.toWellFormed()),
  fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => () => text),
  fc.constantFrom(" ", "\\", "0", "%20", "&money=0.01", "\u200b", "\n").map((more) => (was: string) => was + more),
  fc.constantFrom(" ", "\\", "0", "+").map((more) => (was: string) => more + was),
  fc.constant((was: string) => was.toUpperCase()),
);
const forms = fc.record({
  name: fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 }).map((name) => `n${name}`),
  money: fc.integer({ min: 1, max: 1_000_000_00 }).map((amount) => (amount / 100).toFixed(2)),
  param: fc.constantFrom("", "user=7", "a&b=c"),
});
const FIELDS = ["pid", "type", "out_trade_no", "notify_url", "return_url", "name", "money", "param", "sign"] as const;

const sendForm = async (path: string, form: EpayFields, byLink: boolean) => {
  const answer = byLink ? await door.byLink(path, form) : await door.byForm(path, form);
  return { status: answer.status, text: await answer.text(), location: answer.headers.get("location") };
};

const isRefused = ({ status, text }: { status: number; text: string }): boolean =>
  status === 400 || (status === 200 && JSON.parse(text).code === -1);

test("a form with any one field changed after it was signed is refused and makes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      ...([forms, fc.constantFrom(...FIELDS), changes, fc.constantFrom(...PATHS), fc.boolean()] as const),
      async (more, field, change, path, byLink) => {
        const good = signed(door.fields(more));
        const value = change(good[field] ?? "");
        // Hexadecimal means the same in both cases.
        fc.pre(value !== (good[field] ?? "") && !(field === "sign" && value.toLowerCase() === good.sign));
        const before = await digest();
        expect(isRefused(await sendForm(path, { ...good, [field]: value }, byLink))).toBe(true);
        expect(await digest()).toEqual(before);
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
}, 600_000);

test("the same order sent again is the same order; with another amount, rightly signed, it is refused", async () => {
  await fc.assert(
    fc.asyncProperty(forms, fc.integer({ min: 1, max: 100_000 }), async (more, amount) => {
      const fields = door.fields(more);
      const first = await door.submit(fields);
      const before = await digest();
      expect(await door.submit(fields)).toBe(first);
      const money = (amount / 100).toFixed(2);
      fc.pre(money !== fields.money);
      expect(isRefused(await sendForm("/mapi.php", signed({ ...fields, money }), false))).toBe(true);
      expect(await digest()).toEqual(before);
      expect(await door.edge.payments.order(first)).toMatchObject({ status: "pending", amountPaid: 0 });
    }),
    { numRuns: RUNS / 5, seed: SEED },
  );
}, 600_000);

test("another pid's key signs, asks for and gives back nothing of this one's", async () => {
  const acts = fc.constantFrom("order", "orders", "refund", "query");
  await fc.assert(
    fc.asyncProperty(forms, acts, fc.constantFrom("out_trade_no", "trade_no"), async (more, act, by) => {
      const fields = door.fields({ ...more, name: "secret-of-the-first" });
      const forged = await sendForm("/mapi.php", signed(fields, plainSign(fields, OTHER_KEY)), false);
      expect(isRefused(forged)).toBe(true);
      const tradeNo = await door.submit(fields);
      const named = { [by]: by === "trade_no" ? tradeNo : (fields.out_trade_no ?? ""), money: fields.money ?? "" };
      const before = await digest();
      for (const credentials of [
        { pid: otherPid, key: OTHER_KEY },
        { pid: door.pid, key: OTHER_KEY },
        { pid: otherPid, key: EPAY_KEY },
      ]) {
        const asked = await sendForm("/api.php", { act, ...credentials, ...named }, false);
        expect(asked.text).not.toMatch(/secret-of-the-first|payurl/);
        const isOwn =
          credentials.pid === otherPid && credentials.key === OTHER_KEY && (act === "orders" || act === "query");
        expect(isRefused(asked)).toBe(!isOwn);
      }
      expect(await digest()).toEqual(before);
    }),
    { numRuns: RUNS / 5, seed: SEED },
  );
}, 600_000);
