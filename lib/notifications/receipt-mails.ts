import { createHmac, randomBytes } from "node:crypto";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { CHANNEL_CALLS } from "#lib/base/call-budgets.ts";
import type { Clock } from "#lib/base/clock.ts";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { RECEIPT_MAIL_AGE_MAX_MS } from "#lib/base/limits.ts";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import type { TargetPolicy } from "#lib/outbound/target.ts";
import type { Database } from "#lib/storage/client.ts";
import { findSealedChannel } from "#lib/storage/notifications/notification-channels.ts";
import {
  type DueReceiptMail,
  insertReceiptMail,
  type KnownReceiptMail,
  listReceiptMails,
  type ReceiptMailAnswer,
  readReceiptMailChannel,
  receiptMailOutbox,
} from "#lib/storage/notifications/receipt-mails.ts";
import { readReceiptFacts } from "#lib/storage/printing/receipt-facts.ts";
import { HOME_LANGUAGE, isLanguage, type Language } from "#lib/texts/language.ts";
import { mailAddress, mailServer, sendMail } from "./channels/mail-server.ts";
import { composeReceiptMail } from "./compose-receipt-mail.ts";
import { settingsPlace } from "./deliver.ts";
import type { SendResult } from "./message.ts";

export interface ReceiptMailDeps {
  readonly pool: Database["pool"];
  readonly box: {
    seal(plaintext: string, place: ReturnType<typeof addressPlace>): Uint8Array;
    openText(sealed: Uint8Array, place: ReturnType<typeof addressPlace>): string;
  };
  /** The pepper of the digests by which mails to one address are counted. */
  readonly addressKey: Uint8Array;
  /** The shop's name as shoppers see it. */
  readonly shopName: (language: Language) => Promise<string>;
  readonly clock: Clock;
  readonly policy: TargetPolicy;
  readonly publicUrl: string;
  readonly log: {
    info(event: string, fields?: Record<string, unknown>): void;
    warn(event: string, fields?: Record<string, unknown>): void;
  };
}

export interface ReceiptMailWish {
  readonly orderId: string;
  /** As it was typed. */
  readonly address: string;
  readonly language: Language;
}

/** Receipts by e-mail: a paid order's page asks for them, and the worker sends them. */
export interface ReceiptMails {
  /** Whether the shop sends any. */
  isOffered(): Promise<boolean>;
  request(wish: ReceiptMailWish): Promise<ReceiptMailAnswer | "off" | "invalid">;
  /** The newest first. */
  ofOrder(orderId: string): Promise<readonly KnownReceiptMail[]>;
  /** Sends the next one that is due. @returns whether there may be more to send at once */
  turn(): Promise<"again" | "idle">;
  isDue(): Promise<boolean>;
}

const addressPlace = (id: string) => ({ table: "receipt_mails", column: "address_sealed", row: id });

const LEASE_MS = 45 * SECOND_MS;
const EARLY_MS = SECOND_MS;
const PAUSES_MS = [15 * SECOND_MS, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS];
const MAILS_SHOWN = 10;

export function createReceiptMails(deps: ReceiptMailDeps): ReceiptMails {
  const { pool, box, addressKey, clock } = deps;
  const outbox = receiptMailOutbox(pool);
  return {
    isOffered: async () => (await readReceiptMailChannel(pool)) !== null,
    ofOrder: (orderId) => listReceiptMails(pool, { orderId, limit: MAILS_SHOWN }),
    async request({ orderId, address: typed, language }) {
      const parsed = mailAddress.safeParse(typed.trim());
      if (!parsed.success) return "invalid";
      if ((await readReceiptMailChannel(pool)) === null) return "off";
      const now = clock.now();
      const id = formatId("receiptMail", now.getTime(), randomBytes(ID_RANDOM_BYTES));
      const address = parsed.data;
      return insertReceiptMail(pool, {
        ...{ id, orderId, language, now, shown: maskedAddress(address) },
        addressSealed: box.seal(address, addressPlace(id)),
        addressHash: createHmac("sha256", addressKey).update(address.toLowerCase()).digest(),
      });
    },
    isDue: () => outbox.isDue(clock.now()),
    async turn() {
      const now = addMs(clock.now(), EARLY_MS);
      const mail = await outbox.lease({ now, until: addMs(now, LEASE_MS) });
      if (mail === null) return "idle";
      return conclude(deps, mail, await sendSafely(deps, mail));
    },
  };
}

/** `zhang.san@example.com` as `z…@example.com`. */
function maskedAddress(address: string): string {
  const at = address.lastIndexOf("@");
  return `${address.slice(0, 1)}…${address.slice(at)}`;
}

/** A fault of our own is a failed try like any other. */
async function sendSafely(deps: ReceiptMailDeps, mail: DueReceiptMail): Promise<SendResult> {
  try {
    return await send(deps, mail);
  } catch (cause) {
    deps.log.warn("receipt_mail.broken_off", { mailId: mail.id, cause });
    return { kind: "failed", answer: "the mail could not be made" };
  }
}

async function send({ pool, box, shopName, publicUrl, policy }: ReceiptMailDeps, mail: DueReceiptMail) {
  const channelId = await readReceiptMailChannel(pool);
  const channel = channelId === null ? null : await findSealedChannel(pool, channelId);
  if (channel === null) return { kind: "refused", answer: "receipts by e-mail are switched off" } as const;
  const facts = await readReceiptFacts(pool, mail.orderId);
  if (facts === null) return { kind: "refused", answer: "the order is not there" } as const;
  const server = mailServer.parse(JSON.parse(box.openText(channel.settingsSealed, settingsPlace(channel.id))));
  const language = isLanguage(mail.language) ? mail.language : HOME_LANGUAGE;
  const made = composeReceiptMail(facts, { language, publicUrl, shop: await shopName(language) });
  const to = [box.openText(mail.addressSealed, addressPlace(mail.id))];
  return sendMail(server, { ...made, id: mail.id, to }, { policy, timeoutMs: CHANNEL_CALLS.totalMs });
}

async function conclude(
  { pool, clock, log }: ReceiptMailDeps,
  mail: DueReceiptMail,
  result: SendResult,
): Promise<"again" | "idle"> {
  const outbox = receiptMailOutbox(pool);
  const now = clock.now();
  const about = { mailId: mail.id, orderId: mail.orderId, outcome: result.kind };
  // A mail server may repeat the address that it refuses.
  const answer = result.answer.replaceAll(/[^\s<>"',;:()[\]]+@[^\s<>"',;:()[\]]+/g, "…");
  if (result.kind === "sent") {
    await outbox.end({ id: mail.id, answer, now }, "sent");
    log.info("receipt_mail.sent", { ...about, ms: now.getTime() - mail.createdAt.getTime() });
    return "again";
  }
  log.warn("receipt_mail.failed", { ...about, answer });
  if (result.kind !== "failed") {
    // What was refused for itself says nothing of the next one.
    await outbox.end({ id: mail.id, answer, now }, "given_up");
    return "again";
  }
  if (now.getTime() - mail.createdAt.getTime() > RECEIPT_MAIL_AGE_MAX_MS) {
    await outbox.end({ id: mail.id, answer, now }, "given_up");
    await outbox.tellFailing({ answer, now }, beijingDay(now));
    return "idle";
  }
  const pauseMs = PAUSES_MS[Math.min(mail.tries, PAUSES_MS.length) - 1] ?? HOUR_MS;
  await outbox.postpone(mail.id, { answer, until: addMs(now, pauseMs) });
  return "idle";
}
