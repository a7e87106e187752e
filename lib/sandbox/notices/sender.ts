import type { Notice, NoticeTry, StoredRefund, StoredTrade } from "../books/records.ts";
import { settleRefund } from "../books/refunds.ts";
import { newTransactionId } from "../books/trades.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../clock.ts";
import type { Notifier, SandboxContext } from "../context.ts";
import { consumeFault, type NotifyFaults } from "../faults.ts";
import * as v2 from "../protocol/v2/notices.ts";
import * as v3 from "../protocol/v3/notices.ts";
import {
  NOTICE_FAULTS_V2,
  NOTICE_FAULTS_V3,
  NoticeClient,
  type NoticeDraft,
  type NoticeFault,
  type NoticeMessage,
  type NoticeReply,
  type NoticeWriting,
} from "./delivery.ts";

/** Waits after each failed try; 24 h 4 min in all. */
export const RETRY_WAITS_MS: readonly number[] = [
  15 * SECOND_MS,
  15 * SECOND_MS,
  30 * SECOND_MS,
  3 * MINUTE_MS,
  10 * MINUTE_MS,
  20 * MINUTE_MS,
  30 * MINUTE_MS,
  30 * MINUTE_MS,
  30 * MINUTE_MS,
  60 * MINUTE_MS,
  3 * HOUR_MS,
  3 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  6 * HOUR_MS,
];
const REORDER_HOLD_MS = 10 * SECOND_MS;
/** The longest single sleep: a timer of more than 24 days would fire at once. */
const SLEEP_MAX_MS = HOUR_MS;

/** Sends notices, with retries until the merchant acknowledges them, and ends refunds when their time has come. */
export class NoticeSender implements Notifier {
  readonly #context: () => SandboxContext;
  readonly #client = new NoticeClient();
  readonly #pending = new Set<string>();
  readonly #processing = new Set<string>();
  readonly #underWay = new Map<string, Promise<void>>();
  #held: string | null = null;
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param context a function, since the context holds the sender */
  constructor(context: () => SandboxContext) {
    this.#context = context;
  }

  /** Goes on with the notices and refunds of an earlier process. */
  start(): void {
    const { store } = this.#context();
    for (const notice of store.notices.values()) if (notice.state === "pending") this.#pending.add(notice.id);
    for (const refund of store.refunds.values()) {
      if (refund.status === "PROCESSING") this.#processing.add(refund.outRefundNo);
    }
    this.wake();
  }

  notifyPaid(trade: StoredTrade): void {
    this.#post(draftPaid(this.#context(), trade));
  }

  notifyRefunded(refund: StoredRefund): void {
    this.#post(draftRefunded(this.#context(), refund));
  }

  notifyEcho(url: string, message: string): void {
    this.#post(v3.draftEcho(this.#context(), { url, message }));
  }

  watchRefund(refund: StoredRefund): void {
    this.#processing.add(refund.outRefundNo);
    this.wake();
  }

  /** One more try at once. @returns the notice after it */
  async resend(id: string): Promise<Notice | undefined> {
    await this.#underWay.get(id);
    await this.#begin(id);
    return this.#context().store.notices.get(id);
  }

  /** A notice that a stranger made up about a trade: it says that it is paid, and its signature is wrong. @returns the merchant's answer */
  async forge(trade: StoredTrade): Promise<number | string> {
    const context = this.#context();
    const now = context.clock.now();
    const payment = { transactionId: newTransactionId(now), paidAt: now, openid: "", bankType: "OTHERS", coupon: 0 };
    const draft = draftPaid(context, { ...trade, state: "SUCCESS", payment });
    const notice: Notice = { ...draft, state: "pending", nextAt: now, tries: [] };
    return this.#send(notice, { faults: new Set(["badSignature"]), copies: 1 });
  }

  /** Does what is due, then sleeps until the next moment. Call it after the clock or the rows changed. */
  wake(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    const { clock, store } = this.#context();
    let next = Number.POSITIVE_INFINITY;
    for (const number of this.#processing) {
      const refund = store.refunds.get(number);
      if (refund === undefined) this.#processing.delete(number);
      else if (refund.settleAt <= clock.now()) {
        this.#processing.delete(number);
        settleRefund(this.#context(), refund);
      } else next = Math.min(next, refund.settleAt);
    }
    for (const id of this.#pending) {
      const notice = store.notices.get(id);
      if (notice === undefined || notice.state !== "pending") this.#pending.delete(id);
      else if (this.#underWay.has(id)) continue;
      else if (notice.nextAt <= clock.now()) void this.#begin(id);
      else next = Math.min(next, notice.nextAt);
    }
    // A settled refund adds its notice, which calls this function again: only one timer may be left.
    clearTimeout(this.#timer);
    if (next === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.wake(), Math.min(Math.ceil(clock.realDelayMs(next)), SLEEP_MAX_MS));
  }

  /** Forgets all notices and refunds that are not done. */
  async clear(): Promise<void> {
    this.#pending.clear();
    this.#processing.clear();
    this.#held = null;
    clearTimeout(this.#timer);
    await Promise.all(this.#underWay.values());
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#client.close();
    await Promise.all(this.#underWay.values());
  }

  #post(draft: NoticeDraft): void {
    const { clock, store, faultBook } = this.#context();
    const faults = faultBook.of(draft.outTradeNo).notify;
    const held = this.#held === null && consumeFault(faults, "reorder");
    if (held) this.#held = draft.id;
    const wait = faults.delayMs + (held ? REORDER_HOLD_MS : 0);
    const lost = consumeFault(faults, "lose");
    const notice = falsified(draft, faults);
    store.putNotice({ ...notice, state: lost ? "lost" : "pending", nextAt: clock.now() + wait, tries: [] });
    if (lost) return;
    this.#pending.add(draft.id);
    this.wake();
  }

  #begin(id: string): Promise<void> {
    const trying = this.#try(id)
      .catch(() => undefined) // a journal that cannot be written; then every answer is an error, too
      .finally(() => {
        this.#underWay.delete(id);
        this.#releaseHeld(id);
        this.wake();
      });
    this.#underWay.set(id, trying);
    return trying;
  }

  async #try(id: string): Promise<void> {
    const context = this.#context();
    const before = context.store.notices.get(id);
    if (before === undefined) return;
    const own = context.faultBook.of(before.outTradeNo).notify;
    const faults = faultsOfTry(before, own);
    // The merchant must not learn of a payment that a crash could still undo.
    await context.store.flushed();
    const started = context.clock.wallMs();
    const result = await this.#send(asTried(before), { faults, copies: faults.has("duplicate") ? own.copies : 1 });
    const attempt: NoticeTry = {
      at: context.clock.now(),
      result,
      faults: [...faults],
      ms: context.clock.wallMs() - started,
    };
    const notice = context.store.notices.get(id);
    if (notice === undefined || this.#closed) return;
    context.store.putNotice(afterTry(notice, attempt));
    await context.store.flushed();
  }

  async #send(
    notice: Notice,
    { faults, copies }: { faults: ReadonlySet<string>; copies: number },
  ): Promise<number | string> {
    if (faults.has("drop")) return "dropped";
    const write = () =>
      writeNotice(this.#context(), { notice, faults: faults as ReadonlySet<NoticeFault>, count: this.#sent++ });
    const messages = Array.from({ length: copies }, write);
    const replies = await Promise.all(messages.map((message) => this.#client.post(notice.url, message)));
    const results = replies.map((reply) => interpretReply(notice, reply));
    return results.find(isAcknowledgement) ?? results[0] ?? "nothing sent";
  }

  #releaseHeld(overtakenBy: string): void {
    const id = this.#held;
    if (id === null || id === overtakenBy) {
      if (id === overtakenBy) this.#held = null;
      return;
    }
    this.#held = null;
    const { store, clock } = this.#context();
    const notice = store.notices.get(id);
    if (notice?.state === "pending") store.putNotice({ ...notice, nextAt: clock.now() });
  }
}

const isAcknowledgement = (result: number | string): boolean => result === 200 || result === 204;

function faultsOfTry(notice: Notice, faults: NotifyFaults): ReadonlySet<string> {
  if (consumeFault(faults, "drop")) return new Set(["drop"]);
  const names = ["duplicate", ...tryFaultsOf(notice)] as const;
  return new Set(names.filter((name) => consumeFault(faults, name)));
}

function afterTry(notice: Notice, attempt: NoticeTry): Notice {
  const tries = [...notice.tries, attempt];
  if (isAcknowledgement(attempt.result)) return { ...notice, tries, state: "acknowledged" };
  if (notice.state !== "pending") return { ...notice, tries };
  const wait = RETRY_WAITS_MS[tries.length - 1];
  if (wait === undefined) return { ...notice, tries, state: "given_up" };
  return { ...notice, tries, nextAt: attempt.at + wait };
}

function falsified(draft: NoticeDraft, { override, overrideTries }: NotifyFaults): NoticeDraft {
  if (override === null) return draft;
  const content =
    draft.v2 === undefined
      ? v3.overlay(draft.content, override)
      : v2.overlay(draft.content as Readonly<Record<string, string>>, override);
  return {
    ...draft,
    content,
    ...(overrideTries > 0 ? { truth: { after: overrideTries, content: draft.content } } : {}),
  };
}

/** With the content that this try carries. */
const asTried = (notice: Notice): Notice =>
  notice.truth !== undefined && notice.tries.length >= notice.truth.after
    ? { ...notice, content: notice.truth.content }
    : notice;

/** Faults that this version of notices can have; counts of the others do not go down. */
const tryFaultsOf = ({ v2 }: Notice): readonly NoticeFault[] =>
  v2 === undefined ? NOTICE_FAULTS_V3 : NOTICE_FAULTS_V2;

const draftPaid = (context: SandboxContext, trade: StoredTrade): NoticeDraft =>
  trade.v2 === undefined ? v3.draftPaid(context, trade) : v2.draftPaid(context, trade, trade.v2);

function draftRefunded(context: SandboxContext, refund: StoredRefund): NoticeDraft {
  const form = context.store.trades.get(refund.outTradeNo)?.v2;
  return form === undefined ? v3.draftRefunded(context, refund) : v2.draftRefunded(context, refund, form);
}

const writeNotice = (context: SandboxContext, writing: NoticeWriting): NoticeMessage =>
  writing.notice.v2 === undefined
    ? v3.writeNotice(context, writing)
    : v2.writeNotice(context, writing, writing.notice.v2);

/** The result of a try: 200 or 204 is an acknowledgement. */
const interpretReply = ({ v2: form }: Notice, { result, body }: NoticeReply): number | string =>
  form === undefined ? result : v2.interpretReply(result, body);
