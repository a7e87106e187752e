import { InvalidArgumentError } from "commander";
import { z } from "zod";
import { type Fen, fenFromYuan } from "#lib/base/fen.ts";
import { WEBHOOK_EVENTS, type WebhookEvent } from "#lib/contract/webhook-endpoint.ts";

// Readers of options that several commands take.

export function parseMoment(text: string): string {
  if (z.iso.datetime({ offset: true }).safeParse(text).success) return text;
  throw new InvalidArgumentError("A time such as 2026-07-01T00:00:00Z.");
}

export function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100) return limit;
  throw new InvalidArgumentError("A number from 1 to 100.");
}

export function parseTypes(text: string): WebhookEvent[] {
  const types = text.split(",").map((type) => type.trim());
  const known = WEBHOOK_EVENTS.filter((event) => types.includes(event));
  if (known.length === types.length) return known;
  throw new InvalidArgumentError(`Events are ${WEBHOOK_EVENTS.join(", ")}.`);
}

/** `18.00` */
export function parseYuan(text: string): Fen {
  const amount = fenFromYuan(text);
  if (amount !== null && amount >= 1) return amount;
  throw new InvalidArgumentError("An amount of yuan with at most two decimals, such as 18.00.");
}
