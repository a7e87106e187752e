import { randomBytes } from "node:crypto";
import type { Agent } from "node:https";
import { type V2SignType, v2Sign } from "../crypto/shared-key.ts";
import { type CallResult, type SendOptions, sendWithBackup } from "../send-with-backup.ts";
import { type ExchangeLimits, USER_AGENT } from "../transport.ts";
import { writeFields, type XmlTexts } from "./xml.ts";

// A signed request and its answer, not verified yet. Source: wechatpay.md §11.

export interface V2Signer {
  readonly appId: string;
  readonly merchantNumber: string;
  readonly apiKey: string;
  readonly signType: V2SignType;
}

export interface V2Call {
  readonly path: string;
  /** Without the five that every call has; empty ones are not sent. */
  readonly fields: Readonly<Record<string, string>>;
  /** Connections with the merchant's certificate, where WeChat wants to see it. */
  readonly agent?: Agent;
  readonly limits?: ExchangeLimits;
}

/** Every call is repeatable: each names the trade or the refund by our own number. A second try sends the same bytes. */
export function callV2(
  signer: V2Signer,
  way: SendOptions,
  { path, fields, agent, limits }: V2Call,
): Promise<CallResult> {
  const request = {
    method: "POST",
    path,
    headers: { accept: "text/xml", "content-type": "text/xml; charset=utf-8", "user-agent": USER_AGENT },
    body: writeFields(signedFields(signer, fields)),
    ...(agent === undefined ? {} : { agent }),
  } as const;
  return sendWithBackup(way, {
    repeatable: true,
    requestTo: (origin) => ({ ...request, origin }),
    ...(limits === undefined ? {} : { limits }),
  });
}

function signedFields(signer: V2Signer, fields: Readonly<Record<string, string>>): XmlTexts {
  const all = new Map([
    ["appid", signer.appId],
    ["mch_id", signer.merchantNumber],
    ["nonce_str", randomBytes(16).toString("hex")],
    ["sign_type", signer.signType],
    ...Object.entries(fields).filter(([, value]) => value !== ""),
  ]);
  return all.set("sign", v2Sign(all, signer.apiKey, signer.signType));
}
