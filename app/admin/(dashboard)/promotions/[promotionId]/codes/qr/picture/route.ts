import { isAppError } from "#lib/base/app-error.ts";
import { qrPng, qrSvg } from "#lib/qr-code.ts";
import { codesText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminRequestOf, detourOf, openGuest } from "../../../../../../admin-request.ts";
import { askedLink, codeLink, placesOf } from "../code-link.ts";

/** The QR code of a promotion code as a file to print. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ promotionId: string }> },
): Promise<Response> {
  const guest = await openGuest();
  if (detourOf(guest) !== null) return refused(401);
  const adminRequest = adminRequestOf(guest);
  if (!adminRequest.may("promotions.read")) return refused(403);
  const search = new URL(request.url).searchParams;
  try {
    const promotion = await guest.container.payments.promotions.find((await params).promotionId);
    const places = await placesOf(adminRequest);
    const link = await codeLink(
      adminRequest,
      { promotion, places },
      askedLink((name) => search.get(name)),
    );
    if (link.kind !== "link") return refused(404);
    const alt = fill(codesText(adminRequest.language).qr.alt, { code: link.code });
    const isPng = search.get("form") === "png";
    const body = isPng ? new Uint8Array(qrPng(link.url)) : qrSvg(link.url, alt);
    return new Response(body, {
      headers: { "content-type": isPng ? "image/png" : "image/svg+xml", "cache-control": "private, no-store" },
    });
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    return refused(cause.code === "not_found" ? 404 : 503);
  }
}

const refused = (status: number): Response => new Response(null, { status, headers: { "cache-control": "no-store" } });
