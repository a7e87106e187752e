import type { ApiText } from "../zh-CN/api.ts";

export const api: ApiText = {
  next: {
    awaiting_password: "let the shopper type the password, then send this code again",
    unclear: "not certain yet: take no other money, send this code again",
    reversing: "too late, being taken back: send this code again",
  },
  declines: {
    code_invalid: "the code has expired or was used: scan a fresh one",
    not_enough: "not enough money: another card, then a fresh code",
    card_refused: "this card cannot be used: another card, then a fresh code",
    declined: "cancelled by the shopper or declined by WeChat: a fresh code",
    timed_out: "not paid in time and taken back: scan a fresh code",
  },
  offerEnded: "this offer cannot be chosen, or it has ended",
  foreignForm:
    "this form was sent from another address than PUBLIC_URL. Open the page at PUBLIC_URL and send it again.",
};
