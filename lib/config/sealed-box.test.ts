import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { createKeyRing } from "./key-ring.ts";
import { createSealedBox, SealError, sealedUnder } from "./sealed-box.ts";

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

test("what earlier versions sealed and derived is still read and derived", () => {
  const old = createSealedBox(new Secret(Buffer.alloc(32, 7)));
  const sealed = Buffer.from(
    "AQ85oCsL8tZNngQDKKg1MkHhZfP6uxAWlgWM/B3BPtAkkz+NlQsaTyF/eH+sMi/3lTMF/+ByFxOgFZsm21k10+zTri0kY0Zi",
    "base64",
  );
  expect(old.openText(sealed, place)).toBe("密钥 🔑");
  expect(() => old.open(sealed, { ...place, row: "acc_2" })).toThrow(SealError);
  const lookup = "c147f0df013b58a1d89596d151aab9503ac3d5905e51170a8a6ae65b85edf296";
  expect(Buffer.from(old.deriveKey("api-key-lookup")).toString("hex")).toBe(lookup);
});

describe("a new master key", () => {
  const [before, after] = [randomBytes(32), randomBytes(32)];
  const oldBox = createSealedBox(new Secret<Uint8Array>(before));
  const newBox = createSealedBox(new Secret<Uint8Array>(after));
  const bothKeys = () => createKeyRing({ keys: [new Secret<Uint8Array>(before), new Secret<Uint8Array>(after)] });

  test("wraps the data key anew and leaves the value's own bytes as they are; bound to its place before and after", () => {
    const ring = bothKeys();
    const box = createSealedBox(ring);
    const sealed = oldBox.seal("x".repeat(40), place);
    expect(box.rewrap(sealed, place)).toEqual(sealed);
    expect(ring.sealWith(newBox.keyId)).toBe(true);
    const moved = box.rewrap(sealed, place);
    expect(Buffer.from(moved.subarray(-40))).toEqual(Buffer.from(sealed.subarray(-40)));
    expect(sealedUnder(moved)).toEqual(newBox.keyId);
    expect(newBox.openText(moved, place)).toBe("x".repeat(40));
    expect(() => oldBox.open(moved, place)).toThrow(/another MASTER_KEY/);
    expect(() => newBox.open(moved, { ...place, row: "acc_2" })).toThrow(SealError);
    expect(() => box.rewrap(sealed, { ...place, row: "acc_2" })).toThrow(SealError);
    expect(box.openText(sealed, place)).toBe("x".repeat(40));
  });

  test("with the root of the old one, every derived key stays what it was", () => {
    const root = createKeyRing({ keys: [new Secret<Uint8Array>(before)] }).sealing.root();
    const box = createSealedBox(new Secret<Uint8Array>(after), root);
    expect(box.deriveKey("api-key-lookup")).toEqual(oldBox.deriveKey("api-key-lookup"));
    expect(newBox.deriveKey("api-key-lookup")).not.toEqual(oldBox.deriveKey("api-key-lookup"));
  });

  test("one that came after the start is looked for when it is needed", () => {
    const late: Secret<Uint8Array>[] = [];
    const ring = createKeyRing({ keys: [new Secret<Uint8Array>(before)], findMore: () => late });
    const box = createSealedBox(ring);
    const sealed = newBox.seal("late", place);
    expect(() => box.open(sealed, place)).toThrow(/another MASTER_KEY/);
    expect(ring.sealWith(newBox.keyId)).toBe(false);
    late.push(new Secret<Uint8Array>(after));
    expect(box.openText(sealed, place)).toBe("late");
    expect(Buffer.from(box.keyId)).toEqual(Buffer.from(oldBox.keyId));
  });
});
