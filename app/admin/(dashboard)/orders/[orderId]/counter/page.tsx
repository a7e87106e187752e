import { redirect } from "next/navigation";
import { adminPage } from "../../../../admin-page.tsx";

/** The counter, with this order on it. */
export default adminPage("payments.charge", (_adminRequest, { params }) =>
  redirect(`/admin/counter?order=${encodeURIComponent(params.orderId ?? "")}`),
);
