import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { STRING_TO_SIGN_CHARS_MAX } from "#lib/base/limits.ts";
import { explainMismatch, stringToSign } from "./explain-signature.ts";
import { parseSignature, timestampProblem } from "./request-signature.ts";

// Goal: who signs wrongly reads what to change. Signatures are made here by hand, with the mistakes that people make.

const SECRET = `sk_${"s".repeat(43)}`;
const BODY = ' { "amount": 100 }';
const PARTS = {
  ...{ method: "POST", target: "/api/v1/orders?q=%e5%92%96", timestamp: "1767225600", nonce: "n-1" },
  body: Buffer.from(BODY),
};
const sign = (text: string, secret = SECRET) => createHmac("sha256", secret).update(text).digest();
const explain = (text: string, secret = SECRET) => explainMismatch(SECRET, sign(text, secret), PARTS);

test.each([
  ["over the path without its query", `POST\n/api/v1/orders\n1767225600\nn-1\n${BODY}\n`],
  ["over the decoded path", `POST\n/api/v1/orders?q=咖\n1767225600\nn-1\n${BODY}\n`],
  ["over the method in lower case", `post\n${PARTS.target}\n1767225600\nn-1\n${BODY}\n`],
  ["with nonce and timestamp in each other's place", `POST\n${PARTS.target}\nn-1\n1767225600\n${BODY}\n`],
  ["over an empty body", `POST\n${PARTS.target}\n1767225600\nn-1\n\n`],
  ["over the body without the white space around it", `POST\n${PARTS.target}\n1767225600\nn-1\n${BODY.trim()}\n`],
  ["over the same JSON written differently", `POST\n${PARTS.target}\n1767225600\nn-1\n{"amount":100}\n`],
  [
    "over the SHA-256 of the body",
    `POST\n${PARTS.target}\n1767225600\nn-1\n${createHash("sha256").update(BODY).digest("hex")}\n`,
  ],
  ["the last line must end with a line feed", `POST\n${PARTS.target}\n1767225600\nn-1\n${BODY}`],
])("%s", (mistake, text) => {
  expect(explain(text)).toContain(mistake);
});

test("the secret without its beginning is told apart, and anything else names what was received", () => {
  const right = `POST\n${PARTS.target}\n1767225600\nn-1\n${BODY}\n`;
  expect(explain(right, SECRET.slice(3))).toContain("without its sk_");
  const digest = createHash("sha256").update(BODY).digest("hex");
  const told = explain(right, "sk_another");
  expect(told).toContain(`POST ${PARTS.target}, a body of 18 bytes with SHA-256 ${digest}`);
  expect(told).not.toContain(SECRET);
});

test("what cannot be decoded or is no JSON explains nothing, and no body is said to be none", () => {
  const odd = { ...PARTS, target: "/api/v1/orders?q=%e5%", body: Buffer.from("{") };
  expect(explainMismatch(SECRET, sign("another"), odd)).toContain(
    "Received: POST /api/v1/orders?q=%e5%, a body of 1 bytes",
  );
  const none = { ...PARTS, method: "GET", body: Buffer.alloc(0) };
  expect(explainMismatch(SECRET, sign("another"), none)).toMatch(/Received: GET \S+, an empty body$/);
});

test("a body of any bytes is told when only the last line feed is missing", () => {
  const body = Buffer.from([0x7b, 0xff, 0xe5, 0x92, 0x96]);
  const head = Buffer.from(`POST\n${PARTS.target}\n1767225600\nn-1\n`);
  const signature = createHmac("sha256", SECRET).update(head).update(body).digest();
  expect(explainMismatch(SECRET, signature, { ...PARTS, body })).toContain("must end with a line feed");
});

test("a body of more than 64 KiB is not tried in other forms, one of 64 KiB is", () => {
  const signature = sign(`POST\n${PARTS.target}\n1767225600\nn-1\n\n`);
  const explained = (bytes: number) => explainMismatch(SECRET, signature, { ...PARTS, body: Buffer.alloc(bytes, "x") });
  expect(explained(65_536)).toContain("over an empty body");
  expect(explained(65_537)).toContain("a body of 65537 bytes");
});

test("only the beginning of a secret is left out", () => {
  const secret = "another_sk_secret";
  const right = `POST\n${PARTS.target}\n1767225600\nn-1\n${BODY}\n`;
  expect(explainMismatch(secret, sign(right, "another_secret"), PARTS)).not.toContain("without its sk_");
});

test("the text to sign is the contract's, and no longer than it is useful", () => {
  expect(stringToSign(PARTS)).toBe(`POST\n${PARTS.target}\n1767225600\nn-1\n${BODY}\n`);
  const head = `POST\n${PARTS.target}\n1767225600\nn-1\n`.length;
  const whole = stringToSign({ ...PARTS, body: Buffer.alloc(STRING_TO_SIGN_CHARS_MAX - head - 1, "x") });
  expect(whole).toHaveLength(STRING_TO_SIGN_CHARS_MAX);
  expect(whole).not.toContain("…");
  const long = stringToSign({ ...PARTS, body: Buffer.alloc(1_000_000, "x") });
  expect(long).toHaveLength(STRING_TO_SIGN_CHARS_MAX + 1);
});

const HEADER = { key_id: "key_1", nonce: "n", timestamp: "1767225600", signature: `${"A".repeat(43)}=` };
const header = (more: Partial<typeof HEADER>) =>
  Object.entries({ ...HEADER, ...more })
    .map(([name, value]) => `${name}="${value}"`)
    .join(",");

test.each([
  [header({ nonce: "" }), "nonce", "has no nonce"],
  [header({ nonce: "a b" }), "nonce", "printable ASCII"],
  [header({ key_id: "" }), "key", "has no key_id"],
  [header({ timestamp: "0x1" }), "timestamp", "whole seconds"],
  [header({ signature: "ab".repeat(32) }), "signature", "hexadecimal"],
  [header({ signature: `${"-".repeat(43)}=` }), "signature", "base64url"],
  [header({ signature: "AAAA" }), "signature", "this one has 4"],
  [`${header({})},key_id="x"`, "header", "names key_id twice"],
  [`${header({})},more="1"`, "header", "is not of the form"],
  ["nonsense", "header", "is not of the form"],
])("a header %s names its part", (text, part, problem) => {
  expect(parseSignature(text)).toEqual({ part, problem: expect.stringContaining(problem) });
});

test("the timestamp's problem says by how much, and knows milliseconds", () => {
  const now = new Date(1_767_225_600_000);
  expect(timestampProblem("1767225300", now)).toBeNull();
  expect(timestampProblem("1767225900", now)).toBeNull();
  expect(timestampProblem("1767225188", now)?.problem).toBe("the timestamp is 412 s old (allowed 300)");
  expect(timestampProblem("1767225901", now)?.problem).toBe("the timestamp is 301 s ahead (allowed 300)");
  expect(timestampProblem("1767225600000", now)?.problem).toContain("is in milliseconds");
});
