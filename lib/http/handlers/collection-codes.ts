import {
  collectionCodeListQuerySchema,
  collectionCodePatchSchema,
  collectionCodeRequestSchema,
} from "#lib/contract/collection-code.ts";
import { json, noContent } from "../answer.ts";
import { merchant, merchantPost, param } from "../endpoint.ts";
import { readJson } from "../read-json.ts";
import { readQuery } from "../read-query.ts";

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
export const listCollectionCodes = merchant("collection-codes:read", async (call) =>
  json(200, await call.container.collection.list(readQuery(call, collectionCodeListQuerySchema))),
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
