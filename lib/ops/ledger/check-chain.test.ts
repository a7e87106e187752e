import { describe, expect, test } from "vitest";
import type { ChainHead } from "#lib/storage/ledger/chain-links.ts";
import type { ChainRow } from "#lib/storage/ledger/chain-rows.ts";
import type { StoredLink } from "#lib/storage/ledger/read-ledger.ts";
import { GENESIS, linkHash } from "./chain-hash.ts";
import { checkChain } from "./check-chain.ts";

// Goal: each way of changing a chain is one finding that names the row.
// Method: a chain of four rows, written by hand; each case changes one thing.

interface WrittenChain {
  readonly rows: ChainRow[];
  readonly links: StoredLink[];
  readonly head: ChainHead;
}

const row = (id: string, text: string | null = `row ${id}`): ChainRow =>
  ({ id, fields: [text, "2"], lines: [["sales", "0", "5"]] }) as ChainRow;

function chainOf(ids: readonly string[]): WrittenChain {
  const rows = ids.map((id) => row(id));
  const links: StoredLink[] = [];
  let before = { id: "0", hash: GENESIS };
  for (const each of rows) {
    const hash = linkHash(before.hash, "journal", each);
    links.push({ rowId: each.id, previousId: before.id, hash } as StoredLink);
    before = { id: each.id, hash };
  }
  return {
    rows,
    links,
    head: { chain: "journal", rowId: before.id, rows: String(ids.length), hash: before.hash } as ChainHead,
  };
}

async function* each<Value>(values: readonly Value[]): AsyncGenerator<Value> {
  yield* values;
}

async function check({ rows, links, head }: WrittenChain) {
  const found: string[] = [];
  const seen = { rows: [] as string[], links: [] as string[] };
  const checked = await checkChain({
    ...{ chain: "journal", rows: each(rows), links: each(links), head },
    find: ({ table, id, problem }) => void found.push(`${table} ${id} ${problem}`),
    onRow: ({ id }) => void seen.rows.push(id),
    onLink: ({ rowId }) => void seen.links.push(rowId),
  });
  return { found, seen, ...checked };
}

const whole = () => chainOf(["1", "2", "5", "10"]);
const other = Buffer.alloc(32, 9);
const without = <Value>(values: readonly Value[], at: number): Value[] => values.filter((_, index) => index !== at);
const changed = <Value>(values: readonly Value[], at: number, change: Partial<Value>): Value[] =>
  values.map((value, index) => (index === at ? { ...value, ...change } : value));

test("the bytes of a row are what the page for strangers says, and an empty text is not the same as none", () => {
  const hash = linkHash(GENESIS, "journal", row("7", "payment:é"));
  // By hand: printf of 32 zero bytes and the netstrings, through sha256sum.
  expect(hash.toString("hex")).toBe("601c8e56e2ef105e514474cff54e28c9a6c82ef6c75419dae2beae000f653f3e");
  expect(linkHash(GENESIS, "journal", row("7", null)).equals(linkHash(GENESIS, "journal", row("7", "")))).toBe(false);
  expect(linkHash(GENESIS, "audit", row("7")).equals(linkHash(GENESIS, "journal", row("7")))).toBe(false);
  expect(GENESIS.equals(Buffer.alloc(32))).toBe(true);
});

test("a chain that nobody touched", async () => {
  expect(await check(whole())).toEqual({
    ...{ found: [], chained: 4, waiting: 0 },
    seen: { rows: ["1", "2", "5", "10"], links: ["1", "2", "5", "10"] },
  });
  const empty = {
    rows: [],
    links: [],
    head: { chain: "journal", rowId: "0", rows: "0", hash: GENESIS } as unknown as ChainHead,
  };
  expect(await check(empty)).toMatchObject({ found: [], chained: 0, waiting: 0 });
});

test("rows that are younger than the head wait, and are seen", async () => {
  const chain = whole();
  const result = await check({ ...chain, rows: [...chain.rows, row("11"), row("12")] });
  expect(result).toMatchObject({ found: [], chained: 4, waiting: 2 });
  expect(result.seen.rows).toEqual(["1", "2", "5", "10", "11", "12"]);
});

describe("a row", () => {
  test.each([0, 1, 2, 3])("that was changed, at %d", async (at) => {
    const chain = whole();
    const { id } = chain.rows[at] as ChainRow;
    const { found } = await check({
      ...chain,
      rows: changed(chain.rows, at, { fields: ["x", "2"] } as Partial<ChainRow>),
    });
    expect(found).toEqual([`journal_entries ${id} changed`]);
  });

  test("two that were changed one after the other", async () => {
    const chain = whole();
    const rows = changed(changed(chain.rows, 1, { fields: ["x"] } as Partial<ChainRow>), 2, {
      fields: ["y"],
    } as Partial<ChainRow>);
    expect((await check({ ...chain, rows })).found).toEqual(["journal_entries 2 changed", "journal_entries 5 changed"]);
  });

  test.each([0, 1, 3])("that is gone, at %d", async (at) => {
    const chain = whole();
    const { id } = chain.rows[at] as ChainRow;
    expect((await check({ ...chain, rows: without(chain.rows, at) })).found).toEqual([`journal_entries ${id} missing`]);
  });

  test("that is gone with its link", async () => {
    const chain = whole();
    const { found } = await check({ ...chain, rows: without(chain.rows, 1), links: without(chain.links, 1) });
    expect(found).toEqual(["journal_entries 2 missing"]);
  });

  test("that lost its link, with another put in before it", async () => {
    const chain = whole();
    const rows = [...chain.rows.slice(0, 2), row("3"), ...chain.rows.slice(2)];
    const { found } = await check({ ...chain, rows, links: without(chain.links, 2) });
    expect(found).toEqual(["journal_entries 3 added", "journal_entries 5 link_missing"]);
  });

  test.each([["0"], ["3"], ["7"]])("that was put in at id %s", async (id) => {
    const chain = whole();
    const rows = [...chain.rows, row(id)].toSorted((one, two) => Number(one.id) - Number(two.id));
    expect((await check({ ...chain, rows })).found).toEqual([`journal_entries ${id} added`]);
  });
});

describe("a link", () => {
  test.each([0, 1, 2])("with another hash, at %d", async (at) => {
    const chain = whole();
    const { rowId } = chain.links[at] as StoredLink;
    const { found } = await check({ ...chain, links: changed(chain.links, at, { hash: other }) });
    expect(found).toEqual([`chain_links journal ${rowId} link_changed`]);
  });

  test("with another hash, the last one, which the head knows", async () => {
    const chain = whole();
    // Its row still gives what the head says.
    const { found } = await check({ ...chain, links: changed(chain.links, 3, { hash: other }) });
    expect(found).toHaveLength(1);
  });

  test("with another row before it", async () => {
    const chain = whole();
    const { found } = await check({ ...chain, links: changed(chain.links, 2, { previousId: "1" }) });
    expect(found).toEqual(["chain_links journal 5 link_changed"]);
  });

  test.each([0, 1, 2, 3])("that is gone, at %d", async (at) => {
    const chain = whole();
    const { rowId } = chain.links[at] as StoredLink;
    const { found } = await check({ ...chain, links: without(chain.links, at) });
    expect(found).toEqual([`journal_entries ${rowId} link_missing`]);
  });
});

describe("the head", () => {
  test.each<[string, Partial<ChainHead>]>([
    ["with another hash", { hash: other }],
    ["that counts otherwise", { rows: "5" }],
    ["of an earlier row", { rowId: "5" }],
  ])("%s", async (_, change) => {
    const chain = whole();
    const { found } = await check({ ...chain, head: { ...chain.head, ...change } });
    expect(found).toEqual(["chain_heads journal head_changed"]);
  });

  test("beyond the last link: the end was cut off", async () => {
    const chain = whole();
    const cut = { rows: chain.rows.slice(0, 2), links: chain.links.slice(0, 2), head: chain.head };
    expect((await check(cut)).found).toEqual(["journal_entries 10 cut_off"]);
  });

  test("a row put in behind the last link, before the head's", async () => {
    const chain = whole();
    const cut = { rows: [...chain.rows.slice(0, 2), row("4")], links: chain.links.slice(0, 2), head: chain.head };
    expect((await check(cut)).found).toEqual(["journal_entries 4 added", "journal_entries 10 cut_off"]);
  });

  test("that nobody can tell the end of: the last row and its link are gone, and one was put in before", async () => {
    const chain = whole();
    const rows = [...chain.rows.slice(0, 3), row("7"), row("10")];
    const { found } = await check({ ...chain, rows, links: chain.links.slice(0, 3) });
    expect(found).toEqual(["journal_entries 7 added", "journal_entries 10 link_missing"]);
  });

  test("counts are not asked about where something was found already", async () => {
    const chain = whole();
    const { found } = await check({ ...chain, rows: without(chain.rows, 1), links: without(chain.links, 1) });
    expect(found).toHaveLength(1);
  });
});
