export { createGateways, type WechatGateways } from "./select-gateway.ts";
export { checkAtWechat } from "./wechat/doctor/check-at-wechat.ts";
export type { TestNoticeReply } from "./wechat/doctor/check-options.ts";
export { createGuardedExchange } from "./wechat/guarded-exchange.ts";
export { bytesOfMessage, prepareMessage, type RawMessage } from "./wechat/messages/keep-message.ts";
export { authorizeUrl, openidFromCode } from "./wechat/oauth.ts";
