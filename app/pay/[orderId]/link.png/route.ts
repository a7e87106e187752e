import { isId } from "#lib/base/ids.ts";
import { qrPng } from "#lib/qr-code.ts";
import type { PayRouteContext } from "../../back-to-page.ts";
import { openPageContext } from "../../context.ts";

const KEPT_S = 86_400;

/** The page's own address as a picture, for apps that cannot pay: WeChat opens it from the album. Opens no trade. */
export async function GET(_request: Request, { params }: PayRouteContext): Promise<Response> {
  const { orderId } = await params;
  if (!isId("order", orderId)) return new Response(null, { status: 404 });
  const picture = qrPng(`${(await openPageContext()).publicUrl}/pay/${orderId}`);
  return new Response(new Uint8Array(picture), {
    headers: { "content-type": "image/png", "cache-control": `public, max-age=${KEPT_S}, immutable` },
  });
}
