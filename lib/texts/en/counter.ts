import type { CounterText } from "../zh-CN/counter.ts";

export const counter: CounterText = {
  take: "Take a payment code",
  title: "Counter",
  due: "Due",
  code: "Payment code",
  codeHint: "Scan the code on the shopper’s phone, or type its 18 digits.",
  badCode: "A payment code has 18 digits and begins with 10 to 15; please scan again",
  submit: "Charge",
  working: "Charging, please wait…",
  password: "Let the shopper type the password, then press “Charge” again. Take no other money.",
  answer: "Not certain yet. Take no other money; press “Charge” again for the result.",
  reversal: "Too late: it is being taken back, and paid money returns. Press “Charge” again for the result.",
  declines: {
    code_invalid: "The code has expired or was used; scan a fresh one",
    not_enough: "Not enough money: another card, then a fresh code",
    card_refused: "This card cannot be used: another card, then a fresh code",
    declined: "Cancelled by the shopper or declined by WeChat; scan a fresh code",
    timed_out: "Not paid in time, nothing was taken; scan a fresh code",
  },
  busy: "Another code is being charged for this order; it is decided within a minute",
  impossible: "WeChat does not let this merchant take payment codes",
  noCertificate:
    "An API v2 account needs the merchant certificate (cert_path, key_path) to take back an unclear charge",
  notPayable: "This order is paid, closed or expired",
};
