import { z } from "zod";
import type { Language } from "#lib/texts/language.ts";
import type { PushMessage, SendContext, SendResult } from "../message.ts";

/** One way to reach people: its settings, and the form its messages take. */
export interface ChannelKind<Settings> {
  readonly schema: z.ZodType<Settings>;
  /** Messages that the receiver takes in a minute, with some room left. */
  readonly perMinute: number;
  /** What may be shown of the address. */
  target(settings: Settings): string;
  /** Addresses that must lie where webhooks may go. */
  urls(settings: Settings): readonly string[];
  send(settings: Settings, message: PushMessage, context: ChannelContext): Promise<SendResult>;
}

interface ChannelContext extends SendContext {
  readonly language: Language;
}

export const urlText = z.url({ protocol: /^https?$/ }).max(2_048);
export const secretText = z.string().max(512);

/** `qyapi.weixin.qq.com/…4bc4`: enough to tell two robots apart, nothing to send with. */
export function shownUrl(url: string): string {
  const { host, search, pathname } = new URL(url);
  const end = (search === "" ? pathname : search).slice(-4);
  return `${host}/…${end}`;
}
