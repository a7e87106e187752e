import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { beijingDay } from "../../lib/base/beijing-time.ts";
import { addEpayAccount, addPerson } from "./pages/admin.ts";
import { createCode } from "./pages/collection.ts";
import { callMerchant, closeOrder, createOrder } from "./pages/merchant.ts";
import { payInSandbox } from "./pages/sandbox.ts";
import { product } from "./product.ts";

/** A page below /admin, as the files say. */
export interface DashboardPage {
  /** `/orders/[orderId]`; the home page is empty. */
  readonly route: string;
  /** The right it asks for, null where everyone who is signed in may read it; undefined where it asks by itself. */
  readonly right: string | null | undefined;
}

const PAGES = path.resolve("app/admin");

/** Pages that nobody reaches by their address alone; the tests of their rooms look at them. */
const REACHED_OTHERWISE = [
  "/sign-in",
  "/sign-in/code",
  "/password",
  "/join/[token]",
  "/counter/handed-over/[shiftId]",
  "/shifts/[shiftId]",
  "/shifts/[shiftId]/slip",
  // Stands in a frame of /settings/look, where nothing on it can be used.
  "/settings/look/preview",
  "/settings/notifications/[channelId]",
  "/settings/printers/[printerId]",
];

/** Every page below app/admin, so that a new one is looked at without being listed. */
export function dashboardPages(): DashboardPage[] {
  return readdirSync(PAGES, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "page.tsx")
    .map((file) => {
      const folder = `/${path.dirname(file).split(path.sep).join("/")}`;
      const route = folder.replaceAll(/\/\([^)]*\)/g, "");
      const source = readFileSync(path.join(PAGES, file), "utf8");
      const asked = /adminPage\(\s*(?:"([\w.]+)"|null)/.exec(source);
      return { route: route === "/." ? "" : route, right: asked === null ? undefined : (asked[1] ?? null) };
    })
    .filter(({ route }) => !REACHED_OTHERWISE.includes(route))
    .sort((one, other) => one.route.localeCompare(other.route));
}

/** Something to look at for each name in brackets; null where there is nothing. */
export async function makeExamples(): Promise<(route: string) => string | null> {
  const paid = await createOrder();
  await createOrder();
  await payInSandbox({ outTradeNo: paid.outTradeNo }).catch(() => undefined);
  const closed = await createOrder();
  await closeOrder(closed.id);
  const code = await createCode({ label: `一号收银台 ${Date.now()}` });
  const endpoint = await makeEndpoint();
  const examples: Readonly<Record<string, string>> = {
    orderId: paid.id,
    codeId: code.id,
    // Of the demo shop.
    promotionId: "demo-bakery-30-5",
    userId: (await addPerson("viewer")).id,
    day: beijingDay(new Date(Date.now() - 86_400_000)),
    ...endpoint,
    pid: await addEpayAccount("card shop"),
  };
  return (route) => {
    const names = [...route.matchAll(/\[(\w+)\]/g)].map(([, name = ""]) => name);
    if (names.some((name) => examples[name] === undefined)) return null;
    return route.replaceAll(/\[(\w+)\]/g, (_, name: string) => examples[name] ?? "");
  };
}

/** An endpoint that an event was sent to. */
async function makeEndpoint(): Promise<{ endpointId: string; eventId: string }> {
  const url = `${product.url}/hook-${Date.now()}`;
  const { id } = await callMerchant<{ id: string }>("/webhook-endpoints", { url, events: ["refund.abnormal"] });
  const { eventId } = await callMerchant<{ eventId: string }>(`/webhook-endpoints/${id}/test`, {});
  return { endpointId: id, eventId };
}
