import {
  type Draft,
  FAULTS_V2,
  FAULTS_V3,
  type Message,
  type Reply,
  type TryFault,
  type Writing,
} from "./notice-types.ts";
import * as v3 from "./protocol/notices.ts";
import * as v2 from "./protocol/v2/notices.ts";
import type { Notice, Refund, Trade } from "./records.ts";
import type { World } from "./world.ts";

// Notices come in two forms: which one a trade's take follows from how it was ordered.

/** Faults that this form of notice can have; the others are not used up by it. */
export const tryFaultsOf = ({ v2 }: Notice): readonly TryFault[] => (v2 === undefined ? FAULTS_V3 : FAULTS_V2);

export const draftPaid = (world: World, trade: Trade): Draft =>
  trade.v2 === undefined ? v3.draftPaid(world, trade) : v2.draftPaid(world, trade, trade.v2);

export function draftRefunded(world: World, refund: Refund): Draft {
  const form = world.store.trades.get(refund.outTradeNo)?.v2;
  return form === undefined ? v3.draftRefunded(world, refund) : v2.draftRefunded(world, refund, form);
}

export const draftEcho = v3.draftEcho;

export const writeNotice = (world: World, writing: Writing): Message =>
  writing.notice.v2 === undefined ? v3.writeNotice(world, writing) : v2.writeNotice(world, writing, writing.notice.v2);

/** For the record of the try: 200 or 204 is a taken notice, everything else is not. */
export const judgeReply = ({ v2: form }: Notice, { result, body }: Reply): number | string =>
  form === undefined ? result : v2.judgeReply(result, body);
