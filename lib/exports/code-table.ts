import type { PromotionCodeView } from "#lib/contract/promotion-codes.ts";
import type { ExportTable } from "./table.ts";

interface CodeWords {
  readonly title: string;
  readonly columns: Readonly<Record<"code" | "label" | "state" | "uses" | "maxUses" | "order" | "created", string>>;
  readonly states: Readonly<Record<PromotionCodeView["state"], string>>;
}

/** The codes of a promotion, one a row; the first column is what is printed. */
export function codeTable(pages: AsyncIterable<readonly PromotionCodeView[]>, words: CodeWords): ExportTable {
  const { code, label, state, uses, maxUses, order, created } = words.columns;
  return {
    name: words.title,
    columns: [
      { title: code, kind: "number" },
      { title: label, kind: "text" },
      { title: state, kind: "text" },
      { title: uses, kind: "count" },
      { title: maxUses, kind: "count" },
      { title: order, kind: "text" },
      { title: created, kind: "time" },
    ],
    pages: rowsOf(pages, words),
  };
}

async function* rowsOf(pages: AsyncIterable<readonly PromotionCodeView[]>, { states }: CodeWords) {
  for await (const codes of pages) {
    yield codes.map(({ code, label, state, uses, maxUses, orderId, createdAt }) => [
      ...[code, label, states[state], uses, maxUses, orderId],
      new Date(createdAt),
    ]);
  }
}
