import { expect, test } from "vitest";
import { addressGroup } from "./address-group.ts";

test.each([
  ["203.0.113.9", "::ffff:203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::9"],
  ["2001:DB8:0001::1", "2001:db8:1:0:ffff::"],
])("%s and %s are one caller", (one, other) => {
  expect(addressGroup(one)).not.toBeNull();
  expect(addressGroup(other)).toBe(addressGroup(one));
});

test.each([
  ["203.0.113.9", "203.0.113.10"],
  ["2001:db8:1:2::1", "2001:db8:1:3::1"],
  ["203.0.113.9", "::203.0.113.9"],
])("%s and %s are two", (one, other) => {
  expect(addressGroup(other)).not.toBe(addressGroup(one));
});

test.each(["127.0.0.1", "127.9.9.9", "::ffff:127.0.0.1", "::1", "", "unknown"])("%s is not counted", (address) => {
  expect(addressGroup(address)).toBeNull();
});
