import { type Fen, fen, formatYuan } from "#lib/base/fen.ts";

/** `¥1,234.50`, in one piece, for sentences and attributes. */
export function amountText(amount: number): string {
  const [yuan = "", decimals = ""] = formatYuan(fen(amount)).split(".");
  return `¥${yuan.replace(/\B(?=(\d{3})+$)/g, ",")}.${decimals}`;
}

/** The amount that the page is about: the largest thing on it. Needs a `@container` around it to know its room. */
export function Amount({ amount }: { amount: Fen | number }) {
  const text = amountText(amount);
  const [yuan = "", decimals = ""] = text.slice(1).split(".");
  const length = text.length > 12 ? "longest" : text.length > 8 ? "long" : "short";
  return (
    <span className="figure block font-semibold leading-none" data-length={length} data-testid="amount">
      <span className="mr-[0.06em] text-[0.55em] font-medium">¥</span>
      {yuan}
      <span className="text-[0.6em]">.{decimals}</span>
    </span>
  );
}
