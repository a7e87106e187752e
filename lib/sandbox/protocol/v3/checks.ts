import { WeChatError } from "../../books/wechat-error.ts";

/** Checks one JSON value at a pointer like `/amount/total`. @throws WeChatError PARAM_ERROR with WeChat's detail */
export type Check = (value: unknown, at: string) => void;

export function paramError(at: string, value: unknown, issue: string): WeChatError {
  return new WeChatError("PARAM_ERROR", `输入源“/body${at}”映射到字段失败：${issue}`, {
    field: at,
    value: shown(value),
    issue,
    location: "body",
  });
}

function shown(value: unknown): string | number {
  if (typeof value === "number") return value;
  const text = value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  return text.slice(0, 256);
}

export interface Length {
  readonly min?: number;
  readonly max: number;
}

/** The message of WeChat Pay's validator for a text that is too short or too long in bytes; otherwise null. */
export function lengthIssue(text: string, { min = 1, max }: Length): { bytes: number; issue: string } | null {
  const bytes = Buffer.byteLength(text, "utf8");
  if (bytes >= min && bytes <= max) return null;
  const bound = bytes < min ? `小于最小值 ${min}` : `大于最大值 ${max}`;
  return { bytes, issue: `字符串规则校验失败，字节数 ${bytes}，${bound}` };
}

const TITLES: Readonly<Record<string, string>> = {
  attach: "附加数据",
  body: "商品描述",
  description: "商品描述",
  goods_tag: "订单优惠标记",
  notify_url: "通知地址",
  openid: "用户标识",
  out_refund_no: "商户退款单号",
  out_trade_no: "商户订单号",
  reason: "退款原因",
  refund_desc: "退款原因",
};

/** The message for a wrong value: its source and its field. */
export function mappingFault(source: string, issue: string): string {
  const name = source.slice(source.lastIndexOf("/") + 1);
  return `输入源“${source}”映射到值字段“${TITLES[name] ?? name}”${issue}`;
}

/** @throws WeChatError with the number of bytes as the detail's value, as WeChat Pay does */
export function checkLength(text: string, length: Length, { at, location }: { at: string; location: string }): void {
  const found = lengthIssue(text, length);
  if (found === null) return;
  const { bytes, issue } = found;
  throw new WeChatError("PARAM_ERROR", mappingFault(`/${location}${at}`, issue), {
    field: at,
    value: bytes,
    issue,
    location,
  });
}

/** @param max in bytes of UTF-8 */
export const text =
  (max: number, { min = 1, form }: { min?: number; form?: RegExp } = {}): Check =>
  (value, at) => {
    if (typeof value !== "string") throw paramError(at, value, "应为字符串");
    checkLength(value, { min, max }, { at, location: "body" });
    if (form !== undefined && !form.test(value)) throw paramError(at, value, "字符串格式不正确");
  };

export const wholeNumber =
  (min: number, max: number = Number.MAX_SAFE_INTEGER): Check =>
  (value, at) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value)) throw paramError(at, value, "应为整数");
    if (value < min || value > max) throw paramError(at, value, `数值应在${min}与${max}之间`);
  };

export const flag: Check = (value, at) => {
  if (typeof value !== "boolean") throw paramError(at, value, "应为布尔值");
};

export const oneOf =
  (...words: readonly string[]): Check =>
  (value, at) => {
    if (typeof value !== "string" || !words.includes(value))
      throw paramError(at, value, `应为 ${words.join("、")} 之一`);
  };

export const listOf =
  (item: Check): Check =>
  (value, at) => {
    if (!Array.isArray(value)) throw paramError(at, value, "应为数组");
    for (const [index, one] of value.entries()) item(one, `${at}/${index}`);
  };

/** An object of exactly these fields: WeChat Pay refuses undocumented ones. */
export const fields =
  (required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check =>
  (value, at) => {
    if (!isObject(value)) throw paramError(at, value, "应为对象");
    for (const [name, check] of Object.entries(required)) {
      if (!Object.hasOwn(value, name)) throw paramError(`${at}/${name}`, undefined, "必填参数缺失");
      check(value[name], `${at}/${name}`);
    }
    for (const [name, check] of Object.entries(optional)) {
      if (Object.hasOwn(value, name)) check(value[name], `${at}/${name}`);
    }
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(required, name) && !Object.hasOwn(optional, name));
    if (unknown !== undefined)
      throw paramError(`${at}/${unknown}`, value[unknown], "请求中含有未在API文档中定义的参数");
  };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The body as JSON that passed the check. @throws WeChatError PARAM_ERROR */
export function readBody<Body>(bytes: Buffer, check: Check): Body {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new WeChatError("PARAM_ERROR", "请求体不是合法的JSON");
  }
  check(value, "");
  return value as Body;
}
