import { isAppError } from "#lib/base/app-error.ts";
import { posterQuerySchema } from "#lib/contract/collection-code.ts";
import { drawPoster } from "#lib/http/handlers/collection-codes.ts";
import { openData, refusal } from "../../../../data-answer.ts";

/** The poster for signed-in readers with permission for codes; the merchant API offers the same to programs. */
export async function GET(request: Request, { params }: { params: Promise<{ codeId: string }> }): Promise<Response> {
  const opened = await openData("collection.read");
  if (opened instanceof Response) return opened;
  const { codeId } = await params;
  const asked = new URL(request.url).searchParams;
  const query = posterQuerySchema.safeParse({
    size: asked.get("size") ?? undefined,
    lang: asked.get("lang") ?? undefined,
  });
  const form = asked.get("form") === "pdf" ? "pdf" : "svg";
  if (!query.success) return refusal(400);
  try {
    const { status, headers, body } = await drawPoster(opened.container, { codeId, form, query: query.data });
    const bytes = typeof body === "string" ? body : new Uint8Array(body as Uint8Array);
    return new Response(bytes, { status, headers: headers as Record<string, string> });
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    return refusal(cause.code === "not_found" ? 404 : 409);
  }
}
