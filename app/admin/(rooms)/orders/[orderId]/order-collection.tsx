import { Facts } from "#components/admin/heading.tsx";
import { LINK } from "#components/admin/look.ts";
import { collectionTextOf } from "#components/admin/text-collection.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { Visit } from "../../../visit.ts";

/** From which standing code an order came, and what its shopper wanted to say. Nothing for other orders. */
export async function OrderCollection({ order, visit }: { order: OrderView; visit: Visit }) {
  const { collectionCode, collectionLabel, note } = order.metadata;
  if (typeof collectionCode !== "string" || typeof collectionLabel !== "string") return null;
  const words = collectionTextOf(visit.language);
  // Metadata is the shop's own word; the link stands only where there is such a code.
  const code = await visit.container.collection.scan(collectionCode);
  const linked = code !== null && visit.may("collection.read");
  return (
    <Facts
      facts={[
        {
          label: words.orderLabel,
          value: linked ? (
            <a href={`/admin/collection-codes/${code.id}`} className={`${LINK} inline-block py-2.5`}>
              {collectionLabel}
            </a>
          ) : (
            collectionLabel
          ),
        },
        typeof note === "string" ? { label: words.note, value: note } : null,
      ]}
    />
  );
}
