import fc from "fast-check";

/** A JSON schema of the description. */
export type DescribedSchema = Readonly<Record<string, unknown>>;
type SchemaValues = fc.Arbitrary<unknown>;

const OPTIONAL_FIELDS_MAX = 3;
const ENTRIES_MAX = 4;
const TEXT_CHARS = 40;
const INTEGER_MAX = 10_000_000_000;

/**
 * SchemaValues that the schema allows, often at its bounds. Of the optional fields a few are given at a time, because each one more makes
 * it likelier that the product refuses the whole for a reason that no schema says.
 * @param resolve the schema that a `$ref` names
 */
export function valuesOf(schema: DescribedSchema, resolve: (reference: string) => DescribedSchema): SchemaValues {
  const of = (inner: unknown) => valuesOf((inner ?? {}) as DescribedSchema, resolve);
  if (typeof schema.$ref === "string") return of(resolve(schema.$ref));
  if ("const" in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return fc.oneof(...choices.map(of));
  switch (schema.type) {
    case "object":
      return objects(schema, of);
    case "array":
      return arrays(schema, of);
    case "string":
      return texts(schema);
    case "integer":
      return integers(schema);
    case "number":
      return fc.oneof(fc.integer({ min: 0, max: 1_000 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objects(schema: DescribedSchema, of: (inner: unknown) => SchemaValues): SchemaValues {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, unknown>);
  if (properties.length === 0 && schema.additionalProperties === false) return fc.constant({});
  if (properties.length === 0) {
    const maxKeys = Math.min(Number(schema.maxProperties ?? ENTRIES_MAX), ENTRIES_MAX);
    return fc.dictionary(fc.stringMatching(/^[a-z_]{1,12}$/), of(schema.additionalProperties), { maxKeys });
  }
  const required = (schema.required ?? []) as string[];
  const fields = Object.fromEntries(properties.map(([name, inner]) => [name, of(inner)]));
  const optional = Object.keys(fields).filter((name) => !required.includes(name));
  return fc
    .subarray(optional, { maxLength: Math.min(optional.length, OPTIONAL_FIELDS_MAX) })
    .chain((some) =>
      fc.record(Object.fromEntries([...required, ...some].map((name) => [name, fields[name] as SchemaValues]))),
    );
}

function arrays(schema: DescribedSchema, of: (inner: unknown) => SchemaValues): SchemaValues {
  if (Array.isArray(schema.prefixItems)) return fc.tuple(...schema.prefixItems.map(of));
  const minLength = Number(schema.minItems ?? 0);
  const maxLength = Math.min(Number(schema.maxItems ?? minLength + ENTRIES_MAX), minLength + ENTRIES_MAX);
  return fc.array(of(schema.items), { minLength, maxLength });
}

const MOMENTS = fc
  .date({ min: new Date("2024-01-01"), max: new Date("2028-01-01"), noInvalidDate: true })
  .map((at) => at.toISOString());

function texts(schema: DescribedSchema): fc.Arbitrary<string> {
  if (schema.format === "date-time") return MOMENTS;
  if (schema.format === "date") return MOMENTS.map((at) => at.slice(0, 10));
  if (schema.format === "uuid") return fc.uuid({ version: 7 });
  if (schema.format === "uri") return fc.constantFrom("http://127.0.0.1:9/hook", "https://localhost:9/?a=1");
  const minLength = Number(schema.minLength ?? 0);
  const most = Number(schema.maxLength ?? TEXT_CHARS);
  const pattern = typeof schema.pattern === "string" ? matching(schema.pattern) : null;
  if (pattern !== null) return pattern.filter((text) => [...text].length >= minLength && [...text].length <= most);
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.string({ unit: "grapheme", minLength, maxLength: Math.max(minLength, Math.min(most, TEXT_CHARS)) }),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom("茶", "a").map((one) => one.repeat(Math.max(minLength, Math.min(most, 2_000)))),
    },
  );
}

function matching(pattern: string): fc.Arbitrary<string> | null {
  try {
    return fc.stringMatching(new RegExp(pattern, "u"));
  } catch {
    return null;
  }
}

function integers(schema: DescribedSchema): fc.Arbitrary<number> {
  const min = Math.max(Number(schema.minimum ?? schema.exclusiveMinimum ?? -INTEGER_MAX), -INTEGER_MAX);
  const max = Math.min(Number(schema.maximum ?? INTEGER_MAX), INTEGER_MAX);
  return fc.oneof(
    fc.integer({ min, max: Math.min(max, Math.max(min, 0) + 2_000) }),
    fc.integer({ min, max }),
    fc.constantFrom(min, max),
  );
}
