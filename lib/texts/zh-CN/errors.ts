import type { ErrorCode } from "../../base/app-error.ts";
import type { Words } from "../words.ts";

/** Those that a caller can meet; `illegal_transition` is answered as `internal`. */
type AnsweredCode = Exclude<ErrorCode, "illegal_transition">;

interface ErrorWords {
  readonly cause: string;
  readonly cure: string;
}

/** Each error of the API for developers: why it comes, and what to do. As Markdown. */
const codes = {
  invalid_request: {
    cause:
      "请求体、路径或查询参数不符合接口的要求：缺少字段、类型不对、超出范围，或者有接口不认识的字段。什么都没有改变。",
    cure: "看 `errors`：每一项用 `path` 指出字段（如 `items.0.price`），用 `message` 说明它应该是什么。改好再发；原样重发只会得到同样的回答。",
  },
  unauthenticated: {
    cause:
      "没有 `Authorization`，密钥不存在、已过期或已撤销，或者签名不对。`reason` 指出签名里不对的部分（时间戳、随机串、签名本身）。",
    cure: "确认用的是 `npm run -s cli -- keys list` 里仍有效的密钥。签名请求请核对时钟（允许相差 300 秒）、每次换新的 nonce，并对原始请求体签名；沙箱会在 `stringToSign` 里给出应当签名的字符串。",
  },
  forbidden: {
    cause: "密钥有效，但不能做这件事：缺少这个接口需要的权限，调用地址不在密钥的 IP 名单里，或者退款超过了允许的额度。",
    cure: "在 API 参考里看这个接口需要哪个权限，再用带有该权限的密钥（`keys create --scopes …`）。`reason` 为 `address` 时，把服务器的出口地址加进名单。",
  },
  not_found: {
    cause: "没有这个地址，或者没有这个编号的订单、退款、优惠或端点。",
    cure: "核对地址和编号，注意编号前缀（`ord_`、`ref_`）。用你自己的订单号查询，请用 `GET /api/v1/orders?outTradeNo=`。",
  },
  method_not_allowed: {
    cause: "地址存在，但不接受这个 HTTP 方法。",
    cure: "使用回答头 `Allow` 列出的方法。",
  },
  conflict: {
    cause:
      "请求本身没问题，但与现在的状态不符：同一个 `outTradeNo` 已有内容不同的订单，订单还没有支付就退款，或者同一个 `Idempotency-Key` 的第一次调用还没有结束。",
    cure: "先查一次当前状态，再决定。新的一单请换新的 `outTradeNo`。带有 `Retry-After` 时，等待后用同一个 `Idempotency-Key` 重发。",
  },
  idempotency_conflict: {
    cause: "这个 `Idempotency-Key` 已经用于另一个请求（地址或请求体不同）。",
    cure: "一件事一个 key：重试时请求体一个字节都不要变，新的事情用新的 key。",
  },
  order_not_payable: {
    cause: "订单已支付、已关闭或已过期，不能再支付。",
    cure: "查询订单。`paid` 就是已经付好了；已关闭而 `recoverable` 为 `true` 时，用 `POST /api/v1/orders/{orderId}/recover` 得到一个新的订单。",
  },
  amount_exceeds_refundable: {
    cause: "退款金额或数量超过了还可以退的部分。正在处理的退款也占用金额。",
    cure: "可退金额是 `amountPaid` 减去 `amountRefunded` 再减去处理中的退款。不填 `amount` 和 `items` 就是退还全部余额。",
  },
  payment_declined: {
    cause: "顾客的付款码没有扣款成功：码已过期、余额不足，或者顾客取消了。",
    cure: "请顾客刷新付款码，再用新的码调用一次。没有收到钱。",
  },
  payload_too_large: {
    cause: "请求体超过 1 MiB。",
    cure: "减少商品行或元数据；一个订单最多 1000 件商品。",
  },
  unsupported_media_type: {
    cause: "请求体带有 `Content-Encoding`，也就是被压缩过。",
    cure: "原样发送请求体，不要带 `Content-Encoding`。",
  },
  rate_limited: {
    cause: "这个密钥或这个地址在一分钟里的调用太多。",
    cure: "等待 `Retry-After` 秒再发。`RateLimit` 头会提前告诉你还剩多少次。需要频繁查询时，请改用 webhook。",
  },
  gateway_rejected: {
    cause: "微信支付明确拒绝了请求，例如商户号没有开通这种支付方式。",
    cure: "`detail` 里有微信的原因。运行 `npm run -s cli -- doctor`，它会指出要改的设置。原样重发没有用。",
  },
  gateway_unavailable: {
    cause: "微信支付没有给出确定的回答：超时、连接失败，或者它自己出错。结果未知，绝不当作失败。",
    cure: "等待 `Retry-After` 秒，用同一个 `Idempotency-Key` 重发：不会重复扣款，也不会重复退款。",
  },
  unavailable: {
    cause: "服务现在不能回答：数据库暂时连不上，正在重启，或者没有空位。",
    cure: "等待 `Retry-After` 秒，用同一个 `Idempotency-Key` 重发。`/readyz` 会说明缺少什么。",
  },
  internal: {
    cause: "我们这边出了错。",
    cure: "用同一个 `Idempotency-Key` 重发一次。如果仍然失败，请按 `requestId` 在日志里查找。",
  },
} as const satisfies Readonly<Record<AnsweredCode, ErrorWords>>;

export const errors = {
  title: "错误",
  cause: "原因",
  cure: "怎么办",
  again: "可以用同一个 `Idempotency-Key` 重发",
  notAgain: "原样重发没有用",
  code: "代码",
  status: "状态码",
  codes,
} as const;

export type ErrorsText = Words<typeof errors>;
