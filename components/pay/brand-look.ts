import type { CSSProperties } from "react";
import { DEFAULT_COLOR } from "#lib/base/colour-contrast.ts";
import type { ShopLook } from "#lib/contract/shop-look.ts";

/** The button in the shop's own colour, whose text can be read by the plan; ours otherwise, in both colour schemes. */
export function brandStyle(brand: { readonly color: string; readonly onColor: string }): CSSProperties | undefined {
  if (brand.color === DEFAULT_COLOR) return undefined;
  return { "--action": brand.color, "--action-ink": brand.onColor } as CSSProperties;
}

/** What globals.css does anyway, and a page need not say. */
const USUAL: Pick<ShopLook, "density" | "corners" | "codeSide"> = {
  density: "roomy",
  corners: "round",
  codeSide: "right",
};

/** The shop's choices of layout, which globals.css follows. */
export const lookAttributes = ({ density, corners, codeSide }: typeof USUAL) => ({
  ...(density === USUAL.density ? {} : { "data-density": density }),
  ...(corners === USUAL.corners ? {} : { "data-corners": corners }),
  ...(codeSide === USUAL.codeSide ? {} : { "data-code-side": codeSide }),
});
