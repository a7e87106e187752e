import type { NoticeRejectionReason, NotifyOutcome, Protocol } from "#lib/payment/index.ts";
import type { Answer } from "./call.ts";

export type NotifyReply =
  | NotifyOutcome
  | { readonly kind: "too_large" | "encoded" | "our_fault"; readonly protocol: Protocol };

const REJECTED: Record<NoticeRejectionReason, { status: number; message: string }> = {
  missing_headers: { status: 401, message: "缺少签名" },
  unsupported_signature: { status: 401, message: "签名类型不支持" },
  stale: { status: 401, message: "时间戳超出允许范围" },
  unknown_key: { status: 401, message: "平台证书序列号未知" },
  probe: { status: 401, message: "签名验证失败" },
  bad_signature: { status: 401, message: "签名验证失败" },
  not_configured: { status: 401, message: "商户尚未配置" },
  malformed: { status: 400, message: "报文格式错误" },
  undecryptable: { status: 400, message: "报文解密失败" },
};

/** The answer in the protocol of the notice: JSON for v3, XML for v2. */
export function wechatReply(reply: NotifyReply): Answer {
  const { status, message } = verdictOf(reply);
  const code = status === 200 ? "SUCCESS" : "FAIL";
  const headers = { "cache-control": "no-store" };
  if (reply.protocol === "v3") {
    const body = JSON.stringify({ code, message });
    return { status, headers: { ...headers, "content-type": "application/json; charset=utf-8" }, body };
  }
  // Only our own fixed texts are inserted here; none of them can end the CDATA.
  const text = status === 200 ? "OK" : message;
  const body = `<xml><return_code><![CDATA[${code}]]></return_code><return_msg><![CDATA[${text}]]></return_msg></xml>`;
  return { status, headers: { ...headers, "content-type": "text/xml; charset=utf-8" }, body };
}

function verdictOf(reply: NotifyReply): { status: number; message: string } {
  switch (reply.kind) {
    case "accepted":
      return { status: 200, message: "成功" };
    case "rejected":
      return REJECTED[reply.reason];
    case "too_large":
      return { status: 413, message: "报文过大" };
    case "encoded":
      return { status: 415, message: "报文不接受压缩" };
    case "our_fault":
      return { status: 500, message: "系统繁忙，请重试" };
  }
}
