/** The format of a promotion's id; shops may choose their own. */
export const isPromotionId = (text: string | undefined): text is string =>
  /^[0-9A-Za-z][0-9A-Za-z_.~-]{0,63}$/.test(text ?? "");
