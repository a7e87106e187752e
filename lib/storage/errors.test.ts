import { expect, test } from "vitest";
import { isAway, translated } from "./errors.ts";

// 57014: statement_timeout; 25P03: idle_in_transaction_session_timeout. A database that stalls ends statements by these.
test.each(["57P01", "57P03", "57014", "25P03", "53300", "08006", "ECONNREFUSED"])(
  "%s says that Postgres is away",
  (code) => {
    expect(translated(Object.assign(new Error("no"), { code }))).toMatchObject({ code: "unavailable" });
  },
);

test.each(["23505", "23514", "40001", "25P02", "42601"])("%s is about the statement itself", (code) => {
  const cause = Object.assign(new Error("no"), { code });
  expect(isAway(cause)).toBe(false);
  expect(translated(cause)).toBe(cause);
});
