import { Refusal } from "../refusal.ts";

/** Checks one JSON value at a pointer like `/amount/total`. @throws Refusal PARAM_ERROR with WeChat's kind of detail */
export type Check = (value: unknown, at: string) => void;

export function paramError(at: string, value: unknown, issue: string): Refusal {
  const shown = value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  return new Refusal("PARAM_ERROR", `输入源“/body${at}”映射到字段失败：${issue}`, {
    field: at,
    value: shown.slice(0, 256),
    issue,
    location: "body",
  });
}

const characters = (text: string): number => [...text].length;

export const text =
  (max: number, { min = 1, form }: { min?: number; form?: RegExp } = {}): Check =>
  (value, at) => {
    if (typeof value !== "string") throw paramError(at, value, "应为字符串");
    if (characters(value) < min) throw paramError(at, value, `字符串长度不得少于${min}`);
    if (characters(value) > max) throw paramError(at, value, `字符串长度不得超过${max}`);
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

/** An object of exactly these fields: WeChat Pay refuses those that its documentation does not know. */
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
    const strange = Object.keys(value).find((name) => !Object.hasOwn(required, name) && !Object.hasOwn(optional, name));
    if (strange !== undefined)
      throw paramError(`${at}/${strange}`, value[strange], "请求中含有未在API文档中定义的参数");
  };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The body as JSON that passed the check. @throws Refusal PARAM_ERROR */
export function readBody<Body>(bytes: Buffer, check: Check): Body {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new Refusal("PARAM_ERROR", "请求体不是合法的JSON");
  }
  check(value, "");
  return value as Body;
}
