declare const fenBrand: unique symbol;
/** An amount of money in fen (1 yuan = 100 fen): a safe integer, never a fraction. */
export type Fen = number & {
    readonly [fenBrand]: true;
};
/** @throws AppError `invalid_request` when `amount` is not a safe integer */
export declare function fen(amount: number): Fen;
export declare const ZERO_FEN: Fen;
/**
 * Fen from a decimal text of yuan, exactly: no floating point is involved.
 * @returns null unless the text is digits with at most two decimals, of an amount that is a safe integer of fen
 */
export declare function fenFromYuan(text: string): Fen | null;
/**
 * Fen from a JSON number of yuan, by its shortest decimal form: 19.99 and 1e2 are exact, 0.30000000000000004 and 0.001 are refused.
 * @returns null when the number is negative, not finite or has more than two decimals
 */
export declare function fenFromYuanNumber(yuan: number): Fen | null;
/**
 * Fen from what people type for an amount: `23.8`, `¥23.80`, `1,234.50 元`.
 * @returns null when it is no amount of yuan
 */
export declare function fenFromTyped(text: string): Fen | null;
/** `1234` → `12.34`: digits and a point only, for machines and for amounts that get their own currency sign. */
export declare function formatYuan(amount: Fen): string;
export declare const addFen: (...amounts: readonly Fen[]) => Fen;
export declare const subtractFen: (from: Fen, taken: Fen) => Fen;
/** @param times a whole number of pieces */
export declare const timesFen: (each: Fen, times: number) => Fen;
/** The part of `total` that `share` of `whole` pieces come to, rounded down. @param whole at least 1, and at least `share` */
export declare const partOf: (total: Fen, share: number, whole: number) => Fen;
/**
 * Splits `total` over the weights by the largest remainder: every share is within one fen of its exact part, the shares sum
 * to the total, and a tie goes to the lower index.
 * @param weights whole numbers ≥ 0, not all zero unless `total` is 0
 */
export declare function shareOut(total: Fen, weights: readonly number[]): Fen[];
export {};
