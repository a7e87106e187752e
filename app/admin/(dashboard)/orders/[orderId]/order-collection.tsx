import { Facts } from "#components/admin/heading.tsx";
import { LINK } from "#components/admin/look.ts";
import type { OrderView } from "#lib/contract/order.ts";
import { collectionText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../admin-request.ts";

/** From which standing code an order came, and what its shopper wanted to say. Nothing for other orders. */
export async function OrderCollection({ order, adminRequest }: { order: OrderView; adminRequest: AdminRequest }) {
  const { collectionCode, collectionLabel, note } = order.metadata;
  if (typeof collectionCode !== "string" || typeof collectionLabel !== "string") return null;
  const words = collectionText(adminRequest.language);
  // Metadata is the shop's own word; the link stands only where there is such a code.
  const code = await adminRequest.container.collection.scan(collectionCode);
  const linked = code !== null && adminRequest.may("collection.read");
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
