interface ShopMarkProps {
  readonly name: string;
  readonly logoUrl: string | null;
  /** Where it stands alone over a page's head. */
  readonly large?: boolean;
}

/** The shop's own mark: its logo, or the first character of its name on its colour, in a place whose size it cannot change. */
export function ShopMark({ name, logoUrl, large = false }: ShopMarkProps) {
  const size = large ? "size-14 rounded-2xl text-2xl" : "size-8 rounded-lg text-base";
  if (logoUrl !== null) {
    return (
      <img
        src={logoUrl}
        alt=""
        width={large ? 56 : 32}
        height={large ? 56 : 32}
        referrerPolicy="no-referrer"
        className={`${size} shrink-0 bg-white object-contain`}
        data-testid="shop-mark"
      />
    );
  }
  const [first = "·"] = name;
  return (
    <span
      className={`${size} grid shrink-0 place-items-center bg-action font-semibold text-action-ink`}
      aria-hidden="true"
      data-testid="shop-mark"
    >
      {first}
    </span>
  );
}
