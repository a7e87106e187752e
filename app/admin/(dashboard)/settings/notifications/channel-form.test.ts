import { expect, test } from "vitest";
import { channelForm, readChoices } from "./channel-form.ts";

// Goal: what a person types for the smallest amount is taken as yuan, or refused; nothing reaches the database that it cannot hold.

const read = (amountMin: string) =>
  readChoices(channelForm.parse({ name: "x", "events[]": ["disk"], language: "en", amountMin }));

test.each([
  ["", 0],
  ["0.00", 0],
  ["20", 2_000],
  ["¥1,234.50", 123_450],
  ["10000000", 1_000_000_000],
])("%j is %i fen", (typed, amountMin) => {
  expect(read(typed)).toMatchObject({ amountMin });
});

test.each(["-1", "a lot", "1.234", "10000000.01", "99999999999"])("%j is refused", (typed) => {
  expect(read(typed)).toBeNull();
});
