import { expect, test } from "vitest";
import { ALL_RIGHTS, mayDo, ROLES } from "./admin-roles.ts";

// Goal: no role gets a right by mistake. The table is written a second time here, pair by pair: y may, - may not.
const EXPECTED = `
                     owner finance clerk viewer
  orders.read        y     y       y     y
  orders.ask         y     y       y     -
  orders.messages    y     y       -     -
  deliveries.resend  y     y       y     -
  orders.close       y     y       y     -
  orders.export      y     y       -     -
  refunds.create     y     y       -     -
  refunds.approve    y     y       -     -
  payments.charge    y     y       y     -
  counter.write      y     y       -     -
  payments.resolve   y     y       -     -
  collection.read    y     y       y     y
  collection.write   y     y       -     -
  promotions.read    y     y       y     y
  promotions.write   y     y       -     -
  stores.read        y     y       y     y
  stores.write       y     -       -     -
  tills.bind         y     y       y     -
  shifts.receive     y     y       y     -
  shifts.close       y     y       -     -
  reconciliation.read y    y       y     y
  reconciliation.work y    y       -     -
  alerts.acknowledge y     y       y     -
  notifications.read  y     y       -     -
  notifications.write y     -       -     -
  printers.read       y     y       y     -
  printers.write      y     -       -     -
  receipts.print      y     y       y     -
  config.read        y     y       -     -
  config.write       y     -       -     -
  upkeep.read        y     y       -     -
  upkeep.write       y     -       -     -
  keys.read          y     -       -     -
  keys.write         y     -       -     -
  epay.read          y     -       -     -
  epay.write         y     -       -     -
  users.manage       y     -       -     -
  audit.read         y     y       -     -
`;

const [roles = [], ...rows] = EXPECTED.trim()
  .split("\n")
  .map((line) => line.trim().split(/\s+/));
const pairs = rows.flatMap(([right = "", ...marks]) =>
  roles.map((role, at) => ({ role, right, allowed: marks[at] === "y" })),
);

test("every pair of role and right is in the table", () => {
  const named = pairs.map(({ role, right }) => `${role} ${right}`);
  expect(named.toSorted()).toEqual(ROLES.flatMap((role) => ALL_RIGHTS.map((right) => `${role} ${right}`)).toSorted());
});

test.each(pairs)("$role, $right: $allowed", ({ role, right, allowed }) => {
  expect(mayDo(role as (typeof ROLES)[number], right as (typeof ALL_RIGHTS)[number])).toBe(allowed);
});
