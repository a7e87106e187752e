import type { CodeEntryText } from "../zh-CN/code-entry.ts";

export const codeEntry: CodeEntryText = {
  open: "Have a promotion code?",
  label: "Promotion code",
  placeholder: "Enter a code",
  use: "Apply",
  working: "Checking…",
  inUse: "Code {code} is applied",
  applied: "The code is applied and the price is updated",
  already: "This code is already applied to this order",
  unknown: "There is no such code. Please check what you typed.",
  ended: "This code is no longer valid",
  used: "This code has been used already",
  soon: "The promotion of this code has not started yet",
  hours: "This code works {when} only",
  threshold: "This code gives “{rule}”; this order does not reach it",
  notForOrder: "This code cannot be used for this order: {reason}",
  notBetter: "This order already has a better discount, so the code was not applied",
  tooMany: "Too many tries. Please wait a few minutes.",
  busy: "This order is being paid right now. Please try again in a moment.",
  failed: "The code could not be checked. Please try again.",
};
