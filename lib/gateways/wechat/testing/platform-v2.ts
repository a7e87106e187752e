import { createCipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import type { V2Credentials, V2Secrets } from "#lib/base/account-credentials.ts";
import { Secret } from "#lib/base/secret.ts";
import { APP_ID, MERCHANT, type Seen, startPlatform } from "./platform.ts";

// WeChat Pay v2 in a few lines: it signs with node:crypto alone, reads XML by one expression, and shares nothing with the
// code it tests.

export const V2_KEY = "192006250b4c09247ec02edce69f6a2d";
export type SignType = V2Secrets["signType"];

export function signPlain(fields: Plain, type: SignType, key = V2_KEY): string {
  const names = Object.keys(fields).filter((name) => name !== "sign" && fields[name] !== "");
  const text = `${names
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join("&")}&key=${key}`;
  const digest = type === "MD5" ? createHash("md5") : createHmac("sha256", key);
  return digest.update(text).digest("hex").toUpperCase();
}

export const writePlain = (fields: Plain, root = "xml"): string =>
  `<${root}>\n${Object.entries(fields)
    .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>\n`)
    .join("")}</${root}>`;

export const signedXml = (fields: Plain, type: SignType = "MD5", key = V2_KEY): string =>
  writePlain({ ...fields, sign: signPlain(fields, type, key) });

export function readPlain(xml: string): Plain {
  const found = xml.matchAll(/<(\w+)>(?:<!\[CDATA\[([\s\S]*?)\]\]>|([^<]*))<\/\1>/g);
  const plain = (text: string) =>
    text.replace(/&(lt|gt|amp|#13);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&", "#13": "\r" })[String(name)] ?? "");
  return Object.fromEntries([...found].map(([, name, raw, text]) => [name, raw ?? plain(text ?? "")]));
}

/** As WeChat hides what a refund notice says. */
export function hide(plain: string, key = V2_KEY): string {
  const cipher = createCipheriv("aes-256-ecb", createHash("md5").update(key).digest("hex"), null);
  return Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]).toString("base64");
}

export const v2Credentials = (apiBase: string, change: Partial<V2Secrets> = {}): V2Credentials => ({
  id: "acc_v2",
  version: "1",
  protocol: "v2",
  appId: APP_ID,
  merchantNumber: MERCHANT,
  notifyUrl: "https://shop.example/payment/notify",
  apiBase,
  v2: { apiKey: new Secret(V2_KEY), signType: "MD5", certificatePem: null, keyPem: null, ...change },
});

/** A v2 WeChat Pay that keeps trades and refunds. */
export async function startPlatformV2(type: SignType) {
  const trades = new Map<string, PlainTrade>();
  const refunds = new Map<string, Plain>();
  const lose = new Set<string>();
  let onClose: ((number: string) => void) | null = null;
  const pay = (number: string): void => {
    const trade = trades.get(number);
    if (trade?.state !== "NOTPAY" && trade?.state !== "USERPAYING") throw new Error(`trade ${number} is not open`);
    trade.state = "SUCCESS";
    trade.transactionId = `4200${randomBytes(12).toString("hex")}`;
  };
  const counter = startCounter(trades, pay);
  const work: Record<string, (fields: Plain) => Plain> = {
    "/pay/unifiedorder": (asked) => order(trades, asked),
    "/pay/orderquery": ({ out_trade_no = "" }) => query(trades, out_trade_no),
    "/pay/closeorder": ({ out_trade_no = "" }) => {
      onClose?.(out_trade_no);
      onClose = null;
      return close(trades, out_trade_no);
    },
    "/pay/micropay": (asked) => counter.charge(asked, paidPlain),
    "/secapi/pay/reverse": ({ out_trade_no = "" }) => counter.reverse(out_trade_no),
    "/secapi/pay/refund": (asked) => refund({ trades, refunds }, asked),
    "/pay/refundquery": ({ out_refund_no = "" }) => refunds.get(out_refund_no) ?? failing("REFUNDNOTEXIST"),
  };
  const platform = await startPlatform((seen) => {
    const fields = readPlain(seen.body);
    const result = isSigned(fields, type) ? (work[seen.path]?.(fields) ?? failing("SYSTEMERROR")) : null;
    if (lose.delete(seen.path)) return undefined;
    return { status: 200, body: result === null ? NOT_HEARD : signedXml({ ...HEAD, ...result }, type) };
  });
  return {
    ...platform,
    trades,
    refunds,
    counter,
    pay,
    lose: (path: string) => void lose.add(path),
    beforeNextClose: (act: (number: string) => void) => {
      onClose = act;
    },
  };
}

export const HEAD: Plain = {
  return_code: "SUCCESS",
  return_msg: "OK",
  appid: APP_ID,
  mch_id: MERCHANT,
  nonce_str: "n",
};
export const NOT_HEARD = writePlain({ return_code: "FAIL", return_msg: "签名错误" });

const isSigned = (fields: Plain, type: SignType): boolean =>
  fields.sign_type === type && fields.mch_id === MERCHANT && fields.sign === signPlain(fields, type);

/** The fields that must not differ when a number is used again. */
const bindingText = ({ nonce_str: _n, sign: _s, spbill_create_ip: _i, ...rest }: Plain): string => JSON.stringify(rest);

function order(trades: Map<string, PlainTrade>, asked: Plain): Plain {
  const { out_trade_no = "", trade_type = "" } = asked;
  const known = trades.get(out_trade_no);
  if (known?.state === "SUCCESS") return failing("ORDERPAID");
  if (known?.state === "CLOSED") return failing("ORDERCLOSED");
  if (known !== undefined && bindingText(known.asked) !== bindingText(asked)) return failing("INVALID_REQUEST");
  trades.set(out_trade_no, { asked, state: "NOTPAY", transactionId: "" });
  const answer = { result_code: "SUCCESS", trade_type, prepay_id: `wx${out_trade_no}` };
  if (trade_type === "NATIVE") return { ...answer, code_url: `weixin://wxpay/bizpayurl?pr=${out_trade_no}` };
  if (trade_type === "MWEB") return { ...answer, mweb_url: "https://wx.tenpay.com/checkmweb?prepay_id=1&package=2" };
  return answer;
}

function query(trades: Map<string, PlainTrade>, number: string): Plain {
  const trade = trades.get(number);
  if (trade === undefined) return failing("ORDERNOTEXIST");
  const state = { result_code: "SUCCESS", out_trade_no: number, trade_state: trade.state, attach: "" };
  return trade.state === "SUCCESS" ? { ...state, ...paidPlain(trade) } : state;
}

const paidPlain = ({ asked, transactionId }: PlainTrade): Plain => ({
  openid: asked.openid ?? "oUser",
  trade_type: asked.trade_type ?? "",
  bank_type: "OTHERS",
  total_fee: asked.total_fee ?? "",
  cash_fee: asked.total_fee ?? "",
  transaction_id: transactionId,
  time_end: "20260701180000",
});

function close(trades: Map<string, PlainTrade>, number: string): Plain {
  const trade = trades.get(number);
  if (trade === undefined) return failing("ORDERNOTEXIST");
  if (trade.state === "SUCCESS") return failing("ORDERPAID");
  if (trade.state === "CLOSED") return failing("ORDERCLOSED");
  trade.state = "CLOSED";
  return { result_code: "SUCCESS" };
}

function refund(
  { trades, refunds }: { trades: Map<string, PlainTrade>; refunds: Map<string, Plain> },
  asked: Plain,
): Plain {
  const { transaction_id = "", out_refund_no = "", refund_fee = "", total_fee = "" } = asked;
  const [number, trade] = [...trades].find(([, each]) => each.transactionId === transaction_id) ?? [];
  if (trade === undefined || number === undefined) return failing("ORDERNOTEXIST");
  const before = refunds.get(out_refund_no);
  if (before !== undefined && before.refund_fee_0 !== refund_fee) return failing("REFUND_FEE_MISMATCH");
  const others = [...refunds].filter(([key, each]) => key !== out_refund_no && each.transaction_id === transaction_id);
  const sum = others.reduce((total, [, each]) => total + Number(each.refund_fee_0), Number(refund_fee));
  if (sum > Number(trade.asked.total_fee) || total_fee !== trade.asked.total_fee)
    return failing("ERROR", "累计退款金额大于支付金额");
  const refund_id = before?.refund_id_0 ?? `5000${randomBytes(10).toString("hex")}`;
  refunds.set(out_refund_no, {
    result_code: "SUCCESS",
    transaction_id,
    out_trade_no: number,
    total_fee,
    refund_count: "1",
    out_refund_no_0: out_refund_no,
    refund_id_0: refund_id,
    refund_fee_0: refund_fee,
    refund_status_0: "PROCESSING",
  });
  return {
    result_code: "SUCCESS",
    transaction_id,
    out_trade_no: number,
    out_refund_no,
    refund_id,
    refund_fee,
    total_fee,
  };
}

export type PlatformV2 = Awaited<ReturnType<typeof startPlatformV2>>;
export const seenFields = (seen: readonly Seen[]): Plain => readPlain(seen.at(-1)?.body ?? "");

export type Plain = Record<string, string>;

export interface PlainTrade {
  readonly asked: Plain;
  state: "NOTPAY" | "SUCCESS" | "CLOSED" | "USERPAYING" | "PAYERROR" | "REVOKED";
  transactionId: string;
}

/** What a business error looks like before it is signed. */
export const failing = (err_code: string, err_code_des = "说明"): Plain => ({
  result_code: "FAIL",
  err_code,
  err_code_des,
});

/** The counter's side of the v2 WeChat Pay that tests talk to: codes work once, and the phone may ask for the password. */
function startCounter(trades: Map<string, PlainTrade>, pay: (number: string) => void) {
  const usedCodes = new Set<string>();
  let passwords = 0;
  return {
    askPassword(): void {
      passwords++;
    },
    cancel(number: string): void {
      const trade = trades.get(number);
      if (trade?.state !== "USERPAYING") throw new Error(`trade ${number} does not wait for a password`);
      trade.state = "PAYERROR";
    },
    charge(asked: Plain, paidPlain: (trade: PlainTrade) => Plain): Plain {
      const { out_trade_no = "", auth_code = "" } = asked;
      const known = trades.get(out_trade_no);
      if (known !== undefined) return repeated(known);
      if (!/^1[0-5][0-9]{16}$/.test(auth_code) || usedCodes.has(auth_code)) return failing("AUTH_CODE_INVALID");
      usedCodes.add(auth_code);
      const trade: PlainTrade = { asked: { ...asked, trade_type: "MICROPAY" }, state: "USERPAYING", transactionId: "" };
      trades.set(out_trade_no, trade);
      if (passwords > 0) {
        passwords--;
        return failing("USERPAYING");
      }
      pay(out_trade_no);
      return { result_code: "SUCCESS", out_trade_no, ...paidPlain(trade) };
    },
    reverse(number: string): Plain {
      const trade = trades.get(number);
      if (trade === undefined) return { ...failing("ORDERNOTEXIST"), recall: "N" };
      if (trade.asked.trade_type !== "MICROPAY") return { ...failing("INVALID_REQUEST"), recall: "N" };
      trade.state = "REVOKED";
      return { result_code: "SUCCESS", recall: "N" };
    },
  };
}

function repeated({ asked, state }: PlainTrade): Plain {
  if (asked.trade_type !== "MICROPAY") return failing("OUT_TRADE_NO_USED");
  if (state === "SUCCESS") return failing("ORDERPAID");
  if (state === "REVOKED") return failing("ORDERREVERSED");
  return failing("USERPAYING");
}
