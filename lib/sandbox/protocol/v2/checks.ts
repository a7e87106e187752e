import { isIP } from "node:net";
import { WeChatError } from "../../books/wechat-error.ts";
import { lengthIssue, mappingFault } from "../v3/checks.ts";
import { notifyUrl } from "../v3/orders.ts";

export interface FieldRule {
  /** In bytes of UTF-8. */
  readonly max: number;
  readonly required?: boolean;
  readonly form?: RegExp | ((value: string) => boolean);
}
export type FieldRules = Readonly<Record<string, FieldRule>>;

/** Fields without a rule are allowed: they are only signed. @throws WeChatError PARAM_ERROR */
export function checkForm(fields: ReadonlyMap<string, string>, form: FieldRules): void {
  for (const [name, { max, required = false, form: check }] of Object.entries(form)) {
    const value = fields.get(name) ?? "";
    if (value === "") {
      if (required) throw new WeChatError("PARAM_ERROR", `缺少参数${name}`);
      continue;
    }
    const length = lengthIssue(value, { max });
    if (length !== null) throw new WeChatError("PARAM_ERROR", mappingFault(`/body/xml/${name}`, length.issue));
    const sound = check === undefined || (check instanceof RegExp ? check.test(value) : check(value));
    if (!sound) throw new WeChatError("PARAM_ERROR", `${name}参数格式错误`);
  }
}

const isNotifyUrl = (value: string): boolean => {
  try {
    notifyUrl(value, "/notify_url");
    return true;
  } catch (cause) {
    if (cause instanceof WeChatError) return false;
    throw cause;
  }
};

/** Fields that several calls share. */
export const RULES = {
  number: { max: 32, form: /^[0-9A-Za-z_\-|*]{6,}$/ },
  refundNumber: { max: 64, form: /^[0-9A-Za-z_\-|*@]+$/ },
  text: (max: number): FieldRule => ({ max }),
  fee: { max: 10, form: /^[1-9][0-9]*$/ },
  address: { max: 64, form: (value: string) => isIP(value) !== 0 },
  notifyUrl: { max: 256, form: isNotifyUrl },
  yuan: { max: 16, form: /^CNY$/ },
  moment: { max: 14, form: /^[0-9]{14}$/ },
} as const;

export const required = (rule: FieldRule): FieldRule => ({ ...rule, required: true });
