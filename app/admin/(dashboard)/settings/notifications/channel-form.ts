import { z } from "zod";
import { ROLES } from "#lib/auth/admin-roles.ts";
import { fenFromTyped } from "#lib/base/fen.ts";
import { AMOUNT_FEN_MAX, NOTIFICATION_NAME_CHARS_MAX } from "#lib/base/limits.ts";
import { MINUTE_MS } from "#lib/base/time.ts";
import type { ChannelKindName } from "#lib/notifications/index.ts";
import type { ChannelChoices } from "#lib/storage/notifications/notification-channels.ts";
import { FULL_LANGUAGES } from "#lib/texts/language.ts";
import { EVENT_KINDS } from "./event-kinds.ts";

// The fields of a channel's form, and what they mean.

const text = z.string().trim().max(2_048).default("");
const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .or(z.literal(""))
  .default("");

export const channelForm = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(NOTIFICATION_NAME_CHARS_MAX)
    .refine((name) => !/\p{Cc}/u.test(name)),
  "events[]": z.array(z.enum(EVENT_KINDS)).default([]),
  "roles[]": z.array(z.enum(ROLES)).default([]),
  language: z.enum(FULL_LANGUAGES),
  amountMin: z.string().trim().max(20).default("0"),
  quietFrom: time,
  quietTo: time,
  quietMode: z.enum(["hold", "drop"]).default("hold"),
  critical: z.literal("on").optional(),
  /** Secrets that are to be taken away; an empty field keeps what is saved. */
  "clear[]": z.array(z.enum(["password", "secret"])).default([]),
  ...{ url: text, secret: text, mentions: text },
  ...{ host: text, port: text, security: z.enum(["tls", "starttls", "none"]).optional(), user: text, password: text },
  ...{ from: text, to: text, apiBase: text, appId: text, appSecret: text, openids: text, templateId: text },
  ...{ fieldTitle: text, fieldText: text, fieldAmount: text, fieldOrder: text, fieldTime: text },
});
type ChannelForm = z.infer<typeof channelForm>;

/** `22:30` → 1350; null for an empty field. */
function minuteOf(clock: string): number | null {
  const [hours = "", minutes = ""] = clock.split(":");
  return clock === "" ? null : Number(hours) * 60 + Number(minutes);
}

/** 1350 → `22:30`. */
export const clockOf = (minute: number | null): string =>
  minute === null ? "" : new Date(minute * MINUTE_MS).toISOString().slice(11, 16);

/** @returns null when the smallest amount is not one, or more than an order may come to */
export function readChoices(form: ChannelForm): ChannelChoices | null {
  const amountMin = /^0*(\.0{0,2})?$/.test(form.amountMin) ? 0 : fenFromTyped(form.amountMin);
  if (amountMin === null || amountMin > AMOUNT_FEN_MAX) return null;
  return {
    name: form.name,
    events: form["events[]"],
    roles: form["roles[]"],
    language: form.language,
    amountMin,
    quietFrom: minuteOf(form.quietFrom),
    quietTo: minuteOf(form.quietTo),
    quietDrops: form.quietMode === "drop",
    criticalPasses: form.critical === "on",
  };
}

/** What a person takes away from a channel: a secret by its box, a field that is shown by emptying it. */
export function clearedSettings(kind: ChannelKindName, form: ChannelForm): Readonly<Record<string, null>> {
  const { user, password, secret } = form;
  const mayLose: Partial<Record<ChannelKindName, readonly ("password" | "secret")[]>> = {
    email: ["password"],
    dingtalk: ["secret"],
    feishu: ["secret"],
  };
  const typed = { password, secret };
  const cleared = form["clear[]"].filter((name) => mayLose[kind]?.includes(name) && typed[name] === "");
  const names = [...cleared, ...(kind === "email" && user === "" ? ["user"] : [])];
  return Object.fromEntries(names.map((name) => [name, null]));
}

const listOf = (typed: string): string[] => typed.split(/[\s,;，；、]+/).filter((part) => part !== "");
const given = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== "" && value !== undefined));

/** The settings of the kind as typed; what was left empty is left out. */
export function readSettings(kind: Exclude<ChannelKindName, "web_push">, form: ChannelForm): Record<string, unknown> {
  const { url, secret } = form;
  switch (kind) {
    case "wecom":
      return given({ url, mentions: listOf(form.mentions) });
    case "dingtalk":
    case "feishu":
      return given({ url, secret, mentions: listOf(form.mentions) });
    case "webhook":
      return given({ url, secret });
    case "email": {
      const { host, security, user, password, from } = form;
      const port = form.port === "" ? undefined : Number(form.port);
      return given({ host, port, security, user, password, from, to: listOf(form.to) });
    }
    case "official_account": {
      const { apiBase, appId, appSecret, templateId } = form;
      const openids = listOf(form.openids);
      const fields = given({
        title: form.fieldTitle,
        text: form.fieldText,
        amount: form.fieldAmount,
        order: form.fieldOrder,
        time: form.fieldTime,
      });
      return given({ apiBase, appId, appSecret, templateId, openids, fields });
    }
  }
}
