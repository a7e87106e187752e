import { describe, expect, test } from "vitest";
import { type MaskableTexts, maskTexts } from "./mask-message.ts";

// Goal: nothing that names a shopper, pays in their place or acts in ours is in what is kept; all else is there byte for byte.

const OPENID = "oCANARY_openid_1234567890Qxyz";
const CODE = "134567890123456789";
const ADDRESS = "203.0.113.77";
const CARD = "招商银行信用卡0403";
const latin1 = (text: string) => Buffer.from(text).toString("latin1");
const masked = (texts: Partial<MaskableTexts>, isOurs = true): MaskableTexts =>
  maskTexts({ sent: "", received: "", sentHead: "", target: "", ...texts }, { isOurs });

describe.each([
  ["openid", OPENID],
  ["sub_openid", OPENID],
  ["auth_code", CODE],
  ["payer_client_ip", ADDRESS],
  ["spbill_create_ip", ADDRESS],
  ["user_received_account", CARD],
  ["refund_recv_accout", CARD],
  ["bank_account", "6225880137706868"],
  ["real_name", "CANARY NAME"],
  ["api_v3_key", "CANARY0123456789CANARY0123456789"],
  ["app_secret", "CANARYsecret"],
])("%s", (name, value) => {
  test.each([
    ["JSON", `{"amount":1,"payer":{"${name}":"${value}"},"mchid":"1900000001"}`],
    ["JSON with spaces", `{ "${name}" : "${value}" , "b": "${value} again" }`],
    ["XML", `<xml><mch_id>1900000001</mch_id><${name}>${value}</${name}></xml>`],
    ["CDATA", `<xml><${name}><![CDATA[${value}]]></${name}><sign>ABC</sign></xml>`],
    ["cut off", `{"${name}":"${value}`],
  ])("%s", (_form, text) => {
    for (const part of ["sent", "received"] as const) {
      const result = masked({ [part]: latin1(text) }, false)[part];
      expect(result).not.toContain(latin1(value));
      expect(result).toHaveLength(latin1(text).length);
      // What stands around the value is untouched.
      const at = latin1(text).indexOf(latin1(value));
      expect(result.slice(0, at)).toBe(latin1(text).slice(0, at));
    }
  });
});

test("a value that an error quotes, or an address holds, is hidden there as well", () => {
  const error = `{"code":"PARAM_ERROR","detail":{"field":"/payer/openid","value":"${OPENID}"},"message":"${OPENID} 无效"}`;
  const result = masked({
    sent: `{"payer":{"openid":"${OPENID}"}}`,
    received: latin1(error),
    target: `https://api.mch.weixin.qq.com/v3/x?openid=${OPENID}`,
  });
  expect(JSON.stringify(result)).not.toContain(OPENID);
  expect(JSON.stringify(result)).not.toContain(OPENID.slice(0, -4));
  expect(result.received).toContain('"code":"PARAM_ERROR"');
});

test("our signatures go, WeChat's stay", () => {
  const sentHead =
    'authorization: WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="N",signature="CANARYsig==",timestamp="1",serial_no="S"';
  const {
    sentHead: head,
    sent,
    received,
  } = masked({
    sentHead,
    sent: "<xml><a>1</a><sign>CANARYSIGN</sign></xml>",
    received: "<xml><sign><![CDATA[THEIRS]]></sign></xml>",
  });
  expect(head).toBe(sentHead.replace("CANARYsig==", "*".repeat(11)));
  expect(sent).toBe("<xml><a>1</a><sign>**********</sign></xml>");
  expect(received).toBe("<xml><sign><![CDATA[THEIRS]]></sign></xml>");
  const notice = "<xml><openid>x</openid><sign>THEIRS</sign></xml>";
  expect(masked({ sent: notice }, false).sent).toBe("<xml><openid>*</openid><sign>THEIRS</sign></xml>");
});

test("an encrypted notification is kept as it came", () => {
  const notice =
    '{"id":"EV-1","resource_type":"encrypt-resource","resource":{"algorithm":"AEAD_AES_256_GCM","ciphertext":"q1w2==","nonce":"n","associated_data":"transaction"}}';
  expect(masked({ sent: notice }, false).sent).toBe(notice);
});

test("a megabyte of openings and quotes takes no time that grows faster than the text", () => {
  const text = `${'"openid":"'.repeat(50_000)}${"<openid>".repeat(50_000)}`;
  expect(masked({ received: text }).received).toHaveLength(text.length);
});
