import { failing, type Plain, type PlainTrade } from "./plain-v2.ts";

/** The counter's side of the v2 WeChat Pay that tests talk to: codes work once, and the phone may ask for the password. */
export function startCounter(trades: Map<string, PlainTrade>, pay: (number: string) => void) {
  const usedCodes = new Set<string>();
  let passwords = 0;
  return {
    askPassword(): void {
      passwords++;
    },
    cancel(number: string): void {
      const trade = trades.get(number);
      if (trade?.state !== "USERPAYING") throw new Error(`trade ${number} does not wait for a password`);
      trade.state = "PAYERROR";
    },
    charge(asked: Plain, paidPlain: (trade: PlainTrade) => Plain): Plain {
      const { out_trade_no = "", auth_code = "" } = asked;
      const known = trades.get(out_trade_no);
      if (known !== undefined) return repeated(known);
      if (!/^1[0-5][0-9]{16}$/.test(auth_code) || usedCodes.has(auth_code)) return failing("AUTH_CODE_INVALID");
      usedCodes.add(auth_code);
      const trade: PlainTrade = { asked: { ...asked, trade_type: "MICROPAY" }, state: "USERPAYING", transactionId: "" };
      trades.set(out_trade_no, trade);
      if (passwords > 0) {
        passwords--;
        return failing("USERPAYING");
      }
      pay(out_trade_no);
      return { result_code: "SUCCESS", out_trade_no, ...paidPlain(trade) };
    },
    reverse(number: string): Plain {
      const trade = trades.get(number);
      if (trade === undefined) return { ...failing("ORDERNOTEXIST"), recall: "N" };
      if (trade.asked.trade_type !== "MICROPAY") return { ...failing("INVALID_REQUEST"), recall: "N" };
      trade.state = "REVOKED";
      return { result_code: "SUCCESS", recall: "N" };
    },
  };
}

function repeated({ asked, state }: PlainTrade): Plain {
  if (asked.trade_type !== "MICROPAY") return failing("OUT_TRADE_NO_USED");
  if (state === "SUCCESS") return failing("ORDERPAID");
  if (state === "REVOKED") return failing("ORDERREVERSED");
  return failing("USERPAYING");
}
