import type { Words } from "../words.ts";

/** What stands around every chart of the dashboard. */
export const charts = {
  charts: {
    table: "看数字",
    image: "保存图片",
    csv: "下载表格（CSV）",
    open: "查看订单",
    hint: "点一下图，看那一点的数",
    scrub: "拖动或用方向键，看每一点的数",
  },
};

export type ChartsText = Words<typeof charts>;
