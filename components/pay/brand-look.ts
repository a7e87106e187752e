import type { CSSProperties } from "react";
import { DEFAULT_COLOR } from "#lib/base/colour-contrast.ts";
import type { ShopLook } from "#lib/contract/shop-look.ts";

/** The button in the shop's own colour, whose text can be read by the plan; ours otherwise, in both colour schemes. */
export function brandStyle(brand: { readonly color: string; readonly onColor: string }): CSSProperties | undefined {
  if (brand.color === DEFAULT_COLOR) return undefined;
  return { "--action": brand.color, "--action-ink": brand.onColor } as CSSProperties;
}

/** The shop's choices of layout, which globals.css follows. */
export const lookAttributes = ({ density, corners, codeSide }: Pick<ShopLook, "density" | "corners" | "codeSide">) => ({
  "data-density": density,
  "data-corners": corners,
  "data-code-side": codeSide,
});
