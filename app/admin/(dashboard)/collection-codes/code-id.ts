/** The form of a collection code's id; the demo's is shorter than others. */
export const isCodeId = (text: string | undefined): text is string => /^col_[0-9a-z]{1,40}$/.test(text ?? "");
