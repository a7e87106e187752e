import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartDataset,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
} from "chart.js";
import { axisText } from "./axis-text.ts";
import type { ChartData, ChartSeries, ChartTone } from "./chart-types.ts";

// Loaded when a chart comes into view, and never by a page without one. Only the parts that are drawn.
Chart.register(
  BarController,
  BarElement,
  LineController,
  LineElement,
  PointElement,
  CategoryScale,
  LinearScale,
  Filler,
);

export interface DrawnChart {
  /** Points at one place, as the pointer does. */
  point(at: number | null): void;
  /** The place under this point of the window. */
  placeAt(clientX: number): number | null;
  /** The picture with the shop's background, for a file. */
  picture(): Promise<Blob | null>;
  redraw(): void;
  destroy(): void;
}

interface DrawOptions {
  readonly data: ChartData;
  readonly language: string;
}

export function drawChart(canvas: HTMLCanvasElement, { data, language }: DrawOptions): DrawnChart {
  const chart = new Chart(canvas, {
    data: { labels: data.points.map(({ label }) => label), datasets: [] },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      // Figures that move cannot be read, and a change of size while they do leaves them where they were.
      animation: false,
      // The slider over the drawing takes all pointers.
      events: [],
      interaction: { mode: "index", intersect: false },
      scales: {
        // Without datasets yet the kinds of the axes cannot be told from them.
        x: {
          type: "category",
          stacked: data.stacked === true,
          grid: { display: false },
          ticks: { maxRotation: 0, autoSkipPadding: 12 },
        },
        y: {
          type: "linear",
          stacked: data.stacked === true,
          beginAtZero: true,
          border: { display: false },
          ticks: { maxTicksLimit: 5, callback: (value) => axisText(Number(value), data.unit, language) },
          ...(data.unit === "share" ? { suggestedMax: 1 } : {}),
        },
      },
    },
  });
  const paint = () => {
    const theme = themeOf(canvas);
    chart.data.datasets = data.series.map((series) => datasetOf(series, data, theme));
    for (const scale of [chart.options.scales?.x, chart.options.scales?.y]) {
      if (scale?.ticks) scale.ticks.color = theme.soft;
    }
    const lines = chart.options.scales?.y?.grid;
    if (lines) lines.color = theme.line;
    else if (chart.options.scales?.y) chart.options.scales.y.grid = { color: theme.line };
    chart.update("none");
  };
  paint();
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", paint);
  return {
    point(at) {
      const active = at === null ? [] : chart.data.datasets.map((_, datasetIndex) => ({ datasetIndex, index: at }));
      chart.setActiveElements(active);
      chart.update("none");
    },
    placeAt(clientX) {
      const place = chart.scales.x?.getValueForPixel(clientX - canvas.getBoundingClientRect().left) ?? Number.NaN;
      return Number.isNaN(place) ? null : Math.min(data.points.length - 1, Math.max(0, place));
    },
    picture: () => pictureOf(canvas, data.title),
    redraw: paint,
    destroy() {
      dark.removeEventListener("change", paint);
      chart.destroy();
    },
  };
}

type Theme = Readonly<Record<ChartTone | "soft" | "line", string>>;

function themeOf(element: Element): Theme {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    main: token("--action"),
    quiet: token("--ink-soft"),
    warn: token("--warn-ink"),
    part1: token("--part-1"),
    part2: token("--part-2"),
    part3: token("--part-3"),
    part4: token("--part-4"),
    part5: token("--part-5"),
    soft: token("--ink-soft"),
    line: token("--line"),
  };
}

function datasetOf({ name, form, tone, values }: ChartSeries, data: ChartData, theme: Theme): ChartDataset {
  const color = theme[tone];
  const base = { label: name, data: [...values] };
  if (form === "bar") {
    const marked = data.points.map(({ mark }) => (mark === undefined ? color : theme.warn));
    return { ...base, type: "bar", backgroundColor: marked, borderRadius: 4, maxBarThickness: 36, order: 2 };
  }
  const isBand = form === "low" || form === "high";
  return {
    ...base,
    type: "line",
    order: 1,
    borderColor: isBand ? "transparent" : color,
    borderWidth: 2,
    ...(tone === "quiet" && !isBand ? { borderDash: [5, 4] } : {}),
    pointRadius: data.points.map(({ mark }) => (mark === undefined || isBand ? 0 : 5)),
    pointBackgroundColor: data.points.map(({ mark }) => (mark === undefined ? color : theme.warn)),
    pointHoverRadius: isBand ? 0 : 5,
    cubicInterpolationMode: "monotone",
    // The upper line of the band fills down to the lower one, which stands before it.
    ...(form === "high" ? { fill: "-1", backgroundColor: withAlpha(theme.quiet, 0.16) } : { fill: false }),
  };
}

/** Theme colours are six hexadecimal digits. */
const withAlpha = (color: string, alpha: number): string =>
  `${color.slice(0, 7)}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, "0")}`;

async function pictureOf(canvas: HTMLCanvasElement, title: string): Promise<Blob | null> {
  const { width, height } = canvas;
  const scale = width / Math.max(1, canvas.clientWidth);
  const room = Math.round(44 * scale);
  const paper = document.createElement("canvas");
  [paper.width, paper.height] = [width, height + room];
  const context = paper.getContext("2d");
  if (context === null) return null;
  const style = getComputedStyle(canvas);
  context.fillStyle = style.getPropertyValue("--surface").trim();
  context.fillRect(0, 0, paper.width, paper.height);
  context.fillStyle = style.getPropertyValue("--ink").trim();
  context.font = `600 ${Math.round(16 * scale)}px system-ui, sans-serif`;
  context.fillText(title, Math.round(12 * scale), Math.round(28 * scale));
  context.drawImage(canvas, 0, room);
  return new Promise((resolve) => paper.toBlob(resolve, "image/png"));
}
