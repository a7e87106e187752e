import { Facts } from "#components/admin/heading.tsx";
import { LINK } from "#components/admin/look.ts";
import type { OrderView } from "#lib/contract/order.ts";
import { collectionText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../admin-request.ts";

/** The collection code of an order and the shopper's note. Nothing for other orders. */
export async function OrderCollection({ order, adminRequest }: { order: OrderView; adminRequest: AdminRequest }) {
  const { collectionCode, collectionLabel, note } = order.metadata;
  if (typeof collectionCode !== "string" || typeof collectionLabel !== "string") return null;
  const words = collectionText(adminRequest.language);
  // Metadata is the merchant's own data: link only to a code that exists.
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
