import type pg from "pg";
import { recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, run, statement, viaPrisma } from "../transaction.ts";

/** As the operator's list shows it, without its key. */
export interface ListedEpayAccount {
  readonly pid: string;
  readonly name: string;
  readonly mayRefund: boolean;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  readonly keyChangedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly orders: number;
  /** Notices that are on their way, or tried again. */
  readonly due: number;
  readonly notTold: number;
}

export interface NewEpayAccount {
  readonly name: string;
  readonly mayRefund: boolean;
  /** Seals the key for the pid that it gets. */
  readonly seal: (pid: string) => Uint8Array;
}

interface AccountDoing {
  readonly actor: string;
  readonly at: Date;
}

// SQL: an advisory lock, so that two at once take two numbers.
const ONE_AT_A_TIME = statement("insert_epay_account_one_at_a_time")`
  select pg_advisory_xact_lock(hashtext('epay_accounts'))`;
const FIRST_PID = 1_001;

/** @returns the pid: the next number, never one that was used */
export const insertEpayAccount = (
  pool: pg.Pool,
  account: NewEpayAccount,
  { actor, at }: AccountDoing,
): Promise<string> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    await run(client, ONE_AT_A_TIME, []);
    const pid = String(FIRST_PID + (await prisma.epayAccount.count()));
    const { name, mayRefund, seal } = account;
    await prisma.epayAccount.create({
      data: { pid, name, mayRefund, keySealed: Buffer.from(seal(pid)), createdAt: at },
    });
    await recordAudit(client, { actor, action: "epay.create", subject: pid, detail: { name, mayRefund }, at });
    return pid;
  });

/** @returns false when there is no such account; one that was ended stays so */
export const disableEpayAccount = (pool: pg.Pool, pid: string, { actor, at }: AccountDoing): Promise<boolean> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const { count } = await prisma.epayAccount.updateMany({
      where: { pid, disabledAt: null },
      data: { disabledAt: at },
    });
    if (count === 0) return (await prisma.epayAccount.findUnique({ where: { pid } })) !== null;
    await recordAudit(client, { actor, action: "epay.disable", subject: pid, detail: {}, at });
    return true;
  });

/** A new key: the one before ends with it. An account that was ended is in use again. @returns false when there is no such account */
export const replaceEpayKey = (
  pool: pg.Pool,
  { pid, keySealed }: { readonly pid: string; readonly keySealed: Uint8Array },
  { actor, at }: AccountDoing,
): Promise<boolean> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const data = { keySealed: Buffer.from(keySealed), keyChangedAt: at };
    const rotated = await prisma.epayAccount.updateMany({ where: { pid, disabledAt: null }, data });
    const enabled =
      rotated.count > 0
        ? 0
        : (await prisma.epayAccount.updateMany({ where: { pid }, data: { ...data, disabledAt: null } })).count;
    if (rotated.count + enabled === 0) return false;
    const action = enabled > 0 ? "epay.enable" : "epay.rotate";
    await recordAudit(client, { actor, action, subject: pid, detail: {}, at });
    return true;
  });

export const listEpayAccounts = (pool: pg.Pool): Promise<ListedEpayAccount[]> =>
  viaPrisma(pool, async (prisma) => {
    const accounts = await prisma.epayAccount.findMany({ omit: { keySealed: true }, orderBy: { createdAt: "asc" } });
    const counts = await prisma.epayOrder.groupBy({ by: ["pid", "status"], _count: true });
    const countOf = (pid: string, statuses: readonly string[]) =>
      counts
        .filter((each) => each.pid === pid && statuses.includes(each.status))
        .reduce((sum, { _count }) => sum + _count, 0);
    return accounts.map((account) => ({
      ...account,
      orders: countOf(account.pid, ["unpaid", "due", "told", "given_up"]),
      due: countOf(account.pid, ["due"]),
      notTold: countOf(account.pid, ["given_up"]),
    }));
  });

const EPAY_NOTICE_STATES = ["due", "told", "given_up"] as const;
export type EpayNoticeState = (typeof EPAY_NOTICE_STATES)[number];

/** What a software was told of a paid order, or is to be. */
export interface ListedEpayNotice {
  readonly orderId: string;
  readonly outTradeNo: string;
  readonly amount: number;
  readonly state: EpayNoticeState;
  readonly tries: number;
  readonly lastAnswer: string | null;
  readonly nextTryAt: Date | null;
  readonly endedAt: Date | null;
  readonly createdAt: Date;
}

/** Of paid orders, the newest order first. */
export const listEpayNotices = (
  pool: pg.Pool,
  pid: string,
  { state, limit }: { readonly state: EpayNoticeState | null; readonly limit: number },
): Promise<ListedEpayNotice[]> =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.epayOrder.findMany({
      where: { pid, status: { in: state === null ? [...EPAY_NOTICE_STATES] : [state] } },
      orderBy: [{ createdAt: "desc" }, { orderId: "desc" }],
      take: limit,
    });
    return rows.map(({ status, checkAt, orderId, outTradeNo, amount, tries, lastAnswer, endedAt, createdAt }) => ({
      ...{ orderId, outTradeNo, amount, tries, lastAnswer, endedAt, createdAt },
      state: status as EpayNoticeState,
      nextTryAt: checkAt,
    }));
  });

/** A notice that was sent, or given up, is due again, with all its tries. @returns false where there is none that has ended */
export const resendEpayNotice = (pool: pg.Pool, orderId: string, { actor, at }: AccountDoing): Promise<boolean> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const { count } = await prisma.epayOrder.updateMany({
      where: { orderId, status: { in: ["told", "given_up"] } },
      data: { status: "due", checkAt: at, endedAt: null, tries: 0 },
    });
    if (count === 0) return false;
    await recordAudit(client, { actor, action: "epay.resend", subject: orderId, detail: {}, at });
    return true;
  });
