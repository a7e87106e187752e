import type { RawPart } from "#components/admin/raw-message.tsx";
import { type MessagePart, readGatewayMessage } from "#lib/storage/operations/gateway-messages.ts";
import { openData, refusal } from "../../../../../data-answer.ts";

interface MessageAddress {
  readonly params: Promise<{ orderId: string; messageId: string }>;
}

/** The bytes of a message to or from WeChat, as JSON for the page, with `?as=text` as they are. */
export async function GET(request: Request, { params }: MessageAddress): Promise<Response> {
  const opened = await openData("orders.messages");
  if (opened instanceof Response) return opened;
  const { orderId, messageId } = await params;
  const found = /^[1-9]\d{0,17}$/.test(messageId)
    ? await readGatewayMessage(opened.container.database.pool, orderId, messageId)
    : null;
  if (found === null) return refusal(404);
  const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
  if (new URL(request.url).searchParams.get("as") !== "text") {
    return Response.json({ request: partOf(found.request), answer: partOf(found.answer) }, { headers });
  }
  const { request: sent, answer } = found;
  const whole = Buffer.concat(
    [`${sent.head}\n\n`, sent.body, `\n\n----\n\n${answer.head}\n\n`, answer.body, "\n"].map((part) =>
      Buffer.from(part as string),
    ),
  );
  return new Response(whole, { headers: { ...headers, "content-type": "text/plain; charset=utf-8" } });
}

const partOf = ({ head, body, bytes }: MessagePart): RawPart => ({
  head,
  text: Buffer.from(body).toString("utf8"),
  bytes,
  keptBytes: body.length,
});
