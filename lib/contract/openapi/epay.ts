import { z } from "zod";
import type { Operation, OperationAnswer, Operations } from "./operation.ts";

// The door for software that speaks the protocol of epay (yi zhifu), version 1. Closed until a pid is made.

const REFUSED = "`code` -1 with a reason in `msg`";

const jsonAnswer = (description: string): OperationAnswer => ({
  status: 200,
  description: `${description}; ${REFUSED}`,
  schema: z.looseObject({ code: z.number().int(), msg: z.string().optional() }),
});
const CLOSED: OperationAnswer = { status: 404, description: "There is no pid", type: "text/plain" };
const toPage: readonly OperationAnswer[] = [
  { status: 303, description: "To the pay page", headers: ["Location"] },
  { status: 400, description: "Why not, as a page for the shopper", type: "text/html" },
  { status: 429, description: "Too many orders of this pid, as a page", type: "text/html" },
  CLOSED,
];

const epay = (
  id: string,
  summary: string,
  answers: readonly OperationAnswer[],
): Pick<Operation, "id" | "tag" | "summary" | "answers"> => ({
  ...{ id, summary, answers },
  tag: "Epay",
});

const FORM =
  "Fields as in the protocol: `pid`, `type` (`wxpay`), `out_trade_no`, `notify_url`, `return_url`, `name`, `money`, `param`, `sign`, `sign_type` (`MD5`).";
const CALL =
  "Fields as in the protocol: `act` (`order`, `orders`, `query`, `settle`; by POST also `refund`), `pid`, `key`, `out_trade_no` or `trade_no`.";

export const epayOperations: Operations = {
  "/submit.php": {
    get: {
      ...epay("epaySubmitByLink", "Take the shopper to the pay page (link)", toPage),
      description: FORM,
      errors: [],
    },
    post: {
      ...epay("epaySubmit", "Take the shopper to the pay page (form)", toPage),
      description: FORM,
      errors: ["invalid_request", "payload_too_large", "unsupported_media_type"],
    },
  },
  "/mapi.php": {
    get: {
      ...epay("epayOrderByLink", "Make an order (link)", [jsonAnswer("Its `payurl`"), CLOSED]),
      description: FORM,
      errors: [],
    },
    post: {
      ...epay("epayOrder", "Make an order (form)", [jsonAnswer("Its `payurl`"), CLOSED]),
      description: FORM,
      errors: ["invalid_request", "payload_too_large", "unsupported_media_type"],
    },
  },
  "/api.php": {
    get: {
      ...epay("epayAsk", "Ask for orders", [jsonAnswer("What was asked for"), CLOSED]),
      description: CALL,
      errors: [],
    },
    post: {
      ...epay("epayAskByForm", "Ask for orders, or give money back", [jsonAnswer("What was asked for"), CLOSED]),
      description: CALL,
      errors: ["invalid_request", "payload_too_large", "unsupported_media_type"],
    },
  },
  "/epay/return": {
    get: {
      ...epay("epayReturn", "Lead a shopper back from the pay page", [
        {
          status: 303,
          description: "To the software, with signed facts once it is paid; else to the pay page",
          headers: ["Location"],
        },
        { status: 404, description: "No such order, as a page", type: "text/html" },
      ]),
      errors: [],
    },
  },
};
