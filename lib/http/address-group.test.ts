import { expect, test } from "vitest";
import { addressGroup } from "./address-group.ts";

test.each([
  ["203.0.113.9", "203.0.113.9"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2::9", "2001:db8:1:2"],
  ["2001:DB8:0001::1", "2001:db8:1:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  ["127.0.0.1", null],
  ["::ffff:127.0.0.1", null],
  ["::1", null],
  ["", null],
  ["unknown", null],
])("%s is counted as %s", (address, group) => {
  expect(addressGroup(address)).toBe(group);
});
