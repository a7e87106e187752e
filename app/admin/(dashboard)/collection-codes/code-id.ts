/** The format of a collection code's id; the demo's id is shorter. */
export const isCodeId = (text: string | undefined): text is string => /^col_[0-9a-z]{1,40}$/.test(text ?? "");
