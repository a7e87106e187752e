import { WeChatError } from "../../books/wechat-error.ts";
import { beijingTimestamp } from "../../clock.ts";
import type { SandboxContext } from "../../context.ts";
import type { HttpRoute, Incoming } from "../../http.ts";
import type { SandboxCertificate } from "../../keys/key-ring.ts";
import { fields, readBody, text } from "./checks.ts";
import { operationV3, type V3Answer } from "./operation.ts";
import { notifyUrl } from "./orders.ts";
import { seal } from "./signing.ts";

/** The platform certificates, encrypted with the APIv3 key. */
export const certificateRoutes = (context: SandboxContext): HttpRoute[] => [
  {
    method: "GET",
    path: "/v3/certificates",
    run: operationV3(context, "certificates", () => {
      if (context.keys.certificates404)
        throw new WeChatError("RESOURCE_NOT_EXISTS", "无可用的平台证书，请使用微信支付公钥");
      return { status: 200, value: { data: context.keys.platform.map((certificate) => show(context, certificate)) } };
    }),
  },
];

const show = (context: SandboxContext, certificate: SandboxCertificate) => ({
  serial_no: certificate.serial,
  effective_time: beijingTimestamp(new Date(certificate.effectiveAt)),
  expire_time: beijingTimestamp(new Date(certificate.expireAt)),
  encrypt_certificate: seal(context.keys.apiV3Key, { text: certificate.pem, about: "certificate" }),
});

interface EchoBody {
  readonly echo_message: string;
  readonly notify_url?: string;
}

const ECHO = fields({ echo_message: text(256) }, { notify_url: notifyUrl });

/** Lets a merchant try signatures in both directions, and a notice if it names an address. */
export const echoRoutes = (context: SandboxContext): HttpRoute[] => [
  {
    method: "POST",
    path: "/v3/security/echo",
    run: operationV3(context, "echo", (incoming) => echo(context, incoming)),
  },
];

function echo(context: SandboxContext, { body }: Incoming): V3Answer {
  const { echo_message: message, notify_url: url } = readBody<EchoBody>(body, ECHO);
  if (url !== undefined) context.notifier.notifyEcho(url, message);
  return { status: 200, value: { echo_message: message } };
}
