import { RawMessage } from "#components/admin/raw-message.tsx";
import type { TimelineEvent } from "#components/admin/timeline.tsx";
import type { ListedMessage } from "#lib/storage/operations/gateway-messages.ts";
import { storyText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";

const FAULTS: ReadonlySet<string> = new Set([
  "bad_signature",
  "unknown_key",
  "probe",
  "stale",
  "unsupported_signature",
]);

/** A message to or from WeChat, with its bytes for those who may see them. */
export function messageEvent(message: ListedMessage, orderId: string, adminRequest: AdminRequest): TimelineEvent {
  const { language, may } = adminRequest;
  const words = storyText(language);
  const { id, at, operation, number, direction, durationMs, status, result, signature, requestId } = message;
  const isTheirs = direction === "in";
  const operations: Readonly<Record<string, string>> = words.operations;
  const results: Readonly<Record<string, string>> = words.results;
  const signatures: Readonly<Record<string, string>> = words.signatures;
  const answered = result === "answer" ? words.answered : (results[result] ?? result);
  const said = status === null ? `${words.noAnswer} · ${result}` : answered;
  const took = fill(words.milliseconds, { count: durationMs });
  const bad = status === null || status >= 400 || (signature !== null && FAULTS.has(signature));
  const sizes = isTheirs
    ? { sent: message.answerBytes, received: message.requestBytes }
    : { sent: message.requestBytes, received: message.answerBytes };
  return {
    id: `message-${id}`,
    at,
    title: operations[operation] ?? operation,
    detail: [said, status === null ? null : `HTTP ${status}`, took].filter(Boolean).join(" · "),
    tone: bad ? "failed" : "plain",
    facts: [
      { label: words.facts.number, value: number, isCopied: true },
      { label: words.facts.result, value: said },
      { label: words.facts.status, value: status === null ? words.noAnswer : String(status) },
      { label: words.facts.signature, value: signatures[signature ?? "none"] ?? String(signature) },
      ...(requestId === null ? [] : [{ label: words.facts.requestId, value: requestId, isCopied: true }]),
      { label: words.facts.target, value: message.target },
      { label: words.facts.protocol, value: message.protocol },
      { label: words.facts.duration, value: took },
      { label: words.facts.sizes, value: fill(words.bytes, sizes) },
    ],
    more: may("orders.messages") ? (
      <RawMessage href={`/admin/orders/${orderId}/messages/${id}`} isTheirs={isTheirs} words={rawWords(words)} />
    ) : (
      <p className="text-sm text-soft">{words.rawForbidden}</p>
    ),
  };
}

/** What the browser gets: the words it shows, and no others. */
function rawWords(words: ReturnType<typeof storyText>) {
  const { raw, rawSent, rawReceived, rawShow, rawOpen, rawLoading, rawFailed, rawEmpty, rawCut, rawMasked } = words;
  return { raw, rawSent, rawReceived, rawShow, rawOpen, rawLoading, rawFailed, rawEmpty, rawCut, rawMasked };
}
