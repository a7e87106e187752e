// A configuration as people may see it, and what differs between two of them. Secrets are here by a keyed fingerprint alone.

/** `print`: tells two secrets apart without giving anything of them away. */
export type FieldView = { readonly value: string } | { readonly print: string };

/** By their names in `payment_config.json`; what was not given is absent. */
export type ConfigFields = Readonly<Record<string, FieldView>>;

export interface FieldChange {
  readonly field: string;
  /** null: it was not given. */
  readonly before: FieldView | null;
  readonly after: FieldView | null;
}

const same = (one: FieldView | undefined, other: FieldView | undefined): boolean =>
  one === undefined || other === undefined
    ? one === other
    : "value" in one
      ? "value" in other && one.value === other.value
      : "print" in other && one.print === other.print;

/** In the order in which the newer one names its fields, then what is gone. */
export function fieldChanges(before: ConfigFields, after: ConfigFields): FieldChange[] {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return names
    .filter((field) => !same(before[field], after[field]))
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }));
}
