/** The shape of a dictionary, with any text in its places. */
export type Words<Dictionary> = {
  readonly [Key in keyof Dictionary]: Dictionary[Key] extends string ? string : Words<Dictionary[Key]>;
};

/** `fill("共 {count} 件", { count: 3 })`; where a language has a word for one: `{count|item|items}` is `1 item`, `3 items`. */
export const fill = (template: string, values: Readonly<Record<string, string | number>>): string =>
  template.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (blank: string, name: string, one?: string, more?: string) => {
    const value = values[name];
    if (value === undefined) return blank;
    return one === undefined ? String(value) : `${value} ${String(value) === "1" ? one : more}`;
  });

/** 0.1234 → `12.3%`: a share, for people. */
export const percent = (share: number): string => `${Math.round(share * 1_000) / 10}%`;

/** 8500 → `85折`, 8000 → `8折`, 5000 → `半价`. A tenth is one 折; 85折 is said for 8.5. */
export function sharePaid(payBps: number, free: string, half: string): string {
  if (payBps === 0) return free;
  if (payBps === 5_000) return half;
  const [tens, rest] = [Math.trunc(payBps / 1_000), payBps % 1_000];
  if (rest === 0) return `${tens}折`;
  return rest % 100 === 0 && tens > 0 ? `${tens}${rest / 100}折` : `${String(payBps / 1_000)}折`;
}
