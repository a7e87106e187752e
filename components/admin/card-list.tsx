import type { ReactNode } from "react";
import { Card } from "#components/ui/card.tsx";
import { DataTable, type DataTableProps } from "./data-table.tsx";

interface CardListProps<Item> {
  readonly items: readonly Item[];
  /** What the page says where there is none. */
  readonly empty?: ReactNode;
  readonly gap?: "gap-3" | "gap-4";
  readonly children: (item: Item) => ReactNode;
}

/** A list of cards. */
export function CardList<Item extends { readonly id: string }>(props: CardListProps<Item>) {
  const { items, empty, gap = "gap-3", children } = props;
  if (items.length === 0 && empty !== undefined) return <Card>{empty}</Card>;
  return (
    <ul className={`flex flex-col ${gap}`}>
      {items.map((item) => (
        <li key={item.id}>{children(item)}</li>
      ))}
    </ul>
  );
}

/** A table in a card of its own. */
export function TableCard({
  empty,
  className = "",
  ...table
}: DataTableProps & { empty: ReactNode; className?: string }) {
  return (
    <Card className={`${className} overflow-hidden`}>{table.rows.length === 0 ? empty : <DataTable {...table} />}</Card>
  );
}
