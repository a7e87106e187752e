import { type Fen, fen } from "#lib/base/fen.ts";
import { VOUCHERS_MAX } from "#lib/base/limits.ts";
import type { Voucher } from "#lib/payment/index.ts";
import { orderText } from "#lib/texts/order.ts";
import { fill } from "#lib/texts/words.ts";

/**
 * All vouchers that WeChat named for a payment, in at most {@link VOUCHERS_MAX} entries: beyond that the smallest are combined
 * into one entry per kind of funding. Their sums decide what is settled, so none may be left out.
 */
export function keepVouchers(named: readonly Voucher[]): readonly Voucher[] {
  if (named.length <= VOUCHERS_MAX) return named;
  const fundings = ["prefunded", "merchant", "unknown"] as const;
  const largest = named.toSorted((one, other) => other.amountFen - one.amountFen);
  const kept = largest.slice(0, VOUCHERS_MAX - fundings.length);
  const rest = largest.slice(kept.length);
  return [...kept, ...fundings.flatMap((funding) => together(rest.filter((one) => one.funding === funding)))];
}

function together(vouchers: readonly Voucher[]): readonly Voucher[] {
  const [first] = vouchers;
  if (first === undefined || vouchers.length === 1) return vouchers;
  return [
    {
      ...{
        id: null,
        name: fill(orderText.otherVouchers, { count: vouchers.length }),
        batch: null,
        funding: first.funding,
      },
      amountFen: sum(vouchers.map(({ amountFen }) => amountFen)) ?? first.amountFen,
      wechatFen: sum(vouchers.map(({ wechatFen }) => wechatFen)),
      merchantFen: sum(vouchers.map(({ merchantFen }) => merchantFen)),
      otherFen: sum(vouchers.map(({ otherFen }) => otherFen)),
    },
  ];
}

/** @returns null if one of them is unknown */
const sum = (parts: readonly (Fen | null)[]): Fen | null =>
  parts.reduce<Fen | null>((total, part) => (total === null || part === null ? null : fen(total + part)), fen(0));
