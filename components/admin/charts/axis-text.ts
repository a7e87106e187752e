import type { ChartUnit } from "./chart-types.ts";

/** A value on an axis, as short as the language can say it: ¥1.2万, 1.2K, 40%. */
export function axisText(value: number, unit: ChartUnit, language: string): string {
  if (unit === "share") return `${Math.round(value * 100)}%`;
  if (unit === "seconds") return value < 120 ? `${value} s` : `${Math.round(value / 60)} min`;
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  return unit === "fen" ? `¥${short.format(value / 100)}` : short.format(value);
}
