import { keepDisplay } from "../../../pay/keep-display.ts";

/** As on the pay page: language and size by a plain form. */
export async function POST(request: Request, { params }: { params: Promise<{ code: string }> }): Promise<Response> {
  const { code } = await params;
  const asked = new URL(request.url).searchParams;
  return keepDisplay(request, (language) => {
    if (language !== null) asked.delete("lang");
    const query = asked.size === 0 ? "" : `?${asked}`;
    const location = `/c/${encodeURIComponent(code)}${query}`;
    return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
  });
}
