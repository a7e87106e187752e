import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { Transformer } from "wechatpay-axios-plugin";
import { parseSignature, signatureHolds as requestHolds } from "#lib/auth/request-signature.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { JSON_DEPTH_MAX } from "#lib/base/limits.ts";
import { orderRequestSchema } from "#lib/contract/order-request.ts";
import { parseJson } from "#lib/http/read-request.ts";
import { signedBytes } from "../gateways/wechat/crypto/canonical.ts";
import { parseFields } from "../gateways/wechat/v2/xml.ts";
import { readSignature, signatureHolds } from "../gateways/wechat/v3/verify-signature.ts";
import { paidTradeSchema, parseJson as parseWire } from "../gateways/wechat/v3/wire.ts";
import { createBillReader } from "../reconcile/read-bill.ts";
import { BillProblem } from "../reconcile/read-table.ts";
import { billText } from "../reconcile/testing/bill-text.ts";
import { type Chance, type Kind, type SurveyedReader, survey } from "./survey.ts";

// Goal: no bytes from outside make a reader throw, hang or accept what is not there.
// Method: as many random and as many damaged inputs as asked for, each judged by something that shares no code with the
// reader. `FUZZ_RUNS=100000 npx vitest run lib/testing/parsers.test.ts` looks harder and says how long the slowest took.

const RUNS = Number(process.env.FUZZ_RUNS ?? 1_000);
const text = (bytes: Buffer): string => bytes.toString("utf8");

const XML_PIECES =
  "<xml>|</xml>|<a>|</a>|<b>|</b>|<a/>|<![CDATA[|]]>|&amp;|&|;|<|>|x| |1|\n|<!DOCTYPE x>|<!ENTITY e 'x'>|&e;|<!--|-->|<?xml?>|]]|茶".split(
    "|",
  );
const XML_SOUND = `<xml><return_code><![CDATA[SUCCESS]]></return_code>\n<total_fee>1999</total_fee><attach>a &amp; b</attach>
<out_trade_no><![CDATA[LF-1]]></out_trade_no><coupon_fee_0>1</coupon_fee_0><body><![CDATA[茶 <b>]]></body></xml>`;

/** It trims parts of values, so they are compared without spaces; an empty document is "" there. */
function seenByAnother(xml: string): unknown {
  try {
    const seen = Transformer.toObject(xml) as object | "";
    return withoutSpaces(seen || {});
  } catch {
    return "refused there";
  }
}
const withoutSpaces = (fields: object) =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value).replaceAll(/\s/g, "")]));

const xml: SurveyedReader = {
  input(chance, kind) {
    const bytes = mixed(chance, { kind, sound: Buffer.from(XML_SOUND), pieces: XML_PIECES });
    // Nearly all random documents would end at their first byte.
    return kind === "random" && chance.below(2) === 0 ? Buffer.from(`<xml><a>${text(bytes)}</a></xml>`) : bytes;
  },
  read(bytes) {
    const fields = parseFields(bytes);
    return () => {
      if (fields === null) return "refused";
      const same = isDeepStrictEqual(
        seenByAnother(text(bytes).replace(/^\ufeff/, "")),
        withoutSpaces(Object.fromEntries(fields)),
      );
      return same ? "accepted" : "wrong";
    };
  },
};

interface Mixture {
  readonly kind: Kind;
  readonly sound: Buffer;
  readonly pieces: readonly string[];
}

function mixed(chance: Chance, { kind, sound, pieces }: Mixture): Buffer {
  if (kind === "damaged") return chance.damage(sound, pieces);
  return chance.below(3) === 0 ? chance.bytes(chance.below(200)) : Buffer.from(chance.soup(pieces, 30));
}

const LINES = [
  { number: 1, totalFen: 1999, name: "拿铁,大杯" },
  { number: 2, totalFen: 500, name: "a,`b", refundFen: 500 },
  { number: 3, totalFen: 1_000_000_000, name: "" },
];
const BILL = Buffer.from(billText(LINES));
const CSV_PIECES = [
  ",",
  "`",
  ",`",
  "\r\n",
  "\n",
  "1",
  "-",
  "0.00",
  "12.30",
  "总交易单数",
  "交易时间",
  '"',
  "\ufeff",
  "拿铁",
];

function readBill(bill: string) {
  const reader = createBillReader();
  const parts = [...reader.push(bill), ...reader.end()];
  const rows = parts.flatMap((part) => (part.kind === "row" ? [part.row] : []));
  const sumFen = rows.reduce((sum, row) => sum + row.totalFen - (row.refund?.amountFen ?? 0), 0);
  return { rows: rows.length, sumFen, isWhole: rows.length === parts.length && reader.wrongSums().length === 0 };
}
const WHOLE = readBill(text(BILL));

/** A bill that nobody complains about says what the whole one said, or what its own summary says of other rows. */
const csv: SurveyedReader = {
  input: (chance, kind) => mixed(chance, { kind, sound: BILL, pieces: CSV_PIECES }),
  read(bytes) {
    let bill: ReturnType<typeof readBill>;
    try {
      bill = readBill(text(bytes));
    } catch (cause) {
      if (!(cause instanceof BillProblem)) throw cause;
      return () => "refused";
    }
    return () => {
      if (!bill.isWhole) return "refused";
      return bill.rows === WHOLE.rows && bill.sumFen === WHOLE.sumFen ? "accepted" : "wrong";
    };
  },
};

const NOW = new Date("2026-07-01T10:00:00Z");
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const BODY = Buffer.from('{"id":"1"}');
const CLAIM = { timestamp: String(NOW.getTime() / 1000), nonce: "593BEC0C930BF1AFEB40B4A08C8FB242" };
const SIGNATURE = sign("sha256", signedBytes(CLAIM, BODY), privateKey).toString("base64");
const HEADER_PIECES = [
  '"',
  ",",
  "=",
  " ",
  "\t",
  "nonce",
  "timestamp",
  "key_id",
  "signature",
  "0",
  "A",
  "+",
  "WECHATPAY/SIGNTEST/",
];
const V3_HEADERS = Buffer.from([CLAIM.timestamp, CLAIM.nonce, SIGNATURE, "SERIAL"].join("\n"));

/** The four headers, one a line. Only what was signed holds. */
const v3Headers: SurveyedReader = {
  input: (chance, kind) => mixed(chance, { kind, sound: V3_HEADERS, pieces: [...HEADER_PIECES, "\n"] }),
  read(bytes) {
    const [timestamp = null, nonce = null, signature = null, serial = null] = bytes.toString("latin1").split("\n");
    const headers = { timestamp, nonce, signature, serial };
    const get = (name: string) => headers[name.replace("wechatpay-", "") as keyof typeof headers] ?? null;
    const claimed = readSignature({ get }, NOW);
    const holds = claimed.kind === "claimed" && signatureHolds(claimed, BODY, publicKey);
    return () => {
      if (!holds) return "refused";
      const same = timestamp === CLAIM.timestamp && nonce === CLAIM.nonce && decodes(signature, SIGNATURE);
      return same ? "accepted" : "wrong";
    };
  },
};
const decodes = (one: string | null, other: string): boolean =>
  one !== null && Buffer.from(one, "base64").equals(Buffer.from(other, "base64"));

const SECRET = "sk_secret";
const SIGNED = { method: "POST", target: "/api/v1/orders", timestamp: CLAIM.timestamp, nonce: "n-1", body: BODY };
const HMAC = createHmac("sha256", SECRET)
  .update(`POST\n/api/v1/orders\n${CLAIM.timestamp}\nn-1\n${text(BODY)}\n`)
  .digest("base64");
const AUTHORIZATION = Buffer.from(`key_id="key_1",nonce="n-1",timestamp="${CLAIM.timestamp}",signature="${HMAC}"`);

const ourHeader: SurveyedReader = {
  input: (chance, kind) => mixed(chance, { kind, sound: AUTHORIZATION, pieces: HEADER_PIECES }),
  read(bytes) {
    const header = bytes.toString("latin1");
    const parsed = parseSignature(header);
    const { timestamp, nonce, signature } =
      "problem" in parsed ? { timestamp: "", nonce: "", signature: new Uint8Array() } : parsed;
    const holds = !("problem" in parsed) && requestHolds(SECRET, signature, { ...SIGNED, timestamp, nonce });
    return () => {
      if (!holds) return "refused";
      const named = ["key_id", "nonce", "timestamp", "signature"].every(
        (name) => header.split(`${name}="`).length === 2,
      );
      return named && nonce === "n-1" && timestamp === CLAIM.timestamp ? "accepted" : "wrong";
    };
  },
};

const JSON_PIECES =
  `{|}|[|]|:|,|"|"a"|"items"|"__proto__"|1|-1|1e999|null|true|\\u0000|\\ud800|\\|"price"|0.1| |\n|\ufeff`.split("|");
const ORDER = Buffer.from(
  JSON.stringify({ items: [{ name: "茶 🍵", price: "12.30", quantity: 2 }], metadata: { table: "7" }, expiresIn: 600 }),
);

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** What is accepted is what JSON itself says; what is an order has whole amounts. */
const ourJson: SurveyedReader = {
  input: (chance, kind) => mixed(chance, { kind, sound: ORDER, pieces: JSON_PIECES }),
  read(bytes) {
    let value: unknown;
    try {
      value = parseJson(bytes);
    } catch (cause) {
      if (!isAppError(cause) || cause.code !== "invalid_request") throw cause;
      return () => "refused";
    }
    const order = orderRequestSchema.safeParse(value);
    return () => {
      const same = isDeepStrictEqual(value, JSON.parse(text(bytes).replace(/^\ufeff/, "")));
      const sound = !order.success || order.data.items.every(({ quantity }) => Number.isSafeInteger(quantity));
      return same && sound && depthOf(value) <= JSON_DEPTH_MAX ? "accepted" : "wrong";
    };
  },
};

const TRADE = Buffer.from(
  JSON.stringify({
    ...{ mchid: "1900000001", appid: "wx1", out_trade_no: "LF-1", transaction_id: "4200001", trade_state: "SUCCESS" },
    ...{ success_time: "2026-07-01T18:00:00+08:00", amount: { total: 1999, payer_total: 1899, currency: "CNY" } },
  }),
);

const wechatJson: SurveyedReader = {
  input: (chance, kind) => mixed(chance, { kind, sound: TRADE, pieces: [...JSON_PIECES, "total", "1999"] }),
  read(bytes) {
    const trade = parseWire(bytes, paidTradeSchema);
    return () => {
      if (trade === null) return "refused";
      const said = JSON.parse(text(bytes).replace(/^\ufeff/, "")) as {
        amount: { total: number };
        out_trade_no: string;
        transaction_id: string;
      };
      const same =
        said.amount.total === trade.amount.total &&
        Number.isSafeInteger(said.amount.total) &&
        said.amount.total >= 0 &&
        said.out_trade_no === trade.out_trade_no &&
        said.transaction_id === trade.transaction_id;
      return same && /^[\x20-\x7e]{1,32}$/.test(trade.transaction_id) ? "accepted" : "wrong";
    };
  },
};

const READERS: readonly (readonly [string, SurveyedReader])[] = [
  ["XML of v2", xml],
  ["CSV of bills", csv],
  ["headers of v3", v3Headers],
  ["our Authorization header", ourHeader],
  ["JSON of our API", ourJson],
  ["JSON of v3", wechatJson],
];

describe.each(READERS)("%s", (name, reader) => {
  test.each(["random", "damaged"] as const)("%s inputs", { timeout: 600_000 }, (kind) => {
    const { crashes, wrong, slow, accepted, inputs, slowestMs } = survey(reader, kind, RUNS);
    if (process.env.FUZZ_RUNS !== undefined) {
      const counts = `${inputs} inputs, ${accepted} accepted, ${crashes.length} crashes, ${wrong.length} wrong`;
      process.stdout.write(
        `${name}, ${kind}: ${counts}, ${slow.length} over 50 ms, slowest ${slowestMs.toFixed(1)} ms\n`,
      );
    }
    expect({ crashes, wrong }).toEqual({ crashes: [], wrong: [] });
    // How fast this machine is today is not what ordinary runs are about.
    if (process.env.FUZZ_RUNS !== undefined) expect(slow).toEqual([]);
    // What accepts nothing at all would pass everything.
    if (kind === "damaged") expect(accepted).toBeGreaterThan(0);
  });
});
