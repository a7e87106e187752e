import { beijingTimestamp } from "../clock.ts";
import type { PlatformCertificate } from "../keys.ts";
import { Refusal } from "../refusal.ts";
import type { World } from "../world.ts";
import type { Route } from "./http.ts";
import { seal } from "./seal.ts";
import { v3 } from "./v3.ts";

/** The platform's certificates, sealed with the APIv3 key (wechatpay.md §3.3). */
export const certificateRoutes = (world: World): Route[] => [
  {
    method: "GET",
    path: "/v3/certificates",
    run: v3(world, "certificates", () => {
      if (world.keys.certificates404) throw new Refusal("RESOURCE_NOT_EXISTS", "无可用的平台证书，请使用微信支付公钥");
      return { status: 200, value: { data: world.keys.platform.map((certificate) => show(world, certificate)) } };
    }),
  },
];

const show = (world: World, certificate: PlatformCertificate) => ({
  serial_no: certificate.serial,
  effective_time: beijingTimestamp(new Date(certificate.effectiveAt)),
  expire_time: beijingTimestamp(new Date(certificate.expireAt)),
  encrypt_certificate: seal(world.keys.apiV3Key, { text: certificate.pem, about: "certificate" }),
});
