import { expect, test } from "vitest";
import { named } from "./transaction.ts";

test("a name has one number wherever it stands, and a cast is not a name", () => {
  const statement = named(
    "x",
    "select :orderId, :items::text[], b::int where id = :orderId and :a::jsonb ->> 'k' = ''",
  );
  expect(statement.text).toBe("select $1, $2::text[], b::int where id = $1 and $3::jsonb ->> 'k' = ''");
  expect(statement.bind({ a: null, items: ["i"], orderId: "o", unused: 1 })).toEqual(["o", ["i"], null]);
});

test("a value that is missing is an error, and null is a value", () => {
  expect(() => named("x", "select :a, :b").bind({ a: 1 })).toThrow("x lacks the value :b");
});
