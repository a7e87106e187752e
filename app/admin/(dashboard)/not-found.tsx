import { EmptyState } from "#components/admin/empty-state.tsx";
import { toneLook } from "#components/admin/look.ts";
import { openGuest } from "../admin-request.ts";

export default async function NotFound() {
  const { text } = await openGuest();
  return (
    <EmptyState title={text.errors.notFoundTitle} hint={text.errors.notFound} heading>
      <a href="/admin/orders" className={toneLook("plain")}>
        {text.nav.orders}
      </a>
    </EmptyState>
  );
}
