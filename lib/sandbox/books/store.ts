import type { ClockSetting } from "../clock.ts";
import { type DiskJournal, openJournal } from "./journal.ts";
import type { Notice, OauthCode, PhoneUser, StoredRefund, StoredTrade, StoredVoucher } from "./records.ts";

/** Rows by key, in the order of their first put. Rows are never changed in place: put a new one. */
export class StoreTable<Row> {
  readonly #name: string;
  readonly #rows: Map<string, Row>;
  readonly #journal: DiskJournal;

  constructor(name: string, rows: Map<string, Row>, journal: DiskJournal) {
    this.#name = name;
    this.#rows = rows;
    this.#journal = journal;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  values(): IterableIterator<Row> {
    return this.#rows.values();
  }

  put(key: string, row: Row): Row {
    this.#rows.set(key, row);
    this.#journal.append({ table: this.#name, key, value: row });
    return row;
  }

  forget(): void {
    this.#rows.clear();
  }
}

/** All records, in memory and in the journal. */
export class SandboxStore {
  readonly trades: StoreTable<StoredTrade>;
  readonly refunds: StoreTable<StoredRefund>;
  readonly notices: StoreTable<Notice>;
  readonly oauthCodes: StoreTable<OauthCode>;
  readonly shoppers: StoreTable<PhoneUser>;
  readonly vouchers: StoreTable<StoredVoucher>;
  readonly clock: StoreTable<ClockSetting>;
  // Looked up by numbers that are not the key.
  readonly #byHandover = new Map<string, string>();
  readonly #byTransaction = new Map<string, string>();
  readonly #refundsOf = new Map<string, Set<string>>();
  readonly #noticesOf = new Map<string, Set<string>>();
  readonly #journal: DiskJournal;

  constructor(journal: DiskJournal, tables: Map<string, Map<string, unknown>>) {
    const table = <Row>(name: string) =>
      new StoreTable<Row>(name, (tables.get(name) ?? new Map()) as Map<string, Row>, journal);
    this.#journal = journal;
    this.trades = table("trades");
    this.refunds = table("refunds");
    this.notices = table("notices");
    this.oauthCodes = table("oauthCodes");
    this.shoppers = table("shoppers");
    this.vouchers = table("vouchers");
    this.clock = table("clock");
    for (const trade of this.trades.values()) this.#indexTrade(trade);
    for (const refund of this.refunds.values()) addTo(this.#refundsOf, refund.outTradeNo, refund.outRefundNo);
    for (const notice of this.notices.values()) addTo(this.#noticesOf, notice.outTradeNo, notice.id);
  }

  putTrade(trade: StoredTrade): StoredTrade {
    this.#indexTrade(trade);
    return this.trades.put(trade.outTradeNo, trade);
  }

  putRefund(refund: StoredRefund): StoredRefund {
    addTo(this.#refundsOf, refund.outTradeNo, refund.outRefundNo);
    return this.refunds.put(refund.outRefundNo, refund);
  }

  putNotice(notice: Notice): Notice {
    addTo(this.#noticesOf, notice.outTradeNo, notice.id);
    return this.notices.put(notice.id, notice);
  }

  /** @param key `code:…`, `prepay:…` */
  tradeByHandover(key: string): StoredTrade | undefined {
    return this.trades.get(this.#byHandover.get(key) ?? "");
  }

  tradeByTransaction(transactionId: string): StoredTrade | undefined {
    return this.trades.get(this.#byTransaction.get(transactionId) ?? "");
  }

  refundsOf(outTradeNo: string): StoredRefund[] {
    return rowsOf(this.refunds, this.#refundsOf.get(outTradeNo));
  }

  noticesOf(outTradeNo: string): Notice[] {
    return rowsOf(this.notices, this.#noticesOf.get(outTradeNo));
  }

  flushed(): Promise<void> {
    return this.#journal.flushed();
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  clear(): void {
    const { trades, refunds, notices, oauthCodes, shoppers, vouchers, clock } = this;
    for (const table of [trades, refunds, notices, oauthCodes, shoppers, vouchers, clock]) table.forget();
    for (const index of [this.#byHandover, this.#byTransaction, this.#refundsOf, this.#noticesOf]) index.clear();
    this.#journal.append({ clear: true });
  }

  #indexTrade(trade: StoredTrade): void {
    for (const { prepayId, code } of trade.handovers) {
      this.#byHandover.set(`prepay:${prepayId}`, trade.outTradeNo);
      if (code !== undefined) this.#byHandover.set(`code:${code}`, trade.outTradeNo);
    }
    if (trade.payment !== null) this.#byTransaction.set(trade.payment.transactionId, trade.outTradeNo);
  }
}

function addTo(index: Map<string, Set<string>>, key: string, member: string): void {
  const members = index.get(key) ?? new Set<string>();
  members.add(member);
  index.set(key, members);
}

const rowsOf = <Row>(table: StoreTable<Row>, keys: ReadonlySet<string> = new Set()): Row[] =>
  [...keys].map((key) => table.get(key)).filter((row) => row !== undefined);

export async function openStore(path: string): Promise<SandboxStore> {
  const { journal, tables } = await openJournal(path);
  return new SandboxStore(journal, tables);
}
