import type { AnchoredHead, AnchorHeads } from "#lib/storage/ledger/anchors.ts";
import { CHAINS, type ChainName, type ChainRow } from "#lib/storage/ledger/chain-rows.ts";
import { type LedgerSnapshot, readLedger } from "#lib/storage/ledger/read-ledger.ts";
import { type CheckedChain, checkChain, type LedgerFinding } from "./check-chain.ts";

/** What a verification found, as it is printed and kept. */
export interface LedgerVerdict {
  readonly ok: boolean;
  readonly findings: readonly LedgerFinding[];
  /** Findings beyond those that are listed. */
  readonly more: number;
  readonly chains: Readonly<Record<ChainName, CheckedChain & { readonly upTo: string; readonly rows: string }>>;
  /** When the newest chained row was linked. */
  readonly chainedAt: string | null;
  readonly orders: number;
  /** Compared. */
  readonly anchors: number;
  /** Of what came after the backup that was checked. */
  readonly youngerAnchors: number;
  readonly ms: number;
}

export interface VerifyOptions {
  readonly url: string;
  /** As they were kept outside, beside those in the database. */
  readonly outside?: readonly AnchorHeads[];
  /** A backup has no link yet for what was anchored after it. */
  readonly isBackup?: boolean;
  /** Told now and then: rows compared, of how many. */
  readonly onProgress?: (done: number, of: number) => void;
}

const FINDINGS_MAX = 200;
const PROGRESS_EVERY = 20_000;

/** Compares every row with its chain, the chain with its head and anchors, and the orders with the journal; changes nothing. */
export function verifyLedger({
  url,
  outside = [],
  isBackup = false,
  onProgress,
}: VerifyOptions): Promise<LedgerVerdict> {
  return readLedger(url, async (ledger) => {
    const startedAt = performance.now();
    const findings: LedgerFinding[] = [];
    let more = 0;
    const find = (finding: LedgerFinding): void => {
      if (findings.length < FINDINGS_MAX) findings.push(finding);
      else more++;
    };
    const heads = new Map((await ledger.heads()).map((head) => [head.chain, head]));
    const anchors = [...(await ledger.anchors()), ...outside];
    const of = [...heads.values()].reduce((sum, { rows }) => sum + Number(rows), 0);
    let done = 0;
    const younger = new Set<AnchorHeads>();
    const checkOne = async (chain: ChainName) => {
      const head = heads.get(chain);
      if (head === undefined) throw new Error(`the chain ${chain} has no head`);
      const ended = (anchor: AnchorHeads) => isBackup && BigInt(anchor.chains[chain].rowId) > BigInt(head.rowId);
      for (const anchor of anchors.filter(ended)) younger.add(anchor);
      const there = anchors.filter((anchor) => !ended(anchor));
      const anchored = createAnchorCheck(chain, there, find);
      const checked = await checkChain({
        chain,
        head,
        find,
        rows: ledger.rows(chain),
        links: ledger.links(chain),
        onRow(row) {
          if (++done % PROGRESS_EVERY === 0) onProgress?.(done, Math.max(done, of));
          if (chain === "journal" && !isBalanced(row)) {
            find({ table: "journal_entries", id: row.id, problem: "unbalanced" });
          }
        },
        onLink: ({ rowId, hash }) => anchored.see(rowId, hash),
      });
      anchored.end();
      return { ...checked, upTo: head.rowId, rows: head.rows };
    };
    const chains = { journal: await checkOne("journal"), audit: await checkOne("audit") };
    for (const id of await ledger.strayLines()) find({ table: "journal_lines", id, problem: "no_entry" });
    const orders = await compareOrders(ledger, find);
    const extended = CHAINS.flatMap((chain) => heads.get(chain)?.extendedAt?.getTime() ?? []);
    return {
      ok: findings.length === 0,
      findings,
      more,
      chains,
      chainedAt: extended.length === 0 ? null : new Date(Math.max(...extended)).toISOString(),
      orders,
      anchors: anchors.length - younger.size,
      youngerAnchors: younger.size,
      ms: Math.round(performance.now() - startedAt),
    };
  });
}

/** An entry without lines says nothing, which is no balance either. */
const isBalanced = ({ lines }: ChainRow): boolean =>
  lines.length > 0 && lines.reduce((sum, [, debit, credit]) => sum + BigInt(debit) - BigInt(credit), 0n) === 0n;

/** An anchor holds while the link of its row is there with its hash. */
function createAnchorCheck(chain: ChainName, anchors: readonly AnchorHeads[], find: (finding: LedgerFinding) => void) {
  const open = new Map<string, (AnchoredHead & { readonly day: string })[]>();
  for (const { day, chains } of anchors) {
    const anchored = chains[chain];
    if (anchored.rows === "0") continue;
    open.set(anchored.rowId, [...(open.get(anchored.rowId) ?? []), { ...anchored, day }]);
  }
  const differs = (day: string) => find({ table: "ledger_anchors", id: `${day} ${chain}`, problem: "anchor_differs" });
  return {
    see(rowId: string, hash: Buffer): void {
      for (const anchored of open.get(rowId) ?? []) if (anchored.hash !== hash.toString("hex")) differs(anchored.day);
      open.delete(rowId);
    },
    end(): void {
      for (const left of open.values()) for (const { day } of left) differs(day);
    },
  };
}

async function compareOrders(ledger: LedgerSnapshot, find: (finding: LedgerFinding) => void): Promise<number> {
  let orders = 0;
  for await (const { orderId, paid, refunded, bookedPaid, bookedRefunded } of ledger.orders()) {
    orders++;
    if (paid !== bookedPaid || refunded !== bookedRefunded)
      find({ table: "orders", id: orderId, problem: "sums_differ" });
  }
  return orders;
}
