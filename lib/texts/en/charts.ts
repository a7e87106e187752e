import type { ChartsText } from "../zh-CN/charts.ts";

export const charts: ChartsText = {
  charts: {
    table: "Show figures",
    image: "Save picture",
    csv: "Download table (CSV)",
    open: "Show orders",
    hint: "Touch the picture to read a point",
    scrub: "drag, or use the arrow keys, to read each point",
  },
};
