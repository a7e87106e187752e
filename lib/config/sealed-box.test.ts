import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { createSealedBox, SealError } from "./sealed-box.ts";

// Goal: a value opens where it was sealed, under the key it was sealed with, unchanged — and nowhere else.

const box = createSealedBox(new Secret(randomBytes(32)));
const place = { table: "gateway_accounts", column: "sealed", row: "acc_1" };

test("opens what it sealed, and no two seals are alike", () => {
  const sealed = box.seal("密钥 🔑", place);
  expect(box.openText(sealed, place)).toBe("密钥 🔑");
  expect(box.open(box.seal(Buffer.of(0, 255, 1), place), place)).toEqual(Buffer.of(0, 255, 1));
  expect(Buffer.from(box.seal("密钥 🔑", place)).equals(sealed)).toBe(false);
  expect(Buffer.from(sealed).includes("密钥")).toBe(false);
});

test.each([
  { ...place, row: "acc_2" },
  { ...place, column: "other" },
  { ...place, table: "api_keys" },
  { table: "gateway_accounts", column: 'sealed","acc_1', row: "" },
])("does not open at another place: %o", (elsewhere) => {
  expect(() => box.open(box.seal("x", place), elsewhere)).toThrow(SealError);
});

test("does not open when any byte was changed or cut off", () => {
  const sealed = box.seal("twelve bytes", place);
  for (let index = 0; index < sealed.length; index++) {
    const changed = Buffer.from(sealed);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(() => box.open(changed, place), `byte ${index}`).toThrow(SealError);
    expect(() => box.open(sealed.subarray(0, index), place), `cut at ${index}`).toThrow(SealError);
  }
});

test("another master key says so, and derives other keys", () => {
  const other = createSealedBox(new Secret(randomBytes(32)));
  expect(() => other.open(box.seal("x", place), place)).toThrow(/another MASTER_KEY/);
  expect(other.deriveKey("cookie")).not.toEqual(box.deriveKey("cookie"));
  expect(box.deriveKey("cookie")).not.toEqual(box.deriveKey("payer"));
});

test("the same master key gives the same keys at the next start", () => {
  const bytes = randomBytes(32);
  const [one, two] = [createSealedBox(new Secret(bytes)), createSealedBox(new Secret(bytes))];
  expect(two.openText(one.seal("x", place), place)).toBe("x");
  expect(two.keyId).toEqual(one.keyId);
  expect(two.deriveKey("payer")).toEqual(one.deriveKey("payer"));
  expect(() => createSealedBox(new Secret(randomBytes(31)))).toThrow();
});
