import type { OpenapiDocument } from "#lib/contract/openapi/index.ts";

// TypeScript as generators of clients make it of an OpenAPI document: one interface of all components, in which references
// are indexed accesses. What they cannot express fails here as it would there (a component that is nothing but itself: TS2502).

type Schema = Readonly<Record<string, unknown>>;

export function typesOf({ components, paths }: Pick<OpenapiDocument, "components" | "paths">): string {
  const schemas = entriesOf(components.schemas).map(([name, schema]) => `    ${quoted(name)}: ${typeOf(schema)};`);
  const operations = Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .map(({ operationId, requestBody, responses }) => {
      const answers = Object.entries(responses).map(([status, answer]) => `      ${status}: ${contentOf(answer)};`);
      const body = requestBody === undefined ? "never" : contentOf(requestBody as Schema);
      return `  ${operationId}: {\n    body: ${body};\n    responses: {\n${answers.join("\n")}\n    };\n  };`;
    });
  return [
    `export interface components {\n  schemas: {\n${schemas.join("\n")}\n  };\n}`,
    `export interface operations {\n${operations.join("\n")}\n}`,
    "",
  ].join("\n");
}

const quoted = (text: unknown): string => JSON.stringify(text);
const entriesOf = (thing: unknown): [string, Schema][] => Object.entries((thing ?? {}) as Record<string, Schema>);

function contentOf({ content }: Schema): string {
  const types = entriesOf(content).map(([type, { schema }]) => `${quoted(type)}: ${typeOf((schema ?? {}) as Schema)}`);
  return types.length === 0 ? "never" : `{ ${types.join("; ")} }`;
}

function typeOf(schema: Schema | boolean): string {
  if (typeof schema === "boolean") return schema ? "unknown" : "never";
  if (typeof schema.$ref === "string") {
    return schema.$ref.replace(/^#\/components\/schemas\/(.+)$/, 'components["schemas"]["$1"]');
  }
  if ("const" in schema) return quoted(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map(quoted).join(" | ");
  const several = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (several !== undefined) return `(${several.map(typeOf).join(" | ")})`;
  if (Array.isArray(schema.allOf)) return `(${(schema.allOf as Schema[]).map(typeOf).join(" & ")})`;
  if (Array.isArray(schema.type)) return `(${schema.type.map((type) => typeOf({ ...schema, type })).join(" | ")})`;
  if (Array.isArray(schema.prefixItems)) return `[${(schema.prefixItems as Schema[]).map(typeOf).join(", ")}]`;
  switch (schema.type) {
    case "array":
      return `${typeOf((schema.items ?? {}) as Schema)}[]`;
    case "object":
      return objectOf(schema);
    case "integer":
      return "number";
    case "string":
    case "number":
    case "boolean":
    case "null":
      return schema.type;
    default:
      return "unknown";
  }
}

function objectOf({ properties, required, additionalProperties }: Schema): string {
  const needed = new Set((required ?? []) as string[]);
  const fields = entriesOf(properties).map(
    ([name, field]) => `${quoted(name)}${needed.has(name) ? "" : "?"}: ${typeOf(field)}`,
  );
  const open = additionalProperties !== undefined && additionalProperties !== false;
  if (fields.length > 0 || !open) return `{ ${fields.join("; ")} }`;
  return `{ [key: string]: ${additionalProperties === true ? "unknown" : typeOf(additionalProperties as Schema)} }`;
}
