import { type OpenapiDocument, openapiDocument } from "#lib/contract/openapi/index.ts";
import { jsonText } from "../answer.ts";
import type { Answer, Call } from "../call.ts";
import { docsPage } from "../docs-page.ts";

const PUBLIC = { "cache-control": "public, max-age=300" };

interface Description {
  readonly document: OpenapiDocument;
  readonly text: string;
}

// Made from a hundred schemas, and always the same for one address.
const descriptions = new Map<string, Description>();
function descriptionOf({ container }: Call): Description {
  const { publicUrl } = container.settings;
  const known = descriptions.get(publicUrl);
  if (known !== undefined) return known;
  const document = openapiDocument(publicUrl);
  const made = { document, text: JSON.stringify(document) };
  descriptions.set(publicUrl, made);
  return made;
}

/** `GET /api/openapi.json` */
export const openapi = async (call: Call): Promise<Answer> => jsonText(200, descriptionOf(call).text, PUBLIC);

/** `GET /docs` */
export const docs = async (call: Call): Promise<Answer> => docsPage(descriptionOf(call).document);
