// The limits of standing collection codes (收款码).

export const COLLECTION_CODES_ACTIVE_MAX = 1_000;
export const COLLECTION_LABEL_CHARS_MAX = 32; // it stands on a poster
export const COLLECTION_NOTE_CHARS_MAX = 50;
/** The most a shopper may enter unless the merchant says otherwise: a slip of the finger costs no more than this. */
export const COLLECTION_FREE_FEN_MAX_DEFAULT = 5_000_000;
/** Whoever stands at the counter pays soon. */
export const COLLECTION_ORDER_LIFE_S = 1_800;
export const COLLECTION_FORM_BYTES_MAX = 8_192;
