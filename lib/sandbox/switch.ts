/** `true`: until changed; a number: the next so many times; `false` or 0: never. */
export type Switch = boolean | number;

/** Whether the switch strikes now; a count goes down by one. */
export function strikes<Name extends string>(group: { [name in Name]: Switch }, name: Name): boolean {
  const value: Switch = group[name];
  if (typeof value === "boolean") return value;
  if (value <= 0) return false;
  group[name] = value - 1;
  return true;
}
