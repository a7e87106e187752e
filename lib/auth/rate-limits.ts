import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { addressGroup } from "#lib/base/address-group.ts";
import { AppError } from "#lib/base/app-error.ts";
import { BEHAVIOUR_CALLS_PER_ADDRESS_PER_MINUTE } from "#lib/base/behaviour-limits.ts";
import {
  API_CALLS_PER_KEY_PER_MINUTE,
  CHECK_BY_SHOPPER_MS,
  PAY_PAGE_CALLS_PER_ADDRESS_PER_MINUTE,
  PAY_PAGE_ORDERS_PER_ADDRESS,
  PAY_PAGE_ORDERS_WINDOW_MS,
} from "#lib/base/limits.ts";
import { PASSKEY_CHALLENGES_PER_ADDRESS_PER_MINUTE } from "#lib/base/people-limits.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import {
  CODE_TRIES_PER_ADDRESS,
  CODE_TRIES_PER_ORDER,
  CODE_TRIES_WINDOW_MS,
  ERASURES_PER_ADDRESS_PER_HOUR,
  PERSONALISATION_CALLS_PER_ADDRESS_PER_MINUTE,
  RECEIPT_MAILS_PER_CALLER_PER_HOUR,
} from "#lib/base/web-limits.ts";

/** Counted per process, in memory: they keep one caller from taking everything, they are no ledger. */
export interface RateLimits {
  /** @returns what is left. @throws AppError `rate_limited` with the seconds to wait, like all below */
  countApiCall(keyId: string): Promise<QuotaLeft>;
  countPayPageCall(address: string): Promise<void>;
  countPayPageOrder(address: string): Promise<void>;
  /** Apart from the calls that pay, so that telling can never use up paying. */
  countBehaviourCall(address: string): Promise<void>;
  /** A shopper's yes or no to being remembered, and an erasure that follows from it. */
  countChoice(address: string): Promise<void>;
  countErasure(address: string): Promise<void>;
  /** A promotion code that somebody typed for an order: nobody tries codes until one fits. */
  countCodeTry(address: string, orderId: string): Promise<void>;
  /** A receipt that somebody has sent by e-mail. */
  countReceiptMail(address: string): Promise<void>;
  /** Challenges for passkeys, which anybody may ask for at the sign-in. */
  countPasskeyChallenge(address: string): Promise<void>;
  /** Whether WeChat may be asked now because the shopper of this order says so. */
  mayAskFor(orderId: string): Promise<boolean>;
}

/** What is left of a limit, as its caller is told. */
export interface QuotaLeft {
  readonly calls: number;
  /** Until all of them are there again. */
  readonly resetS: number;
}

interface Quota {
  readonly points: number;
  readonly windowMs: number;
}

export function createRateLimits(): RateLimits {
  const apiCalls = counter({ points: API_CALLS_PER_KEY_PER_MINUTE, windowMs: MINUTE_MS });
  const pageCalls = counter({ points: PAY_PAGE_CALLS_PER_ADDRESS_PER_MINUTE, windowMs: MINUTE_MS });
  const behaviourCalls = counter({ points: BEHAVIOUR_CALLS_PER_ADDRESS_PER_MINUTE, windowMs: MINUTE_MS });
  const pageOrders = counter({ points: PAY_PAGE_ORDERS_PER_ADDRESS, windowMs: PAY_PAGE_ORDERS_WINDOW_MS });
  const choices = counter({ points: PERSONALISATION_CALLS_PER_ADDRESS_PER_MINUTE, windowMs: MINUTE_MS });
  const erasures = counter({ points: ERASURES_PER_ADDRESS_PER_HOUR, windowMs: HOUR_MS });
  const codesAtAddress = counter({ points: CODE_TRIES_PER_ADDRESS, windowMs: CODE_TRIES_WINDOW_MS });
  const codesOfOrder = counter({ points: CODE_TRIES_PER_ORDER, windowMs: CODE_TRIES_WINDOW_MS });
  const receiptMails = counter({ points: RECEIPT_MAILS_PER_CALLER_PER_HOUR, windowMs: HOUR_MS });
  const challenges = counter({ points: PASSKEY_CHALLENGES_PER_ADDRESS_PER_MINUTE, windowMs: MINUTE_MS });
  const checks = counter({ points: 1, windowMs: CHECK_BY_SHOPPER_MS });
  return {
    countApiCall: (keyId) => spend(apiCalls, keyId),
    countPayPageCall: (address) => count(pageCalls, callerAt(address)),
    countPayPageOrder: (address) => count(pageOrders, callerAt(address)),
    countBehaviourCall: (address) => count(behaviourCalls, callerAt(address)),
    countChoice: (address) => count(choices, callerAt(address)),
    countErasure: (address) => count(erasures, callerAt(address)),
    async countCodeTry(address, orderId) {
      await spend(codesAtAddress, callerAt(address));
      await spend(codesOfOrder, orderId);
    },
    countReceiptMail: (address) => count(receiptMails, callerAt(address)),
    countPasskeyChallenge: (address) => count(challenges, callerAt(address)),
    mayAskFor: (orderId) =>
      checks.consume(orderId).then(
        () => true,
        () => false,
      ),
  };
}

/** One network of IPv6 has more addresses than anybody could count. */
const callerAt = (address: string): string => addressGroup(address) ?? address;

const counter = ({ points, windowMs }: Quota) => new RateLimiterMemory({ points, duration: windowMs / SECOND_MS });

async function spend(limiter: RateLimiterMemory, key: string): Promise<QuotaLeft> {
  try {
    const { remainingPoints, msBeforeNext } = await limiter.consume(key);
    return { calls: remainingPoints, resetS: Math.ceil(msBeforeNext / SECOND_MS) };
  } catch (refused) {
    const waitMs = (refused as Partial<RateLimiterRes>).msBeforeNext ?? SECOND_MS;
    const retryAfterS = Math.max(1, Math.ceil(waitMs / SECOND_MS));
    throw new AppError("rate_limited", `too many requests; try again in ${retryAfterS} s`, { retryAfterS });
  }
}

const count = async (limiter: RateLimiterMemory, key: string): Promise<void> => void (await spend(limiter, key));
