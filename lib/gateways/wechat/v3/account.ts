import type { V3Credentials } from "#lib/base/account-credentials.ts";
import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import { isLoopbackHost } from "#lib/base/networks.ts";
import type { Outcome } from "#lib/base/outcome.ts";
import type { Gateway, Trade } from "#lib/payment/index.ts";
import type { KeyStore, KeyUse } from "../../account.ts";
import { privateKeyFrom, publicKeyFrom } from "../crypto/rsa.ts";
import { createKeepCall, type OnMessage } from "../messages/keep-message.ts";
import { type Exchange, exchangeTrusting } from "../transport.ts";
import { createCaller } from "./call.ts";
import { chargeCode, reverseTrade } from "./codepay.ts";
import { downloadBill } from "./download-bill.ts";
import { downloadCertificates } from "./download-certificates.ts";
import { createV3Http } from "./http.ts";
import { createKeyBook, createVerifierKeys, type KeyBook, type VerifierKeys } from "./keys.ts";
import type { NoticeReader } from "./read-notification.ts";
import { findRefund, finishAbnormalRefund, openRefund } from "./refunds.ts";
import { closeTrade, findTrade, findTradeByTransaction, openTrade, signForBridge } from "./trades.ts";

export interface V3Gateway extends Gateway {
  findTradeByTransaction(transactionId: string): Promise<Outcome<Trade, "absent">>;
}

/** One set of credentials, ready to be used: keys parsed, connections shared. */
export interface V3Account {
  readonly gateway: V3Gateway;
  readonly reader: NoticeReader;
  readonly keys: VerifierKeys;
  /** false: the public key is all there is, nothing has to be fetched. */
  readonly usesCertificates: boolean;
}

export interface V3Environment {
  readonly keyStore: KeyStore;
  readonly clock: Clock;
  readonly log: Log;
  /** What is shared with other accounts of the merchant. */
  readonly book?: KeyBook;
  readonly onKeyUse?: ((use: KeyUse) => void) | undefined;
  /** For tests: replaces the network. */
  readonly exchange?: Exchange;
  /** Hears of every message; must not throw. */
  readonly onMessage?: OnMessage | undefined;
  readonly backupOf?: (origin: string) => string | null;
}

/** @throws Error when a key is not what it should be; the message holds none of it */
export function createV3Account(credentials: V3Credentials, environment: V3Environment): V3Account {
  const { id: accountId, appId, merchantNumber, apiV3Key } = credentials;
  const { clock, log, keyStore: store, book = createKeyBook(), onKeyUse, onMessage, ...way } = environment;
  if (Buffer.byteLength(apiV3Key.reveal()) !== 32) throw new Error("the APIv3 key must have 32 bytes");
  const privateKey = privateKeyFrom(credentials.privateKeyPem.reveal());
  const publicKey = publicKeyOf(credentials);
  const signer = { merchantNumber, serialNo: credentials.serialNo, privateKey, clock };
  const out = {
    ...way,
    exchange: exchangeTrusting(credentials.apiCaPem, way.exchange),
    apiBase: credentials.apiBase,
  };
  const call = createCaller({ ...signer, ...out, publicKeyId: publicKey?.id ?? null });
  const keys = createVerifierKeys({
    accountId,
    merchantNumber,
    publicKey,
    book,
    onUse: onKeyUse,
    store,
    clock,
    log,
    download: (knownKey) => downloadCertificates({ call, apiV3Key, clock, knownKey }),
  });
  const keep = createKeepCall({ protocol: "v3", accountId, clock, onMessage });
  const http = createV3Http({ merchantNumber, call, keys, clock, log, keep });
  return {
    keys,
    usesCertificates: publicKey === null,
    reader: { accountId, appId, merchantNumber, apiV3Key, keys },
    gateway: {
      accountId,
      protocol: "v3",
      appId,
      merchantNumber,
      wantsPublicPayer: !isLoopbackHost(new URL(credentials.apiBase).hostname),
      openTrade: (trade) => openTrade(http, credentials, trade),
      findTrade: (number) => findTrade(http, number),
      findTradeByTransaction: (transactionId) => findTradeByTransaction(http, transactionId),
      closeTrade: (number) => closeTrade(http, number),
      codePayObstacle: null,
      chargeCode: (charge) => chargeCode(http, appId, charge),
      reverseTrade: (number) => reverseTrade(http, appId, number),
      openRefund: (refund) => openRefund(http, credentials, refund),
      findRefund: (number) => findRefund(http, number),
      finishesAbnormalRefunds: true,
      finishAbnormalRefund: (asked) => finishAbnormalRefund(http, keys, asked),
      downloadBill: (day, kind) => downloadBill(http, day, kind),
      signForBridge: (prepayId) => signForBridge(signer, appId, prepayId),
    },
  };
}

function publicKeyOf({ publicKeyId, publicKeyPem }: V3Credentials) {
  if (publicKeyId === undefined || publicKeyPem === undefined) return null;
  return { id: publicKeyId, key: publicKeyFrom(publicKeyPem) };
}
