import { expect, test } from "vitest";
import { makePassword } from "./admin-password.ts";
import { isGuessable } from "./password-strength.ts";

// Goal: what attackers try first is refused, what a person could hardly have guessed is taken, and it never takes long.

const EMAIL = "zhang.wei@chazhuang.example";

test.each([
  "1q2w3e4r5t",
  "1qaz2wsx3edc",
  "qwertyuiop",
  "1234567890",
  "a123456789",
  "qq123456789",
  "5201314520",
  "woaini1314520",
  "iloveyou123",
  "sunshine123",
  "Passw0rd2024!",
  "admin@123456",
  "weixin123456",
  "lingfu2026",
  "Summer2026!",
  "abcabcabcabc",
  "aaaaaaaaaaaa",
  "我爱你我爱你我爱你啊",
  "chazhuang2026",
  "ZHANG.WEI@chazhuang.example",
])("%s is guessable", async (password) => {
  expect(await isGuessable(password, EMAIL)).toBe(true);
});

test.each([
  "correct horse battery",
  "a new long one",
  "Tr0ub4dor&3-kite",
  "春眠不觉晓处处闻啼鸟夜来风雨声",
  makePassword(),
])("%s is not", async (password) => {
  expect(await isGuessable(password, EMAIL)).toBe(false);
});

test("the longest password is looked at as far as it takes", async () => {
  expect(await isGuessable("x1".repeat(128), EMAIL)).toBe(true);
  expect(await isGuessable(`${makePassword()}${"é".repeat(230)}`, EMAIL)).toBe(false);
});
