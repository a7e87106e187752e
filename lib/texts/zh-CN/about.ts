/** What a language says of itself. */
export interface AboutText {
  /** What Lingfu is called in it. */
  readonly product: string;
  /** Where one is chosen among those with all texts. */
  readonly name: string;
  /** Where one is chosen on the pay page, among all. */
  readonly script: string;
  /** For the forms of days and times. */
  readonly locale: string;
  /** Whether a day is written in figures or with the name of its month. */
  readonly days: "figures" | "names";
  /** The tags of `Accept-Language`, in lower case, that it is the answer to. */
  readonly tags: RegExp;
  /** The language that stands in where this one is not offered: it has the pay page's words alone. Null: it has all. */
  readonly standIn: string | null;
}

export const about: AboutText = {
  product: "灵付",
  name: "中文",
  script: "简体",
  locale: "zh-CN",
  days: "figures",
  tags: /^zh(?!.*-(?:hk|tw|mo|hant)\b)(?:-|$)/,
  standIn: null,
};
