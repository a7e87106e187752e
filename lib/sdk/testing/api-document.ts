import { type OpenapiDocument, openapiDocument } from "../../contract/openapi/index.ts";

/** What the SDKs speak: the calls of the merchant API and the webhooks. Errors are one type there, whatever the call. */
export function merchantApiDocument(): OpenapiDocument {
  const document = openapiDocument("https://pay.example");
  const paths = Object.entries(document.paths).filter(([path]) => path.startsWith("/api/v1/"));
  return {
    ...document,
    paths: Object.fromEntries(
      paths.map(([path, methods]) => [
        path,
        Object.fromEntries(
          Object.entries(methods).map(([method, operation]) => [
            method,
            { ...operation, responses: succeeded(operation.responses) },
          ]),
        ),
      ]),
    ),
  };
}

const succeeded = <Response>(responses: Readonly<Record<string, Response>>): Record<string, Response> =>
  Object.fromEntries(Object.entries(responses).filter(([status]) => status.startsWith("2")));
