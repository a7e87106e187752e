export { declineOf, type PaidByCode, type PayByCode, payByCode } from "./pay-by-code.ts";
