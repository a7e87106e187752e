/** The control calls, as `GET /control` shows them. */
export const CONTROL_CALLS = {
  "POST /control/pay":
    "{codeUrl | prepayId | outTradeNo | h5Url, outcome:success|cancel|fail, openid?, coupon? (fen; absent: the best voucher of the wallet, 0: none), couponType?:CASH|NOCASH, bankType?, force? (pays closed or expired trades)} → trade + {outcome}; a code-pay trade that waits for its password ends by it as SUCCESS or PAYERROR",
  "POST /control/faults":
    "{api:{}, notify:{}, refund:{}, phone:{}, codepay:{}, bill:{}, outTradeNo?}: changes what is named, keeps the rest → all faults; with outTradeNo that order has faults of its own (api, notify, refund, codepay) and the general ones no longer. A switch is true (until changed), a count (the next n), or false",
  "POST /control/auth-code":
    "{openid?} → {authCode, openid, expiresAt}: a fresh payment code (付款码) for a counter to scan; works once, two minutes long",
  "GET /control/faults": "→ all faults",
  "GET /control/trades": "?outTradeNo= → {trades:[{…, refunds:[…], notices:[{id, state, nextAt, tries:[…]}]}]}",
  "POST /control/notify": "{outTradeNo | outRefundNo} → sends its notices once more, at once → {notices:[…]}",
  "POST /control/forge":
    "{outTradeNo} → sends a notice that somebody made up: the trade is paid, says a wrong signature → {result}, the merchant's answer",
  "POST /control/clock":
    "{speed?, advanceMs?, skewMs?} (the last two may be negative) → {now, speed, skewMs}; signatures keep real time, unless skewMs sets WeChat's clock off against yours",
  "GET /control/clock": "→ {now, speed, skewMs}",
  "POST /control/keys":
    '{mode?:certificate|public_key|mix, certificates404?, rotate?: true (to the published next one) | "surprise" (to an unpublished one)} → keys in use',
  "GET /control/keys": "→ {mode, certificates404, serials, publicKeyId, mchid, appid, merchantSerial}",
  "GET /control/shoppers": "→ {shoppers:[{openid, name}]}: openids that JSAPI orders may name",
  "POST /control/shoppers": "{name, openid?} → {openid, name}",
  "GET /control/vouchers": "?openid= → {vouchers:[…]}",
  "POST /control/vouchers":
    "{amount (fen), openid?, type?:CASH (prefunded)|NOCASH (at the merchant's expense), minimum?, goodsTag? (only for orders with this goods_tag), byMerchant?, name?, batch?} → voucher: used up by the holder's next payment that it fits",
  "GET /control/receivers":
    "?receiver= → {settings, modes, messages, turnedAway}: the receivers of pushed messages (WeCom, DingTalk, Feishu, e-mail, webhook, Web Push, official account), what a shop enters to reach them, what they got",
  "POST /control/receivers": "{receiver, mode:ok|hang|error|revoked|busy} or {clear:true} → the same",
  "POST /control/reset": "clears trades, refunds, notices, faults, shoppers, vouchers and the clock; keeps the keys",
} as const;

/** The meaning of faults whose names do not explain it. */
export const FAULT_NOTES = {
  "api.operations": "names of the v3 and v2 calls that the api faults are for; [] = all",
  "api.outTradeNos": "only calls that name one of these numbers; [] = all",
  "notify.*":
    "probe, oldTimestamp exist in v3 only, otherSignType in v2 only; override takes v3's names for both, or v2's own",
  "codepay.passwordAbove": "above this many fen the phone asks for the password anyway: USERPAYING",
  "bill.omit, duplicate, otherMerchant":
    "[out_trade_no | out_refund_no]: rows left out, doubled, with another merchant number",
  "bill.wrongAmount, wrongRefundAmount": "{number: fen}",
  "bill.wrongVoucher": "{out_trade_no: fen}: 代金券金额, and 应结订单金额 if the merchant pays for it",
  "bill.wrongFee": "{number: fen, fractions allowed}",
  "bill.wrongStatus": "{out_trade_no: 交易状态, out_refund_no: 退款状态}",
  "bill.strange":
    "[{outTradeNo?, transactionId?, total?, outRefundNo?, refund?, mchid?, appid?}]: rows of something that never happened",
  "bill.noFeeMoves, extraMoves":
    "a switch: the fund flow shows no fees; [{type: 业务类型, amount (fen, below 0 = 支出), business?}]: more movements in it",
  "bill.wrongSummary": "{column of the summary: text}; otherwise the summary fits the rows that are shown",
  "bill.wrongHash, alwaysReady, stillCreating, oldLayout, bareLineEnds":
    "switches: hash of something else; bills of today and before ten o'clock; STATEMENT_CREATING at any hour; 总金额 layout; \\n instead of \\r\\n",
} as const;
