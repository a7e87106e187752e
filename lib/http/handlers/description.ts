import { type OpenapiDocument, openapiDocument } from "#lib/contract/openapi.ts";
import { json } from "../answer.ts";
import type { Answer, Call } from "../call.ts";
import { docsPage } from "../docs-page.ts";

const PUBLIC = { "cache-control": "public, max-age=300" };

// Made from a hundred schemas, and always the same for one address.
const documents = new Map<string, OpenapiDocument>();
function documentOf({ container }: Call): OpenapiDocument {
  const { publicUrl } = container.settings;
  const made = documents.get(publicUrl) ?? openapiDocument(publicUrl);
  documents.set(publicUrl, made);
  return made;
}

/** `GET /api/openapi.json` */
export const openapi = async (call: Call): Promise<Answer> => json(200, documentOf(call), PUBLIC);

/** `GET /docs` */
export const docs = async (call: Call): Promise<Answer> => docsPage(documentOf(call));
