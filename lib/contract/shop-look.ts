import { z } from "zod";
import { SHOP_NAME_CHARS_MAX, SHOP_PHONE_CHARS_MAX, THANKS_CHARS_MAX } from "#lib/base/limits.ts";

/** The choices of the pay page's layout: few, so that each of them is looked at. */
const DENSITIES = ["roomy", "compact"] as const;
const CORNERS = ["round", "slight", "square"] as const;
/** On which side of a desk's page the code stands. */
const CODE_SIDES = ["right", "left"] as const;
/** Whether the page of a closed order makes the same order again. */
const ORDER_AGAIN = ["off", "on"] as const;

// No control characters, and no signs that turn the direction of what follows.
const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u);

/** How the shop shows itself to shoppers. Empty texts and a null logo: as the configuration has it. */
export const shopLookSchema = z.object({
  name: line(SHOP_NAME_CHARS_MAX).default(""),
  color: z
    .string()
    .toLowerCase()
    .regex(/^(?:#[0-9a-f]{6})?$/)
    .default(""),
  density: z.enum(DENSITIES).default("roomy"),
  corners: z.enum(CORNERS).default("round"),
  codeSide: z.enum(CODE_SIDES).default("right"),
  /** Off until the shop says so: what is paid again comes under a number that its own software has not made. */
  orderAgain: z.enum(ORDER_AGAIN).default("off"),
  /** Said to who has paid. */
  thanks: line(THANKS_CHARS_MAX).default(""),
  /** For questions about an order. */
  phone: z
    .string()
    .trim()
    .max(SHOP_PHONE_CHARS_MAX)
    .regex(/^(?:\+?[0-9][0-9 -]{2,})?$/)
    .default(""),
});
export type ShopLook = z.output<typeof shopLookSchema>;

export const USUAL_LOOK: ShopLook = shopLookSchema.parse({});

/** Where a logo is served. */
export const logoPath = (hash: string): string => `/api/shop-logo/${hash}.png`;
