import { AppError } from "#lib/base/app-error.ts";
import {
  collectionCodeListQuerySchema,
  collectionCodePatchSchema,
  collectionCodeRequestSchema,
  posterQuerySchema,
} from "#lib/contract/collection-code.ts";
import { type PosterFacts, posterPdf, posterSvg } from "#lib/posters/index.ts";
import { orderText } from "#lib/texts/order.ts";
import { json, noContent } from "../answer.ts";
import type { Answer } from "../call.ts";
import type { Container } from "../container.ts";
import { merchant, merchantPost, merchantQuery, param } from "../endpoint.ts";
import { readJson } from "../read-request.ts";

/** `POST /api/v1/collection-codes` */
export const createCollectionCode = merchantPost({
  scope: "collection-codes:write",
  body: collectionCodeRequestSchema,
  async handle({ container, caller }, request) {
    const made = await container.collection.create(request, { by: caller.id });
    return json(201, made, { location: `/api/v1/collection-codes/${made.id}` });
  },
});

/** `GET /api/v1/collection-codes` */
export const listCollectionCodes = merchantQuery(
  "collection-codes:read",
  collectionCodeListQuerySchema,
  async ({ container }, query) => json(200, await container.collection.list(query)),
);

/** `GET /api/v1/collection-codes/{codeId}` */
export const getCollectionCode = merchant("collection-codes:read", async (call) =>
  json(200, await call.container.collection.get(param(call, "codeId"))),
);

/** `PATCH /api/v1/collection-codes/{codeId}` */
export const changeCollectionCode = merchant("collection-codes:write", async (call) => {
  const patch = await readJson(call, collectionCodePatchSchema);
  return json(200, await call.container.collection.change(param(call, "codeId"), patch, { by: call.caller.id }));
});

/** `DELETE /api/v1/collection-codes/{codeId}` */
export const retireCollectionCode = merchant("collection-codes:write", async (call) => {
  await call.container.collection.retire(param(call, "codeId"), { by: call.caller.id });
  return noContent();
});

type PosterFormat = "svg" | "pdf";

/** `GET /api/v1/collection-codes/{codeId}/poster.svg` */
export const posterAsSvg = merchantQuery("collection-codes:read", posterQuerySchema, (call, query) =>
  drawPoster(call.container, { codeId: param(call, "codeId"), form: "svg", query }),
);

/** `GET /api/v1/collection-codes/{codeId}/poster.pdf` */
export const posterAsPdf = merchantQuery("collection-codes:read", posterQuerySchema, (call, query) =>
  drawPoster(call.container, { codeId: param(call, "codeId"), form: "pdf", query }),
);

export interface WantedPoster {
  readonly codeId: string;
  readonly form: PosterFormat;
  readonly query: Parameters<typeof posterSvg>[1];
}

/** @throws AppError `not_found`; `conflict` for a retired code, which should not be printed */
export async function drawPoster(
  { collection, merchantName, settings }: Pick<Container, "collection" | "merchantName" | "settings">,
  { codeId, form, query }: WantedPoster,
): Promise<Answer> {
  const code = await collection.get(codeId);
  if (code.status === "retired") throw new AppError("conflict", "a retired collection code has no poster");
  const facts: PosterFacts = {
    code,
    merchant: (await merchantName?.()) ?? orderText.nameless,
    sandbox: settings.sandbox,
  };
  const headers = {
    "content-disposition": `inline; filename="${code.code}-${query.size}.${form}"`,
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
    // Opened as a page it must run no scripts.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
  };
  if (form === "pdf") {
    return {
      status: 200,
      headers: { ...headers, "content-type": "application/pdf" },
      body: await posterPdf(facts, query),
    };
  }
  return {
    status: 200,
    headers: { ...headers, "content-type": "image/svg+xml; charset=utf-8" },
    body: posterSvg(facts, query),
  };
}
