const CONTRAST_MIN = 4.5;
const WHITE = "#ffffff";
const INK = "#111111";
/** For the few greys on which neither of these can be read; on every colour either white or black can. */
const BLACK = "#000000";
/** Our own green, dark enough for white text. */
export const DEFAULT_COLOR = "#067a46";

const HEX = /^#[0-9a-f]{6}$/;

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2 contrast of two `#rrggbb` colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** A readable pair for a brand's colour: white text where it can be read, else dark; ours when it is no colour. */
export function readablePair(wish: string | undefined): { color: string; onColor: string; kept: boolean } {
  const color = (wish ?? "").toLowerCase();
  if (HEX.test(color)) {
    for (const onColor of [WHITE, INK, BLACK])
      if (contrast(color, onColor) >= CONTRAST_MIN) return { color, onColor, kept: true };
  }
  return { color: DEFAULT_COLOR, onColor: WHITE, kept: wish === undefined };
}

export const isReadable = (color: string, onColor: string): boolean =>
  HEX.test(color) && HEX.test(onColor) && contrast(color, onColor) >= CONTRAST_MIN;
