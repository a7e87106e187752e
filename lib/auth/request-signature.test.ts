import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parseSignature, signatureHolds, timestampProblem } from "./request-signature.ts";

// Goal: what is no signature of ours is refused with the part that does not fit; one that is counts for its very bytes.

const SIGNATURE = Buffer.alloc(32, 5).toString("base64");
const FORM =
  'the Authorization header is not of the form PAY-HMAC-SHA256 key_id="…",nonce="…",timestamp="…",signature="…"';
const parts = { key_id: "key_1", nonce: "n-1", timestamp: "1767225600", signature: SIGNATURE };
const header = (change: Partial<typeof parts> = {}) =>
  Object.entries({ ...parts, ...change })
    .map(([name, value]) => `${name}="${value}"`)
    .join(",");

describe("the header", () => {
  const read = { keyId: "key_1", nonce: "n-1", timestamp: "1767225600", signature: Buffer.alloc(32, 5) };

  test("is read in any order, with white space around its parts", () => {
    expect(parseSignature(header())).toEqual(read);
    const reversed = header().split(",").toReversed().join(" ,  ");
    expect(parseSignature(` ${reversed} `)).toEqual(read);
    expect(parseSignature(header({ nonce: "!~" }))).toEqual({ ...read, nonce: "!~" });
    expect(parseSignature(header({ nonce: "n".repeat(128) }))).toMatchObject({ nonce: "n".repeat(128) });
    expect(parseSignature(header({ timestamp: "1" }))).toMatchObject({ timestamp: "1" });
  });

  test.each([
    ["", FORM],
    ["nonsense", FORM],
    [`${header()},extra="1"`, FORM],
    [`${header()},`, FORM],
    [header().replace('nonce="n-1"', "nonce=n-1"), FORM],
    [header().replace("nonce", "Nonce"), FORM],
    [`x${header()} x`, FORM],
    [`${header()},nonce="n-2"`, "the Authorization header names nonce twice"],
  ])("that is none is refused: %s", (text, problem) => {
    expect(parseSignature(text)).toEqual({ part: "header", problem });
  });

  test.each([
    ["key_id", "key"],
    ["nonce", "nonce"],
    ["timestamp", "timestamp"],
    ["signature", "signature"],
  ] as const)("without %s names it", (name, part) => {
    const problem = `the Authorization header has no ${name}`;
    expect(parseSignature(header({ [name]: "" }))).toEqual({ part, problem });
    const left = header()
      .split(",")
      .filter((piece) => !piece.startsWith(name))
      .join(",");
    expect(parseSignature(left)).toEqual({ part, problem });
  });

  test.each(["a b", "é", "n".repeat(129)])("with a nonce like %j is refused", (nonce) => {
    const problem = "the nonce must be 1 to 128 printable ASCII characters without spaces";
    expect(parseSignature(header({ nonce }))).toEqual({ part: "nonce", problem });
  });

  test.each(["0", "01", "1.5", "-1", "1e9", "1767225600s", "s1767225600", "1".repeat(13)])(
    "with a timestamp like %s is refused",
    (timestamp) => {
      const problem = "the timestamp must be whole seconds since 1970, such as 1767225600";
      expect(parseSignature(header({ timestamp }))).toEqual({ part: "timestamp", problem });
    },
  );

  const wanted = "the signature must be the base64 of 32 bytes, 44 characters";
  test.each([
    ["ab".repeat(32), "this one is hexadecimal"],
    ["AB".repeat(32), "this one is hexadecimal"],
    [`${"-_".repeat(21)}A`, 'this one is base64url or lacks its last "="'],
    [`${"A".repeat(42)}_=`, 'this one is base64url or lacks its last "="'],
    ["A".repeat(43), 'this one is base64url or lacks its last "="'],
    ["A".repeat(10), "this one has 10"],
    [`${"A".repeat(44)}=`, "this one has 45"],
    [`${"A".repeat(43)}=A`, "this one has 45"],
    [`x${"ab".repeat(32)}`, "this one has 65"],
    [`${"ab".repeat(32)}x`, "this one has 65"],
  ])("with a signature like %s says what it is", (signature, what) => {
    expect(parseSignature(header({ signature }))).toEqual({ part: "signature", problem: `${wanted}; ${what}` });
  });
});

describe("the time", () => {
  const now = new Date(1_767_225_600_000);
  const at = (timestamp: string) => timestampProblem(timestamp, now);

  test("is within 300 seconds, both ways", () => {
    for (const timestamp of ["1767225600", "1767225300", "1767225900"]) expect(at(timestamp)).toBeNull();
    expect(at("1767225299")).toEqual({ part: "timestamp", problem: "the timestamp is 301 s old (allowed 300)" });
    expect(at("1767225901")).toEqual({ part: "timestamp", problem: "the timestamp is 301 s ahead (allowed 300)" });
    // Half a second more counts.
    expect(timestampProblem("1767225300", new Date(now.getTime() + 500))).not.toBeNull();
  });

  test("in milliseconds is told apart", () => {
    const problem = "the timestamp is in milliseconds; seconds are wanted";
    for (const timestamp of ["1767225600000", "1767225300000", "1767225900000"]) {
      expect(at(timestamp)).toEqual({ part: "timestamp", problem });
    }
    expect(at("1767225900001")?.problem).toMatch(/s ahead/);
  });
});

test("a signature holds for its very bytes and its secret alone", () => {
  const signed = { method: "POST", target: "/api/v1/orders?a=1", timestamp: "1", nonce: "n", body: Buffer.from("{}") };
  const secret = "sk_secret";
  const right = createHmac("sha256", secret).update("POST\n/api/v1/orders?a=1\n1\nn\n{}\n").digest();
  expect(signatureHolds(secret, right, signed)).toBe(true);
  expect(signatureHolds("sk_other", right, signed)).toBe(false);
  expect(signatureHolds(secret, right.subarray(0, 31), signed)).toBe(false);
  expect(signatureHolds(secret, Buffer.concat([right, Buffer.alloc(1)]), signed)).toBe(false);
  const changes = [{ method: "GET" }, { target: "/api/v1/orders" }, { timestamp: "2" }, { nonce: "m" }];
  for (const change of [...changes, { body: Buffer.from("{ }") }]) {
    expect(signatureHolds(secret, right, { ...signed, ...change })).toBe(false);
  }
});
