import type { ChainHead } from "#lib/storage/ledger/chain-links.ts";
import { type ChainName, type ChainRow, TABLE_OF } from "#lib/storage/ledger/chain-rows.ts";
import type { StoredLink } from "#lib/storage/ledger/read-ledger.ts";
import { GENESIS, linkHash } from "./chain-hash.ts";

/** What is wrong with a row; README.md beside this file lists what each says. */
export const LEDGER_PROBLEMS = [
  "changed",
  "missing",
  "added",
  "link_missing",
  "link_changed",
  "cut_off",
  "head_changed",
  "anchor_differs",
  "unbalanced",
  "no_entry",
  "sums_differ",
] as const;
export type LedgerProblem = (typeof LEDGER_PROBLEMS)[number];

export interface LedgerFinding {
  readonly table: string;
  readonly id: string;
  readonly problem: LedgerProblem;
}

interface ChainInput {
  readonly chain: ChainName;
  readonly rows: AsyncIterable<ChainRow>;
  readonly links: AsyncIterable<StoredLink>;
  readonly head: ChainHead;
  readonly find: (finding: LedgerFinding) => void;
  /** Sees every row, chained or not. */
  readonly onRow: (row: ChainRow) => void;
  /** Sees every link. */
  readonly onLink: (link: StoredLink) => void;
}

export interface CheckedChain {
  /** Rows whose link was compared. */
  readonly chained: number;
  /** Rows that are younger than the head. */
  readonly waiting: number;
}

/** Walks rows and links together, in the order of their ids. The hash before is the stored one, so that one change is one finding. */
export async function checkChain({ chain, rows, links, head, find, onRow, onLink }: ChainInput): Promise<CheckedChain> {
  const walk = createWalk(chain, find);
  const rowsLeft = rows[Symbol.asyncIterator]();
  const linksLeft = links[Symbol.asyncIterator]();
  let row = await rowsLeft.next();
  let link = await linksLeft.next();
  let waiting = 0;
  while (!row.done || !link.done) {
    const order = row.done ? 1 : link.done ? -1 : Number(BigInt(row.value.id) - BigInt(link.value.rowId));
    if (!row.done && order <= 0) onRow(row.value);
    if (!link.done && order >= 0) {
      onLink(link.value);
      walk.link(link.value, !row.done && order === 0 ? row.value : null);
    } else if (!row.done) {
      if (BigInt(row.value.id) > BigInt(head.rowId)) waiting++;
      else walk.rowWithoutLink(row.value.id);
    }
    if (order <= 0) row = await rowsLeft.next();
    if (order >= 0) link = await linksLeft.next();
  }
  return { chained: walk.end(head), waiting };
}

function createWalk(chain: ChainName, report: ChainInput["find"]) {
  const table = TABLE_OF[chain];
  let isWhole = true;
  const find = (finding: LedgerFinding): void => {
    isWhole = false;
    report(finding);
  };
  let before: { id: string; hash: Buffer } = { id: "0", hash: GENESIS };
  /** Its hash did not fit: the next link tells whether the row or the link was changed. */
  let suspect: { id: string; hash: Buffer } | null = null;
  let unlinked: string[] = [];
  let count = 0;

  function accuse(isLink: boolean): void {
    if (suspect === null) return;
    const { id } = suspect;
    find(
      isLink
        ? { table: "chain_links", id: `${chain} ${id}`, problem: "link_changed" }
        : { table, id, problem: "changed" },
    );
    suspect = null;
  }
  function gap(link: StoredLink): void {
    const isLost = unlinked.includes(link.previousId);
    for (const id of unlinked) find({ table, id, problem: id === link.previousId ? "link_missing" : "added" });
    if (!isLost && link.previousId !== before.id) find({ table, id: link.previousId, problem: "missing" });
    unlinked = [];
  }
  return {
    rowWithoutLink: (id: string) => {
      unlinked.push(id);
    },
    link(link: StoredLink, row: ChainRow | null): void {
      count++;
      const hash = row === null ? null : linkHash(before.hash, chain, row);
      const fits = hash?.equals(link.hash) === true;
      const followsSuspect = suspect !== null && row !== null && linkHash(suspect.hash, chain, row).equals(link.hash);
      accuse(followsSuspect);
      if (row === null) {
        gap(link);
        find({ table, id: link.rowId, problem: "missing" });
      } else if (fits || followsSuspect) {
        for (const id of unlinked) find({ table, id, problem: "added" });
        unlinked = [];
        if (link.previousId !== before.id) {
          find({ table: "chain_links", id: `${chain} ${link.rowId}`, problem: "link_changed" });
        }
      } else if (link.previousId !== before.id) {
        // What the hash was made with is gone, so this row cannot be compared.
        gap(link);
      } else if (hash !== null) {
        gap(link);
        suspect = { id: link.rowId, hash };
      }
      before = { id: link.rowId, hash: link.hash };
    },
    end(head: ChainHead): number {
      // The head knows the last link's hash as well.
      if (suspect !== null && suspect.id === head.rowId && suspect.hash.equals(head.hash)) {
        before = suspect;
        accuse(true);
      } else accuse(false);
      const [last] = unlinked.slice(-1);
      if (last !== undefined && last === head.rowId) {
        for (const id of unlinked) find({ table, id, problem: id === last ? "link_missing" : "added" });
      } else {
        for (const id of unlinked) find({ table, id, problem: "added" });
        if (BigInt(head.rowId) > BigInt(before.id)) find({ table, id: head.rowId, problem: "cut_off" });
        else if (
          head.rowId !== before.id ||
          !head.hash.equals(before.hash) ||
          (isWhole && head.rows !== String(count))
        ) {
          find({ table: "chain_heads", id: chain, problem: "head_changed" });
        }
      }
      return count;
    },
  };
}
