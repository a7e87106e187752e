import { createHash } from "node:crypto";
import { isAppError } from "#lib/base/app-error.ts";
import { COLLECTION_NOTE_CHARS_MAX, COLLECTION_ORDER_LIFE_S } from "#lib/base/collection-limits.ts";
import { COLLECTION_KEY_ID } from "#lib/base/ids.ts";
import { DESCRIPTION_CHARS_MAX } from "#lib/base/limits.ts";
import { line, type OrderRequest, orderRequestSchema } from "#lib/contract/order-request.ts";
import { type CollectionDeps, codeUrl } from "./deps.ts";
import type { LinkRefusal, ScannedCode } from "./ports.ts";
import { type AmountTrouble, readAmount } from "./read-amount.ts";

/** What a shopper sends, as it came. */
export interface CollectionForm {
  readonly code: string;
  /** Of the page that was shown; the same page sent again makes no second order. */
  readonly token: string;
  readonly amount: string;
  readonly note: string;
}

type FormTrouble = AmountTrouble | "changed" | "note" | "stale";
export type Collected =
  | { readonly kind: "ordered"; readonly orderId: string }
  | { readonly kind: "unknown" | "retired" | "unpayable" }
  | { readonly kind: "refused"; readonly trouble: FormTrouble };

const TOKEN_FORM = /^[0-9A-Za-z_-]{22}$/;
const noteSchema = line(COLLECTION_NOTE_CHARS_MAX);

/**
 * Makes the one order of a form. What is sent twice, at once or later, leads to the same order; the same page with another
 * amount is another wish.
 * @throws AppError as `createOrderOnce`
 */
export async function orderFromCode(deps: CollectionDeps, form: CollectionForm): Promise<Collected> {
  const code = await deps.store.scan(form.code.toLowerCase());
  if (code === null) return { kind: "unknown" };
  if (code.status === "retired") return { kind: "retired" };
  if (!code.payable) return { kind: "unpayable" };
  const read = readForm(code, form);
  if ("trouble" in read) return { kind: "refused", trouble: read.trouble };
  const orderId = await placeOnce(deps, code, read);
  const linked = await deps.store.link({ orderId, codeId: code.id, at: deps.clock.now() });
  if (linked !== "linked") return notLinked(linked);
  return { kind: "ordered", orderId };
}

/** The order exists but no shopper was sent to it: it is never paid, and closes by itself. */
const notLinked = (why: LinkRefusal): Collected =>
  why === "retired" ? { kind: "retired" } : { kind: "refused", trouble: "changed" };

interface CodeOrderInput {
  readonly token: string;
  readonly fen: number;
  readonly note: string;
}

function readForm({ terms }: ScannedCode, form: CollectionForm): CodeOrderInput | { readonly trouble: FormTrouble } {
  const { token } = form;
  if (!TOKEN_FORM.test(token)) return { trouble: "stale" };
  const note = form.note.trim();
  if (note !== "" && !noteSchema.safeParse(note).success) return { trouble: "note" };
  const fixed = terms.amount;
  const read = readAmount(form.amount, { min: fixed ?? terms.amountMin ?? 1, max: fixed ?? terms.amountMax ?? 0 });
  if (read.kind === "amount") return { token, fen: read.fen, note };
  // A fixed amount is not typed: the page showed another one.
  return { trouble: fixed === null ? read.kind : "changed" };
}

async function placeOnce(
  deps: CollectionDeps,
  code: ScannedCode,
  { token, fen, note }: CodeOrderInput,
): Promise<string> {
  const { id, terms } = code;
  const digest = createHash("sha256")
    .update(JSON.stringify([id, token, fen, note]))
    .digest();
  const once = { apiKeyId: COLLECTION_KEY_ID, key: digest.toString("hex"), digest };
  const name = terms.itemName ?? terms.label;
  const request: OrderRequest = orderRequestSchema.parse({
    items: [{ name, unitAmount: fen, quantity: 1, ...(terms.category === null ? {} : { category: terms.category }) }],
    description: [...name].slice(0, DESCRIPTION_CHARS_MAX).join(""),
    metadata: {
      collectionCode: code.code,
      collectionLabel: terms.label,
      ...(terms.scene === null ? {} : { scene: terms.scene }),
      ...(note === "" ? {} : { note }),
    },
    expiresIn: COLLECTION_ORDER_LIFE_S,
    returnUrl: codeUrl(deps, code.code),
  });
  const source = { entry: "collection_code", place: code.place } as const;
  const result = await deps.payments.createOrderOnce(request, once, source).catch((cause: unknown) => {
    if (isAppError(cause)) deps.log.warn("collection.failed", { codeId: id, code: cause.code });
    throw cause;
  });
  if (result.kind !== "replayed") return result.order.id;
  const { id: first }: { id: string } = JSON.parse(result.answer.body);
  return first;
}
