import { parseFields } from "../v2/xml.ts";

// Which trade or refund a request is about, read from its address and body. Source: wechatpay.md §6, §11.

export interface NamedOperation {
  readonly operation: string;
  readonly about: "trade" | "refund";
  readonly number: string;
}

type OperationKind = Pick<NamedOperation, "operation" | "about">;
const trade = (operation: string): OperationKind => ({ operation, about: "trade" });
const refund = (operation: string): OperationKind => ({ operation, about: "refund" });

/** By the path without its query; `%` stands for the number. */
const V3: readonly (readonly [RegExp, OperationKind])[] = [
  [/^\/v3\/pay\/transactions\/codepay$/, trade("charge_code")],
  [/^\/v3\/pay\/transactions\/(?:native|jsapi|h5)$/, trade("open_trade")],
  [/^\/v3\/pay\/transactions\/id\/[^/]+$/, trade("find_trade")],
  [/^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)$/, trade("find_trade")],
  [/^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)\/close$/, trade("close_trade")],
  [/^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)\/reverse$/, trade("reverse_trade")],
  [/^\/v3\/refund\/domestic\/refunds$/, refund("open_refund")],
  [/^\/v3\/refund\/domestic\/refunds\/[^/]+\/apply-abnormal-refund$/, refund("finish_refund")],
  [/^\/v3\/refund\/domestic\/refunds\/([^/]+)$/, refund("find_refund")],
];
const V2: Readonly<Record<string, OperationKind>> = {
  "/pay/unifiedorder": trade("open_trade"),
  "/pay/orderquery": trade("find_trade"),
  "/pay/closeorder": trade("close_trade"),
  "/pay/micropay": trade("charge_code"),
  "/secapi/pay/reverse": trade("reverse_trade"),
  "/secapi/pay/refund": refund("open_refund"),
  "/pay/refundquery": refund("find_refund"),
};

export interface AskedBytes {
  readonly protocol: "v2" | "v3";
  readonly path: string;
  readonly sent: Uint8Array;
  readonly received: Uint8Array;
}

/** @returns null for calls that are about no trade and no refund: bills, certificates, tests of the connection */
export function nameOperation({ protocol, path, sent, received }: AskedBytes): NamedOperation | null {
  const [bare = ""] = path.split("?");
  if (protocol === "v2") {
    // The sandbox's v2 has a path of its own before the usual one.
    const kind = V2[bare.replace(/^\/sandboxnew/, "")];
    return kind === undefined ? null : withNumber(kind, parseFields(sent)?.get(fieldOf(kind)));
  }
  for (const [pattern, kind] of V3) {
    const match = pattern.exec(bare);
    if (match === null) continue;
    return withNumber(kind, decoded(match[1]) ?? fieldIn(sent, fieldOf(kind)) ?? fieldIn(received, fieldOf(kind)));
  }
  return null;
}

const fieldOf = ({ about }: OperationKind): string => (about === "trade" ? "out_trade_no" : "out_refund_no");

const withNumber = (kind: OperationKind, number: string | undefined): NamedOperation | null =>
  number !== undefined && /^[\x21-\x7e]{1,64}$/.test(number) ? { ...kind, number } : null;

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function fieldIn(body: Uint8Array, name: string): string | undefined {
  try {
    const value = (JSON.parse(Buffer.from(body).toString("utf8")) as Record<string, unknown> | null)?.[name];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
