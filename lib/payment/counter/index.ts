export { readCounterOrder } from "./counter-order.ts";
export { declineOf, type PaidByCode, type PayByCode, payByCode } from "./pay-by-code.ts";
