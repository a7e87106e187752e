import { CustomerDisplay } from "#components/admin/counter/customer-display.tsx";
import { counterText } from "#lib/texts/admin.ts";
import { adminPage } from "../../../admin-page.tsx";
import { readDisplay } from "./read-display.ts";

/** The screen that the shopper sees (顾客屏): a second screen or a tablet. It shows and takes nothing. */
export default adminPage("orders.read", async (adminRequest) => (
  <CustomerDisplay initial={await readDisplay(adminRequest)} words={counterText(adminRequest.language)} />
));
