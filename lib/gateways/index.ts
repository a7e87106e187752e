export { createGateways, type WechatGateways } from "./select-gateway.ts";
export { examineAtWechat } from "./wechat/doctor/examine-at-wechat.ts";
export type { TestNoticeReply } from "./wechat/doctor/visit-options.ts";
export { authorizeUrl, openidFromCode } from "./wechat/oauth.ts";
