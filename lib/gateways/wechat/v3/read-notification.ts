import type { KeyObject } from "node:crypto";
import type { Secret } from "#lib/base/secret.ts";
import type { NoticeRejection, NoticeRejectionReason, Notification, SignedBytes } from "#lib/payment/index.ts";
import { openGcm } from "../crypto/shared-key.ts";
import type { VerifierKeys } from "./keys.ts";
import { type ClaimedSignature, failureName, readSignature, signatureHolds } from "./verify-signature.ts";
import {
  envelopeSchema,
  paidTradeOf,
  paidTradeSchema,
  parseJson,
  partySchema,
  refundNoticeSchema,
  refundStatusOf,
  refundToldSchema,
  tradeRefundOf,
  tradeSchema,
  tradeStateOf,
} from "./wire.ts";

/** What an account brings to the reading of a notice. */
export interface NoticeReader {
  readonly accountId: string;
  readonly appId: string;
  readonly merchantNumber: string;
  readonly apiV3Key: Secret<string>;
  readonly keys: VerifierKeys;
}

type Envelope = NonNullable<ReturnType<typeof readEnvelope>>;

/**
 * Reads a notice in the order of wechatpay.md §3.1: nothing is parsed before a signature holds. Accounts may share
 * platform certificates, so the serial gives candidates, and the APIv3 key that opens the notice tells which one is meant.
 * @param readers every account we hold, the active one first
 */
export async function readV3Notification(
  notice: SignedBytes,
  readers: readonly NoticeReader[],
  now: Date,
): Promise<Notification | NoticeRejection> {
  const claimed = readSignature(notice.headers, now);
  if (claimed.kind === "fault") return rejected(claimed.reason);
  if (readers.length === 0) return rejected("not_configured");
  const holders = await holdersOf(claimed.serial, readers);
  if (holders.length === 0) return rejected("unknown_key");
  const trusting = readersWhoTrust(claimed, notice.body, holders);
  if (trusting.length === 0) return rejected(failureName(claimed));
  const envelope = readEnvelope(notice.body);
  if (envelope === null) return rejected("malformed");
  if (envelope.resource.algorithm !== "AEAD_AES_256_GCM") return rejected("undecryptable");
  const opened = openEnvelope(envelope, trusting);
  if (opened === null) return rejected("undecryptable");
  opened.reader.keys.noteUse(claimed.serial, "notice");
  return inOurWords(envelope, opened);
}

const rejected = (reason: NoticeRejectionReason): NoticeRejection => ({ kind: "rejection", protocol: "v3", reason });

interface Holder {
  readonly reader: NoticeReader;
  readonly key: KeyObject;
}

async function holdersOf(serial: string, readers: readonly NoticeReader[]): Promise<Holder[]> {
  const known = await lookUp(readers, (keys) => keys.find(serial));
  return known.length > 0 ? known : lookUp(readers, (keys) => keys.findOrRefresh(serial));
}

async function lookUp(
  readers: readonly NoticeReader[],
  ask: (keys: VerifierKeys) => Promise<KeyObject | null>,
): Promise<Holder[]> {
  const holders = await Promise.all(readers.map(async (reader) => ({ reader, key: await ask(reader.keys) })));
  return holders.filter((holder): holder is Holder => holder.key !== null);
}

function readersWhoTrust(claimed: ClaimedSignature, body: Uint8Array, holders: readonly Holder[]): NoticeReader[] {
  const verdicts = new Map<KeyObject, boolean>();
  return holders.flatMap(({ reader, key }) => {
    const holds = verdicts.get(key) ?? signatureHolds(claimed, body, key);
    verdicts.set(key, holds);
    return holds ? [reader] : [];
  });
}

const readEnvelope = (body: Uint8Array) => parseJson(body, envelopeSchema);

interface OpenedByOne {
  readonly reader: NoticeReader;
  readonly plain: Buffer;
}

interface OpenedNotice extends OpenedByOne {
  /** Every account whose key opens the notice. */
  readonly accountIds: readonly string[];
}

/** Accounts of one merchant share the APIv3 key: the one that the plaintext names is preferred over the first. */
function openEnvelope({ resource }: Envelope, readers: readonly NoticeReader[]): OpenedNotice | null {
  const sealed = { ...resource, associatedData: resource.associated_data ?? "" };
  const opened = readers.flatMap((reader): OpenedByOne[] => {
    const plain = openGcm(sealed, reader.apiV3Key.reveal());
    return plain === null ? [] : [{ reader, plain }];
  });
  const preferred = (opened.length > 1 ? opened.find(isNamed) : undefined) ?? opened[0];
  return preferred === undefined ? null : { ...preferred, accountIds: opened.map(({ reader }) => reader.accountId) };
}

function isNamed({ reader, plain }: OpenedByOne): boolean {
  const party = parseJson(plain, partySchema);
  return party?.mchid === reader.merchantNumber && party.appid === reader.appId;
}

function inOurWords({ id, event_type }: Envelope, opened: OpenedNotice): Notification | NoticeRejection {
  const { reader, plain, accountIds } = opened;
  const head = { protocol: "v3", accountId: reader.accountId, accountIds, noticeId: id } as const;
  if (event_type === "TRANSACTION.SUCCESS") {
    const trade = parseJson(plain, tradeSchema);
    if (trade === null) return rejected("malformed");
    if (tradeStateOf(trade.trade_state) !== "paid") {
      return { ...head, kind: "other", type: `${event_type} ${trade.trade_state}` };
    }
    const paid = parseJson(plain, paidTradeSchema);
    return paid === null ? rejected("malformed") : { ...head, kind: "payment", trade: paidTradeOf(paid) };
  }
  if (event_type.startsWith("REFUND.")) {
    const refund = parseJson(plain, refundNoticeSchema);
    if (refund === null) return rejected("malformed");
    const status = refundStatusOf(refund.refund_status);
    if (status === undefined || refund.mchid !== reader.merchantNumber) {
      return { ...head, kind: "other", type: `${event_type} ${refund.refund_status}` };
    }
    const told = parseJson(plain, refundToldSchema);
    return {
      ...head,
      kind: "refund",
      refundNumber: refund.out_refund_no,
      tradeNumber: refund.out_trade_no,
      status,
      refund: told && tradeRefundOf(told, status),
    };
  }
  return { ...head, kind: "other", type: event_type };
}
