/** A token of the theme: the shop's colour, a quiet one, a warning, and those of parts that stand beside each other. */
export type ChartTone = "main" | "quiet" | "warn" | "part1" | "part2" | "part3" | "part4" | "part5";

/** What a chart shows, ready for people: the server has put every value into words. */
export interface ChartSeries {
  readonly name: string;
  /** Bars are what it is about, lines what they are compared with, a band the usual range between its two lines. */
  readonly form: "bar" | "line" | "low" | "high";
  readonly tone: ChartTone;
  readonly values: readonly (number | null)[];
  /** The same values in words. */
  readonly texts: readonly string[];
}

interface ChartPoint {
  readonly label: string;
  /** The list that gives the same figure. */
  readonly href?: string | undefined;
  /** Stands out: what is unusual here, in words. */
  readonly mark?: string | undefined;
}

/** How values stand on the axis. */
export type ChartUnit = "fen" | "count" | "share" | "seconds";

export interface ChartData {
  readonly title: string;
  /** The name of what the points are, as "hour". */
  readonly pointName: string;
  readonly points: readonly ChartPoint[];
  readonly series: readonly ChartSeries[];
  readonly unit: ChartUnit;
  /** Parts that add up to a whole stand on each other. */
  readonly stacked?: boolean;
}

export interface ChartWords {
  readonly table: string;
  readonly image: string;
  readonly csv: string;
  readonly open: string;
  /** What the slider over the drawing does. */
  readonly scrub: string;
  /** What to do with the drawing, while nothing is pointed at. */
  readonly hint: string;
}
